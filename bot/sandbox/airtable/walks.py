"""The pages of a list: what an offset stands for, and for how long."""

from dataclasses import dataclass, field
from zlib import crc32

from bot.sandbox.airtable.clock import ServerClock
from bot.sandbox.airtable.ids import is_id, new_id
from bot.sandbox.airtable.refusals import ApiError, invalid

_MIX = 0x9E3779B1
_MASK = 0xFFFFFFFF


@dataclass
class Walk:
    """
    One client's way through a list.

    Args:
        seed: Makes the order of its records arbitrary, and the same on every page.
        pages: For each offset handed out, by its record: (position, records before it).
    """

    id: str
    seed: int
    touched: float
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)

    def rank(self, record_id: str) -> int:
        """Return where a record stands when nobody asked for an order."""
        mixed = (crc32(record_id.encode()) ^ self.seed) * _MIX & _MASK
        return mixed ^ (mixed >> 15)

    def offset(self, record_id: str, position: int, before: int) -> str:
        """Hand out the offset of a page that starts at a record."""
        self.pages[record_id] = (position, before)
        return f"{self.id}/{record_id}"


class Walks:
    """
    Keeps the walks that are under way.

    Args:
        life_s: A walk ends when its offsets were not used for so long.
    """

    def __init__(self, clock: ServerClock, life_s: float) -> None:
        self._clock = clock
        self._life_s = life_s
        self._walks: dict[str, Walk] = {}

    def begin(self) -> Walk:
        """Start a walk."""
        walk = Walk(new_id("itr"), 0, self._clock.ticks())
        walk.seed = crc32(walk.id.encode())
        return walk

    def keep(self, walk: Walk) -> None:
        """Remember a walk that has another page, and forget those that timed out."""
        now = self._clock.ticks()
        walk.touched = now
        self._walks[walk.id] = walk
        for old in [each for each in self._walks.values() if now - each.touched > self._life_s]:
            del self._walks[old.id]

    def resume(self, offset: str) -> tuple[Walk, str]:
        """
        Return the walk of an offset and the record its page starts at.

        Raises:
            ApiError: it is no offset, or an expired one.
        """
        walk_id, _, record_id = offset.partition("/")
        if not (is_id("itr", walk_id) and is_id("rec", record_id)):
            raise invalid("INVALID_OFFSET_VALUE", "The value of offset is invalid")
        walk = self._walks.get(walk_id)
        if walk is None or record_id not in walk.pages:
            raise expired()
        if self._clock.ticks() - walk.touched > self._life_s:
            del self._walks[walk_id]
            raise expired()
        return walk, record_id

    def expire(self) -> None:
        """End all walks."""
        self._walks.clear()


def expired() -> ApiError:
    """Return the 422 of an offset that timed out: a type without a message."""
    return invalid("LIST_RECORDS_ITERATOR_NOT_AVAILABLE")
