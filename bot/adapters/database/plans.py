"""The plan database: the port PlanDatabase on SQLite and PostgreSQL."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from ulid import ULID

from bot.adapters.database import tables
from bot.adapters.database.evidence import forgetting_readings
from bot.adapters.database.gate import SqlCallGate
from bot.adapters.database.opening import reading, writing
from bot.adapters.database.reader import SqlPlanReader
from bot.adapters.database.rows import from_row, to_row
from bot.adapters.database.statements import inserting
from bot.adapters.database.writer import SqlPlanWriter
from bot.domain.effects import BUNDLES, Effect, EffectState
from bot.domain.plan import Workspace
from bot.errors import UserError

OnCommit = Callable[[str, list[Effect]], None]

_log = logging.getLogger(__name__)


class SqlPlanDatabase:
    """
    Every workspace's plan, in one database.

    Args:
        engine: From `open_database`, after `migrate`.
        on_commit: Called with the workspace's id and the new effects after each commit that
            added some; when it fails that is only logged, for the sweep hands them over later.
    """

    def __init__(self, engine: Engine, on_commit: OnCommit | None = None) -> None:
        self._engine = engine
        self._on_commit = on_commit

    def workspaces(self) -> list[Workspace]:
        """Return every workspace, the oldest first."""
        with reading(self._engine) as db:
            return _workspaces(db)

    def connect_team(self, team_id: str, *, name: str, bot_user_id: str) -> Workspace:
        """Return the workspace of a Slack team, made or adopted when it is new."""
        with self._founding() as db:
            known = _workspaces(db)
            found = next((w for w in known if w.team_id == team_id and not w.project), None)
            # A plan without a team is adopted only when nobody else's is beside it.
            alone = known[0] if len(known) == 1 and known[0].team_id is None else None
            before = found or alone or _found(db, Workspace(id=str(ULID())))
            after = replace(before, team_id=team_id, name=name, bot_user_id=bot_user_id)
            if after != before:
                mine = tables.workspace.c.id == after.id
                db.execute(update(tables.workspace).where(mine).values(to_row(after)))
            return after

    def add_project(self, first: Workspace, project: str, *, channel: str) -> Workspace:
        """Make another project of a Slack team, with the people of its first one."""
        made = replace(first, id=str(ULID()), project=project, channel=channel, channels=())
        with self._founding() as db:
            if any(w.team_id == first.team_id and w.project == project for w in _workspaces(db)):
                raise UserError(f"There is a project {project} already.")
            _found(db, made)
        with self.reading(first.id) as plan:
            members = plan.members()
        with self.changing(made.id) as new:
            for member in members:
                new.put_member(member)
        return made

    def local_workspace(self, *, zone: str) -> Workspace:
        """
        Return the only workspace, made when there is none.

        Raises:
            UserError: there are several, and nobody said which is meant.
        """
        with self._founding() as db:
            known = _workspaces(db)
            firsts = [w for w in known if not w.project]
            if len(firsts) > 1:
                names = ", ".join(w.name or w.team_id or w.id for w in firsts)
                raise UserError(f"This database holds several workspaces ({names}): say which.")
            return firsts[0] if firsts else _found(db, Workspace(id=str(ULID()), zone=zone))

    @contextmanager
    def reading(self, workspace_id: str) -> Iterator[SqlPlanReader]:
        """
        Open a consistent picture of one plan.

        Raises:
            LookupError: there is no such workspace.
            OutageError: the database doesn't answer.
        """
        with reading(self._engine) as db:
            yield SqlPlanReader(db, _workspace(db, workspace_id))

    @contextmanager
    def changing(self, workspace_id: str) -> Iterator[SqlPlanWriter]:
        """
        Open a transaction; leaving it normally commits, an exception takes all of it back.

        Raises:
            LookupError: there is no such workspace.
            OutageError: the database doesn't answer, is full, or stayed locked for 30 s.
        """
        with writing(self._engine) as db:
            plan = SqlPlanWriter(db, _workspace(db, workspace_id, lock=True))
            yield plan
            plan.finish()
        if plan.emitted and self._on_commit:
            try:
                self._on_commit(workspace_id, plan.emitted)
            except Exception:  # noqa: BLE001 - the change is committed; nothing may hide that
                _log.exception("Handing over effects of %s failed; the sweep will", workspace_id)

    def cursor(self, schedule: str) -> datetime | None:
        """Return until when a schedule's slots were handed over; None at first sight."""
        cursor = tables.cursor.c
        with reading(self._engine) as db:
            return db.scalar(select(cursor.until).where(cursor.schedule == schedule))

    def move_cursor(self, schedule: str, until: datetime) -> None:
        """Move a schedule's cursor forward; never back."""
        cursor = tables.cursor.c
        with writing(self._engine) as db:
            moving = inserting(db, tables.cursor).values(schedule=schedule, until=until)
            later = moving.excluded.until > cursor.until
            new = {"until": moving.excluded.until}
            db.execute(
                moving.on_conflict_do_update(index_elements=["schedule"], set_=new, where=later)
            )

    def forget(self, before: datetime) -> int:
        """Delete old claims, drafts, finished effects, prompts and readings; see the port."""
        effect, prompt = tables.effect.c, tables.prompt.c
        old = (
            delete(tables.cause).where(tables.cause.c.claimed_at < before),
            delete(tables.draft).where(tables.draft.c.kept_at < before),
            delete(tables.effect).where(
                effect.state != EffectState.PENDING.value,
                effect.created_at < before,
                # An issue's delivery log is kept as long as the issue, and what told of several.
                effect.about.is_(None),
                effect.kind.not_in([kind.value for kind in BUNDLES]),
            ),
            delete(tables.prompt).where(prompt.sent.is_(True), prompt.at < before),
            forgetting_readings(before),
        )
        with writing(self._engine) as db:
            return sum(db.execute(each).rowcount for each in old)

    def call_gate(self) -> SqlCallGate:
        """Return the turns and counts of Airtable's calls, kept in this database."""
        return SqlCallGate(self._engine)

    def close(self) -> None:
        """Close every connection; the next question opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _founding(self) -> Iterator[Connection]:
        """Open a transaction in which no other process makes a workspace."""
        with writing(self._engine) as db:
            if db.dialect.name == "postgresql":
                db.execute(text("LOCK TABLE workspace IN SHARE ROW EXCLUSIVE MODE"))
            yield db


def _workspaces(db: Connection) -> list[Workspace]:
    # An id begins with the time it was minted.
    rows = db.execute(select(tables.workspace).order_by(tables.workspace.c.id)).mappings()
    return [from_row(Workspace, row) for row in rows]


def _workspace(db: Connection, workspace_id: str, *, lock: bool = False) -> Workspace:
    query = select(tables.workspace).where(tables.workspace.c.id == workspace_id)
    # SQLite has no row locks and needs none: its writers take turns (see opening.writing).
    row = db.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise LookupError(f"there is no workspace {workspace_id}")
    return from_row(Workspace, row)


def _found(db: Connection, workspace: Workspace) -> Workspace:
    db.execute(insert(tables.workspace), to_row(workspace))
    return workspace
