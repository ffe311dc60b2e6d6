"""
A year of a team of thirty in five zones, swept as the product sweeps, on a real database.

The clock jumps from one moment that matters to the next: every due moment, and a moment a little
later at random. In between people go away, cadences are paused and skipped, the process stands
still for hours or days, starts anew, and the clock is set back by an hour.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.cadences import END_OF_DAY, cadences
from bot.domain.calendar import coming, slot_instant
from bot.domain.effects import EffectKind, EffectState
from bot.domain.own_time import OwnTime, own_time
from bot.domain.plan import Member, Stage, Status, Why
from bot.domain.runs import Run
from bot.domain.team import Pause
from bot.usecases.say_progress import say_progress
from bot.usecases.sweep_calendar import sweep_calendar
from bot.usecases.sweep_prompts import sweep_prompts
from tests.engines import MemoryEngine
from tests.plans import fresh_plans
from tests.usecases.running_jobs import run_job

LEAD = "U0LEAD"
# With DST, without, with half an hour, working from Sunday to Thursday, far in the west.
PLACES = (
    ("Europe/Berlin", "DE-BE", None),
    ("Asia/Kolkata", "IN", None),
    ("Asia/Jerusalem", "IL", (6, 0, 1, 2, 3)),
    ("America/New_York", "US", None),
    ("Asia/Singapore", "SG", None),
)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Year:
    """What happened in a year, and what the ledger says of it."""

    runs: list[Run]
    sent: Counter[tuple[str, str]]  # prompts by member and date
    posts: Counter[str]  # reviews by job and date
    reports: int
    owed: dict[tuple[str, str], set[str]]  # dates that must be accounted for, by job and subject
    happened: Counter[str] = field(default_factory=Counter)
    sweeps: int = 0

    def table(self) -> str:
        """What became of the runs, by job."""
        rows: dict[str, Counter[str]] = defaultdict(Counter)
        for run in self.runs:
            row = rows[run.job]
            row["due"] += 1
            row[run.state.value] += 1
            row["moved"] += run.reason.startswith("moved") or ", moved" in run.reason
            row["merged"] += run.reason.startswith("merged")
            if run.state.value == "skipped":
                row[f"skipped, {_kind(run.reason)}"] += 1
        columns = ["due", "on time", "late", "moved", "merged", "skipped"]
        reasons = sorted({name for row in rows.values() for name in row} - set(columns))
        names = [*columns, *reasons]
        lines = [" | ".join(["job", *names])]
        lines += [" | ".join([job, *(str(rows[job][n]) for n in names)]) for job in sorted(rows)]
        return "\n".join(lines)


def _kind(reason: str) -> str:
    words = reason.partition(":")[0].partition(";")[0]
    return "no working day" if "no working day" in words else words


class Simulation:
    """The year, one step after another."""

    def __init__(self, folder: Path, *, seed: int, start: date, days: int, people: int) -> None:
        self.random = Random(seed)
        self.folder = folder
        self.plans = fresh_plans(folder)
        self.engine = MemoryEngine()
        self.start = datetime.combine(start, time(0), UTC)
        self.end = self.start + timedelta(days=days)
        self.people = people
        self.happened: Counter[str] = Counter()
        self.sweeps = 0
        self.done: set[str] = set()
        self.stood_still = False
        workspace = self.plans.connect_team("T0YEAR", name="Year", bot_user_id="U0BOT")
        self.workspace_id = workspace.id
        self._set_up()

    def _why(self, at: datetime) -> Why:
        return Why(operation=f"s{self.random.random()}", actor_id=LEAD, at=at, reason="simulated")

    def _set_up(self) -> None:
        why = self._why(self.start)
        with self.plans.changing(self.workspace_id) as plan:
            plan.put_workspace(replace(plan.workspace, zone="Europe/Berlin", lead_id=LEAD))
            team = replace(plan.team(), country="DE-BE", review_anchor="2026-01-09")
            plan.save(team, why)
            for number in range(self.people):
                self._hire(plan, number, why)

    def _hire(self, plan, number: int, why: Why) -> None:
        zone, country, work_days = PLACES[number % len(PLACES)]
        member_id = LEAD if number == 0 else f"U0M{number:03d}"
        plan.put_member(Member(id=member_id, name=f"Member {number}", zone=zone))
        hour = ("16:30", "17:00", "15:45")[number % 3]
        person = plan.person(member_id)
        plan.save(replace(person, country=country, work_days=work_days, prompt_at=hour), why)
        status = Status.NOT_STARTED if number % 10 == 9 else Status.IN_PROGRESS
        stage = Stage(
            key=f"STG-{number + 1:03d}",
            ref=f"1.{number + 1}",
            name=f"Stage {number}",
            status=status,
            owner_id=member_id,
        )
        plan.save(stage, why)

    def run(self) -> Year:
        """Live through it."""
        owed = self._owed()
        now = self.start
        self._sweep(now)
        for moment in self._moments():
            if moment <= now:
                continue  # it passed while nothing ran
            now = self._live(moment)
        self._sweep(self.end)
        return self._year(owed)

    def _moments(self) -> Iterator[datetime]:
        """Every due moment of anybody, with some minutes more, in order."""
        with self.plans.reading(self.workspace_id) as plan:
            own = {self._own(plan, member) for member in plan.members()}
            schedules = [*cadences(plan.workspace, plan.team()), *(one.schedule for one in own)]
        found: set[datetime] = set()
        for schedule in schedules:
            for slot in coming(schedule, after=self.start):
                if slot.instant >= self.end:
                    break
                found.add(slot.instant + timedelta(seconds=self.random.randrange(120)))
        yield from sorted(found)

    def _own(self, plan, member: Member) -> OwnTime:
        found = own_time(plan.person(member.id), member, plan.team(), plan.workspace)
        assert found is not None
        return found

    def _live(self, moment: datetime) -> datetime:
        """Let something happen, or nothing; then sweep. Returns the clock's time."""
        chance = self.random.random()
        if chance < 0.03:
            self._someone_goes_away(moment)
        elif chance < 0.034:
            self._pause(moment)
        elif chance < 0.05:
            self._log(moment)
        elif chance < 0.06:
            self._start_anew()
        elif chance < 0.075:
            self.happened["down for hours"] += 1
            moment += HOUR * self.random.randrange(1, 8)
        elif chance < 0.0755 or self._stands_still_once(moment):
            self.happened["down for days"] += 1
            moment += DAY * self.random.randrange(14, 17)  # two Mondays, whichever day it is
        elif chance < 0.087:
            self.happened["clock set back"] += 1
            self._sweep(moment)
            self._sweep(moment - HOUR)
        elif chance < 0.091:
            self.happened["another replica"] += 1
            self._sweep(moment)
        self._sweep(moment)
        return moment

    def _stands_still_once(self, now: datetime) -> bool:
        """Whether it is time for the one standstill that every simulated year has."""
        if self.stood_still or now < self.start + (self.end - self.start) / 2:
            return False
        self.stood_still = True
        return True

    def _sweep(self, now: datetime) -> None:
        self.sweeps += 1
        sweep_calendar(self.plans, self.engine, self.plans.workspaces(), now)
        sweep_prompts(self.plans, self.workspace_id, now)
        for key, job in list(self.engine.jobs.items()):
            if key not in self.done:
                run_job(self.plans, job.payload, now)
                self.done.add(key)

    def _start_anew(self) -> None:
        """Close the database and forget what was in memory: jobs come back, all of them."""
        self.happened["restart"] += 1
        self.plans.close()
        self.done.clear()

    def _someone_goes_away(self, now: datetime) -> None:
        self.happened["absence"] += 1
        member_id = f"U0M{self.random.randrange(1, self.people):03d}"
        until = now + DAY * self.random.randrange(1, 15)
        with self.plans.changing(self.workspace_id) as plan:
            person = plan.person(member_id)
            after = replace(
                person, away_since=now, away_until=until, away_reason="holiday", away_by=LEAD
            )
            plan.save(after, self._why(now))

    def _pause(self, now: datetime) -> None:
        self.happened["pause"] += 1
        job = self.random.choice(["gap_assessment", "phase_review", "end_of_day", ""])
        last = now.date() + DAY * self.random.randrange(0, 8)
        with self.plans.changing(self.workspace_id) as plan:
            pause = Pause(
                key=plan.mint("PAUSE"),
                job=job,
                first=now.date().isoformat(),
                last=last.isoformat(),
                reason="release",
                by=LEAD,
                at=now,
            )
            plan.save(pause, self._why(now))

    def _log(self, now: datetime) -> None:
        """Somebody is a few minutes ahead of their prompt."""
        self.happened["logged early"] += 1
        number = self.random.randrange(self.people)
        with self.plans.changing(self.workspace_id) as plan:
            stage = plan.stage(f"STG-{number + 1:03d}")
            assert stage is not None
            why = replace(self._why(now), actor_id=stage.owner_id or LEAD)
            after = replace(stage, last_progress_at=now)
            say_progress(plan, after, why, note="early", progress=None)

    def _owed(self) -> dict[tuple[str, str], set[str]]:
        """Work out by hand which dates each job owes, without the code that is tested."""
        days = [self.start.date() + n * DAY for n in range(-1, (self.end - self.start).days + 1)]
        with self.plans.reading(self.workspace_id) as plan:
            people = [(m, self._own(plan, m)) for m in plan.members()]
        owed = {
            (END_OF_DAY, member.id): {
                day.isoformat()
                for day in days
                if day.weekday() in own.work_days
                and self._is_in(day, time.fromisoformat(own.at), own.zone)
            }
            for member, own in people
        }
        nine, two = time(9), time(14)
        anchor = date(2026, 1, 9)
        mondays = {d for d in days if d.weekday() == 0 and self._is_in(d, nine, "Europe/Berlin")}
        owed["gap_assessment", ""] = {day.isoformat() for day in mondays}
        owed["architecture_review", ""] = {d.isoformat() for d in mondays if d.day <= 7}
        owed["phase_review", ""] = {
            day.isoformat()
            for day in days
            if (day - anchor).days % 14 == 0 and self._is_in(day, two, "Europe/Berlin")
        }
        return owed

    def _is_in(self, day: date, at: time, zone: str) -> bool:
        instant = slot_instant(day, at, ZoneInfo(zone))
        return instant is not None and self.start < instant <= self.end

    def _year(self, owed: dict[tuple[str, str], set[str]]) -> Year:
        with self.plans.reading(self.workspace_id) as plan:
            runs = plan.runs(since=self.start)
            sent = plan.deliveries(EffectState.PENDING, limit=100_000)
            reports = plan.recent_reports("gap_assessment", limit=500)
        effects = [each.effect for each in sent]
        return Year(
            runs=runs,
            sent=Counter(
                (effect.payload["member"], effect.payload["date"])
                for effect in effects
                if effect.kind is EffectKind.END_OF_DAY
            ),
            posts=Counter(
                f"{effect.payload['job']}:{effect.payload['date']}"
                for effect in effects
                if effect.kind is EffectKind.REVIEW
            ),
            reports=len(reports),
            owed=owed,
            happened=self.happened,
            sweeps=self.sweeps,
        )
