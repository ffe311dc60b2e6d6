"""
The audit trail as a chain: each row's digest covers the row before it, so that tampering shows.

Whoever can write the database can also make the whole chain anew. Against that the chain's head
(how many rows, and the last digest) stands in every Monday report, which git keeps.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.plan import Change, Why
from bot.domain.records import from_plain, plain_value, to_plain

# `undone_by` is not among them: it says what the row of the undo says, and comes later.
COVERED = (
    "workspace_id",
    "operation",
    "actor_id",
    "at",
    "reason",
    "evidence",
    "undoes",
    "kind",
    "key",
    "before",
    "after",
)
_ANCHOR = re.compile(r"\s*([\d,.]{1,12})(?:\s*changes?,?\s*head\s*|[\s:]+)([0-9a-f]{8,64})…?\s*")


@dataclass(frozen=True, slots=True)
class Head:
    """
    Where a chain ends.

    Args:
        changes: Rows of the whole trail.
        digest: Of the newest one, hexadecimal; "" where there is none.
    """

    changes: int = 0
    digest: str = ""

    @property
    def words(self) -> str:
        """It, as it stands in a report: "1,234 changes, head 3f2a…"."""
        return f"{self.changes:,} changes, head {self.digest[:16] or 'none'}"


@dataclass(frozen=True, slots=True)
class Break:
    """
    The first thing about a trail that is not as it was written.

    Args:
        change: The row at which it shows; None where it is about the trail's end.
        what: What is wrong, in words.
    """

    what: str
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What looking at every row of a trail found.

    Args:
        intact: Rows from the first one on that are as they were written.
        broken: None where all is well.
    """

    intact: int
    head: Head
    broken: Break | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """
    Which rows of a trail somebody asks for; all conditions hold at once.

    Args:
        items: Kind and key of the items whose rows count, a stage as ("stage", "STG-001"); None
            for all.
        kinds: Kinds that count; None for all.
        since, until: From this moment, and before that one (UTC).
        hidden: Kind and key of items that the asker may not see.
    """

    items: tuple[tuple[str, str], ...] | None = None
    kinds: tuple[str, ...] | None = None
    actor_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    What one answer changed, as far as it was asked for.

    Args:
        newest: Id of its newest row that was asked for: pages begin after it.
        changes: Its first rows that were asked for, in the order in which they were written.
        found: How many were asked for.
        total: How many it has.
    """

    newest: int
    changes: tuple[Change, ...]
    found: int
    total: int

    @property
    def why(self) -> Why:
        """Who, when and why."""
        return self.changes[0].why

    @property
    def undone_by(self) -> str | None:
        """The operation that took it back."""
        return self.changes[0].undone_by


def chained(previous: str, row: Mapping[str, Any]) -> str:
    """
    Return a row's digest: SHA-256 over the digest before it and the row's content.

    Args:
        previous: The digest of the row before in the same workspace, "" for the first one.
        row: At least the COVERED columns; `at` an instant, `before` and `after` plain.
    """
    content = {name: plain_value(row[name]) for name in COVERED}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def walked(
    workspace_id: str, changes: Iterable[Change], head: Head, anchor: Head | None = None
) -> Verdict:
    """
    Follow a chain from its first row.

    Args:
        changes: Every row, oldest first.
        head: Where the writers left the end.
        anchor: An earlier head that was kept elsewhere, such as in a report.
    """
    digest, count = "", 0
    for change in changes:
        if chained(digest, _row(workspace_id, change)) != change.digest:
            return Verdict(
                count, head, Break("this row, or the one before it, was changed", change)
            )
        digest, count = change.digest, count + 1
        if anchor and count == anchor.changes and not digest.startswith(anchor.digest):
            said = f"the trail up to here is not the one that had {anchor.words}"
            return Verdict(count - 1, head, Break(said, change))
    if (count, digest) != (head.changes, head.digest):
        return Verdict(count, head, Break(_end(count, head.changes)))
    if anchor and count < anchor.changes:
        return Verdict(count, head, Break(_end(count, anchor.changes)))
    return Verdict(count, head)


def read_anchor(text: str) -> Head:
    """
    Return a head as a report states it: "1,234 changes, head 3f2a9c…" or "1234:3f2a9c".

    Raises:
        ValueError: it is neither.
    """
    found = _ANCHOR.fullmatch(text.lower())
    if not found:
        raise ValueError(text)
    return Head(int(re.sub(r"\D", "", found[1])), found[2])


def change_object(workspace_id: str, change: Change) -> dict[str, Any]:
    """Return a row as one flat plain object, with all that its digest covers."""
    plain = to_plain(change)
    why = plain.pop("why")
    return {"id": plain.pop("id"), "workspace_id": workspace_id, **why, **plain}


def change_of(plain: Mapping[str, Any]) -> Change:
    """Return the row that `change_object` took apart."""
    return from_plain(Change, {**plain, "why": plain})


def _row(workspace_id: str, change: Change) -> dict[str, Any]:
    return change_object(workspace_id, change) | {"at": change.why.at}


def _end(found: int, written: int) -> str:
    if found < written:
        return f"the newest rows are gone: {written:,} were written, {found:,} are there"
    if found > written:
        return f"rows were added behind our back: {written:,} were written, {found:,} are there"
    return "the end of the trail is not the one that was written"
