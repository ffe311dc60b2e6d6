"""The issue status dashboard as Markdown, from a frozen snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.reports.templates import template

_BAR = 20  # characters of the longest bar


def issue_dashboard_report(snapshot: Mapping[str, Any]) -> str:
    """
    Return the dashboard; the same snapshot gives the same bytes, and every word is escaped.

    Args:
        snapshot: What `dashboard_of` returned.
    """
    most = max((max(week["opened"], week["resolved"]) for week in snapshot["weeks"]), default=0)
    moment = datetime.fromisoformat(snapshot["as_of"]).astimezone(ZoneInfo(snapshot["zone"]))
    return template("issue_dashboard.md.j2").render(
        **snapshot,
        moment=f"{moment:%Y-%m-%d %H:%M %Z}",
        rows=[_level(each) for each in snapshot["levels"]],
        resolution=[resolution_words(each) for each in snapshot["kpis"]],
        trend=_trend(snapshot["weeks"], most),
    )


def resolution_words(kpi: Mapping[str, Any]) -> str:
    """Return a KPI with its arithmetic: "Level 1: Blocker: 0.6 days (1.8 days / 3 issues) …"."""
    target = "1 day" if kpi["target_days"] == 1 else f"{kpi['target_days']} days"
    if kpi["mean_days"] is None:
        return f"{kpi['label']}: none resolved in the last 90 days; target <{target}"
    verdict = "met" if kpi["mean_days"] < kpi["target_days"] else "missed"
    return (
        f"{kpi['label']}: {kpi['mean_days']:g} days on average ({kpi['days']:g} days /"
        f" {kpi['resolved']} resolved in the last 90 days); target <{target}, {verdict};"
        f" {kpi['kept']} of {kpi['resolved']} in time"
    )


def _level(level: Mapping[str, Any]) -> list[str]:
    oldest = level["oldest_days"]
    counts = [str(number) for number in level["by_status"].values()]
    return [level["label"], *counts, str(level["past_target"]), _days(oldest)]


def _days(number: int | None) -> str:
    if number is None:
        return "none"
    return "1 day" if number == 1 else f"{number} days"


def _trend(weeks: list[Mapping[str, Any]], most: int) -> str:
    """Return the weeks as a table of text; numbers and dates only, so nothing is to be escaped."""
    lines = [f"{'week of':<12}{'opened':>8}{'resolved':>10}"]
    for week in weeks:
        opened = "+" * _length(week["opened"], most)
        resolved = "-" * _length(week["resolved"], most)
        line = f"{week['start']:<12}{week['opened']:>8}{week['resolved']:>10}  {opened} {resolved}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def _length(number: int, most: int) -> int:
    return -(-number * _BAR // most) if most else 0
