"""
Three-way comparison: what both sides last agreed on, what each says now, and who changed it.

The cell and the plan's value are kept side by side, because neither can be computed from the
other without loss ("4-6 hours", "Phase (Link)" as text): each side is compared with its own past.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Side(Enum):
    """Who changed an aspect since both sides agreed on it."""

    NEITHER = "neither"
    PLAN = "plan"
    AIRTABLE = "airtable"
    BOTH = "both"
    ALIKE = "alike"  # both, and they say the same now


@dataclass(frozen=True, slots=True)
class Agreed:
    """
    What both sides last agreed on about one aspect.

    Args:
        cells: What the record said, by the plan's word; blanks are None.
        value: What the plan said, as plain JSON by field; None where it never said anything,
            so that whatever it says is new to Airtable.
    """

    cells: Mapping[str, Any]
    value: Mapping[str, Any] | None


def changed_side(
    agreed: Agreed,
    *,
    cells: Mapping[str, Any],
    said: Mapping[str, Any],
    value: Mapping[str, Any],
) -> Side:
    """
    Return who changed an aspect.

    Args:
        cells: What the record says now, by the plan's word.
        said: What these cells mean, as plain JSON by field.
        value: What the plan says now.
    """
    # A field that is left alone meanwhile says nothing, and that is no change of the others.
    theirs = not same_cells(cells, {word: agreed.cells.get(word) for word in cells})
    ours = agreed.value is None or dict(value) != dict(agreed.value)
    if theirs and dict(said) == dict(value):
        return Side.ALIKE
    if theirs and ours:
        return Side.BOTH
    if theirs:
        return Side.AIRTABLE
    return Side.PLAN if ours else Side.NEITHER


def says_nothing(value: Mapping[str, Any]) -> bool:
    """Whether a plan's value holds nothing at all."""
    return all(part in (None, "", []) for part in value.values())


def same_cells(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Whether two records say the same; a list's order is nobody's statement."""
    return all(same_cell(left.get(word), right.get(word)) for word in {*left, *right})


def same_cell(left: Any, right: Any) -> bool:
    """Whether two cells say the same."""
    return bool(_comparable(left) == _comparable(right))


def with_both_lists(
    agreed: Agreed, said: Mapping[str, Any], value: Mapping[str, Any]
) -> dict[str, Any] | None:
    """
    Return links as both sides want them: what either added is in, what either took away is out.

    None where the values are no lists, so that one of them has to give way.
    """
    if not all(isinstance(part, list) for part in (*said.values(), *value.values())):
        return None
    merged = {}
    for name, ours in value.items():
        before = (agreed.value or {}).get(name) or []
        theirs = said.get(name, [])
        kept = [key for key in ours if key in theirs or key not in before]
        merged[name] = kept + [key for key in theirs if key not in ours and key not in before]
    return merged


def _comparable(cell: Any) -> Any:
    if isinstance(cell, list) and all(isinstance(part, str) for part in cell):
        return sorted(cell)
    if isinstance(cell, Mapping) and "id" in cell:  # a person: names and pictures change
        return cell["id"]
    return cell
