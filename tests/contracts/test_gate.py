"""What the gate promises: few calls a second, counted, whoever asks. Runs on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database import open_database
from bot.adapters.database.gate import SqlCallGate
from bot.errors import OutageError
from tests.contracts.processes import outputs, start

BASE = "appTESTS000000001"
NOON = datetime(2025, 11, 30, 12, 0, tzinfo=UTC)


class Wall:
    """A clock on the wall that a test moves."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def gate(url, wall):
    engine = open_database(url)
    yield SqlCallGate(engine, wall)
    engine.dispose()


def test_the_first_caller_does_not_wait(gate):
    assert gate.take_turn(BASE, "pull").wait_s == 0


def test_no_second_holds_a_fifth_turn(gate):
    waits = [gate.take_turn(BASE, "pull").wait_s for _ in range(6)]

    assert waits == pytest.approx([0, 0, 0, 0, 1, 1], abs=1e-3)


def test_who_comes_later_waits_no_longer_than_needed(gate, wall):
    for _ in range(4):
        gate.answered(gate.take_turn(BASE, "pull"))
    wall.move(0.9)
    soon = gate.take_turn(BASE, "pull").wait_s
    wall.move(5)

    assert soon == pytest.approx(0.1, abs=1e-3)
    assert gate.take_turn(BASE, "pull").wait_s == 0


def test_calls_that_were_held_up_make_no_burst(gate, wall):
    """Each may have reached Airtable just before its answer, whenever its turn was."""
    turns = [gate.take_turn(BASE, "pull") for _ in range(5)]
    wall.move(20)
    for turn in turns:
        gate.answered(turn)

    assert gate.take_turn(BASE, "pull").wait_s == pytest.approx(1, abs=1e-3)


def test_a_call_whose_process_was_killed_counts_for_one_and_not_for_ever(gate, wall):
    for _ in range(5):
        gate.take_turn(BASE, "pull")
    wall.move(30)
    waiting = gate.take_turn(BASE, "pull").wait_s
    wall.move(30)

    assert waiting == pytest.approx(1)
    assert gate.take_turn(BASE, "pull").wait_s == 0


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    held=st.lists(st.tuples(st.floats(0, 1.5), st.floats(0, 1.5)), min_size=6, max_size=40),
)
def test_however_calls_are_held_up_the_sixth_in_a_second_never_arrives(gate, wall, held):
    """One call after the other, each so long on its way there and so long on its way back."""
    wall.move(60)
    arrived = []
    for before_s, behind_s in held:
        turn = gate.take_turn(BASE, "pull")
        wall.move(turn.wait_s + before_s)
        arrived.append(wall.moment.timestamp())
        wall.move(behind_s)
        gate.answered(turn)

    assert all(sixth - first > 0.99 for first, sixth in zip(arrived, arrived[5:], strict=False))


def test_who_waited_meets_no_calls_that_were_held_up_before_it(gate, wall):
    """Eight at once: four are on their way for nearly a second, and four wait for the next."""
    first = [gate.take_turn(BASE, "pull") for _ in range(4)]
    wall.move(0.01)
    waiting = [gate.take_turn(BASE, "pull") for _ in range(4)]
    wall.move(0.99 - 0.005)
    for turn in first:
        gate.answered(turn)
    wall.move(0.005)

    waits = [gate.put_off(turn).wait_s for turn in waiting]

    assert waits[0] == pytest.approx(0, abs=0.01)  # the fifth in this second
    assert all(wait > 0.9 for wait in waits[1:])


def test_who_waited_while_the_gate_was_closed_does_not_ask(gate, wall):
    turn = [gate.take_turn(BASE, "pull") for _ in range(5)][-1]
    gate.close(BASE, 30)
    wall.move(turn.wait_s)

    with pytest.raises(OutageError):
        gate.put_off(turn)


def test_a_turn_that_has_come_is_kept_where_all_before_it_were_answered(gate, wall):
    for _ in range(4):
        wall.move(0.01)
        gate.answered(gate.take_turn(BASE, "pull"))
    turn = gate.take_turn(BASE, "pull")
    wall.move(turn.wait_s)

    assert turn.wait_s > 0
    assert gate.put_off(turn).wait_s == 0
    assert gate.take_turn(BASE, "pull").wait_s < 1


def test_bases_do_not_wait_for_each_other(gate):
    gate.take_turn(BASE, "pull")

    assert gate.take_turn("appOTHER000000001", "pull").wait_s == 0


