"""Propose estimates for tasks that have none, from what finished tasks took."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.effort import Described, Estimate, Finished, NotEnough, Similar
from bot.domain.plan import Status, Task
from bot.domain.plan_gaps import one_line
from bot.usecases.judge_links import description

MAX_TASKS = 300  # tasks that get a proposal in one assessment
_QUARTER = 15  # minutes; nobody plans more finely


def estimate_tasks(tasks: Sequence[Task]) -> dict[str, Mapping[str, Any]]:
    """
    Return a proposal for each open task without an estimate, plain JSON by the task's key.

    {"estimate_minutes", "low_minutes", "high_minutes", "note", "lines"}; only "lines", which say
    why there is no number, where too few finished tasks have their actual hours.
    """
    todo = [
        task
        for task in tasks
        if task.status is not Status.COMPLETE and task.estimate_minutes is None
    ][:MAX_TASKS]
    if not todo:
        return {}
    from bot.analysis.effort import propose_all  # noqa: PLC0415 - most of a second

    wanted = [Described(title=task.title, description=description(task)) for task in todo]
    proposed = propose_all(wanted, _finished(tasks))
    return {task.key: _plain(one) for task, one in zip(todo, proposed, strict=True)}


def _finished(tasks: Sequence[Task]) -> list[Finished]:
    """Return the finished tasks whose actual hours are known, the oldest first."""
    done = [
        (task.completed_at, task)
        for task in tasks
        if task.status is Status.COMPLETE and task.actual_minutes and task.completed_at
    ]
    done.sort(key=lambda pair: (pair[0], pair[1].key))
    return [
        Finished(
            key=task.ref or task.key,
            title=task.title,
            description=description(task),
            effort=float(task.actual_minutes or 0),
        )
        for _, task in done
    ]


def _plain(proposed: Estimate | NotEnough) -> Mapping[str, Any]:
    if isinstance(proposed, NotEnough):
        return {"lines": [f"no proposal: {proposed.note}"]}
    low, likely, high = (_quarters(x) for x in (proposed.p10, proposed.p50, proposed.p90))
    similar = [_like(one) for one in proposed.similar]
    return {
        "estimate_minutes": likely,
        "low_minutes": low,
        "high_minutes": high,
        "note": proposed.note,
        "lines": [
            f"proposed {_hours(likely)} ({_hours(low)} to {_hours(high)}): {proposed.note}",
            *similar,
        ],
    }


def _like(one: Similar) -> str:
    return f"like {one.task.key} “{one_line(one.task.title, 80)}”, {_hours(one.task.effort)}"


def _quarters(minutes: float) -> int:
    return max(_QUARTER, round(minutes / _QUARTER) * _QUARTER)


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".") + " h"
