"""What a first look at a code host found, as lines of a terminal."""

from collections.abc import Iterator

from bot.domain.host_connection import FirstLook, HostConnection
from bot.views.wording import count


def look_lines(connection: HostConnection, look: FirstLook) -> Iterator[str]:
    """Yield what a yes would take over and make; titles are one line each already."""
    levels = ", ".join(f"{number} Level {level}" for level, number in sorted(look.levels.items()))
    told = f" ({levels})" if levels else ""
    name = _plain(f"{connection.host} {connection.repo}")
    yield f"{name}: {count(look.count, 'open issue')} would become issues here{told}"
    yield from (f"  {number} {_plain(title)}" for number, title in look.titles)
    if look.count > len(look.titles):
        yield f"  and {look.count - len(look.titles)} more"
    for key, same in look.same.items():
        yield f"  #{same} has the title of {key}, and would become one with it"
    for number, theirs, key, ours in look.alike:
        yield f"  {number} {_plain(theirs)} looks like {key} {_plain(ours)}"
    if look.alike_count > len(look.alike):
        yield f"  and {look.alike_count - len(look.alike)} more look-alikes"
    if look.outward:
        yield f"{count(look.outward, 'issue')} filed from the code would be made there"


def _plain(text: str) -> str:
    """Return text without what moves a terminal's cursor or colours it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
