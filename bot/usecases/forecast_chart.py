"""What the fan chart is drawn from."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.forecast import (
    Forecast,
)
from bot.domain.plan import Stage, Task
from bot.usecases.forecast_scopes import Scope, is_done


def chart_data(scope: Scope, made: Forecast, now: datetime) -> dict[str, Any]:
    """Return what the fan chart is drawn from, frozen: the past week by week, and the fan."""
    weeks = [now - timedelta(weeks=back) for back in range(12, -1, -1)]
    return {
        "title": f"{scope.name}: what is left",
        "unit": "stages left" if isinstance(scope.items[0], Stage) else "tasks left",
        "made_at": made.made_at.isoformat(),
        "past": [[at.isoformat(), _left(scope, at)] for at in weeks],
        "days": list(made.scope.days),
        "fan": [[week.at.isoformat(), list(week.remaining)] for week in made.fan],
        "remaining": made.remaining,
    }


def _left(scope: Scope, at: datetime) -> int:
    """Return how many items were open at a moment, as far as the plan recorded it."""
    there = [
        item
        for item in scope.items
        if not (isinstance(item, Task) and item.created_at and item.created_at > at)
    ]
    return sum(not (is_done(item) and (item.completed_at or at) <= at) for item in there)
