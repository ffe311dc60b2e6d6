"""What an import of a plan file did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.plan_file import PlanNote


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A value that stayed because a person wrote it after the last import.

    Args:
        label: What people recognise the item by.
        fields: Our names of the fields, such as "status".
    """

    key: str
    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """
    What an import did.

    Args:
        operation: Undo takes the whole import back by it.
        added: How many items are new, by kind; `changed` and `unchanged` alike.
        kept: Where the file says one thing and a person's later word another.
        notes: What in the file could not be read, or is ambiguous.
    """

    file_name: str
    operation: str
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    notes: tuple[PlanNote, ...] = ()
