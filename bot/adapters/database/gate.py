"""Turns and counts of a base's calls, shared by every process: the port CallGate."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select, update

from bot.adapters.database import tables
from bot.adapters.database.opening import reading, writing
from bot.adapters.database.statements import inserting
from bot.errors import OutageError
from bot.ports.airtable import Turn

CALLS_PER_S = 4  # Airtable refuses the sixth in a second, and others ask the same base too
ARRIVALS_PER_S = 5
LONGEST_S = 600.0  # a base refuses for half a minute; more is a clock that was set back
_WINDOW_S = 1.0
_FAR_S = 30.0  # no queue of turns is that long
_GIVEN_UP_S = 40.0  # no call waits longer for its answer; its process was killed

# A call's turn and its end, both in seconds since 1970; None while no answer is there.
_Call = tuple[float, float | None]


class SqlCallGate:
    """
    The port CallGate.

    Args:
        wall: The real moment; turns are about Airtable's clock, never about one moved for trying.
            Without one it is the database's, where that is a server: those who share it must
            agree on the moment, and the clock of one of their machines may be an hour off.
    """

    def __init__(self, engine: Engine, wall: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._wall = wall

    def take_turn(self, base_id: str, feature: str) -> Turn:
        """Reserve the next turn. See the port."""
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, base_id)
            now = self._now(db)  # behind the lock, which may have taken its time
            _refuse_closed(closed_until, now)
            at_s = now.timestamp()
            known = _still_telling(recent, at_s)
            turn = _next_turn(known, at_s)
            _put(db, base_id, [*known, (turn, None)], None)
            if turn <= at_s:
                _count(db, base_id, feature, now)
        return Turn(base_id, feature, turn, wait_s=max(0.0, turn - at_s))

    def put_off(self, turn: Turn) -> Turn:
        """Look at a turn again when it has come. See the port."""
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, turn.base_id)
            now = self._now(db)
            _refuse_closed(closed_until, now)
            at_s = now.timestamp()
            # Who waits behind this one looks again, too, and then heeds where it is now.
            before = [call for call in recent if call[0] < turn.at_s]
            moment = _next_turn(_still_telling(before, at_s), at_s)
            others = [call for call in recent if call[0] != turn.at_s]
            _put(db, turn.base_id, [*others, (moment, None)], closed_until)
            _count(db, turn.base_id, turn.feature, now)
        return replace(turn, at_s=moment, wait_s=max(0.0, moment - at_s))

    def answered(self, turn: Turn) -> None:
        """Note that a turn's call has ended. See the port."""
        with writing(self._engine) as db:
            recent, closed_until = _gate(db, turn.base_id)
            end = max(turn.at_s, self._now(db).timestamp())
            told = [(at_s, end if at_s == turn.at_s else ended) for at_s, ended in recent]
            _put(db, turn.base_id, told, closed_until)

    def close(self, base_id: str, seconds: float) -> None:
        """Let nobody ask for so long."""
        with writing(self._engine) as db:
            recent, known = _gate(db, base_id)
            now = self._now(db)
            until = now + timedelta(seconds=min(seconds, LONGEST_S))
            holds = known is not None and (known - now).total_seconds() <= LONGEST_S
            _put(db, base_id, recent, max(until, known) if known and holds else until)

    def calls(self, base_id: str, month: str) -> dict[str, int]:
        """Return the calls of a month, by feature."""
        budget = tables.call_budget.c
        query = select(budget.feature, budget.calls).where(
            budget.base_id == base_id, budget.month == month
        )
        with reading(self._engine) as db:
            return {row[0]: row[1] for row in db.execute(query)}

    def _now(self, db: Connection) -> datetime:
        if self._wall is not None:
            return self._wall()
        if db.dialect.name == "postgresql":
            moment: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
            return moment.astimezone(UTC)
        return datetime.now(UTC)


def _count(db: Connection, base_id: str, feature: str, now: datetime) -> None:
    budget = tables.call_budget
    adding = inserting(db, budget).values(
        base_id=base_id, feature=feature, month=f"{now:%Y-%m}", calls=1
    )
    keys = ["base_id", "feature", "month"]
    more = {"calls": budget.c.calls + 1}
    db.execute(adding.on_conflict_do_update(index_elements=keys, set_=more))


def _refuse_closed(closed_until: datetime | None, now: datetime) -> None:
    closed_s = (closed_until - now).total_seconds() if closed_until else 0.0
    if 0 < closed_s <= LONGEST_S:
        raise OutageError("Airtable", retry_after_s=closed_s, what="has asked everybody to wait")


def _still_telling(recent: list[_Call], now: float) -> list[_Call]:
    """Return the calls that the next turn must heed."""
    # A clock that was set back leaves turns in the far future: they are nobody's any more.
    return [
        (turn, ended)
        for turn, ended in recent
        if turn < now + _FAR_S and _end(turn, ended, now) > now - _WINDOW_S
    ]


def _next_turn(recent: list[_Call], now: float) -> float:
    """
    Return the first moment at which no second holds a fifth turn or a sixth arrival.

    When a call reached Airtable is not known: at its turn, at its answer, or between. So it may
    arrive until its answer, and calls that were held up meet no burst of later ones.
    """
    turns = [turn for turn, _ in recent]
    ends = [_end(turn, ended, now) for turn, ended in recent]
    return max(now, _after(turns, CALLS_PER_S), _after(ends, ARRIVALS_PER_S))


def _after(moments: list[float], most: int) -> float:
    """Return when another may follow without being one more than `most` in a second."""
    return sorted(moments)[-most] + _WINDOW_S if len(moments) >= most else 0.0


def _end(turn: float, ended: float | None, now: float) -> float:
    """Return when a call can last have reached Airtable, as far as is known."""
    if ended is not None:
        return ended
    return max(turn, now) if now < turn + _GIVEN_UP_S else turn


def _gate(db: Connection, base_id: str) -> tuple[list[_Call], datetime | None]:
    gate = tables.airtable_gate
    query = select(gate).where(gate.c.base_id == base_id).with_for_update()
    row = db.execute(query).mappings().one_or_none()
    if row is None:
        # The row is there before it is locked: two first callers must not both find none.
        first = inserting(db, gate).values(base_id=base_id, recent=[], closed_until=None)
        db.execute(first.on_conflict_do_nothing(index_elements=["base_id"]))
        row = db.execute(query).mappings().one()
    return [(turn, ended) for turn, ended in row["recent"]], row["closed_until"]


def _put(db: Connection, base_id: str, recent: list[_Call], closed_until: datetime | None) -> None:
    gate = tables.airtable_gate
    row = {"recent": [list(call) for call in recent], "closed_until": closed_until}
    db.execute(update(gate).where(gate.c.base_id == base_id).values(**row))
