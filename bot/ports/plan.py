"""What the core asks of the plan database."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from bot.domain.effects import Delivery, Effect, EffectKind, EffectState, Post
from bot.domain.findings import Finding, GapCheck, Report
from bot.domain.issues import Issue
from bot.domain.items import Item
from bot.domain.plan import (
    Member,
    Phase,
    ProgressUpdate,
    Stage,
    Status,
    Task,
    Why,
    Workspace,
)
from bot.ports.airtable import AirtableReader, AirtableWriter
from bot.ports.evidence import EvidenceReader, EvidenceWriter
from bot.ports.issue_life import IssueLifeReader, IssueLifeWriter
from bot.ports.people import PeopleReader, PeopleWriter
from bot.ports.trail import TrailReader


class PlanReader(
    EvidenceReader, AirtableReader, PeopleReader, IssueLifeReader, TrailReader, Protocol
):
    """
    The plan of one workspace, as one consistent picture.

    Removed items (`removed_at` set) are left out of every list and search; `stage`, `task` and
    `issue` return them, so that a form opened before the removal can say what happened.
    """

    @property
    def workspace(self) -> Workspace:
        """The workspace whose plan this is."""
        ...

    def phases(self) -> list[Phase]:
        """Return every phase, by ref, then name."""
        ...

    def stages(
        self, *, statuses: Collection[Status] | None = None, limit: int | None = None
    ) -> list[Stage]:
        """
        Return the stages, in the natural order of refs (1.2 before 1.10), then by key.

        Args:
            statuses: Only those in one of these; None for all.
            limit: At most so many, the first.
        """
        ...

    def stage_counts(self) -> dict[Status, int]:
        """Return how many stages are in each status; one that no stage is in counts 0."""
        ...

    def stage(self, key: str) -> Stage | None:
        """Return the stage with this key, removed or not."""
        ...

    def stages_with_ref(self, ref: str) -> list[Stage]:
        """Return the stages that carry exactly this canonical ref, in key order."""
        ...

    def search_stages(self, text: str, *, member_id: str, limit: int = 100) -> list[Stage]:
        """
        Return the stages a typeahead shows for `text` (any case; may be empty).

        Order: the member's own in progress, exact ref, ref prefix, the rest whose ref, code
        or name contains the text; inside each by natural ref order.
        """
        ...

    def tasks(self, *, stage_key: str | None = None) -> list[Task]:
        """Return every task, or those of one stage, in natural order of refs, then by key."""
        ...

    def task(self, key: str) -> Task | None:
        """Return the task with this key, removed or not."""
        ...

    def issues(self, *, open_only: bool = False) -> list[Issue]:
        """Return the issues, worst severity first, then oldest."""
        ...

    def open_titles(self) -> dict[str, str]:
        """Return the titles of the open issues, by key, without reading all the rest of them."""
        ...

    def issue(self, key: str) -> Issue | None:
        """Return the issue with this key (any case), removed or not."""
        ...

    def item(self, kind: str, key: str) -> Item | None:
        """Return what a row of the audit trail is about (`Change.kind`), removed or not."""
        ...

    def members(self) -> list[Member]:
        """Return every member, by name, with the names that people mapped to them."""
        ...

    def member(self, member_id: str) -> Member | None:
        """Return the member with this Slack id."""
        ...

    def last_update(self, stage_key: str, member_id: str | None = None) -> ProgressUpdate | None:
        """Return the newest progress update of a stage (by one member, when given)."""
        ...

    def gap_checks(
        self,
        *,
        bundle: str | None = None,
        finding_key: str | None = None,
        open_only: bool = False,
    ) -> list[GapCheck]:
        """Return gap checks in the order in which they were asked."""
        ...

    def gap_check(self, key: str) -> GapCheck | None:
        """Return the gap check with this key."""
        ...

    def findings(self) -> list[Finding]:
        """Return the findings kept from earlier assessments, whatever their state."""
        ...

    def report(self, key: str) -> Report | None:
        """Return the report with this key."""
        ...

    def last_report(self, kind: str) -> Report | None:
        """Return the newest report of a kind, by `as_of`."""
        ...

    def recent_reports(self, kind: str, *, limit: int = 4) -> list[Report]:
        """Return the newest reports of a kind, newest first."""
        ...

    def post(self, subject: str) -> Post | None:
        """Return where a subject is shown in Slack."""
        ...

    def posts(self, subjects: Collection[str]) -> dict[str, Post]:
        """Return where these subjects are shown, as far as they are, by subject."""
        ...

    def delivery(self, key: str) -> Delivery | None:
        """Return the effect with this key and how far it came."""
        ...

    def deliveries(
        self, state: EffectState, *, kind: EffectKind | None = None, limit: int = 500
    ) -> list[Delivery]:
        """Return the effects in a state (of one kind, when given), oldest first."""
        ...

    def due_deliveries(self, now: datetime, *, limit: int = 500) -> list[Delivery]:
        """Return what is pending and waits for no later moment: the urgent first, then by age."""
        ...

    def draft(self, key: str) -> Mapping[str, Any] | None:
        """Return what a member typed and could not save yet (see `PlanWriter.keep_draft`)."""
        ...

    def channel_id(self, name: str) -> str | None:
        """Return the cached Slack id of a channel name (no "#")."""
        ...


class PlanWriter(
    PlanReader, EvidenceWriter, AirtableWriter, PeopleWriter, IssueLifeWriter, Protocol
):
    """
    One transaction on the plan of one workspace: all of it is committed, or none.

    Writers of a workspace run one after another, so what was read inside is still true at commit.
    """

    def save(self, item: Item, why: Why) -> None:
        """
        Insert or replace an item and record the Change.

        Sets the next `revision`. Nothing is written, nor recorded, when no field differs.
        """
        ...

    def mark_undone(self, operation: str, by: str) -> None:
        """Note on the changes of `operation` that the operation `by` took them back."""
        ...

    def mint(self, sequence: str) -> str:
        """Return the next key of a sequence, once for ever: "ISS" gives "ISS-001", "ISS-002"."""
        ...

    def claim(self, cause: str, now: datetime) -> bool:
        """Whether this cause (a command, a click, a form) is handled here for the first time."""
        ...

    def emit(self, effect: Effect, now: datetime) -> None:
        """Add an effect; handed to the engine after the commit. A known key is left alone."""
        ...

    def emit_all(self, effects: Iterable[Effect], now: datetime) -> None:
        """Add up to a few hundred effects as `emit` does, in two statements."""
        ...

    def record_delivery(
        self,
        key: str,
        *,
        state: EffectState,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Write down how an effect ended, or why it waits."""
        ...

    def mark_attempt(self, key: str, now: datetime) -> Delivery:
        """Count an attempt, set `first_tried_at` once; return the delivery as it was before."""
        ...

    def put_post(self, post: Post) -> None:
        """Remember where a subject is shown."""
        ...

    def put_member(self, member: Member) -> None:
        """Insert or replace a member."""
        ...

    def put_workspace(self, workspace: Workspace) -> None:
        """Replace the workspace's own row."""
        ...

    def put_findings(self, findings: Iterable[Finding]) -> None:
        """Insert or replace findings by their keys."""
        ...

    def put_report(self, report: Report) -> None:
        """Insert or replace a report by its key."""
        ...

    def put_channels(self, ids_by_name: Mapping[str, str]) -> None:
        """Replace the cached channel directory."""
        ...

    def keep_draft(self, key: str, member_id: str, typed: Mapping[str, Any], now: datetime) -> None:
        """Keep what a member typed, for the button that brings it back; kept for 30 days."""
        ...


