"""What a plan file's words point at: by record id, key, reference or name."""

from collections import defaultdict

from bot.domain.plan_file import Draft
from bot.domain.plan_items import PlanItem
from bot.domain.plan_merge import record_id, title_of
from bot.domain.refs import canonical_ref, phase_ref


class Targets:
    """The items of one kind that a link of the file can mean."""

    def __init__(self) -> None:
        self._by_id: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = defaultdict(set)

    def add(self, item: PlanItem, draft: Draft | None = None) -> None:
        """
        Take up an item, and the names by which a file calls it.

        A file's own keys go before the plan's: an export of another plan counts for itself.
        """
        for name in (item.key, record_id(item)):
            if name:
                self._by_id.setdefault(name, item.key)
        if draft:
            for name in (draft.key, draft.record_id):
                if name:
                    self._by_id[name] = item.key
        self._by_word[_folded(title_of(item))].add(item.key)
        ref = getattr(item, "ref", None)
        if ref:
            self._by_word[ref.casefold()].add(item.key)

    def find(self, word: str) -> tuple[str | None, str]:
        """Return the key of what `word` means, or None and why not, to end a sentence."""
        if key := self._by_id.get(word):
            return key, ""
        for name in (_folded(word), canonical_ref(word), phase_ref(word)):
            found = self._by_word.get(name.casefold(), set()) if name else set()
            if len(found) > 1:
                return None, f"which {len(found)} items are called"
            if found:
                return next(iter(found)), ""
        return None, "which I don't find"

    def with_ref(self, ref: str) -> set[str]:
        """Return the keys of the items that carry a ref."""
        return set(self._by_word.get(ref.casefold(), set()))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
