"""Items of a plan, each different where it matters."""

from typing import Any

from bot.domain.issues import Issue, Severity
from bot.domain.plan import Task
from tests.airtable.world import START, World


def an_issue(number: int = 1, **fields: Any) -> Issue:
    """Return an issue that is not in the base yet."""
    given = {
        "title": f"Issue {number}",
        "severity": Severity.MINOR,
        "discovered_at": START,
        **fields,
    }
    return Issue(key=f"ISS-{number:03d}", **given)


def a_task(number: int, **fields: Any) -> Task:
    """Return a task that is not in the base yet."""
    return Task(key=f"TASK-{number:03d}", **{"title": f"Task {number}", **fields})


def stage_of(world: World, ref: str = "1.5.2") -> Any:
    """Return the stage with this reference."""
    return next(each for each in world.items("stage") if each.ref == ref)


def writes(world: World) -> list[str]:
    """Return the requests that wrote, as "METHOD path"."""
    return [call for call in world.calls() if not call.startswith("GET")]
