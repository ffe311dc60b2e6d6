"""
Whoever changes hour, zone, week or country in the middle of a day keeps one row for each day.

`BQX_MANY_WEEKS=200 pytest tests/calendar` lives through as many random weeks.
"""

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    END_OF_DAY,
    GAP_ASSESSMENT,
    PHASE_REVIEW,
    ran,
)
from bot.domain.effects import EffectKind, EffectState
from bot.domain.plan import Status
from bot.domain.runs import RunState
from bot.usecases.sweep_calendar import sweep_calendar
from bot.usecases.sweep_prompts import sweep_prompts
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.engines import MemoryEngine

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 3, 20, tzinfo=UTC)  # clocks change in America, then in Europe
CALM_DAYS = 3  # everybody's own days begin before anything is changed
DAYS = 10
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Asia/Kolkata",
)
CHANGES = st.one_of(
    st.fixed_dictionaries({"prompt_at": st.sampled_from(["00:10", "09:00", "16:30", "23:50"])}),
    st.fixed_dictionaries({"zone": st.sampled_from(ZONES)}),
    st.fixed_dictionaries(
        {"work_days": st.sampled_from([(0, 1, 2, 3, 4), (6, 0, 1, 2, 3), (0, 2, 4)])}
    ),
    st.fixed_dictionaries({"country": st.sampled_from(["DE", "IL", ""])}),
)
EVENTS = st.lists(
    st.tuples(
        st.integers(min_value=CALM_DAYS * 24 * 60, max_value=(DAYS - 2) * 24 * 60),
        st.sampled_from([ANA, BEN, "team"]),
        CHANGES,
    ),
    min_size=1,
    max_size=10,
)


@dataclass
class Lived:
    """What the ledger says of some weeks, and which settings there were from when on."""

    rows: dict[tuple[str, date], list] = field(default_factory=dict)
    sent: Counter = field(default_factory=Counter)
    settings: dict[str, list[tuple[datetime, tuple[int, ...]]]] = field(default_factory=dict)

    def weeks_of(self, member_id: str, day: date) -> list[tuple[int, ...]]:
        """Return the work weeks they had while a date went on anywhere on earth."""
        midnight = datetime.combine(day, time(), UTC)
        first, last = midnight - 14 * HOUR, midnight + DAY + 12 * HOUR
        had = self.settings[member_id]
        ends = [begun for begun, _ in had[1:]] + [datetime.max.replace(tzinfo=UTC)]
        return [
            week
            for (begun, week), end in zip(had, ends, strict=True)
            if begun <= last and end >= first
        ]


def live(folder, events):
    """Live through the weeks, swept every four hours and soon after each change."""
    small = SmallPlan(folder)
    lived = Lived()
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, zone="Europe/Berlin"))
        why = small.asker(ANA).why()
        second = replace(plan.stage("STG-902"), owner_id=BEN, status=Status.IN_PROGRESS)
        plan.save(second, why)
        # Somebody in the far east who moves the cursor, whatever the others do.
        third = replace(plan.stage("STG-904"), owner_id=CARA, status=Status.IN_PROGRESS)
        plan.save(third, why)
    note(small, lived, START)
    moments = [START + n * 4 * HOUR for n in range(DAYS * 6 + 1)]
    steps = sorted(
        [
            *((at, "", None) for at in moments),
            *((START + timedelta(minutes=m), w, c) for m, w, c in events),
        ],
        key=lambda step: step[0],
    )
    for at, who, change in steps:
        if change is not None:
            apply(small, who, change)
            note(small, lived, at)
        sweep_prompts(small.plans, small.workspace_id, at)
    return read(small, lived)


def apply(small, who, change):
    with small.plans.changing(small.workspace_id) as plan:
        why = small.asker(ANA).why()
        if who != "team":
            plan.save(replace(plan.person(who), **change), why)
        elif "zone" in change:
            plan.put_workspace(replace(plan.workspace, zone=change["zone"]))
        else:
            plan.save(replace(plan.team(), **change), why)


def note(small, lived, at):
    with small.plans.reading(small.workspace_id) as plan:
        for member_id in (ANA, BEN, CARA):
            own = plan.person(member_id).work_days
            week = plan.team().work_days if own is None else own
            lived.settings.setdefault(member_id, []).append((at, week))


def read(small, lived):
    with small.plans.reading(small.workspace_id) as plan:
        runs = plan.runs(since=START - 9 * DAY, job=END_OF_DAY)
        sent = plan.deliveries(EffectState.PENDING, kind=EffectKind.END_OF_DAY, limit=1000)
    for run in runs:
        lived.rows.setdefault((run.subject, date.fromisoformat(run.local_date)), []).append(run)
    lived.sent.update((e.effect.payload["member"], e.effect.payload["date"]) for e in sent)
    return lived


