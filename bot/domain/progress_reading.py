"""What one line of a log says about progress."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from bot.domain.progress_numbers import MAX_COUNT, Amount, read_amounts, read_number
from bot.domain.progress_recognisers import Recogniser, Rule

LINE_CHARS = 300  # of the source line that people are shown
_HUNDRED = 100
_AGREEMENT = 0.011  # tools round or truncate to whole per cents
_DAYS = 31

_RATE = re.compile(
    r"(?<![\w.])\d[\d.,]{0,12}\s?(?:[kKMGT]?i?(?:[bB]|Bytes|bits)?|[a-z]{1,12})/s(?:ec)?\b"
    r"|(?<![\w.])\d[\d.]{0,12}\s?m?s/[a-z]{2,8}\b"
)
_ETA = re.compile(
    r"(?:(?i:eta|time left|remaining(?: time)?)[:\s=]{1,3}|<)"
    r"(\d{1,4}(?::\d{2}){1,3}|\d{1,5}(?:\.\d{1,3})?\s?[smhd]\w{0,6})"
    r"|~?(\d{1,6}(?:\.\d{1,3})?\s?[smhd](?:ec\w{0,5}|in\w{0,5})?)\s(?:remaining|left)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    Progress as a log states it.

    Args:
        fraction: 0 to 1.
        recogniser: Name of the row that saw it.
        line: The source line as a terminal would have shown it, cut.
        done: Units finished; None where only a percentage is stated.
        total: Units in all.
        unit: Of the numbers where they are bytes, such as "MiB".
        rate: As stated, such as "1.01s/it".
        eta: As stated, such as "03:29".
        says_done: Whether the line itself states that nothing is left.
    """

    fraction: float
    recogniser: str
    line: str
    done: int | None = None
    total: int | None = None
    unit: str | None = None
    rate: str | None = None
    eta: str | None = None
    says_done: bool = False

    def inside(self, done: int, total: int) -> "Reading":
        """Return this reading as the part that is under way of an outer loop, `done` of `total`."""
        fraction = min(1.0, (done + self.fraction) / total)
        finished = done + 1 if self.fraction >= 1 else done
        return replace(
            self, done=finished, total=total, fraction=fraction, unit=None, says_done=fraction >= 1
        )


class _Stated(NamedTuple):
    fraction: float
    done: int | None = None
    total: int | None = None
    unit: str | None = None


def interpret(row: Recogniser, match: re.Match[str], line: str) -> Reading | None:
    """Return what a match of `row` states, or None where that is no progress."""
    groups = {name: text for name, text in match.groupdict().items() if text is not None}
    stated = _of_loop(groups) if _outer_alone(groups) else _of_match(row, match, groups)
    if stated is None:
        return None
    reading = Reading(
        fraction=stated.fraction,
        recogniser=row.name,
        line=line.strip()[:LINE_CHARS],
        done=stated.done,
        total=stated.total,
        unit=stated.unit,
        rate=_found(_RATE, line),
        eta=_found(_ETA, line),
        says_done=stated.fraction >= 1,
    )
    if "outer_total" in groups and not _outer_alone(groups):
        return _in_loop(reading, groups, row)
    return reading


def _of_match(row: Recogniser, match: re.Match[str], groups: dict[str, str]) -> _Stated | None:
    if row.rule is Rule.SUMS:
        return _sum(row, match)
    if "left" in groups:
        return _left(groups)
    if "total" in groups:
        return _count(row, groups)
    return _percent(groups)


def _count(row: Recogniser, groups: dict[str, str]) -> _Stated | None:
    if "counted" in groups and "total_unit" in groups and "done_unit" not in groups:
        return None  # "5 packets of 1500 bytes"
    amounts = read_amounts(
        groups["done"], groups["total"], groups.get("done_unit"), groups.get("total_unit")
    )
    if amounts is None or (row.rule is Rule.NO_DATE and _may_be_a_day(groups)):
        return None
    done, total = amounts
    extra = sum(int(text) for name, text in groups.items() if name.startswith("plus"))
    stated = _credible(done.value + extra, total.value)
    if stated is None or _is_padded_day(groups):
        return None
    if row.rule is Rule.AGREES and not _agrees(stated.fraction, groups):
        return None
    return stated if total.unit is None else _measured(stated.fraction, done, total)


