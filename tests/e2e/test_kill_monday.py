"""The product is killed at every stage of Monday's report; the team sees one of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.plan import Why
from tests.e2e.children import HELD_S, child_world
from tests.e2e.conftest import plant
from tests.e2e.looking import direct, words
from tests.e2e.test_monday import BERLIN, DIGEST_AT, NEXT
from tests.git.repos import git
from tests.product import ANA, BEN

POST, SHARE = "chat.postMessage", "files.completeUploadExternal"


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("a")
    git(folder, "add", "a.txt")
    git(folder, "commit", "-q", "-m", "Tidy", at=NEXT - timedelta(days=2))
    return folder


@pytest.fixture
def world(tmp_path, repo):
    with child_world(
        tmp_path,
        recurring=True,
        project_repo=str(repo),
        slack_timeout_s=HELD_S,
        bqx_digest_at=DIGEST_AT,
    ) as world:
        plant(world)
        silent = datetime.now(UTC) - timedelta(days=40)
        why = Why(operation="seed", actor_id="import", at=silent, reason="import")
        with world.plans.changing(world.workspace_id) as plan:
            stage = plan.stage("STG-901")
            plan.save(replace(stage, started_at=silent, last_progress_at=silent), why)
            plan.save(replace(plan.task("TASK-901"), owner_id=BEN), why)
        yield world


def test_a_monday_with_a_death_at_every_stage_shows_each_part_once(world, repo):
    world.start()
    world.wait(lambda: world.plans.cursor(f"{world.workspace_id}:gap_assessment"))
    ahead = NEXT + timedelta(seconds=5) - datetime.now(UTC)

    # The report is committed, and nothing of it has reached Slack.
    world.sandbox.faults(no_answer=99, method=POST)
    world.sandbox.move_clock(ahead.total_seconds())
    world.wait(lambda: any("#summary" in key for key in world.tried()))
    world.kill()
    assert not summaries(world)

    # Slack took the summary, and nobody recorded it.
    world.hold_answers(POST)
    world.start()
    world.kill_when(lambda: summaries(world), begun="#summary")

    # Slack took the first page of the thread, and nobody recorded it.
    world.hold_answers(POST)
    world.start()
    world.kill_when(lambda: thread(world)[1:], begun="#details")

    # Slack shared the file, and nobody recorded it.
    world.hold_answers(SHARE)
    world.start()
    world.kill_when(lambda: files(world), begun="#file")

    world.restart()

    assert len(summaries(world)) == 1
    assert len(files(world)) == 1
    said = [words(m) for m in thread(world)[1:] if not m.get("files")]
    assert len(said) == len(set(said)) >= 1
    for member_id in (ANA, BEN):
        assert len(questions(world, member_id)) == 1
    day = NEXT.astimezone(BERLIN).date()
    reports = list((repo / "docs" / "gap_assessments").iterdir())
    assert [path.name for path in reports] == [f"{day}_gap_assessment.md"]
    assert "Traceback" not in world.said()


def summaries(world):
    member = world.as_member()
    return member.messages(member.channel("bqx-ml"))


def thread(world):
    member = world.as_member()
    return [
        each
        for root in summaries(world)
        for each in member.messages(member.channel("bqx-ml"), root["ts"])
    ]


def files(world):
    return [file for each in thread(world) for file in each.get("files", [])]


def questions(world, member_id):
    member = world.as_member(member_id)
    told = member.messages(member.channel(direct(world, member_id)))
    return [each for each in told if "question" in words(each)]  # not the welcome
