"""Handlers whose caller is the clock: one method for each recurring job."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.airtable.state import AIRTABLE_LANE
from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    GAP_ASSESSMENT,
    JOB_WORDS,
    PHASE_REVIEW,
    ran,
)
from bot.domain.jobs import JobOutcome
from bot.domain.runs import Run, RunState
from bot.errors import OutageError, RefusedError
from bot.usecases.airtable.keeping import keep_in_step
from bot.usecases.airtable.notifying import renew_notifications
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.code_issues.connecting import propose_host
from bot.usecases.code_issues.refusals import note_refusal
from bot.usecases.code_issues.scanning import scan_code
from bot.usecases.post_review import post_review
from bot.usecases.read_counters import read_counters
from bot.usecases.welcome import take_directory
from handlers.code_deliveries import host_work
from handlers.desk import Desk

HOUSEKEEPING = "housekeeping"
COUNTERS = "counters"
AIRTABLE = AIRTABLE_LANE  # its lane: looking at the base and writing to it take turns
CODE = "code"
KEEP = timedelta(days=30)  # claims, drafts and finished effects
KEEP_JOBS = timedelta(days=14)  # the engine's own books; they run on the real clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJob:
    """
    A recurring job whose moment has come.

    Args:
        local_date: The day it belongs to in the workspace's zone.
        reason: Why it was moved from its date.
        merged: Date and due moment of the architecture review that goes along with it.
    """

    workspace_id: str
    job: str
    local_date: date
    due: datetime
    reason: str = ""
    merged: tuple[date, datetime] | None = None


@dataclass(frozen=True)
class ScheduledJobs:
    """What the clock starts."""

    desk: Desk

    @property
    def doers(self) -> Mapping[str, Callable[[DueJob], JobOutcome]]:
        """What does each job."""
        return {
            GAP_ASSESSMENT: self._assess,
            PHASE_REVIEW: self._review,
            ARCHITECTURE_REVIEW: self._review,
            COUNTERS: self._read_counters,
            CODE: lambda job: self._follow_code(job.workspace_id),
            AIRTABLE: lambda job: self._keep_in_step(job.workspace_id),
            HOUSEKEEPING: self._keep_house,
        }

    def run(self, job: DueJob) -> JobOutcome:
        """Run one slot; run again, it finds what it did before."""
        doer = self.doers.get(job.job)
        if doer is None:
            log.warning("no job is called %s", job.job)
            return JobOutcome.done()
        return doer(job)

    def _review(self, job: DueJob) -> JobOutcome:
        now = self.desk.ports.clock.now()
        run = ran(job.job, job.local_date, due=job.due, now=now, reason=job.reason)
        post_review(self.desk.ports.plans, job.workspace_id, run)
        return JobOutcome.done()

    def _read_counters(self, job: DueJob) -> JobOutcome:
        ports = self.desk.ports
        read_counters(ports.plans, ports.probes, job.workspace_id, now=ports.clock.now())
        return JobOutcome.done()

    def _keep_in_step(self, workspace_id: str, *, look: bool = False) -> JobOutcome:
        """Write to the base and look at it; an outage is waited out in this very job."""
        ports = self.desk.ports
        if ports.airtable is None:
            return JobOutcome.done()
        try:
            keep_in_step(
                ports.plans, ports.airtable, workspace_id, clock=ports.clock.now, look=look
            )
        except OutageError as error:
            return JobOutcome.wait(error.retry_after_s)
        return JobOutcome.done()

    def _follow_code(self, workspace_id: str) -> JobOutcome:
        """Read the marks in the code, and bring the plan and the code host in step."""
        ports = self.desk.ports
        now = ports.clock.now()
        with ports.plans.reading(workspace_id) as plan:
            workspace = plan.workspace
        scan_code(ports.plans, ports.code, ports.repos_of(workspace), workspace_id, now=now)
        work = host_work(ports, workspace_id)
        if work is None:
            return JobOutcome.done()
        try:
            propose_host(ports.plans, work.host, workspace_id, now=now)
            work.read(now)
        except OutageError as error:
            return JobOutcome.wait(error.retry_after_s)
        except RefusedError as error:
            log.warning("issues can't be read: %s", error)
            note_refusal(ports.plans, work.host, workspace_id, error, now=now)
            return JobOutcome.parked(error.code)
        return JobOutcome.done()

    def _assess(self, job: DueJob) -> JobOutcome:
        ports = self.desk.ports
        # What was changed in Airtable this morning counts; an outage there stops no Monday.
        self._keep_in_step(job.workspace_id, look=True)
        now = ports.clock.now()
        with ports.plans.reading(job.workspace_id) as plan:
            sources = ports.sources_of(plan.workspace)
        runs = _runs(job, now)
        run_gap_assessment(
            ports.plans,
            sources,
            job.workspace_id,
            local_date=job.local_date,
            now=now,
            late=runs[0].state is RunState.LATE,
            runs=runs,
        )
        return JobOutcome.done()

    def _keep_house(self, job: DueJob) -> JobOutcome:
        self._forget()
        return self._read_directory(job.workspace_id)

    def _forget(self) -> None:
        """Delete what has done its service; the audit trail is kept for ever."""
        ports = self.desk.ports
        now = ports.clock.now()
        ports.plans.forget(now - KEEP)
        ports.engine.purge(datetime.now(UTC) - KEEP_JOBS)

    def _read_directory(self, workspace_id: str) -> JobOutcome:
        """Bring members and channel ids up to date; what people mapped by hand stays."""
        if self.desk.ports.airtable is not None:
            renew_notifications(self.desk.ports.plans, self.desk.ports.airtable, workspace_id)
        messenger = self.desk.ports.messenger(workspace_id)
        try:
            members, channels = list(messenger.members()), messenger.channels()
        except OutageError as error:
            return JobOutcome.wait(error.retry_after_s)
        except RefusedError as error:
            log.warning("the directory can't be read: %s", error)
            return JobOutcome.parked(error.code)
        with self.desk.ports.plans.changing(workspace_id) as plan:
            take_directory(plan, members, self.desk.ports.clock.now())
            plan.put_channels(channels)
        return JobOutcome.done()


def _runs(job: DueJob, now: datetime) -> list[Run]:
    """Return what the ledger gets of an assessment: its own run, and the one merged with it."""
    runs = [ran(GAP_ASSESSMENT, job.local_date, due=job.due, now=now, reason=job.reason)]
    if job.merged:
        told = f"merged with the {JOB_WORDS[GAP_ASSESSMENT]} of {job.local_date}"
        day, due = job.merged
        runs.append(ran(ARCHITECTURE_REVIEW, day, due=due, now=now, reason=told))
    return runs
