"""
Estimate the tasks of effort data sets, each from the rows before it, and write the predictions.

`python -m benchmarks.effort --input FILE-OR-FOLDER --output FILE`
"""

import argparse
import csv
import json
from pathlib import Path

from bot.analysis.effort import propose_in_turn
from bot.domain.effort import Estimate, Finished

_MAX_FIELD = 10**8  # characters; the default of csv is shorter than some descriptions


def main() -> None:
    """Read the projects, estimate what is to be evaluated, write one file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.effort", description=__doc__)
    parser.add_argument("--input", type=Path, required=True, help="A CSV or a folder of them.")
    parser.add_argument("--output", type=Path, required=True, help="The JSON to write.")
    asked = parser.parse_args()
    files = sorted(asked.input.glob("*.csv")) if asked.input.is_dir() else [asked.input]
    csv.field_size_limit(_MAX_FIELD)
    predictions = {_project(file): predicted(file) for file in files}
    asked.output.write_text(json.dumps(predictions, indent=1), encoding="utf-8")


def predicted(file: Path) -> dict[str, dict[str, float]]:
    """Return p10, p50 and p90 of each row to evaluate, by its key."""
    with file.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    first = next((at for at, row in enumerate(rows) if row["part"] == "evaluate"), len(rows))
    proposals = propose_in_turn([_task(row) for row in rows], first)
    return {
        row["issuekey"]: {"p10": proposal.p10, "p50": proposal.p50, "p90": proposal.p90}
        for row, proposal in zip(rows[first:], proposals, strict=True)
        if row["part"] == "evaluate" and isinstance(proposal, Estimate)
    }


def _task(row: dict[str, str]) -> Finished:
    return Finished(
        key=row["issuekey"],
        title=row["title"],
        description=row["description"],
        effort=float(row["storypoint"]),
    )


def _project(file: Path) -> str:
    """Return the project that `score.py` knows the file by: "moodle" of "moodle_train.csv"."""
    return file.name.rsplit("_", 1)[0].removesuffix(".csv")


if __name__ == "__main__":
    main()
