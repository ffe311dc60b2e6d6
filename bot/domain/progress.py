"""How far a stage is: a counter where somebody counted, a percentage otherwise."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FULL_PERMILLE = 1000
MAX_COUNT = 10**15  # past any row count; keeps a counter inside a 64-bit column

_PERCENT = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,12}(?:\.\d{1,12})?)\s*%?")
_COUNTER = re.compile(r"(?P<done>-?\d[\d,]{0,20})\s*/\s*(?P<total>-?\d[\d,]{0,20})")
_GROUPED = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,12}),(\d{1,12})\s*%?")


@dataclass(frozen=True, slots=True)
class Progress:
    """
    Progress of one stage.

    `permille` is always set: tenths of a per cent, 0 to 1000, derived from the counter where
    there is one. Rounding, stated once for the whole product: half up, to one decimal of a
    per cent; so 129/336 is 38.4 %. Only a finished counter shows 100.0 %.

    Args:
        permille: Tenths of a per cent, 0..1000.
        done: Units finished, when somebody counted.
        total: Units in all, at least 1, when somebody counted.
    """

    permille: int
    done: int | None = None
    total: int | None = None

    @classmethod
    def counted(cls, done: int, total: int) -> "Progress":
        """Return the progress of a counter such as 129/336."""
        permille = (2 * FULL_PERMILLE * done + total) // (2 * total)
        if done < total:
            permille = min(permille, FULL_PERMILLE - 1)
        return cls(permille, done, total)

    @classmethod
    def percent(cls, percent: Decimal) -> "Progress":
        """Return the progress of a stated percentage, 0 to 100."""
        return cls(int((percent * 10).to_integral_value(ROUND_HALF_UP)))

    @property
    def is_full(self) -> bool:
        """Whether nothing is left to do."""
        return self.permille >= FULL_PERMILLE

    def __str__(self) -> str:
        """Return "129/336 (38.4 %)", "38.3 %" or "100 %"."""
        whole, tenth = divmod(self.permille, 10)
        percent = f"{whole}.{tenth} %" if tenth else f"{whole} %"
        return percent if self.total is None else f"{self.done:,}/{self.total:,} ({percent})"


class ProgressTextError(ValueError):
    """The text is no progress; the message says why in plain words and what to write."""


def parse_progress(text: str) -> Progress:
    """
    Return the progress that a person wrote: `38.3`, `38.3%`, `129/336` or `done`.

    Raises:
        ProgressTextError: the text is nothing of the kind, below 0, past 100 % or not a number.
    """
    words = text.strip().lower()
    if words in {"done", "complete", "completed"}:
        return Progress(FULL_PERMILLE)
    if match := _COUNTER.fullmatch(words):
        return _parse_counter(match["done"], match["total"])
    if match := _PERCENT.fullmatch(words):
        return _parse_percent(match["sign"] + match["number"])
    if match := _DECIMAL_COMMA.fullmatch(words):
        raise ProgressTextError(
            f"I read decimals with a point. Did you mean `{match[1]}.{match[2]}`?"
        )
    raise ProgressTextError(
        f"I can't read “{_short(text)}” as progress. Write a percentage such as `38.3`,"
        " a counter such as `129/336`, or `done`."
    )


def _parse_counter(done_text: str, total_text: str) -> Progress:
    if not (_GROUPED.fullmatch(done_text) and _GROUPED.fullmatch(total_text)):
        raise ProgressTextError(
            f"I can't read the counter {done_text}/{total_text}: write it as `1,290/3,360`"
            " or `1290/3360`."
        )
    done, total = (int(part.replace(",", "")) for part in (done_text, total_text))
    if total < 1 or done < 0 or total > MAX_COUNT:
        raise ProgressTextError("A counter goes from 0 up to a total of at least 1.")
    if done > total:
        raise ProgressTextError(
            f"{done:,} of {total:,} is past 100 %. If the total grew, write the new total too."
        )
    return Progress.counted(done, total)


def _parse_percent(number: str) -> Progress:
    percent = Decimal(number)
    if percent < 0:
        raise ProgressTextError(f"{number} % is below zero. Progress goes from 0 to 100 %.")
    if percent > 100:  # noqa: PLR2004 - a per cent is of a hundred
        raise ProgressTextError(f"{number} % is past 100 %. Progress goes from 0 to 100 %.")
    return Progress.percent(percent)


def _short(text: str, limit: int = 40) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1] + "…"
