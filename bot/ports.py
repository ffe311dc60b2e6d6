"""What the core asks of the outside world, in the core's words."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.airtable_ports import Airtable, AirtableReader, AirtableWriter
from bot.domain.effects import Delivery, Effect, EffectState, Post
from bot.domain.findings import Finding, GapCheck, Report
from bot.domain.issues import Issue
from bot.domain.items import Item
from bot.domain.plan import (
    Change,
    Member,
    Phase,
    ProgressUpdate,
    Stage,
    Status,
    Task,
    Why,
    Workspace,
)
from bot.evidence_ports import (
    ActivitySource,
    EvidenceReader,
    EvidenceWriter,
    ProbeSource,
    ReportBranch,
    ReportFiles,
    Sources,
)


class Clock(Protocol):
    """Asked by handlers, jobs and the command line only."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class PlanReader(EvidenceReader, AirtableReader, Protocol):
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

    def issue(self, key: str) -> Issue | None:
        """Return the issue with this key (any case), removed or not."""
        ...

    def item(self, kind: str, key: str) -> Item | None:
        """Return what a row of the audit trail is about (`Change.kind`), removed or not."""
        ...

    def members(self) -> list[Member]:
        """Return every member, by name."""
        ...

    def member(self, member_id: str) -> Member | None:
        """Return the member with this Slack id."""
        ...

    def last_update(self, stage_key: str, member_id: str | None = None) -> ProgressUpdate | None:
        """Return the newest progress update of a stage (by one member, when given)."""
        ...

    def changes(
        self, *, kind: str | None = None, key: str | None = None, limit: int = 50
    ) -> list[Change]:
        """Return rows of the audit trail, newest first."""
        ...

    def operation(self, operation: str) -> list[Change]:
        """Return the changes of one operation, in the order in which they were written."""
        ...

    def last_operation(self, actor_id: str) -> str | None:
        """Return the actor's newest operation that is neither undone nor an undo itself."""
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

    def delivery(self, key: str) -> Delivery | None:
        """Return the effect with this key and how far it came."""
        ...

    def deliveries(self, state: EffectState, *, limit: int = 500) -> list[Delivery]:
        """Return the effects in a state, oldest first."""
        ...

    def draft(self, key: str) -> Mapping[str, Any] | None:
        """Return what a member typed and could not save yet (see `PlanWriter.keep_draft`)."""
        ...

    def channel_id(self, name: str) -> str | None:
        """Return the cached Slack id of a channel name (no "#")."""
        ...


class PlanWriter(PlanReader, EvidenceWriter, AirtableWriter, Protocol):
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
        Delete what has done its service: old claims, drafts, finished effects and readings.

        The newest reading of each probe stays, to see movement by. Plan, audit trail, findings and
        reports stay. Returns how many rows went.
        """
        ...


class Engine(Protocol):
    """
    The durable engine: a job submitted by key is run once in effect, whatever dies.

    See the design, section 6. Payloads are plain JSON of at most 64 KB, ids only.
    """

    def submit(
        self,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        *,
        lane: str,
        not_before: datetime | None = None,
        urgent: bool = False,
    ) -> None:
        """Hand over a job; returns after the commit. A known key is left alone."""
        ...

    def start(self) -> None:
        """Start working; unfinished jobs of an earlier life go on."""
        ...

    def stop(self, drain_s: float) -> None:
        """Stop, waiting at most `drain_s` seconds for running jobs."""
        ...

    def unfinished(self) -> list[str]:
        """Return the keys of jobs that wait or run."""
        ...

    def purge(self, before: datetime) -> int:
        """Forget finished jobs older than `before`; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message went."""

    channel_id: str
    ts: str


class Messenger(Protocol):
    """
    Slack, outward.

    Every method raises RefusedError (Slack said no: `code` is its word), or OutageError
    (`retry_after_s` on 429; `maybe_done` when the answer was lost and the call may have worked).
    """

    def post(
        self, channel: str, message: Mapping[str, Any], *, key: str, thread_ts: str | None = None
    ) -> Sent:
        """Post `message` (text, blocks) to a channel id or user id; `key` goes into metadata."""
        ...

    def update(self, sent: Sent, message: Mapping[str, Any]) -> None:
        """Replace a message of ours in place."""
        ...

    def find(
        self,
        channel_id: str,
        key: str,
        *,
        since: datetime,
        thread_ts: str | None = None,
        after: str | None = None,
    ) -> Sent | None:
        """
        Return where a message with this key already is (verify before a second attempt).

        Args:
            after: Slack's ts of a message that is surely older: only what came later is read, a
                few messages of a long thread.
        """
        ...

    def upload(self, sent: Sent, *, filename: str, title: str, content: str | bytes) -> None:
        """Share a file, text or a picture, in the thread of a message."""
        ...

    def has_file(self, sent: Sent, filename: str) -> bool:
        """Whether the thread of a message already holds a file of this name."""
        ...

    def direct_channel(self, member_id: str) -> str:
        """Return the id of the direct-message channel with a member."""
        ...

    def channels(self) -> dict[str, str]:
        """Return the ids of all channels the bot can see, by name."""
        ...

    def members(self) -> Iterable[Member]:
        """Return everyone in the workspace."""
        ...

    def respond(self, url: str, message: Mapping[str, Any], *, replace: bool = False) -> None:
        """
        Answer at a response_url, for the asker's eyes only.

        Refused with "expired_url" or "used_url" past thirty minutes or five uses. `replace`
        puts the message in the place of the one whose button was clicked.
        """
        ...

    def permalink(self, channel_id: str, ts: str) -> str | None:
        """Return the web address of a message, None where the bot can't see it."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """
    The filled bundle: everything the ways in hand to the use cases.

    Args:
        messenger: Slack as one workspace's bot sees it, by our workspace id.
        repos: Each project's clones (PROJECT_REPO, BQX_PROJECT_REPOS) by its name; the first of
            them holds the reports. A team's first project has the name "".
        has_probes: Whether any probe is declared, so that reading them is worth a job.
        airtable: None where no token is set.
        report_branch_name: The branch that reports are committed to; "" leaves them in the work
            tree, for the team to commit.
    """

    plans: PlanDatabase
    engine: Engine
    messenger: Callable[[str], Messenger]
    activity: ActivitySource
    report_files: ReportFiles
    report_branch: ReportBranch
    probes: ProbeSource
    no_probes: ProbeSource
    clock: Clock
    repos: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    report_branch_name: str = ""
    has_probes: bool = False
    airtable: Airtable | None = None

    def repos_of(self, workspace: Workspace) -> Sequence[Path]:
        """Return a project's own clones: another's history would say wrong things of its plan."""
        return self.repos.get(workspace.project, ())

    def sources_of(self, workspace: Workspace) -> Sources:
        """Return where a project's work is seen; probes are declared for the first one's stages."""
        probes = self.no_probes if workspace.project else self.probes
        return Sources(activity=self.activity, probes=probes, repos=self.repos_of(workspace))
