"""
Answer the questions of the forecasting data: `python -m benchmarks.forecast -i DIR -o FILE`.

Each question is asked where it stands in time: of the completions before its origin and of the
project's forecasts that had resolved by then. `score.py` beside the data reads the output.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.analysis.forecast import backtest, forecast
from bot.domain.forecast import NotEnough

FIRST_WEEK, EVERY_WEEKS = 60, 4  # the origins of score.py
SIZES = (5, 10, 25, 50, 100)


def main() -> None:
    """Read the streams, answer, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--input", "-i", type=Path, required=True, help="A CSV or their folder.")
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--from", dest="start", default="1970-01-01", help="First origin, a date.")
    asked = parser.parse_args()
    start = datetime.fromisoformat(asked.start).replace(tzinfo=UTC)
    files = sorted(asked.input.glob("*.csv")) if asked.input.is_dir() else [asked.input]
    answers = {key: days for file in files for key, days in _answers(file, start)}
    asked.output.write_text(json.dumps(answers), encoding="utf-8")
    print(f"{len(answers)} answered")


def _answers(file: Path, start: datetime) -> Iterator[tuple[str, tuple[float, ...]]]:
    done_at = _read(file)
    outcomes = backtest(done_at, done_at[-1])
    for origin in _origins(done_at):
        if origin < start:
            continue
        before = [moment for moment in done_at if moment < origin]
        pits = [outcome.pit for outcome in outcomes if outcome.resolved_at < origin]
        for size in SIZES:
            answer = forecast(before, size, now=origin, pits=pits)
            if not isinstance(answer, NotEnough) and len(done_at) - len(before) >= size:
                yield f"{file.stem}|{origin:%Y-%m-%dT%H:%M:%SZ}|{size}", answer.scope.days


def _origins(done_at: Sequence[datetime]) -> Iterator[datetime]:
    origin = done_at[0] + timedelta(weeks=FIRST_WEEK)
    while origin < done_at[-1]:
        yield origin
        origin += timedelta(weeks=EVERY_WEEKS)


def _read(file: Path) -> list[datetime]:
    lines = file.read_text(encoding="utf-8").split()[1:]
    return sorted(datetime.fromisoformat(line) for line in lines)


if __name__ == "__main__":
    main()
