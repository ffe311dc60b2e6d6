"""The report of one issue as Markdown (the brief's issue report template)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.reports.templates import template


def issue_report(snapshot: Mapping[str, Any]) -> str:
    """
    Return the report; the same snapshot gives the same bytes, and every word is escaped.

    Args:
        snapshot: What `issue_report_of` returned.
    """
    zone = ZoneInfo(snapshot["zone"])
    return template("issue_report.md.j2").render(
        **{
            **snapshot,
            "as_of": _moment(snapshot["as_of"], zone),
            "discovered": _moment(snapshot["discovered"], zone),
            "resolved": _moment(snapshot["resolved"], zone),
            "timeline": [
                {**event, "at": _moment(event["at"], zone)} for event in snapshot["timeline"]
            ],
        }
    )


def _moment(iso: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(zone):%Y-%m-%d %H:%M %Z}" if iso else ""
