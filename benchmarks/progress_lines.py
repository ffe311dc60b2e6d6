"""
Read progress from logs: `python -m benchmarks.progress_lines --input PLACE --output FILE`.

PLACE is a folder with samples/ and *.txt files of single lines, or one file of single lines.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from bot.domain.progress_lines import read_line, read_progress
from bot.domain.progress_reading import Reading


def predict(place: Path) -> dict[str, Any]:
    """Return what is seen in each sample, and in which lines something is seen."""
    samples = sorted((place / "samples").glob("*")) if place.is_dir() else []
    listed = sorted(place.glob("*.txt")) if place.is_dir() else [place]
    return {
        "samples": {path.name: _answer(read_progress(_text(path))) for path in samples},
        "lines": {path.name: _lines_seen(path) for path in listed},
    }


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


def _answer(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {
        "done": reading.done,
        "total": reading.total,
        "fraction": reading.fraction,
        "recogniser": reading.recogniser,
        "line": reading.line,
    }


def _lines_seen(path: Path) -> list[int]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [number for number, line in enumerate(lines, start=1) if read_line(line)]


def main() -> None:
    """Write the predictions as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    text = json.dumps(predict(asked.input), ensure_ascii=False, indent=1)
    asked.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
