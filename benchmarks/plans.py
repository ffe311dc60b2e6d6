"""Plans of any size, brought in through the product's own importer."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.processes import environment

# Words of the trade; every stage gets two of them, so that a typed word finds many.
_FIRST = ("Regime", "Feature", "Lambda", "Backfill", "Aurora", "Bollinger", "Volume", "Spread")
_SECOND = ("recalculation", "build", "validation", "export", "training", "monitoring", "index")
_STATUS = ("Done", "In Progress", "Todo", "Todo", "Blocked")


def planned_database(folder: Path, stages: int) -> str:
    """Return the URL of a new SQLite database in `folder` with a plan of so many stages."""
    url = f"sqlite:///{folder / 'bqx.db'}"
    file = folder / "plan.json"
    file.write_text(json.dumps([_stage(number) for number in range(stages)]), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "bot", "plan", "import", str(file)],
        env=environment(DATABASE_URL=url),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return url


def _stage(number: int) -> dict[str, object]:
    """Return one record as the base exports it: refs run 1.1.1, 1.1.2, … ten to a section."""
    ref = f"{number // 100 + 1}.{number // 10 % 10 + 1}.{number % 10 + 1}"
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number % len(_SECOND)]
    status = "In Progress" if ref == "1.5.4" else _STATUS[number % len(_STATUS)]
    return {
        "id": f"rec{number:014}",
        "createdTime": "2025-11-09T03:50:06.000Z",
        "fields": {
            "Stage ID": f"{ref} - {first} {second} {number}",
            "Stage Code": f"BQX-{ref}",
            "Description": f"{first} {second} over all pairs and windows. " * 8,
            "Status": status,
            "Duration": "3 days",
            "Assigned To": "INFRA-001",
        },
    }
