"""The lines of `tests/data/progress`, read for the tables of the tests."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "data" / "progress"


def seen() -> list[tuple[str, int | None, int | None, float]]:
    """Return line, done, total and fraction of each line with progress."""
    rows = _lines("seen.tsv")
    return [_example(*row.split("\t", maxsplit=3)) for row in rows]


def unseen() -> list[str]:
    """Return the lines in which no progress must be seen."""
    return _lines("unseen.txt")


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _example(
    done: str, total: str, fraction: str, line: str
) -> tuple[str, int | None, int | None, float]:
    return line, _count(done), _count(total), float(fraction)


def _count(text: str) -> int | None:
    return None if text == "-" else int(text)
