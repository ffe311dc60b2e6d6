from datetime import timedelta

import pytest

from bot.domain.probe_movement import Movement, movement, names_a_start
from bot.domain.probe_offers import stage_of
from bot.domain.probes import ProbeReading
from tests.conftest import MONDAY


def reading(minute, done=None, total=336, *, fraction=None, silent=None, restarted=False):
    at = MONDAY + timedelta(minutes=minute)
    return ProbeReading(
        probe="p",
        stage="1.5.4",
        done=done,
        total=None if done is None else total,
        fraction=fraction if fraction is not None else done / total,
        source="a.log",
        line="",
        read_at=at,
        changed_at=None if silent is None else at - timedelta(minutes=silent),
        restarted=restarted,
    )


def test_the_first_reading_is_the_first():
    assert movement([], reading(0, 10)).kind is Movement.FIRST


def test_a_counter_that_rose_moved():
    assert movement([reading(0, 10)], reading(5, 11)).kind is Movement.MOVED


def test_no_movement_is_told_since_the_first_reading_of_the_value():
    earlier = [reading(0, 9), reading(5, 10), reading(10, 10), reading(15, 10)]

    moved = movement(earlier, reading(20, 10))

    assert (moved.kind, moved.since) == (Movement.STILL, MONDAY + timedelta(minutes=5))


def test_a_counter_that_fell_is_a_new_run():
    assert movement([reading(0, 300)], reading(5, 40)).kind is Movement.NEW_RUN


def test_a_start_in_the_log_is_a_new_run_though_the_counter_rose():
    assert movement([reading(0, 300)], reading(5, 310, restarted=True)).kind is Movement.NEW_RUN


def test_a_total_that_grew_is_told_and_is_no_new_run():
    moved = movement([reading(0, 20, 40)], reading(5, 21, 84))

    assert (moved.kind, moved.total_before) == (Movement.MOVED, 40)


def test_a_total_that_grew_under_a_standing_counter_is_no_movement():
    moved = movement([reading(0, 20, 40)], reading(5, 20, 84))

    assert (moved.kind, moved.total_before) == (Movement.STILL, 40)


def test_an_inner_loop_moves_the_round_it_is_in():
    earlier = [reading(0, 2, 10, fraction=0.21)]

    assert movement(earlier, reading(5, 2, 10, fraction=0.24)).kind is Movement.MOVED


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(0.38, 0.40, Movement.MOVED), (0.38, 0.38, Movement.STILL), (0.38, 0.05, Movement.NEW_RUN)],
)
def test_a_share_alone_moves_too(before, after, kind):
    assert movement([reading(0, fraction=before)], reading(5, fraction=after)).kind is kind


def test_ten_silent_minutes_are_a_question():
    assert movement([], reading(0, 10, silent=10)).stalled
    assert not movement([], reading(0, 10, silent=9)).stalled


def test_a_finished_counter_may_be_silent():
    assert not movement([], reading(0, 336, silent=600)).stalled


@pytest.mark.parametrize("line", ["12:20 run 2 started", "INFO job restarted", "Backfill starting"])
def test_a_start_is_known_by_its_words(line):
    assert names_a_start(line)


@pytest.mark.parametrize(
    "line", ["12/40 files processed", "Starting extraction: agg_audusd", "start"]
)
def test_other_lines_are_no_start(line):
    assert not names_a_start(line)


REFS = ["1.5.4", "1.5.4.5", "2.10", "2.1", "7"]


@pytest.mark.parametrize(
    ("path", "line", "ref"),
    [
        ("/logs/extract_1.5.4.log", "", "1.5.4"),
        ("/logs/extract_1_5_4_5_audusd.log", "", "1.5.4.5"),
        ("/logs/stage-1-5-4/run.log", "", "1.5.4"),
        ("/logs/2.10/run.log", "", "2.10"),
        ("/logs/run.log", "Stage 1.5.4: 129/336 partitions", "1.5.4"),
        ("/logs/run.log", "129/336 in 1.5.4 s", None),
        ("/logs/v1.5.4.6/run.log", "", None),
        ("/logs/1.5.4/2.10.log", "", None),
        ("/logs/7.log", "", None),
        ("/logs/stage_7.log", "", "7"),
        ("/logs/run.log", "129/336", None),
    ],
)
def test_a_log_is_offered_to_the_stage_it_names(path, line, ref):
    assert stage_of(path, line, REFS) == ref