class PlanDatabase(Protocol):
    """Every workspace's plan."""

    def workspaces(self) -> list[Workspace]:
        """Return every workspace."""
        ...

    def connect_team(self, team_id: str, *, name: str, bot_user_id: str) -> Workspace:
        """
        Return the workspace of a Slack team, made or adopted when it is new.

        A single workspace without a team (a plan imported before Slack was connected) is adopted.
        """
        ...

    def add_project(self, first: Workspace, project: str, *, channel: str) -> Workspace:
        """
        Make another project of a Slack team: a plan, channels and a base of its own.

        Raises:
            UserError: the team has one of that name.
        """
        ...

    def local_workspace(self, *, zone: str) -> Workspace:
        """Return the only workspace, made when there is none. Raises UserError when several."""
        ...

    def reading(self, workspace_id: str) -> AbstractContextManager[PlanReader]:
        """Open a consistent picture of one plan."""
        ...

    def changing(self, workspace_id: str) -> AbstractContextManager[PlanWriter]:
        """Open a transaction; leaving it normally commits, an exception takes all of it back."""
        ...

    def cursor(self, schedule: str) -> datetime | None:
        """Return until when a schedule's slots were handed over; None at first sight."""
        ...

    def move_cursor(self, schedule: str, until: datetime) -> None:
        """Move a schedule's cursor forward; never back."""
        ...

    def close(self) -> None:
        """Close every connection; the next question opens new ones."""
        ...

    def forget(self, before: datetime) -> int:
        """
        Delete what has done its service: old claims, drafts, finished effects, prompts, readings.

        The newest reading of each probe stays, to see movement by. Plan, audit trail, findings,
        reports and what was sent about issues stay. Returns how many rows went.
        """
        ...
