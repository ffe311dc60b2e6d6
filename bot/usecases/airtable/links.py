"""Links between records as links between items."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.airtable.saying import LINKS
from bot.domain.plan_file import Draft
from bot.ports import PlanReader


def with_keys(plan: PlanReader, draft: Draft) -> Draft:
    """
    Return the draft with our keys for the records it points at.

    Words that no known record has (a phase named in text, a table we do not keep) are left out.
    """
    wanted = [word for words in draft.links.values() for word in words]
    found = plan.links_of_records(wanted) if wanted else {}
    return replace(draft, links=_keys(draft, {word: (f.kind, f.key) for word, f in found.items()}))


def _keys(draft: Draft, found: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    known = {}
    for name, words in draft.links.items():
        keys = tuple(
            found[word][1] for word in words if word in found and found[word][0] == LINKS[name]
        )
        if keys:
            known[name] = keys
    return known
