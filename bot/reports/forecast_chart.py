"""The fan chart of an assessment, drawn from its frozen snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.forecast import FanWeek, Forecast, Span
from bot.reports.fan_chart import fan_chart


def forecast_chart(snapshot: Mapping[str, Any]) -> bytes | None:
    """
    Return the chart as a PNG, the same bytes for the same snapshot; None without a forecast.

    Args:
        snapshot: What `Assessment.to_plain` returned.
    """
    chart = snapshot["facts"].get("chart")
    if not chart:
        return None
    made_at = datetime.fromisoformat(chart["made_at"])
    forecast = Forecast(
        made_at=made_at,
        remaining=chart["remaining"],
        scope=Span(made_at=made_at, days=tuple(chart["days"])),
        fan=tuple(
            FanWeek(at=datetime.fromisoformat(at), remaining=tuple(remaining))
            for at, remaining in chart["fan"]
        ),
    )
    return fan_chart(
        [(datetime.fromisoformat(at), left) for at, left in chart["past"]],
        forecast,
        title=chart["title"],
        y_label=chart["unit"],
        zone=ZoneInfo(snapshot["zone"]),
    )
