"""Turns and counts of a base's calls, shared by every process: the port CallGate."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select, update

from bot.adapters.database import tables
from bot.adapters.database.opening import reading, writing
from bot.adapters.database.statements import inserting
from bot.errors import OutageError

CALLS_PER_S = 4  # Airtable refuses the sixth in a second, and others ask the same base too
LONGEST_S = 600.0  # a base refuses for half a minute; more is a clock that was set back
_APART_S = 1 / CALLS_PER_S
_FAR_S = 30.0  # no queue of turns is that long


class SqlCallGate:
    """
    The port CallGate.

    Args:
        wall: The real moment; turns are about Airtable's clock, never about one moved for trying.
    """

    def __init__(self, engine: Engine, wall: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._wall = wall or (lambda: datetime.now(UTC))

    def take_turn(self, base_id: str) -> float:
        """Reserve the next turn; return the seconds to wait for it. See the port."""
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, base_id)
            now = self._wall()  # behind the lock, which may have taken its time
            closed_s = (closed_until - now).total_seconds() if closed_until else 0.0
            if 0 < closed_s <= LONGEST_S:
                raise OutageError(
                    "Airtable", retry_after_s=closed_s, what="has asked everybody to wait"
                )
            turn = _next_turn(recent, now.timestamp())
            _put(db, base_id, [turn], None)
        return max(0.0, turn - now.timestamp())

    def close(self, base_id: str, seconds: float) -> None:
        """Let nobody ask for so long."""
        now = self._wall()
        until = now + timedelta(seconds=min(seconds, LONGEST_S))
        with writing(self._engine) as db:
            recent, known = _gate(db, base_id)
            holds = known is not None and (known - now).total_seconds() <= LONGEST_S
            _put(db, base_id, recent, max(until, known) if known and holds else until)

    def count(self, base_id: str, feature: str) -> int:
        """Count one call of this month; return the month's calls to this base so far."""
        budget = tables.call_budget
        month = f"{self._wall():%Y-%m}"
        with writing(self._engine) as db:
            adding = inserting(db, budget).values(
                base_id=base_id, feature=feature, month=month, calls=1
            )
            keys = ["base_id", "feature", "month"]
            more = {"calls": budget.c.calls + 1}
            db.execute(adding.on_conflict_do_update(index_elements=keys, set_=more))
            mine = (budget.c.base_id == base_id, budget.c.month == month)
            return int(db.scalar(select(func.sum(budget.c.calls)).where(*mine)) or 0)

    def calls(self, base_id: str, month: str) -> dict[str, int]:
        """Return the calls of a month, by feature."""
        budget = tables.call_budget.c
        query = select(budget.feature, budget.calls).where(
            budget.base_id == base_id, budget.month == month
        )
        with reading(self._engine) as db:
            return {row[0]: row[1] for row in db.execute(query)}


def _next_turn(recent: list[float], now: float) -> float:
    """
    Return the first moment that is a quarter of a second behind the last turn.

    Evenly, and not four at once: answers take their time, and two bursts would meet in a second.
    """
    # A clock that was set back leaves turns in the far future: they are nobody's any more.
    known = [turn for turn in recent if turn < now + _FAR_S]
    return max([now, *(turn + _APART_S for turn in known)])


def _gate(db: Connection, base_id: str) -> tuple[list[float], datetime | None]:
    gate = tables.airtable_gate
    # The row is there before it is locked: two first callers must not both find none.
    first = inserting(db, gate).values(base_id=base_id, recent=[], closed_until=None)
    db.execute(first.on_conflict_do_nothing(index_elements=["base_id"]))
    query = select(gate).where(gate.c.base_id == base_id).with_for_update()
    row = db.execute(query).mappings().one()
    return list(row["recent"]), row["closed_until"]


def _put(db: Connection, base_id: str, recent: list[float], closed_until: datetime | None) -> None:
    gate = tables.airtable_gate
    row = {"recent": recent, "closed_until": closed_until}
    db.execute(update(gate).where(gate.c.base_id == base_id).values(**row))
