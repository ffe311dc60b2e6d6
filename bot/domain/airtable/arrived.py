"""A cell that says what we sent: agreed on as it was sent, whatever the plan says by now."""

from collections.abc import Mapping
from typing import Any

from bot.domain.airtable.agreement import Agreed, same_cell
from bot.domain.airtable.aspects import aspects_of
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.state import RecordLink, Sent


def last_sent(link: RecordLink) -> dict[str, Sent]:
    """Return what the last attempt to write a record sent, by the plan's word."""
    last = max((each.at for each in link.sent), default="")
    return {each.word: each for each in link.sent if each.at == last}


def agreed_as_sent(
    link: RecordLink, table: MappedTable, cells: Mapping[str, Any], sent: Mapping[str, Sent]
) -> dict[str, Agreed]:
    """
    Return what both sides agree on, where a record's cells say that our write arrived.

    An aspect of which a single cell says something else is left to be compared as it is.

    Args:
        cells: What the record says now, by field id.
        sent: What may have arrived, by the plan's word.
    """
    agreed = dict(link.agreed)
    for aspect in aspects_of(table):
        known, found = agreed.get(aspect.name), aspect.cells(table, cells)
        own = {word: sent[word] for word in found if word in sent}
        if known is None or not all(_is_as_sent(found[word], own[word].cell) for word in own):
            continue
        news = {
            word: found[word] for word in own if not same_cell(found[word], known.cells.get(word))
        }
        said = next((each.said for each in own.values()), None)
        if news and said is not None:
            agreed[aspect.name] = Agreed({**known.cells, **news}, said)
    return agreed


def _is_as_sent(found: Any, sent: Any) -> bool:
    """Whether a cell is what we sent, in the form in which Airtable gives it back."""
    if isinstance(found, str) and isinstance(sent, str):
        return found.strip() == sent.strip()  # rich text comes back with a line's end
    if isinstance(found, Mapping) and isinstance(sent, Mapping) and "email" in sent:  # a person
        return bool(found.get("email") == sent["email"])
    return same_cell(found or None, sent or None)
