"""Many Level 1 at once: one message names them all, while each waits for its own."""

import time

from bot.domain.effects import Effect, EffectKind, EffectState, Post, issue_subject
from bot.domain.issues import Issue
from bot.ports import PlanReader
from bot.usecases.file_issue import named_subject
from bot.views.escalation_message import burst_message
from handlers.attempt import Attempt

MANY = 3  # that wait for a message of their own; two have it within a second or two
REST_S = 1.1  # Slack takes one message a second and channel
LOOK_S = 0.3  # between two looks for newcomers: an update needs no rest
LOOKS = 6  # Slack takes fifty updates a minute


def name_those_that_wait(job: Attempt, channel: str) -> None:
    """
    Name the issues that wait for their own message and were named nowhere yet, in one message.

    Slack takes one message a second in a channel: of a hundred filed at once the last would be
    seen after two minutes. Whoever is filed meanwhile is added to the same message.
    """
    subject = f"burst:{job.effect.key}"
    post = None
    for _ in range(LOOKS):
        with job.reading() as plan:
            waiting = [issue for _, issue in waiting_posts(plan, job.effect.lane)]
            posts = plan.posts([subject, *map(named_subject, waiting)])
        post = posts.get(subject)
        new = [issue for issue in waiting if named_subject(issue) not in posts]
        if len(waiting) < MANY or all(issue.key == job.payload["issue"] for issue in new):
            break
        # Those of an earlier look, or attempt, are named in this very message.
        here = [i for i in waiting if i in new or (post and posts[named_subject(i)].ts == post.ts)]
        shown = burst_message(here)
        job.show(
            subject,
            shown,
            lambda: job.channel_id(channel),
            post,
            also=[named_subject(i) for i in new],
        )
        time.sleep(LOOK_S)
    if post is not None:
        time.sleep(REST_S)


def waiting_posts(plan: PlanReader, lane: str) -> list[tuple[Effect, Issue]]:
    """Return the first posts of open issues that wait in a lane, in the order they were filed."""
    waiting: dict[str, Effect] = {}
    for each in plan.deliveries(EffectState.PENDING, kind=EffectKind.ISSUE_ROOT):
        if each.effect.lane == lane:
            waiting.setdefault(str(each.effect.payload["issue"]), each.effect)
    shown = plan.posts([issue_subject(key) for key in waiting])
    known = {issue.key: issue for issue in plan.issues(open_only=True)}
    return [
        (effect, known[key])
        for key, effect in waiting.items()
        if key in known and issue_subject(key) not in shown
    ]


def named_beside(plan: PlanReader, issue: Issue) -> tuple[Post | None, list[Issue]]:
    """Return the message that named an issue among others, and all that it names."""
    known = {named_subject(each): each for each in plan.issues()}
    posts = plan.posts(list(known))
    own = posts.get(named_subject(issue))
    return own, [known[subject] for subject, each in posts.items() if own and each.ts == own.ts]
