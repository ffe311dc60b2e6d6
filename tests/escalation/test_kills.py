"""Killed at random moments, the product loses no escalation and sends none twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.adapters.slack import SlackMessenger
from bot.domain.effects import EffectKind, EffectState
from bot.domain.issues import IssueStatus, Severity
from bot.domain.plan import Member
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from bot.workspaces import connect_workspace
from tests.e2e.looking import words
from tests.escalation.killed import LEAD, OWNER
from tests.mail.server import running_mail
from tests.plans import fresh_file
from tests.product import ANA, BEN, MANIFEST, settings_for

SLOW = bool(os.environ.get("BQX_SLOW"))
KILLS = int(os.environ.get("BQX_KILLS", "1000" if SLOW else "48"))
ROUND_S = 120  # by which the clock is moved on for each life
# The longest a life may last before it is killed: it follows the machine, so that about one in
# five comes to its end and the others die at any moment of their work.
FIRST_LONGEST_S, KILLED_GIVES, ENDED_TAKES = 0.5, 1.03, 0.9
STAKEHOLDERS = ("chief@example.org", "sponsor@example.org")


@contextmanager
def lives(folder, slack, mail):
    """Yield a function that lives one life, which is killed after some seconds (None: never)."""
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-m", "tests.escalation.killed", str(folder), slack, mail],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
    ) as zygote:

        def live(number, after_s=None):
            zygote.stdin.write(f"{number} {'' if after_s is None else after_s}\n")
            zygote.stdin.flush()
            return int(zygote.stdout.readline())

        yield live
        zygote.stdin.close()


@contextmanager
def begun(folder):
    """A workspace with two stakeholders, its mail server, and a plan."""
    config = SandboxConfig(
        manifest=MANIFEST, port=0, clock_file=folder / "clock", post_interval_s=0, tiers={}
    )
    fresh_file(folder)
    with running_sandbox(config) as sandbox, running_mail() as mail:
        settings = settings_for(
            folder,
            config,
            sandbox.base_url,
            bqx_lead=LEAD,
            bqx_stakeholders=",".join(STAKEHOLDERS),
        )
        engine = open_database(settings.url)
        plans = SqlPlanDatabase(engine)
        messenger = SlackMessenger(config.bot_token, settings.slack_api_url)
        workspace = connect_workspace(plans, messenger.identity(), settings)
        with plans.changing(workspace.id) as plan:
            plan.put_member(Member(id=ANA, name="Ana", is_admin=True))
            plan.put_member(Member(id=BEN, name="Ben"))
        yield sandbox, mail, plans, workspace.id
        engine.dispose()


@pytest.mark.timeout(4000)
def test_no_kill_loses_or_doubles_an_escalation(tmp_path, capsys):
    seed = int(os.environ.get("BQX_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    began = time.monotonic()
    with begun(tmp_path) as (sandbox, mail, plans, workspace_id):
        killed, lived, longest_s = 0, 0, FIRST_LONGEST_S
        with lives(tmp_path, sandbox.base_url, mail.url()) as live:
            while killed < KILLS:
                sandbox.move_clock(lived * ROUND_S)
                was_killed = live(lived, chance.uniform(0.005, longest_s)) == signal.SIGKILL
                lived += 1
                killed += was_killed
                longest_s *= KILLED_GIVES if was_killed else ENDED_TAKES
            for more in range(200):
                sandbox.move_clock((lived + more) * ROUND_S)
                assert live(-1) == 0
                if is_quiet(plans, workspace_id):
                    break
        seen = counts(sandbox, mail, plans, workspace_id)
    with capsys.disabled():
        said = ", ".join(f"{name} {number}" for name, number in seen.items())
        took = time.monotonic() - began
        sys.stdout.write(
            f"\n[{killed} of {lived} killed at work: {said}; {took:.0f} s, seed {seed}]"
        )

    assert seen["lost"] == 0, f"seed {seed}"
    assert seen["doubled in Slack"] == 0, f"seed {seed}"
    assert seen["mails nobody was to get"] == 0, f"seed {seed}"


def is_quiet(plans, workspace_id):
    with plans.reading(workspace_id) as plan:
        return not plan.deliveries(EffectState.PENDING) and not plan.issues(open_only=True)


def counts(sandbox, mail, plans, workspace_id):
    """What was filed, what should have come of it, and what people have before them."""
    with plans.reading(workspace_id) as plan:
        issues = plan.issues()
        steps = {each.key: each.step for each in plan.escalations(open_only=False)}
        instead = Counter(
            (issue.key, d.effect.payload["to"])
            for issue in issues
            for d in plan.deliveries_about(issue.key)
            if d.effect.payload.get("cause") == "slack" and "skipped" not in d.result
        )
        notes = Counter(
            d.effect.payload["issue"]
            for issue in issues
            for d in plan.deliveries_about(issue.key)
            if d.effect.kind in {EffectKind.ISSUE_NOTE, EffectKind.ESCALATION_NOTE}
        )
    assert all(issue.status is IssueStatus.RESOLVED for issue in issues)
    firsts = [issue.key for issue in issues if issue.severity is Severity.BLOCKER]
    seconds = [issue.key for issue in issues if issue.severity is Severity.MAJOR]
    asked = Counter({("owner", key): 1 for key in firsts if steps[key] >= 1})
    asked += Counter({("lead", key): 1 for key in firsts if steps[key] >= 2})
    asked += Counter({("post", key): 1 for key in firsts})
    asked += Counter({("line", key): notes[key] for key in firsts})
    came = Counter(("owner", key) for key in direct(sandbox, OWNER))
    came += Counter(("lead", key) for key in direct(sandbox, LEAD))
    roots = in_channel(sandbox)
    came += Counter(("post", key) for key, _ in roots)
    for key, ts in roots:
        came += Counter({("line", key): len(replies(sandbox, ts))})
    climbed = [key for key in firsts if steps[key] >= 3]
    due = Counter({(key, to): 1 for key in (*climbed, *seconds) for to in STAKEHOLDERS})
    # Where a kill left a post out of Slack for over two minutes, e-mail went instead: once.
    mails = due + instead
    by_id = {}
    for one in mail.box.mails:
        by_id.setdefault((one["Message-ID"], one["To"]), []).append(key_of(one["Subject"]))
    arrived = Counter((keys[0], to) for (_, to), keys in by_id.items())
    return {
        "filed": len(issues),
        "posts": sum(1 for kind, _ in came.elements() if kind == "post"),
        "direct messages": sum(1 for kind, _ in came.elements() if kind in {"owner", "lead"}),
        "lines in threads": sum(1 for kind, _ in came.elements() if kind == "line"),
        "mails": arrived.total(),
        "of them in place of a post": instead.total(),
        "lost": (asked - came).total() + (mails - arrived).total(),
        "doubled in Slack": (came - asked).total(),
        "mails nobody was to get": (arrived - mails).total(),
        "copies of a mail under its own id": len(mail.box.raw) - len(by_id),
    }


def key_of(text):
    return text.partition("[")[2].partition("]")[0] if "[" in text else text.split()[0]


def direct(sandbox, member_id):
    """The key of each direct message that asks."""
    member = sandbox.member(member_id)
    shown = member.messages(member.channel("bot"))
    return [word for m in shown for word in [issue_in(m)] if "has acknowledged" in words(m)]


def in_channel(sandbox):
    """Key and place of each post about one issue, without those that name many at once."""
    member = sandbox.member(ANA)
    shown = member.messages(member.channel("bqx-ml-critical"))
    return [(issue_in(m), m["ts"]) for m in shown if m["text"].startswith("Level 1: ")]


def replies(sandbox, ts):
    member = sandbox.member(ANA)
    shown = member.messages(member.channel("bqx-ml-critical"), ts)
    return [m for m in shown if m["ts"] != ts]


def issue_in(message):
    return next(w.strip(":") for w in message["text"].split() if w.startswith("ISS-"))
