"""What a declared counter leaves in the plan, and what it leaves alone."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.domain.evidence import CounterReading
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.ports.evidence import ProbesRead
from bot.usecases.read_counters import read_counters
from tests.builders import SmallPlan
from tests.conftest import MONDAY
from tests.domain.builders import DAY, HOUR


@dataclass
class Probes:
    """Two counters: "backfill" is declared to write, "watched" is not."""

    counts: dict[str, tuple[str, int]]
    marks: list[Any] = field(default_factory=list)

    def read(self, *, now, marks, refs):
        self.marks.append(marks)
        return ProbesRead(
            readings=tuple(_reading(name, *count, now) for name, count in self.counts.items()),
            marks={name: {"offset": 10 * done} for name, (_, done) in self.counts.items()},
            writing=frozenset({"backfill"}),
        )


def _reading(probe, stage_key, done, now):
    return CounterReading(
        key=f"{probe}@{now.isoformat()}",
        probe=probe,
        stage_key=stage_key,
        read_at=now,
        fraction=done / 100,
        done=done,
        total=100,
        source=f"{probe}.log:7",
        line=f"{done}/100 done",
    )


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def read(small, now=MONDAY, **counts):
    probes = Probes(counts)
    read_counters(small.plans, probes, small.workspace_id, now=now)
    return probes


def readings(small):
    with small.plans.reading(small.workspace_id) as plan:
        return [(one.probe, one.stage_key, one.done) for one in plan.counter_readings()]


def last_update(small, key):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.last_update(key)


def save(small, stage):
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(stage, small.asker().why())


def test_every_reading_is_kept_and_the_next_look_gets_its_marks(small):
    first = read(small, backfill=("STG-901", 40), watched=("STG-902", 5))
    second = read(small, MONDAY + HOUR, backfill=("STG-901", 41))

    assert sorted(readings(small)) == [
        ("backfill", "STG-901", 40),
        ("backfill", "STG-901", 41),
        ("watched", "STG-902", 5),
    ]
    assert first.marks == [{}]
    assert second.marks == [{"backfill": {"offset": 400}, "watched": {"offset": 50}}]


def test_of_two_counters_only_the_declared_one_moves_its_stage(small):
    before = small.stage("STG-902")

    read(small, backfill=("STG-901", 40), watched=("STG-902", 5))

    assert small.stage("STG-901").progress == Progress.counted(40, 100)
    assert small.stage("STG-902") == before
    assert last_update(small, "STG-902") is None


def test_what_it_writes_is_an_update_said_by_the_product(small):
    read(small, backfill=("STG-901", 40))

    said = last_update(small, "STG-901")
    assert (said.member_id, said.at, said.note) == ("cadence", MONDAY, "40/100 done")
    assert (said.progress, said.status) == (Progress.counted(40, 100), Status.IN_PROGRESS)


def test_a_start_that_is_known_stays(small):
    save(small, replace(small.stage("STG-901"), started_at=MONDAY - 30 * DAY))

    read(small, backfill=("STG-901", 40))

    assert small.stage("STG-901").started_at == MONDAY - 30 * DAY


def test_of_a_stage_in_progress_without_a_start_none_is_guessed(small):
    read(small, backfill=("STG-901", 40))

    assert small.stage("STG-901").started_at is None


def test_a_full_counter_completes_nothing(small):
    read(small, backfill=("STG-901", 100))

    stage = small.stage("STG-901")
    assert stage.progress == Progress.counted(100, 100)
    assert (stage.status, stage.completed_at) == (Status.IN_PROGRESS, None)


@pytest.mark.parametrize(
    "change",
    [{"status": Status.COMPLETE}, {"status": Status.BLOCKED}, {"removed_at": MONDAY}],
    ids=["complete", "blocked", "removed"],
)
def test_a_stage_that_no_machine_may_move_keeps_its_revision(small, change):
    save(small, replace(small.stage("STG-901"), **change))
    before = small.stage("STG-901")

    read(small, MONDAY + HOUR, backfill=("STG-901", 40))

    assert small.stage("STG-901") == before
    assert last_update(small, "STG-901") is None
    assert readings(small) == [("backfill", "STG-901", 40)]


def test_the_same_value_twice_is_one_revision_and_one_update(small):
    before = small.stage("STG-901").revision

    read(small, backfill=("STG-901", 40))
    first = last_update(small, "STG-901")
    read(small, MONDAY + HOUR, backfill=("STG-901", 40))

    stage = small.stage("STG-901")
    assert stage.revision == before + 1
    assert stage.last_progress_at == MONDAY
    assert last_update(small, "STG-901") == first
    assert len(readings(small)) == 2

    read(small, MONDAY + 2 * HOUR, backfill=("STG-901", 41))
    assert small.stage("STG-901").revision == before + 2
