"""The shortest way through: a change on each side arrives on the other."""

from dataclasses import replace

from bot.domain.issues import Issue, Severity
from bot.domain.plan import Status
from bot.domain.progress import Progress
from tests.airtable.bases import STAGES


def test_a_change_on_each_side_arrives_on_the_other(world):
    stage = next(each for each in world.items("stage") if each.ref == "1.5.2")

    world.save(replace(stage, progress=Progress(383)))
    assert world.push().updated == 1
    assert world.row("stage", stage.key)["Progress"] == 0.383

    mara = world.server.person()
    mara.update(world.base_id, STAGES, world.link("stage", stage.key).record_id, {"Status": "Done"})
    world.pull()
    assert world.item("stage", stage.key).status is Status.COMPLETE
    assert world.item("stage", stage.key).progress == Progress(383)
    assert world.conflicts() == []
    assert world.queue() == []


def test_an_issue_made_here_is_one_record_there(world):
    issue = Issue(
        key="ISS-001", title="Writer down", severity=Severity.BLOCKER, discovered_at=world.moment
    )
    world.save(issue)
    assert world.push().made == 1
    assert [row["fields"]["Issue ID"] for row in world.rows("Issues")] == ["ISS-001"]
    world.pull()
    assert len(world.items("issue")) == 1
