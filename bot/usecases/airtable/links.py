"""Links between records as links between items."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import filterfalse

from bot.domain.airtable.reading import People
from bot.domain.airtable.saying import LINKS
from bot.domain.airtable.writing import Surroundings
from bot.domain.plan_file import Draft, ItemKind
from bot.domain.visibility import is_restricted
from bot.ports import PlanReader


def with_keys(plan: PlanReader, draft: Draft) -> Draft:
    """
    Return the draft with our keys for the records it points at.

    Words that no known record has (a phase named in text, a table we do not keep) are left out.
    """
    return all_with_keys(plan, [draft])[0]


def all_with_keys(plan: PlanReader, drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with our keys, as `with_keys` does one by one, in one question."""
    wanted = {word for draft in drafts for words in draft.links.values() for word in words}
    links = plan.links_of_records(wanted) if wanted else {}
    found = {word: (link.kind, link.key) for word, link in links.items()}
    return [replace(draft, links=_keys(draft, found)) for draft in drafts]


def _keys(draft: Draft, found: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    known = {}
    for name, words in draft.links.items():
        keys = tuple(
            found[word][1] for word in words if word in found and found[word][0] == LINKS[name]
        )
        if keys:
            known[name] = keys
    return known


def surroundings(plan: PlanReader) -> Surroundings:
    """Return what has to be known beside an item to write it."""

    def record_of(kind: str, key: str) -> str | None:
        link = plan.record_link(kind, key)
        return link.record_id if link else None

    def is_gone(kind: ItemKind, key: str) -> bool:
        item = plan.item(kind, key)
        return item is None or item.removed_at is not None

    @cache
    def issues() -> dict[str, list[str]]:  # all at once: each task would read them all again
        found: dict[str, list[str]] = {}
        for issue in filterfalse(is_restricted, plan.issues()):
            for task in issue.remediation_task_keys:
                found.setdefault(task, []).append(issue.key)
        return found

    def issues_of(task_key: str) -> list[str]:
        return issues().get(task_key, [])

    people = People(plan.members())
    return Surroundings(people, record_of, is_gone, issues_of, plan.workspace.zone)
