"""A small plan to test against, and requests to make of it."""

from datetime import datetime
from itertools import count
from pathlib import Path

from bot.adapters.database import SqlPlanDatabase
from bot.domain.plan import Member, Stage, Status, Task, Why
from bot.domain.progress import Progress
from bot.usecases.asking import Asker, ReplyTo
from tests.conftest import MONDAY
from tests.plans import fresh_plans

ANA, BEN, CARA = "U0ANA", "U0BEN", "U0CARA"
TEAM, BOT = "T0TEAM", "U0BOT"

_causes = count(1)


class SmallPlan:
    """
    A workspace with three members and a handful of stages, in a database of its own.

    1.5.4 is in progress at 38.3 % (Ana's), 1.5.5 not started, 1.1 complete, 2.10 stands twice.
    """

    def __init__(self, folder: Path, **database: object) -> None:
        self.plans: SqlPlanDatabase = fresh_plans(folder, **database)
        workspace = self.plans.connect_team(TEAM, name="BQX", bot_user_id=BOT)
        self.workspace_id = workspace.id
        why = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
        with self.plans.changing(self.workspace_id) as plan:
            for member_id, name in ((ANA, "Ana"), (BEN, "Ben"), (CARA, "Cara")):
                plan.put_member(Member(id=member_id, name=name, is_admin=member_id == CARA))
            for stage in STAGES:
                plan.save(stage, why)
            for task in TASKS:
                plan.save(task, why)

    def asker(self, member_id: str = ANA, *, now: datetime = MONDAY, cause: str = "") -> Asker:
        """Return a request; another cause each time, unless one is given."""
        return Asker(
            workspace_id=self.workspace_id,
            member_id=member_id,
            cause=cause or f"test:{next(_causes)}",
            words="a test",
            now=now,
            reply_to=ReplyTo(member_id=member_id),
        )

    def stage(self, key: str) -> Stage:
        """Return a stage as it is now."""
        with self.plans.reading(self.workspace_id) as plan:
            found = plan.stage(key)
        assert found is not None
        return found

    def task(self, key: str) -> Task:
        """Return a task as it is now."""
        with self.plans.reading(self.workspace_id) as plan:
            found = plan.task(key)
        assert found is not None
        return found


STAGES = (
    Stage(
        key="STG-901",
        ref="1.5.4",
        name="BQX Table Recalculation",
        status=Status.IN_PROGRESS,
        progress=Progress(383),
        owner_id=ANA,
    ),
    Stage(key="STG-902", ref="1.5.5", name="REG Table Recalculation"),
    Stage(
        key="STG-903",
        ref="1.1",
        name="Create BQX Table Structure",
        status=Status.COMPLETE,
        progress=Progress(1000),
        completed_at=MONDAY,
    ),
    Stage(key="STG-904", ref="2.10", name="Infrastructure Management"),
    Stage(key="STG-905", ref="2.10", name="Infrastructure Management (accelerated)"),
)
TASKS = (
    Task(key="TASK-901", ref="TSK-1.5.4", title="Rebuild indices", stage_key="STG-901"),
    Task(key="TASK-902", title="Vacuum", stage_key="STG-901", estimate_minutes=90),
)
