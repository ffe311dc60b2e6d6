"""A plan file meets the plan: which item is which, and what may be written over what."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bot.domain.plan import Change, Status
from bot.domain.plan_file import Draft
from bot.domain.plan_items import PlanItem
from bot.domain.records import plain_value

IMPORT_REASON = "bqx plan import"  # how an import is told from a person in the audit trail

Item = TypeVar("Item", bound=PlanItem)

# One thing people say at once: who marked a stage complete also meant its progress.
_TOGETHER = frozenset({"status", "progress", "started_at", "last_progress_at", "completed_at"})
_BORN = ("created_at", "discovered_at")


@dataclass(frozen=True, slots=True)
class Merged:
    """
    An item with what a file may change in it.

    Args:
        kept: Fields where the file says something else, and a person's word stands.
    """

    item: PlanItem
    changed: bool
    kept: tuple[str, ...] = ()


def match_items(drafts: Sequence[Draft], items: Sequence[Item]) -> dict[int, Item]:
    """
    Return the item that each draft speaks of, by the draft's position; new ones are absent.

    By the base's record id, then by our own key, then by ref and name (the n-th with the n-th
    where several are equal), and by ref alone only where one draft and one item carry it.
    """
    by_record = {record: item for item in items if (record := record_id(item))}
    by_key = {item.key: item for item in items}
    pairs: _Pairs[Item] = _Pairs(drafts)
    for position, draft in enumerate(drafts):
        if draft.record_id in by_record:
            pairs.add(position, by_record[draft.record_id])
    for position, draft in enumerate(drafts):
        if draft.key in by_key and _agrees(draft, by_key[draft.key]):
            pairs.add(position, by_key[draft.key])
    for positions, found in _groups(drafts, items, _ref_and_name):
        for position in positions:
            first = next((item for item in found if pairs.add(position, item)), None)
            if first is not None:
                found.remove(first)
    for positions, found in _groups(drafts, items, _ref_alone):
        if len(positions) == len(found) == 1:
            pairs.add(positions[0], found[0])
    return pairs.found


def merge(item: PlanItem, values: Mapping[str, Any], changes: Iterable[Change]) -> Merged:
    """
    Return `item` with the file's values, but for what people changed since the last import.

    Args:
        values: The file's values by field; blanks are absent, so nothing is ever wiped.
        changes: The item's audit trail, newest first.
    """
    told = dict(values)
    differing = {name for name, value in told.items() if getattr(item, name) != value}
    source = {**item.source, **told.pop("source", {})}
    differing.discard("source")
    if not differing:
        return Merged(replace(item, source=source), changed=source != item.source)
    imported = _last_imported(changes)
    kept = {name for name in differing if _is_theirs(item, name, imported)}
    if any(_is_theirs(item, name, imported) for name in _TOGETHER & _names(item)):
        kept |= differing & _TOGETHER
    written = {name: told[name] for name in differing - kept}
    return Merged(
        replace(item, source=source, **written),
        changed=bool(written) or source != item.source,
        kept=tuple(sorted(kept)),
    )


def record_id(item: PlanItem) -> str | None:
    """Return the id an item has in the base it came from."""
    found = item.source.get("id")
    return found if isinstance(found, str) else None


def title_of(item: PlanItem) -> str:
    """Return the name or title of an item."""
    return item.title if hasattr(item, "title") else item.name


def phase_of_ref(ref: str) -> str | None:
    """Return the phase a ref lies in: "1.6.13" in "1.6", "2.16B" in "2"; None for others."""
    parts = ref.split(".")
    if not parts[0].isdigit() or len(parts) == 1:
        return None
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]  # noqa: PLR2004 - stage, or deeper


def common_phase(refs: Iterable[str]) -> str | None:
    """Return the longest beginning that all refs share, short of the refs themselves."""
    split = [ref.split(".")[:-1] for ref in refs]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared) or None


def status_of_phase(statuses: Iterable[Status]) -> Status:
    """Return the status that the stages of a phase give it."""
    found = set(statuses)
    if found == {Status.COMPLETE}:
        return Status.COMPLETE
    return Status.NOT_STARTED if found <= {Status.NOT_STARTED} else Status.IN_PROGRESS


def _agrees(draft: Draft, item: PlanItem) -> bool:
    """Whether something beside the key says that it is the same: keys of two plans are alike."""
    same_ref = draft.ref is not None and draft.ref == getattr(item, "ref", None)
    same_birth = any(
        name in draft.fields and draft.fields[name] == getattr(item, name, None) for name in _BORN
    )
    return same_ref or same_birth or _folded(draft.called) == _folded(title_of(item))


class _Pairs(Generic[Item]):
    """Drafts and the items they speak of; neither is taken twice."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.found: dict[int, Item] = {}
        self._drafts = drafts
        self._taken: set[str] = set()

    def add(self, position: int, item: Item) -> bool:
        """Pair a draft with an item, unless either is taken or they are two records."""
        known, told = record_id(item), self._drafts[position].record_id
        if position in self.found or item.key in self._taken or (known and told and known != told):
            return False
        self.found[position] = item
        self._taken.add(item.key)
        return True


def _ref_and_name(ref: str | None, name: str) -> Hashable | None:
    return (ref, _folded(name)) if name else None


def _ref_alone(ref: str | None, _name: str) -> Hashable | None:
    return ref


def _groups(
    drafts: Sequence[Draft],
    items: Sequence[Item],
    identify: Callable[[str | None, str], Hashable | None],
) -> Iterator[tuple[list[int], list[Item]]]:
    """Return the drafts and the items that are called alike, group by group."""
    told: dict[Hashable, list[int]] = defaultdict(list)
    present: dict[Hashable, list[Item]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        if (name := identify(draft.ref, draft.called)) is not None:
            told[name].append(position)
    for item in sorted(items, key=lambda item: item.key):
        if (name := identify(getattr(item, "ref", None), title_of(item))) is not None:
            present[name].append(item)
    for name, positions in told.items():
        if name in present:
            yield positions, present[name]


def _last_imported(changes: Iterable[Change]) -> dict[str, Any]:
    imported: dict[str, Any] = {}
    for change in changes:
        if change.why.reason == IMPORT_REASON:
            for name, value in change.after.items():
                imported.setdefault(name, value)
    return imported


def _is_theirs(item: PlanItem, name: str, imported: Mapping[str, Any]) -> bool:
    """Whether a person has the last word on a field: it is not as an import left it."""
    present = plain_value(getattr(item, name))
    if name in imported:
        return bool(present != imported[name])
    return present not in (None, "", [], {})


def _names(item: PlanItem) -> set[str]:
    return {name for name in _TOGETHER if hasattr(item, name)}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