def _credible(done: Decimal, total: Decimal) -> _Stated | None:
    """Return the counter unless it is none: more done than there is, or nothing to do."""
    if not 0 <= done <= total or not 0 < total <= MAX_COUNT:
        return None
    return _Stated(float(done / total), int(done), int(total))


def _measured(fraction: float, done: Amount, total: Amount) -> _Stated:
    """Return sizes as counts where they are whole numbers of one unit, else the share alone."""
    whole = done.shown % 1 == 0 and total.shown % 1 == 0
    if whole and done.unit == total.unit:
        return _Stated(fraction, int(done.shown), int(total.shown), total.unit)
    return _Stated(fraction)


def _left(groups: dict[str, str]) -> _Stated | None:
    left = read_number(groups["left"])
    if "total" in groups:
        total = read_number(groups["total"])
        return None if left % 1 or total % 1 else _credible(total - left, total)
    done = read_number(groups["done"])
    return None if left % 1 or done % 1 else _credible(done, done + left)


def _sum(row: Recogniser, match: re.Match[str]) -> _Stated | None:
    every = [found.group("done", "total") for found in row.pattern.finditer(match.string)]
    return _credible(
        sum((read_number(done) for done, _ in every), Decimal()),
        sum((read_number(total) for _, total in every), Decimal()),
    )


def _percent(groups: dict[str, str]) -> _Stated | None:
    text = groups.get("percent") or groups.get("percent_2") or groups["stated"]
    percent = Decimal(text.replace(",", "."))
    if "stated" in groups and "." in text and percent <= 1:
        percent *= _HUNDRED  # without a sign, 0.384 is a share of one
    if percent > _HUNDRED:
        return None
    return _Stated(float(percent / _HUNDRED))


def _outer_alone(groups: dict[str, str]) -> bool:
    """Return whether the percentage beside a counter is that counter's own, not a part of it."""
    if "outer_total" not in groups or "percent" not in groups:
        return False
    loop, inner = _of_loop(groups), _percent(groups)
    return bool(loop and inner and abs(loop.fraction - inner.fraction) <= _AGREEMENT)


def _of_loop(groups: dict[str, str]) -> _Stated | None:
    return _credible(Decimal(groups["outer_done"]), Decimal(groups["outer_total"]))


def _in_loop(reading: Reading, groups: dict[str, str], row: Recogniser) -> Reading | None:
    current, total = int(groups["outer_done"]), int(groups["outer_total"])
    finished = current if row.rule is Rule.ZERO_BASED or current == 0 else current - 1
    if total == 0 or finished >= total or current > total:
        return None
    return reading.inside(finished, total)


def _agrees(fraction: float, groups: dict[str, str]) -> bool:
    stated = _percent(groups)
    return stated is not None and abs(stated.fraction - fraction) <= _AGREEMENT


def _may_be_a_day(groups: dict[str, str]) -> bool:
    """Return whether "10/31" may be a day: a slash between two small numbers without a unit."""
    if "/" not in groups["slash"] or " " in groups["slash"] or "total_unit" in groups:
        return False
    return _small(groups["done"]) and _small(groups["total"])


def _is_padded_day(groups: dict[str, str]) -> bool:
    """Return whether a counter is written like a day, such as "09/10"."""
    texts = (groups["done"], groups["total"])
    padded = any(len(text) == 2 and text.startswith("0") for text in texts)  # noqa: PLR2004
    return "slash" in groups and padded and _may_be_a_day(groups)


def _small(text: str) -> bool:
    return text.isdigit() and len(text) <= 2 and int(text) <= _DAYS  # noqa: PLR2004 - day, month


def _found(pattern: re.Pattern[str], line: str) -> str | None:
    found = pattern.search(line)
    if found is None:
        return None
    return next((text for text in found.groups() if text), found[0])
