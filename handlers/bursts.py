"""Many Level 1 at once: one message names them all, while each waits for its own."""

import time

from bot.domain.effects import EffectKind, EffectState, Post
from bot.domain.issues import Issue
from bot.ports import PlanReader
from bot.usecases.file_issue import issue_subject
from bot.views.escalation_message import burst_message
from handlers.attempt import Attempt

MANY = 3  # that wait for a message of their own; two have it within a second or two
REST_S = 1.1  # Slack takes one message a second and channel


def name_those_that_wait(job: Attempt, channel: str) -> None:
    """
    Name the issues that wait for their own message and were named nowhere yet, in one message.

    Slack takes one message a second in a channel: of a hundred filed at once the last would be
    seen after two minutes. Whoever is filed meanwhile is named by the next look.
    """
    for turn in range(MANY * 100):
        with job.reading() as plan:
            waiting = _waiting(plan)
            unnamed = [issue for issue in waiting if plan.post(_named(issue)) is None]
            subject = f"burst:{job.effect.key}:{turn}"
            post = plan.post(subject)
        if len(waiting) < MANY or all(issue.key == job.payload["issue"] for issue in unnamed):
            return
        sent = job.show(subject, burst_message(unnamed), lambda: job.channel_id(channel), post)
        with job.desk.ports.plans.changing(job.workspace_id) as writer:
            for issue in unnamed:
                writer.put_post(
                    Post(subject=_named(issue), channel_id=str(sent["channel"]), ts=str(sent["ts"]))
                )
        time.sleep(REST_S)


def _waiting(plan: PlanReader) -> list[Issue]:
    """Return the issues that are to be shown and are not yet, in the order they were filed."""
    keys = {
        str(each.effect.payload["issue"]): None
        for each in plan.deliveries(EffectState.PENDING)
        if each.effect.kind is EffectKind.ISSUE_ROOT
    }
    found = [issue for key in keys if (issue := plan.issue(key)) and issue.removed_at is None]
    return [issue for issue in found if plan.post(issue_subject(issue)) is None]


def _named(issue: Issue) -> str:
    return f"named:{issue.key}"
