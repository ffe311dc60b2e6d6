"""The audit trail in Slack: pages of it, Undo beside each answer, and the file."""

import csv
import io
import json
import re
import urllib.request
from dataclasses import replace

import pytest

from bot.domain.effects import Effect, EffectKind, EffectState
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Stage, Why
from bot.domain.trail import change_of
from handlers.deliveries import Deliveries
from handlers.desk import Desk
from handlers.replies import Replies
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import direct, press, seen, words
from tests.product import ANA, BEN, CHEN, running_world

MANY = 200
HOSTILE = "<!channel> *bold* `code` & <https://evil|bank> "


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("world")) as world:
        plant(world)
        with world.plans.changing(world.workspace_id) as plan:
            for member in world.product.ports.messenger(world.workspace_id).members():
                plan.put_member(member)
        yield world


def changed(world, key, number, member_id=ANA, **more):
    """Change a stage once more, as one answer; each test has a stage of its own."""
    why = Why(
        operation=f"op-{key}-{number}",
        actor_id=member_id,
        at=MONDAY,
        reason=f"note {number} end",
        evidence="commit a3f2",
    )
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(replace(plan.stage(key), notes=f"note {number} end", **more), why)


def rows(message):
    """The numbers of the answers that a message shows, in order."""
    small = [block for block in message["blocks"] if block["type"] == "context"]
    return [int(found[1]) for block in small if (found := re.search(r"note (\d+) end", str(block)))]


def test_history_is_read_page_by_page_to_its_beginning(world):
    for number in range(MANY):
        changed(world, "STG-903", number)

    shown = world.bqx("history 1.1 by import")
    assert "Create BQX" in words(shown)
    shown, found = world.bqx("history 1.1 by me"), []
    while True:
        page = rows(shown)
        assert page
        assert len(shown["blocks"]) <= 50
        found += page
        if "Older changes" not in words(shown):
            break
        press(world, shown, "Older changes")
        shown = seen(world, f"· note {page[-1] - 1} end · evidence")

    assert found == list(range(MANY - 1, -1, -1))


def test_each_answer_has_who_when_why_and_its_own_undo(world):
    changed(world, "STG-902", 900, ANA)
    changed(world, "STG-902", 901, BEN, description="other words")

    shown = world.bqx("history 1.5.5", BEN)

    text = words(shown)
    for part in ("History of 1.5.5", f"<@{ANA}>", f"<@{BEN}>", "<!date^", "evidence: commit a3f2"):
        assert part in text
    assert "notes: note 900 end → note 901 end" in text
    told = [block for block in shown["blocks"] if block["type"] == "section"][1:3]
    assert ["accessory" in block for block in told] == [True, False]  # Ben's own, and Ana's

    press(world, world.bqx("history 1.5.5 by @ben", BEN), "Undo", BEN)

    assert "notes: note 901 end → note 900 end" in words(seen(world, "Undone", BEN))
    again = words(world.bqx("history 1.5.5"))
    assert "_undone_" in again
    assert "_an undo_" in again


def test_an_undo_that_would_wipe_later_words_says_whose(world):
    changed(world, "STG-904", 910, ANA)
    shown = world.bqx("history STG-904 by me")
    changed(world, "STG-904", 911, BEN)

    press(world, shown, "Undo")

    assert f"changed again since by <@{BEN}> (notes)" in words(seen(world, "changed again since"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("history", "newest first"),
        ("history by import", "more of this answer"),
        ("history 1.5.5 before 2001-01-01", "Nothing of that kind was changed"),
        ("history before 2001-01-01", "Nothing was changed that fits"),
        ("history 1.5.4 sinec Monday", "Did you mean `since`"),
        ("history by nobodyknows", "I know nobody called"),
        ("history 9.9", "No stage is called"),
        ("history me", "/bqx history by me"),
        ("history settings", "History of the team's settings"),
        ("history about me", "Nothing of that kind was changed"),
        ("audit 1.5.4 today", "History of 1.5.4"),
    ],
)
def test_what_is_typed_is_answered(world, typed, answer):
    shown = world.bqx(typed)

    assert shown["ephemeral"]
    if answer == "History of 1.5.4":
        return
    assert answer in words(shown)


