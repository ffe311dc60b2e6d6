"""The composition root: settings in, a product ready to start out."""

import logging
import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.adapters.clocks import MovedClock, SystemClock
from bot.adapters.durable.engine import DbosEngine
from bot.adapters.git import GitActivity, GitCode, GitReportBranch, GitReportFiles
from bot.adapters.probes.none import NoProbes
from bot.domain.effects import EffectKind
from bot.domain.jobs import JobOutcome
from bot.domain.plan import Workspace
from bot.errors import SettingsError
from bot.handing_over import HandingOver
from bot.ports import Clock, Engine, Ports
from bot.scheduler import Alarm
from bot.settings import Settings
from bot.usecases.airtable.keeping import AGAIN_S, due_mark
from bot.usecases.escalate import tick_escalations
from bot.usecases.prompting import send_waiting_prompts
from bot.usecases.sweep import SLOT, sweep_effects
from bot.usecases.sweep_calendar import sweep_calendar
from bot.usecases.sweep_prompts import sweep_prompts
from bot.usecases.triage_clock import TriageClock
from bot.workspaces import (
    airtable_of,
    code_hosts_of,
    connect_workspace,
    mailer_of,
    messenger_of,
    open_plans,
    probes_of,
)
from handlers import register
from handlers.deliveries import Deliveries
from handlers.desk import Desk
from handlers.replies import Replies
from handlers.scheduled import AIRTABLE, CODE, COUNTERS, HOUSEKEEPING, DueJob, ScheduledJobs

LISTENERS = 16  # threads; docs/benchmarks.md has the measurement behind it
SWEEP_EVERY_S = 2.0
COUNTERS_EVERY_S = 600
CODE_EVERY_S = 600
WAITED_EVERY_S = 60  # whoever has a prompt waiting is read anew each time
DRAIN_S = 15.0
# Slack takes one message a second and channel; the other lanes need no rest.
PACED = frozenset(EffectKind) - {
    EffectKind.GAP_REPORT,
    EffectKind.AIRTABLE_PUSH,
    EffectKind.CODE_HOST,
    EffectKind.ISSUE_DASHBOARD,
    EffectKind.DEBT_REPORT,
    EffectKind.MAIL,
}

log = logging.getLogger(__name__)


def clock_of(settings: Settings) -> Clock:
    """Return the clock the product lives by."""
    return MovedClock(settings.bqx_clock_file) if settings.bqx_clock_file else SystemClock()


@dataclass
class Product:
    """Everything but the way Slack's requests come in."""

    settings: Settings
    ports: Ports
    bolt: App
    engine: Engine
    alarm: Alarm
    workspace: Workspace
    handing_over: HandingOver

    def start(self) -> None:
        """Start the engine and the clock; its first sweep has the directory read."""
        self.engine.start()
        self.alarm.start()

    def stop(self) -> None:
        """Stop; what is unfinished goes on at the next start."""
        self.alarm.stop()
        self.engine.stop(DRAIN_S)
        self.handing_over.stop()
        self.ports.plans.close()


def build(settings: Settings, *, role: str = "run") -> Product:
    """
    Return the product, connected to its database and to Slack's identity.

    Args:
        role: Part of this replica's name where several run on one host.

    Raises:
        SettingsError: a token is missing or wrong, or the database can't be used.
        OutageError: Slack or the database does not answer.
    """
    if not settings.has_slack:
        raise SettingsError(
            "SLACK_BOT_TOKEN is not set. `bqx sandbox` tries the product without Slack;"
            " the README has the steps for a real workspace."
        )
    messenger = messenger_of(settings)
    identity = messenger.identity()
    clock = clock_of(settings)
    jobs = _Jobs()
    engine = DbosEngine(
        settings.url, jobs.run, executor_id=_executor_id(settings, role), paced=PACED
    )
    handing_over = HandingOver(engine)
    plans = open_plans(settings, handing_over)
    workspace = connect_workspace(plans, identity, settings)
    ports = Ports(
        plans=plans,
        engine=engine,
        messenger=lambda _workspace_id: messenger,
        activity=GitActivity(),
        report_files=GitReportFiles(),
        report_branch=GitReportBranch(),
        probes=probes_of(settings),
        clock=clock,
        code=GitCode(),
        no_probes=NoProbes(),
        mailer=mailer_of(settings),
        repos=settings.repos_by_project,
        report_branch_name=settings.bqx_report_branch,
        has_probes=settings.bqx_probes is not None,
        airtable=airtable_of(settings, plans),
        code_hosts=code_hosts_of(settings),
    )
    desk = Desk(ports)
    jobs.deliveries = Deliveries(desk, Replies(desk))
    jobs.scheduled = ScheduledJobs(desk)
    bolt = build_bolt(settings, identity)
    register(bolt, ports)
    return Product(settings, ports, bolt, engine, _alarm(ports), workspace, handing_over)


def build_bolt(settings: Settings, identity: Mapping[str, Any]) -> App:
    """Return the Bolt app, its identity known so that no request waits for auth.test."""
    token = settings.slack_bot_token.get_secret_value()
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=identity["team_id"],
        bot_token=token,
        bot_id=identity.get("bot_id"),
        bot_user_id=identity["user_id"],
    )
    return App(
        client=WebClient(
            base_url=settings.slack_api_url, timeout=settings.slack_timeout_s, retry_handlers=[]
        ),
        signing_secret=settings.slack_signing_secret.get_secret_value() or "socket-mode",
        authorize=lambda: known,
        logger=_bolt_logger(),
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener"),
    )


