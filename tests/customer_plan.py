"""The customer's stages as domain values, read from their export without the importer."""

import json
from pathlib import Path
from typing import Any

from bot.domain.plan import Stage, Status, parse_status
from bot.domain.refs import split_title


def customer_stages(shared: Path) -> tuple[Stage, ...]:
    """Return the 108 stages of the export, in its order, with the fields an assessment needs."""
    rows = json.loads((shared / "data" / "bqx" / "stages.json").read_text(encoding="utf-8"))
    return tuple(_stage(number, row["fields"]) for number, row in enumerate(rows, start=1))


def _stage(number: int, fields: dict[str, Any]) -> Stage:
    ref, name = split_title(fields.get("Stage ID") or fields.get("Stage Code") or "")
    return Stage(
        key=f"STG-{number:03}",
        ref=ref,
        code=fields.get("Stage Code"),
        name=name or fields.get("Description", "")[:60],
        status=parse_status(fields.get("Status", "")) or Status.NOT_STARTED,
        owner_text=fields.get("Assigned To"),
    )
