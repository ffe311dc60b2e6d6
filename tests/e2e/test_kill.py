"""The product is killed at the worst moments and started again: nothing lost, nothing doubled."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.domain.entries import IssueEntry
from bot.domain.issues import Severity
from bot.usecases.asking import Asker
from bot.usecases.file_issue import file_issue
from tests.e2e.children import HELD_S, child_world
from tests.e2e.conftest import plant
from tests.e2e.looking import direct, words
from tests.product import ANA, BEN

CRITICAL = "bqx-ml-critical"
POST = "chat.postMessage"
percents = count(5)  # a lower one than the last would be asked about


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kill")
    with child_world(folder, project_repo=str(folder), slack_timeout_s=HELD_S) as world:
        plant(world)
        yield world


@pytest.fixture(autouse=True)
def alive(world):
    """Each test begins with the product running and nothing left to do, not even a welcome."""
    if world.child is None or world.child.poll() is not None:
        world.start()
    world.wait(lambda: knows_members(world) and not world.pending())
    yield
    world.sandbox.faults()


def knows_members(world):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.members()


def say(world, text, channel="bqx-ml", member_id=ANA):
    member = world.as_member(member_id)
    return member.say(member.channel(channel), text)


def roots(world, title):
    member = world.as_member()
    shown = member.messages(member.channel(CRITICAL))
    return [m for m in shown if title in words(m)]


def answers(world, text, member_id=BEN):
    member = world.as_member(member_id)
    shown = member.messages(member.channel(direct(world, member_id)))
    return [m for m in shown if text in words(m) and "Logged" in words(m)]


def updates(world, note):
    with world.plans.reading(world.workspace_id) as plan:
        said = plan.last_update("STG-902")
        changes = plan.changes(kind="stage", key="STG-902")
    return len(changes) if said and said.note == note else 0


def test_level_1s_committed_and_not_posted_are_posted_once(world):
    world.sandbox.faults(no_answer=9, method=POST)
    say(world, "/bqx issue 1 The writer hangs")
    say(world, "/bqx issue 1 The reader hangs")
    world.wait(lambda: len(world.pending()) == 2 and len(world.tried()) == 1)

    world.kill()
    assert not roots(world, "hangs")
    world.restart()

    assert len(roots(world, "The writer hangs")) == 1
    assert len(roots(world, "The reader hangs")) == 1


def test_a_level_1_that_was_never_handed_to_the_engine_is_posted_once(world):
    """The state that a death between the commit and the hand-over leaves behind."""
    world.kill()
    asker = Asker(
        workspace_id=world.workspace_id,
        member_id=BEN,
        cause="cmd:never-handed-over",
        words="/bqx issue",
        now=datetime.now(UTC) - timedelta(seconds=20),
    )
    file_issue(world.plans, IssueEntry(title="Nobody told", severity=Severity.BLOCKER), asker)

    world.restart()

    assert len(roots(world, "Nobody told")) == 1


def test_a_level_1_that_slack_took_and_nobody_recorded_is_not_posted_again(world):
    world.hold_answers(POST)
    say(world, "/bqx issue 1 The disk is full")
    world.kill_when(lambda: roots(world, "The disk is full"), begun="#show")

    world.restart()

    assert len(roots(world, "The disk is full")) == 1


def test_a_progress_message_whose_answer_was_not_posted_is_logged_and_answered_once(world):
    world.sandbox.faults(no_answer=9, method=POST)
    before = len(changes_of(world))
    say(world, f"progress 1.5.5 {next(percents)} killed before the answer", direct(world, BEN), BEN)
    world.wait(lambda: updates(world, "killed before the answer"))

    world.kill()
    assert not answers(world, "killed before")
    world.restart()

    assert len(answers(world, "killed before the answer")) == 1
    assert len(changes_of(world)) == before + 1


def test_a_progress_message_whose_answer_was_not_recorded_is_answered_once(world):
    world.hold_answers(POST)
    before = len(changes_of(world))
    say(world, f"progress 1.5.5 {next(percents)} killed after the answer", direct(world, BEN), BEN)
    world.kill_when(lambda: answers(world, "killed after the answer"), begun="evt:")

    world.restart()

    assert len(answers(world, "killed after the answer")) == 1
    assert len(changes_of(world)) == before + 1


def changes_of(world, key="STG-902"):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.changes(kind="stage", key=key)


def test_a_slash_command_killed_between_commit_and_answer_is_answered_by_its_stand_in(world):
    """
    A response_url can't be asked whether an answer arrived, so it is used at most once: the
    answer is owed as long as its stand-in is pending, which it is for some milliseconds.
    """
    before, heard = len(changes_of(world)), shown_to_ana(world)
    world.sandbox.move_clock(-20)  # the stand-in's grace of 15 s will be over at the restart
    typing = threading.Thread(
        target=say, args=(world, f"/bqx progress 1.5.5 {next(percents)} killed in between")
    )
    typing.start()
    world.wait(lambda: len(changes_of(world)) > before, pause_s=0.002)

    world.kill()
    owed = any(key.endswith("#answer") for key in world.pending())
    typing.join()
    world.sandbox.move_clock(0)
    world.restart()

    assert len(changes_of(world)) == before + 1
    answered = len(shown_to_ana(world) - heard)
    assert answered == 1 if owed else answered <= 1


def shown_to_ana(world):
    """What she was told about the stage; she is welcomed and asked about other things as well."""
    member = world.as_member()
    places = [member.channel(name) for name in ("bqx-ml", direct(world))]
    return {m["ts"] for place in places for m in member.messages(place) if "1.5.5" in words(m)}


def test_a_polite_end_in_the_middle_of_work_is_quick_and_loses_nothing(world):
    world.kill()
    world.environment["SLACK_TIMEOUT_S"] = "3"
    world.start()
    world.sandbox.faults(no_answer=1, method=POST)
    say(world, "/bqx issue 1 Ended politely")
    world.wait(world.tried)

    begun = time.monotonic()
    assert world.terminate() == 0
    assert time.monotonic() - begun < 25
    world.environment["SLACK_TIMEOUT_S"] = str(HELD_S)
    world.restart()

    assert len(roots(world, "Ended politely")) == 1
    assert "Traceback" not in world.said()