def test_hostile_words_stay_words(world):
    why = Why(operation="bad", actor_id=BEN, at=MONDAY, reason=HOSTILE, evidence=HOSTILE)
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(Stage(key="STG-999", ref="9.8", name=HOSTILE * 20, notes=HOSTILE * 20), why)
        plan.save(Stage(key="STG-999", ref="9.8", name="-", notes=HOSTILE), why)

    text = words(world.bqx("history 9.8"))

    assert "&lt;!channel&gt;" in text
    assert "<!channel>" not in text
    assert "<https://evil" not in text


def test_a_restricted_issue_is_none_of_others_business(world):
    why = Why(operation="quiet", actor_id=ANA, at=MONDAY, reason="/bqx issue")
    issue = Issue(
        key="ISS-077",
        title="Keep quiet",
        severity=Severity.MINOR,
        discovered_at=MONDAY,
        reporter_id=ANA,
        visible_to=(BEN,),
    )
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(issue, why)

    assert "Keep quiet" in words(world.bqx("history ISS-077", BEN))
    assert "Keep quiet" in words(world.bqx("history", ANA))
    assert "Keep quiet" not in words(world.bqx("history", CHEN))
    assert "restricted" in words(world.bqx("history ISS-077", CHEN))


def shared(world):
    """Every file in the threads of Ana's direct messages."""
    member = world.as_member()
    place = member.channel(direct(world))
    return [
        file
        for message in member.messages(place)
        for reply in member.messages(place, message["ts"])
        for file in reply.get("files") or []
    ]


def exported(world, typed):
    """Have a file made and read it as the member would."""
    before = {file["id"] for file in shared(world)}
    assert "in a direct message" in words(world.bqx(typed))
    fresh = world.as_member().wait_for(
        lambda: [file for file in shared(world) if file["id"] not in before]
    )
    [file] = fresh
    world.as_member().wait_for(lambda: not file_effects(world, EffectState.PENDING))
    with urllib.request.urlopen(world.sandbox.base_url + file["url"]) as answer:
        return file["name"], answer.read().decode()


def test_the_trail_comes_as_a_file_in_a_direct_message(world):
    for number in range(3):
        changed(world, "STG-905", number, (ANA, BEN, ANA)[number])

    name, text = exported(world, "history export csv STG-905 by @ana")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert name.endswith(".csv")
    assert len(table) == 2
    assert {row["actor_id"] for row in table} == {ANA}
    assert {row["key"] for row in table} == {"STG-905"}

    name, text = exported(world, "history export json STG-905")
    assert name.endswith(".json")
    with world.plans.reading(world.workspace_id) as plan:
        kept = plan.changes(kind="stage", key="STG-905", limit=5000)
    assert [change_of(each) for each in json.loads(text)] == kept[::-1]


def test_who_may_not_export_reads_who_can(world):
    shown = words(world.bqx("history export csv", BEN))

    assert "can't export the audit trail here" in shown
    assert f"<@{ANA}>" in shown


def file_effects(world, state):
    """The keys of the effects that send a file, by how far they are."""
    with world.plans.reading(world.workspace_id) as plan:
        found = plan.deliveries(state, kind=EffectKind.HISTORY_FILE, limit=5000)
    return {each.effect.key for each in found}


def test_a_file_that_has_arrived_is_not_sent_again(world):
    before = file_effects(world, EffectState.DONE)
    exported(world, "history export json settings")
    [key] = file_effects(world, EffectState.DONE) - before
    with world.plans.changing(world.workspace_id) as plan:
        plan.record_delivery(key, state=EffectState.PENDING, now=MONDAY)  # as after a crash
    before = shared(world)
    desk = Desk(world.product.ports)

    Deliveries(desk, Replies(desk)).run(world.workspace_id, key)

    with world.plans.reading(world.workspace_id) as plan:
        assert plan.delivery(key).result["verified"]
    assert shared(world) == before


def test_a_file_that_may_not_be_sent_any_more_is_refused_in_words(world):
    with world.plans.changing(world.workspace_id) as plan:
        plan.emit(
            Effect(
                key="late#history",
                kind=EffectKind.HISTORY_FILE,
                payload={"format": "csv", "asked": "", "at": 1763366400, "member": BEN},
                lane=f"dm:{BEN}",
            ),
            MONDAY,
        )

    assert seen(world, "can't export", BEN, channel=direct(world, BEN))
