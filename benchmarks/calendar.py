"""When ten thousand members are asked next: grouped as the product does it, and one by one."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from random import Random

from benchmarks.table import Row, milliseconds
from bot.domain.calendar import Slot, next_slot
from bot.domain.own_time import by_own_time, next_prompts, own_time
from bot.domain.people import Person
from bot.domain.plan import Member, Workspace
from bot.domain.team import Team

MEMBERS = 10_000
TIMES = 5
MOST_S = 1.0
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
    """Return the row of the grouped computation, with what one by one costs beside it."""
    people = _people()
    grouped, fast = _fastest(lambda: _grouped(people))
    alone, slow = _fastest(lambda: _one_by_one(people))
    if fast != slow:
        raise AssertionError("the two ways disagree")
    own = len(by_own_time(*people, Team(), _WORKSPACE))
    return [
        Row(
            f"Next run of {MEMBERS:,} members in {len(ZONES)} zones, {own} different times",
            f"{milliseconds(grouped)}; one by one {milliseconds(alone)},"
            f" {alone / grouped:.0f} times as long",
            f"< {milliseconds(MOST_S)}",
            grouped < MOST_S,
        )
    ]


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
