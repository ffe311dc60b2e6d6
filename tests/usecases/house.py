"""A workspace without a server: its effects are done by hand, and all that goes out is kept."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from bot.adapters.git import GitActivity, GitCode, GitReportBranch, GitReportFiles
from bot.adapters.mail import FolderMailer
from bot.adapters.probes.none import NoProbes
from bot.domain.effects import EffectState
from bot.ports import Ports, Sent
from handlers.deliveries import Deliveries
from handlers.desk import Desk
from handlers.replies import Replies
from tests.builders import SmallPlan
from tests.conftest import MONDAY
from tests.git.repos import make_repo

DAY = timedelta(days=1)


class Recorder:
    """Slack that takes everything, and remembers who could read it."""

    def __init__(self):
        self.posts = []  # where, what
        self.last = {}

    def post(self, channel, message, *, key, thread_ts=None):
        ts = f"{len(self.posts) + 1}.0"
        self.posts.append((channel, json.dumps(message)))
        self.last[channel, ts] = json.dumps(message)
        return Sent(channel, ts)

    def update(self, sent, message):
        self.posts.append((sent.channel_id, json.dumps(message)))
        self.last[sent.channel_id, sent.ts] = json.dumps(message)

    def upload(self, sent, *, filename, title, content):
        self.posts.append((sent.channel_id, filename + title + str(content)))

    def find(self, *_args, **_more):
        return None

    def has_file(self, _sent, _filename):
        return False

    def direct_channel(self, member_id):
        return f"D:{member_id}"

    def channels(self):
        return {"bqx-ml": "C1", "bqx-ml-critical": "C2"}

    def respond(self, url, message, *, replace=False):
        self.posts.append((url, json.dumps(message)))


class House:
    """A workspace whose effects are done by hand, with what Slack, mail and repo got of it."""

    def __init__(self, folder):
        self.small = SmallPlan(folder)
        self.plans, self.workspace_id = self.small.plans, self.small.workspace_id
        self.folder, self.slack = folder, Recorder()
        self.repo = make_repo(folder / "project")
        self.repo.commit("feat: Complete Stage 1.5.5", MONDAY - DAY, "a")
        self.clock = SimpleNamespace(now=lambda: self.now)
        self.now = MONDAY
        self.desk = Desk(self._ports())
        with self.plans.changing(self.workspace_id) as plan:
            to = ("chief@example.org",)
            plan.put_workspace(replace(plan.workspace, lead_id=None, stakeholders=to))

    def _ports(self):
        return Ports(
            plans=self.plans,
            engine=None,
            messenger=lambda _workspace_id: self.slack,
            activity=GitActivity(),
            report_files=GitReportFiles(),
            report_branch=GitReportBranch(),
            probes=NoProbes(),
            no_probes=NoProbes(),
            clock=self.clock,
            code=GitCode(),
            mailer=FolderMailer(self.folder / "outbox"),
            repos={"": (self.repo.path,)},
        )

    def asker(self, member_id):
        return self.small.asker(member_id, now=self.now)

    def deliver(self):
        deliveries = Deliveries(self.desk, Replies(self.desk))
        for _ in range(4):
            with self.plans.reading(self.workspace_id) as plan:
                keys = [d.effect.key for d in plan.deliveries(EffectState.PENDING)]
            for key in keys:
                deliveries.run(self.workspace_id, key)

    def files(self):
        found = [*self.repo.path.rglob("*.md"), *(self.folder / "outbox").rglob("*.eml")]
        return "\n".join(each.read_text() for each in found)
