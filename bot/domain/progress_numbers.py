"""The numbers people and tools write into logs: 1,290, 1'290, 1.29k, 129.0 MiB."""

import re
from dataclasses import dataclass
from decimal import Decimal

MAX_COUNT = 10**15  # past any row count; keeps a counter inside a 64-bit column

_THOUSANDS = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BYTES = re.compile(r"([kKMGTP]?)(i?)[bB]?(?:ytes?|its?)?")
_GROUP_SIGNS = re.compile(r"[,'_\u2019]")
_DOTTED_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """
    One number of a counter.

    Args:
        value: In single things or, with a unit of bytes, in bytes.
        shown: As it was written, before the unit.
        unit: "MiB", "kB"; None for things that are counted.
    """

    value: Decimal
    shown: Decimal
    unit: str | None = None


def read_amounts(
    done: str, total: str, done_unit: str | None, total_unit: str | None
) -> tuple[Amount, Amount] | None:
    """Return both sides of a counter, or None where they are no counts of the same thing."""
    done_unit = done_unit or total_unit  # "129/336 kB"
    if total_unit is None and done_unit is not None:
        return None  # "3 GB of 7"
    if done_unit is None and _DOTTED_GROUPS.fullmatch(done) and _DOTTED_GROUPS.fullmatch(total):
        done, total = done.replace(".", ""), total.replace(".", "")
    left, right = _amount(done, done_unit), _amount(total, total_unit)
    if left.unit is None and (left.value % 1 or right.value % 1):
        return None  # versions, prices and measures, not counts
    if (left.unit is None) != (right.unit is None):
        return None
    return left, right


def read_number(text: str) -> Decimal:
    """Return a number with or without thousands separators."""
    return Decimal(_GROUP_SIGNS.sub("", text))


def _amount(text: str, unit: str | None) -> Amount:
    shown = read_number(text)
    if unit is None:
        return Amount(value=shown, shown=shown)
    scale, binary = _BYTES.fullmatch(unit).groups()  # type: ignore[union-attr] # the pattern's own
    times = _THOUSANDS.get(scale, 1)
    if binary:
        times = 1024 ** ("kMGTP".index(scale.replace("K", "k")) + 1)
    is_bare_scale = bool(scale) and len(unit) == 1
    return Amount(value=shown * times, shown=shown, unit=None if is_bare_scale else unit)
