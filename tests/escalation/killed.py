"""File, step, deliver and settle in processes of their own, each of which may be killed."""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from bot.adapters.clocks import MovedClock
from bot.adapters.database import SqlPlanDatabase, open_database
from bot.adapters.git import GitActivity, GitCode, GitReportBranch, GitReportFiles
from bot.adapters.mail import SmtpMailer, read_server_address
from bot.adapters.probes.none import NoProbes
from bot.adapters.slack import SlackMessenger
from bot.domain.effects import EffectState
from bot.domain.entries import IssueEntry, IssueStep, StepWords
from bot.domain.issues import Severity
from bot.ports import Ports
from bot.sandbox.config import SandboxConfig
from bot.usecases.asking import Asker
from bot.usecases.escalate import tick_escalations
from bot.usecases.file_issue import file_issue
from bot.usecases.settle_issue import settle_issue
from handlers.deliveries import Deliveries
from handlers.desk import Desk
from handlers.replies import Replies
from tests.product import ANA, BEN, MANIFEST

MOST = 12  # deliveries in one life: a queue that a kill left behind must not make lives long
FILED_EVERY = 4  # lives; the others work off what there is


def main(folder: str, slack: str, mail: str) -> None:
    """
    Fork a process for each line on standard input, and say how it ended.

    A line holds its number, and for how many seconds it is let live where it is to be killed. It
    is killed here: whoever has yet to wait for it knows that the id is its own.
    """
    for line in sys.stdin:
        number, *lives_s = line.split()
        child = os.fork()
        if child == 0:
            live(Path(folder), slack, mail, int(number))
            os._exit(0)
        for seconds in lives_s:
            time.sleep(float(seconds))
            os.kill(child, signal.SIGKILL)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


def ports_of(folder: Path, slack: str, mail: str) -> Ports:
    """Return the product's ports, without the engine: this process hands effects to itself."""
    token = SandboxConfig(manifest=MANIFEST).bot_token
    messenger = SlackMessenger(token, f"{slack}/api/", timeout_s=10)
    return Ports(
        plans=SqlPlanDatabase(open_database(f"sqlite:///{folder / 'bqx.db'}")),
        engine=None,
        messenger=lambda _workspace_id: messenger,
        activity=GitActivity(),
        report_files=GitReportFiles(),
        report_branch=GitReportBranch(),
        probes=NoProbes(),
        no_probes=NoProbes(),
        code=GitCode(),
        clock=MovedClock(folder / "clock"),
        mailer=SmtpMailer(read_server_address(mail)),
    )


def live(folder: Path, slack: str, mail: str, number: int) -> None:
    """Live one life: file an issue (none for a negative number), and do all that is due."""
    ports = ports_of(folder, slack, mail)
    [workspace] = ports.plans.workspaces()
    desk = Desk(ports)
    deliveries = Deliveries(desk, Replies(desk))

    def asker(cause: str) -> Asker:
        return Asker(
            workspace_id=workspace.id,
            member_id=BEN,
            cause=cause,
            words="a test",
            now=ports.clock.now(),
        )

    if number >= 0 and number % FILED_EVERY == 0:
        number //= FILED_EVERY
        severity = Severity.MAJOR if number % 4 == 3 else Severity.BLOCKER
        entry = IssueEntry(title=f"Number {number}", severity=severity, owner_id=BEN)
        file_issue(ports.plans, entry, asker(f"file:{number}"))
    tick_escalations(ports.plans, workspace.id, ports.clock.now())
    deliver(ports, deliveries, workspace.id)
    for key in ready(ports, workspace.id):
        settle_issue(ports.plans, key, IssueStep.ACKNOWLEDGE, asker(f"ack:{key}"))
        told = StepWords(evidence="It writes again.")
        settle_issue(ports.plans, key, IssueStep.RESOLVE, asker(f"resolve:{key}"), told)
    deliver(ports, deliveries, workspace.id)


def deliver(ports: Ports, deliveries: Deliveries, workspace_id: str) -> None:
    """Do every effect that is due, the urgent ones first, as the lanes do."""
    now = ports.clock.now()
    with ports.plans.reading(workspace_id) as plan:
        pending = [
            each.effect
            for each in plan.deliveries(EffectState.PENDING)
            if each.effect.not_before is None or each.effect.not_before <= now
        ]
    for effect in pending[:MOST]:
        deliveries.run(workspace_id, effect.key)


def ready(ports: Ports, workspace_id: str) -> list[str]:
    """
    Return the issues that are to be settled: all their messages of so far are delivered.

    A Level 1 with an even number after the owner was asked, one with an odd number after the
    stakeholders were; a Level 2 a while after its mails were due.
    """
    found = []
    now = ports.clock.now()
    with ports.plans.reading(workspace_id) as plan:
        for issue in plan.issues(open_only=True):
            waiting = [
                d for d in plan.deliveries_about(issue.key) if d.state is EffectState.PENDING
            ]
            escalation = plan.escalation(issue.key)
            if escalation is None:
                is_ready = now - issue.discovered_at > timedelta(minutes=15)
            else:
                is_ready = escalation.step >= wanted_steps(issue.title)
            if is_ready and not waiting:
                found.append(issue.key)
    return found


def wanted_steps(title: str) -> int:
    """Return how far an issue is let climb, by its number."""
    return 1 if int(title.rpartition(" ")[2]) % 2 == 0 else 3


OWNER, LEAD = BEN, ANA

if __name__ == "__main__":
    main(*sys.argv[1:])
