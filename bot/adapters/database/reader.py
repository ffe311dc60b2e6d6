"""Read one workspace's plan inside one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, and_, case, func, or_, select

from bot.adapters.database import tables
from bot.adapters.database.airtable import SqlAirtableReader
from bot.adapters.database.columns import Words
from bot.adapters.database.deliveries import delivery_of
from bot.adapters.database.evidence import SqlEvidenceReader
from bot.adapters.database.issue_life import SqlIssueLifeReader
from bot.adapters.database.people import SqlPeopleReader
from bot.adapters.database.rows import folded, from_row
from bot.adapters.database.trail import SqlTrailReader
from bot.domain.effects import Delivery, EffectKind, EffectState, Post
from bot.domain.evidence import LinkDecision, WorkRule
from bot.domain.findings import Finding, GapCheck, Report, SignOff
from bot.domain.issues import Issue, IssueReply, IssueStatus
from bot.domain.items import Item
from bot.domain.people import Person, known_as
from bot.domain.plan import (
    Member,
    Phase,
    ProgressUpdate,
    Stage,
    Status,
    Task,
)
from bot.domain.team import Pause, Team

# What the audit trail calls an item, its class, and its table.
KINDS: dict[str, tuple[type[Item], Table]] = {
    "phase": (Phase, tables.phase),
    "stage": (Stage, tables.stage),
    "task": (Task, tables.task),
    "issue": (Issue, tables.issue),
    "progress_update": (ProgressUpdate, tables.progress_update),
    "gap_check": (GapCheck, tables.gap_check),
    "finding": (Finding, tables.finding),
    "sign_off": (SignOff, tables.sign_off),
    "link_decision": (LinkDecision, tables.link_decision),
    "work_rule": (WorkRule, tables.work_rule),
    "issue_reply": (IssueReply, tables.issue_reply),
    "person": (Person, tables.person),
    "team": (Team, tables.team),
    "pause": (Pause, tables.pause),
}
MAX_SEARCHED = 200  # characters of a typeahead's text that are looked for

_OPEN = [status.value for status in IssueStatus if status.is_open]


class SqlPlanReader(
    SqlEvidenceReader, SqlAirtableReader, SqlPeopleReader, SqlIssueLifeReader, SqlTrailReader
):
    """The port PlanReader on an open transaction."""

    def phases(self) -> list[Phase]:
        """Return every phase, by ref, then name."""
        return self._all(Phase, self._present(tables.phase))

    def stages(
        self, *, statuses: Collection[Status] | None = None, limit: int | None = None
    ) -> list[Stage]:
        """Return the stages, in the natural order of refs, then by key; see the port."""
        query = self._present(tables.stage)
        if statuses is not None:
            query = query.where(tables.stage.c.status.in_(status.value for status in statuses))
        return self._all(Stage, query if limit is None else query.limit(limit))

    def stage_counts(self) -> dict[Status, int]:
        """Return how many stages are in each status."""
        stage = tables.stage.c
        query = (
            select(stage.status, func.count())
            .where(stage.workspace_id == self._workspace.id, stage.removed_at.is_(None))
            .group_by(stage.status)
        )
        found = {row[0]: row[1] for row in self._db.execute(query)}
        return {status: found.get(status.value, 0) for status in Status}

    def stage(self, key: str) -> Stage | None:
        """Return the stage with this key, removed or not."""
        return self._one(Stage, self._of(tables.stage, key=key))

    def stages_with_ref(self, ref: str) -> list[Stage]:
        """Return the stages that carry exactly this canonical ref, in key order."""
        return self._all(Stage, self._present(tables.stage, ref=ref))

    def search_stages(self, text: str, *, member_id: str, limit: int = 100) -> list[Stage]:
        """Return the stages a typeahead shows for `text`; see the port for their order."""
        found = self._db.scalars(self._search(folded(text[:MAX_SEARCHED]), member_id, limit)).all()
        stages = tables.stage
        query = self._of(stages).where(stages.c.key.in_(found))
        rows = self._db.execute(query).mappings().all()
        by_key = {row["key"]: row for row in rows}
        return [from_row(Stage, by_key[key]) for key in found]

    def tasks(self, *, stage_key: str | None = None) -> list[Task]:
        """Return every task, or those of one stage, in natural order of refs, then by key."""
        return self._all(Task, self._present(tables.task, stage_key=stage_key))

    def task(self, key: str) -> Task | None:
        """Return the task with this key, removed or not."""
        return self._one(Task, self._of(tables.task, key=key))

    def issues(self, *, open_only: bool = False) -> list[Issue]:
        """Return the issues, worst severity first, then oldest."""
        found = tables.issue.c
        query = self._of(tables.issue).where(found.removed_at.is_(None))
        if open_only:
            query = query.where(found.status.in_(_OPEN))
        return self._all(Issue, query.order_by(found.severity, found.discovered_at, found.sort_key))

    def open_titles(self) -> dict[str, str]:
        """Return the titles of the open issues, by key, without reading all the rest of them."""
        found = tables.issue.c
        query = select(found.key, found.title).where(
            found.workspace_id == self._workspace.id,
            found.removed_at.is_(None),
            found.status.in_(_OPEN),
        )
        return {row[0]: row[1] for row in self._db.execute(query)}

    def issue(self, key: str) -> Issue | None:
        """Return the issue with this key (any case), removed or not."""
        wanted = self._of(tables.issue).where(
            func.upper(tables.issue.c.key, type_=Words) == key.upper()
        )
        return self._one(Issue, wanted)

    def item(self, kind: str, key: str) -> Item | None:
        """Return what a row of the audit trail is about (`Change.kind`), removed or not."""
        if kind not in KINDS:
            return None
        cls, table = KINDS[kind]
        return self._one(cls, self._of(table, key=key))

    def members(self) -> list[Member]:
        """Return every member, by name."""
        people = self.people()
        found = [
            known_as(member, people.get(member.id))
            for member in self._all(Member, self._of(tables.member))
        ]
        return sorted(found, key=lambda member: (folded(member.name), member.id))

    def member(self, member_id: str) -> Member | None:
        """Return the member with this Slack id."""
        member = self._one(Member, self._of(tables.member, id=member_id))
        return known_as(member, self.person(member_id)) if member else None

    def last_update(self, stage_key: str, member_id: str | None = None) -> ProgressUpdate | None:
        """Return the newest progress update of a stage (by one member, when given)."""
        table = tables.progress_update
        said = self._of(table, stage_key=stage_key, member_id=member_id)
        newest = said.where(table.c.removed_at.is_(None)).order_by(
            table.c.at.desc(), table.c.sort_key.desc()
        )
        return self._one(ProgressUpdate, newest)

    def gap_checks(
        self,
        *,
        bundle: str | None = None,
        finding_key: str | None = None,
        open_only: bool = False,
    ) -> list[GapCheck]:
        """Return gap checks in the order in which they were asked."""
        check = tables.gap_check.c
        query = self._of(tables.gap_check, bundle=bundle, finding_key=finding_key).where(
            check.removed_at.is_(None)
        )
        if open_only:
            query = query.where(check.answer.is_(None))
        return self._all(GapCheck, query.order_by(check.asked_at, check.sort_key))

    def gap_check(self, key: str) -> GapCheck | None:
        """Return the gap check with this key."""
        return self._one(GapCheck, self._of(tables.gap_check, key=key))

    def findings(self) -> list[Finding]:
        """Return the findings kept from earlier assessments, whatever their state."""
        query = self._of(tables.finding).order_by(tables.finding.c.key)
        return self._all(Finding, query)

    def report(self, key: str) -> Report | None:
        """Return the report with this key."""
        return self._one(Report, self._of(tables.report, key=key))

    def last_report(self, kind: str) -> Report | None:
        """Return the newest report of a kind, by `as_of`."""
        return next(iter(self.recent_reports(kind, limit=1)), None)

    def recent_reports(self, kind: str, *, limit: int = 4) -> list[Report]:
        """Return the newest reports of a kind, newest first."""
        newest = self._of(tables.report, kind=kind).order_by(
            tables.report.c.as_of.desc(), tables.report.c.key.desc()
        )
        return self._all(Report, newest.limit(limit))

    def post(self, subject: str) -> Post | None:
        """Return where a subject is shown in Slack."""
        return self._one(Post, self._of(tables.post, subject=subject))

    def posts(self, subjects: Collection[str]) -> dict[str, Post]:
        """Return where these subjects are shown, as far as they are, by subject."""
        query = self._of(tables.post).where(tables.post.c.subject.in_(subjects))
        return {post.subject: post for post in self._all(Post, query)}

    def delivery(self, key: str) -> Delivery | None:
        """Return the effect with this key and how far it came."""
        row = self._db.execute(self._of(tables.effect, key=key)).mappings().first()
        return None if row is None else delivery_of(row)

    def deliveries(
        self, state: EffectState, *, kind: EffectKind | None = None, limit: int = 500
    ) -> list[Delivery]:
        """Return the effects in a state (of one kind, when given), oldest first."""
        query = self._of(tables.effect, state=state.value, kind=kind and kind.value)
        query = query.order_by(tables.effect.c.position)
        return [delivery_of(row) for row in self._db.execute(query.limit(limit)).mappings()]

    def due_deliveries(self, now: datetime, *, limit: int = 500) -> list[Delivery]:
        """Return what is pending and waits for no later moment: the urgent first, then by age."""
        effect = tables.effect.c
        query = self._of(tables.effect, state=EffectState.PENDING.value).where(
            or_(effect.not_before.is_(None), effect.not_before <= now)
        )
        query = query.order_by(effect.urgent.desc(), effect.position).limit(limit)
        return [delivery_of(row) for row in self._db.execute(query).mappings()]

    def draft(self, key: str) -> Mapping[str, Any] | None:
        """Return what a member typed and could not save yet."""
        row = self._db.execute(self._of(tables.draft, key=key)).mappings().first()
        return None if row is None else row["typed"]

    def channel_id(self, name: str) -> str | None:
        """Return the cached Slack id of a channel name (no "#")."""
        row = self._db.execute(self._of(tables.channel, name=name)).mappings().first()
        return None if row is None else row["channel_id"]

    def _search(self, text: str, member_id: str, limit: int) -> Select[tuple[str]]:
        stage = tables.stage.c
        # A stage's search text begins with the line of its ref (see rows.search_text).
        own = and_(stage.owner_id == member_id, stage.status == Status.IN_PROGRESS.value)
        order = [(own, 0)]
        if text:
            exact = stage.search_text.startswith(text + "\n", autoescape=True)
            order += [(exact, 1), (stage.search_text.startswith(text, autoescape=True), 2)]
        return (
            select(stage.key)
            .where(stage.workspace_id == self._workspace.id, stage.removed_at.is_(None))
            .where(stage.search_text.contains(text, autoescape=True))
            .order_by(case(*order, else_=3), stage.sort_key)
            .limit(limit)
        )
