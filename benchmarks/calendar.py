"""When ten thousand members are asked next, and how long it takes to ask two thousand at once."""

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.table import Row, milliseconds
from bot.domain.calendar import Slot, next_slot
from bot.domain.own_time import by_own_time, next_prompts, own_time
from bot.domain.people import Person
from bot.domain.plan import Member, Stage, Status, Why, Workspace
from bot.domain.runs import RunState
from bot.domain.team import Team
from bot.ports import PlanDatabase
from bot.settings import Settings
from bot.usecases.sweep_prompts import sweep_prompts
from bot.workspaces import open_plans

MEMBERS = 10_000
TIMES = 5
MOST_S = 1.0
ASKED = 2_000
MOST_ASKING_S = 10.0
NOW = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)  # a weekend before a change of clocks
ZONES = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo"),
    *("Asia/Kolkata", "Asia/Tokyo", "Asia/Jerusalem", "Australia/Sydney", "Asia/Kathmandu"),
    *("America/Los_Angeles", "Africa/Nairobi", "Pacific/Auckland"),
)
HOURS = (None, "15:30", "16:00", "17:00", "17:30", "18:00")
COUNTRIES = (None, "DE", "GB", "US", "IN", "IL", "BR")
WEEKS = (None, (6, 0, 1, 2, 3), (0, 1, 2, 3))

People = tuple[list[Member], dict[str, Person]]


def measure() -> list[Row]:
    """Return the rows of both."""
    return [_coming(), _asking()]


def _coming() -> Row:
    """Return the row of the grouped computation, with what one by one costs beside it."""
    people = _people()
    grouped, fast = _fastest(lambda: _grouped(people))
    alone, slow = _fastest(lambda: _one_by_one(people))
    if fast != slow:
        raise AssertionError("the two ways disagree")
    own = len(by_own_time(*people, Team(), _WORKSPACE))
    return Row(
        f"Next run of {MEMBERS:,} members in {len(ZONES)} zones, {own} different times",
        f"{milliseconds(grouped)}; one by one {milliseconds(alone)},"
        f" {alone / grouped:.0f} times as long",
        f"< {milliseconds(MOST_S)}",
        grouped < MOST_S,
    )


def _asking() -> Row:
    """Return the row of a minute in which many prompts are due: decided, counted, committed."""
    with tempfile.TemporaryDirectory() as folder:
        plans = open_plans(Settings(database_url=f"sqlite:///{folder}/plan.db"))
        try:
            taken = _ask(plans)
        finally:
            plans.close()
    return Row(
        f"{ASKED:,} end-of-day prompts due in one minute, decided and committed",
        milliseconds(taken),
        f"< {milliseconds(MOST_ASKING_S)}",
        taken < MOST_ASKING_S,
    )


def _ask(plans: PlanDatabase) -> float:
    workspace = plans.local_workspace(zone="UTC")
    why = Why(operation="setup", actor_id="import", at=NOW, reason="import")
    with plans.changing(workspace.id) as plan:
        for n in range(ASKED):
            member_id = f"U{n:05d}"
            plan.put_member(Member(id=member_id, name=f"Member {n}", zone="UTC"))
            stage = Stage(key=f"STG-{n}", ref=f"7.{n}", name=f"Work {n}", owner_id=member_id)
            plan.save(replace(stage, status=Status.IN_PROGRESS), why)
    sweep_prompts(plans, workspace.id, NOW)
    begun = time.perf_counter()
    sweep_prompts(plans, workspace.id, NOW + timedelta(hours=5))  # 17:00, asked at 16:30
    taken = time.perf_counter() - begun
    with plans.reading(workspace.id) as plan:
        asked = [run for run in plan.runs(since=NOW) if run.state is not RunState.SKIPPED]
    if len(asked) != ASKED:
        raise AssertionError(f"{len(asked)} were asked")
    return taken


_WORKSPACE = Workspace(id="W1", zone="Europe/Berlin")


def _people() -> People:
    random = Random(1)
    members = [
        Member(id=f"U{n:05d}", name=f"Member {n}", zone=random.choice(ZONES))
        for n in range(MEMBERS)
    ]
    people = {
        member.id: Person(
            key=member.id,
            prompt_at=random.choice(HOURS),
            country=random.choice(COUNTRIES),
            work_days=random.choice(WEEKS),
        )
        for member in members
    }
    return members, people


def _grouped(people: People) -> dict[str, Slot]:
    return next_prompts(by_own_time(*people, Team(), _WORKSPACE), after=NOW)


def _one_by_one(people: People) -> dict[str, Slot]:
    members, said = people
    found = {}
    for member in members:
        own = own_time(said[member.id], member, Team(), _WORKSPACE)
        slot = next_slot(own.schedule, after=NOW) if own else None
        if slot:
            found[member.id] = slot
    return found


def _fastest(work: Callable[[], dict[str, Slot]]) -> tuple[float, dict[str, Slot]]:
    taken = []
    result: dict[str, Slot] = {}
    for _ in range(TIMES):
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    return min(taken), result


def main() -> None:
    """Print the rows as JSON."""
    for row in measure():
        print(json.dumps(asdict(row), ensure_ascii=False))


if __name__ == "__main__":
    main()