@settings(
    max_examples=int(os.environ.get("BQX_MANY_WEEKS", "8")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=EVENTS)
def test_every_day_of_work_ends_with_one_row_whatever_is_changed_in_its_midst(
    tmp_path_factory, events
):
    lived = live(tmp_path_factory.mktemp("weeks"), events)

    first = (START + CALM_DAYS * DAY).date()
    for member_id in (ANA, BEN, CARA):
        for number in range(DAYS - CALM_DAYS - 2):
            day = first + number * DAY
            weeks = [day.weekday() in week for week in lived.weeks_of(member_id, day)]
            rows = lived.rows.get((member_id, day), [])
            if all(weeks):
                assert len(rows) == 1, (member_id, day)
            if not any(weeks):
                assert rows == [], (member_id, day)
    assert all(run.reason for (run,) in lived.rows.values() if run.state is RunState.SKIPPED)
    taken = {
        (run.subject, run.local_date)
        for (run,) in lived.rows.values()
        if run.state is not RunState.SKIPPED
    }
    assert lived.sent == Counter(dict.fromkeys(taken, 1))


TEAM_CHANGES = st.one_of(
    st.fixed_dictionaries({"digest_at": st.sampled_from(["00:10", "08:00", "09:00", "23:50"])}),
    st.fixed_dictionaries({"zone": st.sampled_from(ZONES)}),
    st.fixed_dictionaries(
        {"work_days": st.sampled_from([(0, 1, 2, 3, 4), (6, 0, 1, 2, 3), (1, 2, 3, 4), (0, 1, 2)])}
    ),
    st.fixed_dictionaries({"country": st.sampled_from(["DE", "IL", ""])}),
)
WEEKS = 6
_ON_A_MONDAY = st.builds(
    lambda week, minute: (3 + 7 * week) * 24 * 60 + minute,
    st.integers(min_value=0, max_value=WEEKS - 1),
    st.integers(min_value=0, max_value=24 * 60),
)
_AT_ANY_TIME = st.integers(min_value=3 * 24 * 60, max_value=WEEKS * 7 * 24 * 60)
TEAM_EVENTS = st.lists(
    st.tuples(st.one_of(_ON_A_MONDAY, _AT_ANY_TIME), TEAM_CHANGES), min_size=2, max_size=12
)
GIVEN_UP = st.sets(st.integers(min_value=1, max_value=WEEKS), min_size=2)  # jobs, in their order


@settings(
    max_examples=int(os.environ.get("BQX_MANY_WEEKS", "8")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=TEAM_EVENTS, given_up=GIVEN_UP)
def test_every_monday_and_other_friday_ends_with_one_row_too(tmp_path_factory, events, given_up):
    small, engine = SmallPlan(tmp_path_factory.mktemp("team")), MemoryEngine()
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(replace(plan.team(), review_anchor="2026-03-27"), small.asker(ANA).why())
    steps = sorted(
        [
            *((START + n * 8 * HOUR, None) for n in range((WEEKS + 1) * 7 * 3)),
            *((START + timedelta(minutes=minute), change) for minute, change in events),
        ],
        key=lambda step: step[0],
    )
    done = set()
    for at, change in steps:
        if change is not None:
            change_team(small, change)
        sweep_calendar(small.plans, engine, small.plans.workspaces(), at)
        run_some(small, engine, done, given_up, at)

    with small.plans.reading(small.workspace_id) as plan:
        rows = {(run.job, run.local_date) for run in plan.runs(since=START)}
    last = START.date() + WEEKS * 7 * DAY
    mondays = [date(2026, 3, 23) + n * 7 * DAY for n in range(WEEKS)]
    fridays = [date(2026, 3, 27) + n * 14 * DAY for n in range(WEEKS // 2)]
    for job, days in ((GAP_ASSESSMENT, mondays), (PHASE_REVIEW, fridays)):
        owed = {day.isoformat() for day in days if day <= last}
        assert owed <= {day for each, day in rows if each == job}


def change_team(small, change):
    with small.plans.changing(small.workspace_id) as plan:
        if {"zone", "digest_at"} & set(change):
            plan.put_workspace(replace(plan.workspace, **change))
        else:
            plan.save(replace(plan.team(), **change), small.asker(ANA).why())


def run_some(small, engine, done, given_up, at):
    """Run what was handed over, but for those jobs that the engine gives up."""
    for key, job in engine.jobs.items():
        if key in done:
            continue
        done.add(key)
        if len(done) in given_up:
            continue
        due = [(job.payload["job"], job.payload["local_date"])]
        due += [(ARCHITECTURE_REVIEW, job.payload["merged"])] if "merged" in job.payload else []
        with small.plans.changing(small.workspace_id) as plan:
            for name, day in due:
                instant = datetime.fromisoformat(job.payload["due"])
                plan.claim_run(ran(name, date.fromisoformat(day), due=instant, now=at))
