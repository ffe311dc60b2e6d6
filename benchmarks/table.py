"""Figures: samples in, one row of the table out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """
    One line of the table.

    Args:
        what: What was measured.
        measured: The figures, with their units.
        target: What was promised; "" where nothing was.
        met: Whether the promise is kept; None where nothing was promised.
    """

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: a sample that was measured, none in between."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def milliseconds(seconds: float) -> str:
    """Return a time as it is shown: "13.4 ms", "210 ms"."""
    shown = seconds * 1000
    return f"{shown:.1f} ms" if shown < 100 else f"{shown:.0f} ms"


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| What | Measured | Target | Met |", "|---|---|---|---|"]
    words = {True: "yes", False: "**no**", None: ""}
    lines += [f"| {r.what} | {r.measured} | {r.target} | {words[r.met]} |" for r in rows]
    return "\n".join(lines)
