"""Handlers whose caller is the clock: one method for each recurring job."""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.cadences import (
    ARCHITECTURE_REVIEW,
    GAP_ASSESSMENT,
    JOB_WORDS,
    PHASE_REVIEW,
    ran,
)
from bot.domain.jobs import JobOutcome
from bot.domain.runs import RunState
from bot.errors import OutageError, RefusedError
from bot.usecases.airtable.keeping import keep_in_step
from bot.usecases.airtable.notifying import renew_notifications
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.code_issues.connecting import propose_host
from bot.usecases.code_issues.from_host import send_what_differs, take_from_host
from bot.usecases.code_issues.refusals import clear_refusal, note_refusal
from bot.usecases.code_issues.scanning import scan_code
from bot.usecases.post_review import post_review
from bot.usecases.read_counters import read_counters
from bot.usecases.welcome import take_directory
from handlers.desk import Desk

HOUSEKEEPING = "housekeeping"
COUNTERS = "counters"
AIRTABLE = "airtable"
CODE = "code"
KEEP = timedelta(days=30)  # claims, drafts and finished effects
KEEP_JOBS = timedelta(days=14)  # the engine's own books; they run on the real clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScheduledJobs:
    """What the clock starts."""

    desk: Desk

    def run(
        self,
        workspace_id: str,
        job: str,
        *,
        local_date: date,
        due: datetime,
        reason: str = "",
        merged: tuple[date, datetime] | None = None,
    ) -> JobOutcome:
        """
        Run one slot; run again, it finds what it did before.

        Args:
            reason: Why it was moved from its date.
            merged: Date and due moment of the architecture review that goes along with it.
        """
        if job == GAP_ASSESSMENT:
            self._assess(workspace_id, local_date, due, reason, merged)
        elif job in {PHASE_REVIEW, ARCHITECTURE_REVIEW}:
            now = self.desk.ports.clock.now()
            run = ran(job, local_date, due=due, now=now, reason=reason)
            post_review(self.desk.ports.plans, workspace_id, run)
        elif job == COUNTERS:
            ports = self.desk.ports
            read_counters(ports.plans, ports.probes, workspace_id, now=ports.clock.now())
        elif job == CODE:
            return self._follow_code(workspace_id)
        elif job == AIRTABLE:
            return self._keep_in_step(workspace_id)
        elif job == HOUSEKEEPING:
            self._forget()
            return self._read_directory(workspace_id)
        else:
            log.warning("no job is called %s", job)
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
        host = ports.code_hosts.get(workspace.project)
        if host is None:
            return JobOutcome.done()
        try:
            propose_host(ports.plans, host, workspace_id, now=now)
            take_from_host(ports.plans, host, workspace_id, now=now)
        except OutageError as error:
            return JobOutcome.wait(error.retry_after_s)
        except RefusedError as error:
            log.warning("issues can't be read: %s", error)
            note_refusal(ports.plans, host, workspace_id, error, now=now)
            return JobOutcome.parked(error.code)
        clear_refusal(ports.plans, host, workspace_id, now=now)
        send_what_differs(ports.plans, host, workspace_id, now=now)
        return JobOutcome.done()

    def _assess(
        self,
        workspace_id: str,
        local_date: date,
        due: datetime,
        reason: str,
        merged: tuple[date, datetime] | None,
    ) -> None:
        ports = self.desk.ports
        # What was changed in Airtable this morning counts; an outage there stops no Monday.
        self._keep_in_step(workspace_id, look=True)
        now = ports.clock.now()
        with ports.plans.reading(workspace_id) as plan:
            sources = ports.sources_of(plan.workspace)
        run = ran(GAP_ASSESSMENT, local_date, due=due, now=now, reason=reason)
        runs = [run]
        if merged:
            told = f"merged with the {JOB_WORDS[GAP_ASSESSMENT]} of {local_date}"
            runs.append(ran(ARCHITECTURE_REVIEW, merged[0], due=merged[1], now=now, reason=told))
        run_gap_assessment(
            ports.plans,
            sources,
            workspace_id,
            local_date=local_date,
            now=now,
            late=run.state is RunState.LATE,
            runs=runs,
        )

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