def test_a_closed_gate_refuses_everybody_and_says_for_how_long(gate, wall):
    gate.close(BASE, 30)
    wall.move(10)

    with pytest.raises(OutageError) as refused:
        gate.take_turn(BASE, "pull")

    assert refused.value.retry_after_s == pytest.approx(20)
    assert str(refused.value) == (
        "Airtable has asked everybody to wait, so I stopped. Try again in 20 s."
    )
    assert gate.take_turn("appOTHER000000001", "pull").wait_s == 0
    wall.move(20)
    assert gate.take_turn(BASE, "pull").wait_s == 0


def test_the_longer_of_two_penalties_holds(gate, wall):
    gate.close(BASE, 30)
    gate.close(BASE, 5)
    wall.move(29)

    with pytest.raises(OutageError):
        gate.take_turn(BASE, "pull")


@pytest.mark.parametrize("back_s", [60, 3600, 86_400])
def test_a_clock_that_was_set_back_stops_nobody(gate, wall, back_s):
    for _ in range(4):
        gate.take_turn(BASE, "pull")
    wall.move(-back_s)

    assert [gate.take_turn(BASE, "pull").wait_s for _ in range(5)] == pytest.approx(
        [0, 0, 0, 0, 1], abs=1e-3
    )


def test_a_penalty_from_before_the_clock_was_set_back_is_over(gate, wall):
    gate.close(BASE, 30)
    wall.move(-3600)

    assert gate.take_turn(BASE, "pull").wait_s == 0


def test_calls_are_counted_by_feature_and_month(gate, wall):
    for feature in ("pull", "pull", "push"):
        gate.take_turn(BASE, feature)
    wall.move(13 * 3600)  # December, in UTC
    gate.take_turn(BASE, "pull")
    gate.take_turn("appOTHER000000001", "pull")

    assert gate.calls(BASE, "2025-11") == {"pull": 2, "push": 1}
    assert gate.calls(BASE, "2025-12") == {"pull": 1}
    assert gate.calls(BASE, "2026-01") == {}


def test_two_whose_clocks_differ_by_an_hour_still_share_their_turns(url, monkeypatch):
    """Replicas on two machines meet in one server of the database; a file has one machine."""
    engine = open_database(url)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        pytest.skip("one machine has one clock")

    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=1)

    gate = SqlCallGate(engine)
    turns = [gate.take_turn(BASE, "pull") for _ in range(4)]
    monkeypatch.setattr("bot.adapters.database.gate.datetime", Wrong)
    other = SqlCallGate(engine)
    later = other.take_turn(BASE, "pull")
    other.close(BASE, 30)
    monkeypatch.undo()

    assert later.at_s - turns[0].at_s >= 1
    with pytest.raises(OutageError) as refused:
        gate.take_turn(BASE, "pull")
    assert refused.value.retry_after_s <= 30
    engine.dispose()


def test_two_processes_together_take_four_turns_a_second_and_count_each(url, home, gate):
    months = {f"{datetime.now(UTC):%Y-%m}"}
    started = [start("take_turns", url, BASE) for _ in range(2)]

    printed = [line.split() for lines in outputs(*started) for line in lines]
    taken = sorted(float(at_s) for at_s, _ in printed)

    assert len(taken) == 16
    for first, fifth in zip(taken, taken[4:], strict=False):
        assert fifth - first > 0.999
    # However long a process stands still, nobody waits longer than for the calls of two.
    assert all(float(wait_s) < 1.001 for _, wait_s in printed)
    months.add(f"{datetime.now(UTC):%Y-%m}")  # midnight may have been a new month's
    assert sum(gate.calls(BASE, month).get("pull", 0) for month in months) == 16


def test_a_call_that_has_to_wait_is_counted_once_when_it_may_be_sent(gate, wall):
    turns = [gate.take_turn(BASE, "pull") for _ in range(5)]
    assert gate.calls(BASE, "2025-11") == {"pull": 4}
    wall.move(turns[-1].wait_s)

    gate.put_off(turns[-1])

    assert gate.calls(BASE, "2025-11") == {"pull": 5}


def test_a_call_that_is_not_sent_is_not_counted(gate, wall):
    waiting = [gate.take_turn(BASE, "pull") for _ in range(5)][-1]
    gate.close(BASE, 30)
    wall.move(waiting.wait_s)

    with pytest.raises(OutageError):
        gate.put_off(waiting)
    with pytest.raises(OutageError):
        gate.take_turn(BASE, "pull")

    assert gate.calls(BASE, "2025-11") == {"pull": 4}
