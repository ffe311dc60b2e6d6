"""What a plan file says, before it meets the plan: drafts and remarks on them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.domain.refs import canonical_ref, ref_sort_key

ItemKind = Literal["phase", "stage", "task", "issue"]
NoteKind = Literal["unreadable", "ambiguous"]
KINDS: tuple[ItemKind, ...] = ("phase", "stage", "task", "issue")


@dataclass(frozen=True, slots=True)
class PlanNote:
    """
    Something in a file that a person should look at; it stops nothing.

    Args:
        where: The record's id or the line: "rec0Nzt4ToLjmiawt", "line 12".
        kind: "unreadable": a value was left out; "ambiguous": two things look like one.
    """

    kind: NoteKind
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    One item of a plan file.

    Args:
        where: The record's id or the line.
        record_id: The id in the base it came from ("rec..."); None where there is none.
        key: Our own key, in a file that the product wrote; None elsewhere.
        fields: Values by the field's name in the domain ("status", "duration"); blanks are absent.
        links: What the item points at, by our field's name: record ids, keys, refs or names.
        source: The record as it came.
    """

    kind: ItemKind
    where: str
    record_id: str | None = None
    key: str | None = None
    fields: Mapping[str, Any]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> str | None:
        """The canonical reference; None where the file gives none."""
        return self.fields.get("ref")

    @property
    def title(self) -> str:
        """The name of a phase or stage, the title of a task or issue; "" when not given."""
        return str(self.fields.get("title" if self.kind in {"task", "issue"} else "name", ""))

    @property
    def called(self) -> str:
        """The title, or what stands in for it in a new item: the ref, the code, or nothing."""
        return self.title or self.ref or str(self.fields.get("code", ""))

    @property
    def label(self) -> str:
        """What people recognise it by."""
        return f"“{' '.join(part for part in (self.ref, self.title) if part)}” ({self.where})"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """Everything that a file says about a plan."""

    name: str
    drafts: tuple[Draft, ...]
    notes: tuple[PlanNote, ...] = ()

    def of_kind(self, kind: ItemKind) -> list[Draft]:
        """Return the drafts of one kind, in the order of the file."""
        return [draft for draft in self.drafts if draft.kind == kind]


def without_repeats(drafts: Iterable[Draft]) -> tuple[list[Draft], list[PlanNote]]:
    """
    Return each record once, the first time, and a note on those that came again and differ.

    A base read page by page gives a record twice when somebody edits it meanwhile.
    """
    kept: dict[tuple[str, str], Draft] = {}
    notes = []
    for number, draft in enumerate(drafts):
        name = (draft.kind, draft.record_id or f"#{number}")
        if kept.setdefault(name, draft).source != draft.source:
            text = "This record is in the file twice and differs; I took the first."
            notes.append(PlanNote("ambiguous", draft.where, text))
    return list(kept.values()), notes


def duplicates(drafts: Iterable[Draft]) -> list[PlanNote]:
    """Return a note for each ref or code that two or more stages of a file carry."""
    stages = [draft for draft in drafts if draft.kind == "stage"]
    by_ref, by_code = _groups(stages, "ref"), _groups(stages, "code")
    notes = [_shared("The ref", ref, by_ref[ref]) for ref in sorted(by_ref, key=ref_sort_key)]
    # A code says the same as its ref unless the titles beside it say something else.
    for code, group in sorted(by_code.items()):
        if len({draft.ref for draft in group}) > 1:
            notes.append(_shared("The code", code, group))
    return notes


def disagreements(drafts: Iterable[Draft]) -> list[PlanNote]:
    """Return a note for each stage whose title and code name different refs."""
    return [
        PlanNote(
            "ambiguous",
            draft.where,
            f"The title says {draft.ref}, the code says {code}: I took {draft.ref}.",
        )
        for draft in drafts
        if draft.kind == "stage"
        and (code := draft.fields.get("code"))
        and (meant := canonical_ref(code))
        and draft.ref
        and meant != draft.ref
    ]


def _groups(stages: Iterable[Draft], name: str) -> dict[str, list[Draft]]:
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in stages:
        if value := draft.fields.get(name):
            groups[value].append(draft)
    return {value: group for value, group in groups.items() if len(group) > 1}


def _shared(what: str, value: str, group: list[Draft]) -> PlanNote:
    titles = "; ".join(draft.label for draft in group)
    where = ", ".join(draft.where for draft in group)
    text = f"{what} {value} is carried by {len(group)} stages: {titles}."
    return PlanNote("ambiguous", where, text)
