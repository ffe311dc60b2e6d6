"""Keep what is said about an issue on its record: notes, replies of its thread, a look-alike."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.effects import Effect, EffectKind, issue_subject
from bot.domain.entries import IssueEntry
from bot.domain.issues import Issue, IssueReply
from bot.domain.outcomes import RepliesKept
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.ports.outside import Said
from bot.usecases.asking import Asker
from bot.usecases.file_issue import announce_issue
from bot.usecases.seeing import visible_issue

MAX_TEXT = 8000
_LINK = re.compile(r"/archives/(?P<channel>[CG][A-Z0-9]{2,20})/p(?P<s>\d{10})(?P<us>\d{6})(?!\d)")


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a thread is."""

    channel_id: str
    ts: str


def add_note(plans: PlanDatabase, key: str, text: str, asker: Asker) -> RepliesKept:
    """
    Put a member's words on an issue's record.

    Raises:
        UserError: there are no words, or no such issue for this member.
    """
    if not text.strip():
        raise UserError(f"What is the note? Write `/bqx issue {key} note …`.")
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        if again := _said_in(plan, issue, asker.operation):
            return RepliesKept(operation=asker.operation, issue=issue, replies=again)
        reply = _write(plan, issue, text, asker)
        _answer(plan, asker)
        return RepliesKept(operation=asker.operation, issue=issue, replies=(reply,))


def add_lookalike(
    plans: PlanDatabase, key: str, entry: IssueEntry, asker: Asker, *, filed: str = ""
) -> RepliesKept:
    """
    Put what somebody was about to file on the record of the issue that says the same.

    Args:
        filed: Key of the issue that was filed meanwhile and is withdrawn, "" where none was.

    Raises:
        UserError: there is no such issue for this member, or the new one was changed since.
    """
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        if again := _said_in(plan, issue, asker.operation):
            return RepliesKept(operation=asker.operation, issue=issue, replies=again)
        if filed:
            _withdraw(plan, filed, asker)
        text = "\n\n".join(part for part in (entry.title, entry.description) if part.strip())
        reply = _write(plan, issue, text, asker, permalink=entry.permalink)
        _answer(plan, asker)
        return RepliesKept(operation=asker.operation, issue=issue, replies=(reply,))


def _withdraw(plan: PlanWriter, key: str, asker: Asker) -> None:
    mine = visible_issue(plan, key, asker.member_id)
    if mine.touched_at is not None:
        raise UserError(f"Somebody works on {mine.key} already, so both issues stay.")
    gone = replace(mine, removed_at=asker.now)
    plan.save(gone, asker.why(evidence="a duplicate"))
    announce_issue(plan, gone, asker)


def _said_in(plan: PlanReader, issue: Issue, operation: str) -> tuple[IssueReply, ...]:
    keys = {each.key for each in plan.operation(operation) if each.kind == "issue_reply"}
    return tuple(each for each in plan.issue_replies(issue.key) if each.key in keys)


def _write(
    plan: PlanWriter, issue: Issue, text: str, asker: Asker, *, permalink: str | None = None
) -> IssueReply:
    reply = IssueReply(
        key=plan.mint("SAID"),
        issue_key=issue.key,
        member_id=asker.member_id,
        text=text.strip()[:MAX_TEXT],
        at=asker.now,
        permalink=permalink,
    )
    plan.save(reply, asker.why())
    plan.save(replace(issue, touched_at=asker.now), asker.why())
    return reply


def _answer(plan: PlanWriter, asker: Asker) -> None:
    if answer := asker.answer():
        plan.emit(answer, asker.now)


def ask_for_thread(plans: PlanDatabase, key: str, asker: Asker) -> None:
    """
    Have an issue's threads read by a worker, and what is new kept on its record.

    Raises:
        UserError: there is no such issue for this member, or no thread of it.
    """
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        if not threads_of(plan, issue):
            raise UserError(
                f"{issue.key} has no thread in Slack. `/bqx issue {issue.key} note …` puts words on"
                " its record."
            )
        plan.emit(
            Effect(
                key=f"{asker.operation}#keep:{issue.key}",
                kind=EffectKind.THREAD_KEEP,
                payload={"issue": issue.key, "member": asker.member_id, "reply_to": asker.reply},
                lane=f"command:{asker.member_id}",
            ),
            asker.now,
        )


def threads_of(plan: PlanReader, issue: Issue) -> list[Thread]:
    """Return where an issue is talked about: under its own message, and under its origin."""
    found = []
    if post := plan.post(issue_subject(issue.key)):
        found.append(Thread(post.channel_id, post.ts))
    if issue.permalink and (link := _LINK.search(issue.permalink)):
        found.append(Thread(link["channel"], f"{link['s']}.{link['us']}"))
    return found


def last_kept(plan: PlanReader, issue: Issue, thread: Thread) -> str | None:
    """Return Slack's ts of the newest reply of a thread that is on the record."""
    prefix = _key(issue, thread, "")
    kept = [each.key.removeprefix(prefix) for each in plan.issue_replies(issue.key)]
    return max((key for key in kept if ":" not in key and "." in key), default=None)


def keep_replies(
    plans: PlanDatabase, key: str, thread: Thread, said: Iterable[Said], asker: Asker
) -> list[IssueReply]:
    """Put replies of a thread on an issue's record, each once by its ts; return those new on it."""
    fresh = []
    with plans.changing(asker.workspace_id) as plan:
        issue = visible_issue(plan, key, asker.member_id)
        for each in said:
            reply = IssueReply(
                key=_key(issue, thread, each.ts),
                issue_key=issue.key,
                member_id=each.member_id,
                text=each.text[:MAX_TEXT],
                at=datetime.fromtimestamp(float(each.ts), UTC),
            )
            before = plan.item("issue_reply", reply.key)
            if before is None or before.removed_at is not None:
                fresh.append(reply)
            plan.save(reply, asker.why())
        if fresh:
            plan.save(replace(issue, touched_at=asker.now), asker.why())
    return fresh


def _key(issue: Issue, thread: Thread, ts: str) -> str:
    return f"{issue.key}:{thread.channel_id}:{thread.ts}:{ts}"
