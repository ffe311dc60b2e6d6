"""Turns and counts of a base's calls, shared by every process: the port CallGate."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select

from bot.adapters.database import tables
from bot.adapters.database.opening import reading, writing
from bot.adapters.database.statements import inserting
from bot.errors import OutageError

CALLS_PER_S = 4  # Airtable refuses the sixth in a second, and others ask the same base too
_WINDOW_S = 1.0


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
        now = self._wall()
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, base_id)
            if closed_until and closed_until > now:
                raise OutageError("Airtable", retry_after_s=(closed_until - now).total_seconds())
            turn = _next_turn(recent, now.timestamp())
            _put(db, base_id, [*recent, turn][-CALLS_PER_S:], closed_until)
        return max(0.0, turn - now.timestamp())

    def close(self, base_id: str, seconds: float) -> None:
        """Let nobody ask for so long."""
        until = self._wall() + timedelta(seconds=seconds)
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, base_id)
            _put(db, base_id, recent, max(until, closed_until or until))

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
    """Return the first moment at which no second holds more than the allowed calls."""
    # A clock that was set back leaves turns in the far future: they are nobody's any more.
    known = [turn for turn in recent if turn < now + 60]
    if len(known) < CALLS_PER_S:
        return max([now, *known[-1:]])
    return max(now, known[-CALLS_PER_S] + _WINDOW_S, known[-1])


def _gate(db: Connection, base_id: str) -> tuple[list[float], datetime | None]:
    gate = tables.airtable_gate
    query = select(gate).where(gate.c.base_id == base_id).with_for_update()
    row = db.execute(query).mappings().first()
    return (list(row["recent"]), row["closed_until"]) if row else ([], None)


def _put(db: Connection, base_id: str, recent: list[float], closed_until: datetime | None) -> None:
    row = {"recent": recent, "closed_until": closed_until}
    putting = inserting(db, tables.airtable_gate).values(base_id=base_id, **row)
    db.execute(putting.on_conflict_do_update(index_elements=["base_id"], set_=row))