def _bolt_logger() -> logging.Logger:
    """
    Return Bolt's logger, warnings and worse only.

    At INFO Bolt writes the whole body of a request whose signature is bad (contracts, engine
    7.1). One of its warnings is about a token it found in the environment: ours is given.
    """
    logger = logging.getLogger("bqx.bolt")
    logger.setLevel(logging.WARNING)
    logger.addFilter(lambda record: "`token` will be unused" not in record.getMessage())
    return logger


def _keep_house(engine: Engine, workspace_id: str, now: datetime, *, at_start: bool) -> None:
    """Have members and channels read anew and old rows deleted, at each start and once a day."""
    midnight = datetime.combine(now.date(), time(), UTC)
    mark = now.isoformat() if at_start else now.date().isoformat()
    _submit(engine, workspace_id, HOUSEKEEPING, mark, midnight)


def _read_counters(engine: Engine, workspace_id: str, now: datetime) -> None:
    """Have the probes read, once in ten minutes, whichever replica says so first."""
    _submit(engine, workspace_id, COUNTERS, *_bucket(now, COUNTERS_EVERY_S))


def _follow_code(ports: Ports, workspace: Workspace, now: datetime) -> None:
    """Have the code and its host looked at, once in ten minutes, where there are any."""
    if ports.repos_of(workspace) or workspace.project in ports.code_hosts:
        _submit(ports.engine, workspace.id, CODE, *_bucket(now, CODE_EVERY_S))


def _keep_in_step(ports: Ports, workspace_id: str, now: datetime) -> None:
    """Have the base looked at where it is time, and written to where a wait is over."""
    mark = due_mark(ports.plans, ports.airtable, workspace_id, now) if ports.airtable else None
    if mark is not None:
        # The same work is submitted each sweep until it is done: with the same words.
        _, due = _bucket(now, AGAIN_S)
        _submit(ports.engine, workspace_id, AIRTABLE, mark, due)


def _bucket(now: datetime, every_s: int) -> tuple[str, datetime]:
    """Return the number of a stretch of time, and when it began."""
    number = int(now.timestamp() // every_s)
    return str(number), datetime.fromtimestamp(number * every_s, UTC)


def _submit(engine: Engine, workspace_id: str, job: str, mark: str, due: datetime) -> None:
    """Have a job run: once for each mark, one after the other."""
    engine.submit(
        SLOT,
        f"slot:{workspace_id}:{job}:{mark}",
        {
            "workspace_id": workspace_id,
            "job": job,
            "local_date": due.date().isoformat(),
            "due": due.isoformat(),
        },
        lane=f"{workspace_id}:{job}",
    )


def _alarm(ports: Ports) -> Alarm:
    kept_on: dict[str, date] = {}
    counted_in: dict[str, int] = {}
    looked_in: dict[str, int] = {}
    waited_in: dict[str, int] = {}
    triage = TriageClock(ports.plans)
    prompted: dict[str, tuple[datetime, datetime]] = {}  # when it was looked, and when again

    def sweep() -> None:
        now = ports.clock.now()
        workspaces = ports.plans.workspaces()
        sweep_calendar(ports.plans, ports.engine, workspaces, now)
        sweep_effects(ports.plans, ports.engine, workspaces, now)
        bucket = int(now.timestamp() // COUNTERS_EVERY_S)
        for workspace in workspaces:
            if (
                ports.has_probes
                and not workspace.project
                and counted_in.get(workspace.id) != bucket
            ):
                _read_counters(ports.engine, workspace.id, now)
                counted_in[workspace.id] = bucket
            if looked_in.get(workspace.id) != bucket:
                _follow_code(ports, workspace, now)
                looked_in[workspace.id] = bucket
            looked, again = prompted.get(workspace.id, (now, now))
            if not looked <= now < again:
                prompted[workspace.id] = now, sweep_prompts(ports.plans, workspace.id, now)
            _keep_in_step(ports, workspace.id, now)
            triage.tick(workspace.id, now)
            minute = int(now.timestamp() // WAITED_EVERY_S)
            if waited_in.get(workspace.id) != minute:
                send_waiting_prompts(ports.plans, workspace.id, now)
                waited_in[workspace.id] = minute
            tick_escalations(ports.plans, workspace.id, now)
            last = kept_on.get(workspace.id)
            if last != now.date():
                _keep_house(ports.engine, workspace.id, now, at_start=last is None)
                kept_on[workspace.id] = now.date()

    return Alarm(sweep, SWEEP_EVERY_S)


def _executor_id(settings: Settings, role: str) -> str:
    return settings.bqx_executor_id or f"{socket.gethostname()}:{role}"


class _Jobs:
    """What the engine runs, once the handlers exist that it runs."""

    deliveries: Deliveries
    scheduled: ScheduledJobs

    def run(self, kind: str, _key: str, payload: Mapping[str, Any]) -> JobOutcome:
        if kind == SLOT:
            return self.scheduled.run(_due_job(payload))
        return self.deliveries.run(payload["workspace_id"], payload["key"])


def _due_job(payload: Mapping[str, Any]) -> DueJob:
    return DueJob(
        workspace_id=payload["workspace_id"],
        job=payload["job"],
        local_date=date.fromisoformat(payload["local_date"]),
        due=datetime.fromisoformat(payload["due"]),
        reason=payload.get("reason", ""),
        merged=_merged(payload),
    )


def _merged(payload: Mapping[str, Any]) -> tuple[date, datetime] | None:
    """Return date and due moment of the run that goes along with this one."""
    if "merged" not in payload:
        return None
    due = datetime.fromisoformat(payload["merged_due"])
    return date.fromisoformat(payload["merged"]), due


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to standard error; libraries only what went wrong, and never a request's body."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in (
        "slack_bolt",
        "slack_sdk",
        "apscheduler",
        "dbos",
        "alembic",
        "git",
        "waitress",
        "urllib3",
        "github",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
