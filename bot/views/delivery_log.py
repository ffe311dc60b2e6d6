"""What was sent about an issue: where, when, by which way, and who has seen it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.effects import Delivery, EffectKind, EffectState
from bot.domain.issues import Issue
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    escape,
    mention,
    message,
    section,
    when,
)
from bot.views.wording import count, issue_title, listing

LOG = "issue_log"  # value: the issue's key, "|", how many rows come before the page
PER_PAGE = 20
_NEWEST = 12  # rows on the issue's card
_ROOM = 2800  # characters of one section; Slack takes 3,000
_ROW = 600  # characters of one row
_WHAT = {
    EffectKind.ISSUE_ROOT: "its message",
    EffectKind.ISSUE_NOTE: "a line in its thread",
    EffectKind.ISSUE_DIRECT: "a direct message",
    EffectKind.ISSUE_VEIL: "an earlier message, after who sees it was changed",
    EffectKind.ISSUE_NUDGE: "a nudge: its time is nearly over",
    EffectKind.CHANNEL_TROUBLE: "that its channel can't be used",
    EffectKind.ESCALATION_ASK: "asked to acknowledge it",
    EffectKind.ESCALATION_NOTE: "a line in its thread",
    EffectKind.MAIL: "an e-mail",
    EffectKind.MAIL_TROUBLE: "that e-mail does not go out",
    EffectKind.CODE_QUESTION: "a question about its code",
    EffectKind.CODE_HOST: "its state",
}
_STATES = {
    EffectState.PENDING: "waits since",
    EffectState.DONE: "sent",
    EffectState.PARKED: "refused",
    EffectState.EXPIRED: "dropped, too late",
}
# One message each, brought up to date in place: all that was sent of it is one row.
_IN_PLACE = {EffectKind.ISSUE_ROOT, EffectKind.ISSUE_DIRECT}
_FOR_ONE = {EffectKind.ISSUE_DIRECT, EffectKind.ISSUE_NUDGE, EffectKind.ESCALATION_ASK}


def delivery_log(sent: Sequence[Delivery], issue: Issue) -> list[Block]:
    """Return the newest of what was sent about an issue, with a way to all of it."""
    rows = log_rows(sent, issue)
    if not rows:
        return []
    newest = rows[-_NEWEST:]
    while len("\n".join(newest)) > _ROOM - 200 and len(newest) > 1:
        newest = newest[1:]
    earlier = len(rows) - len(newest)
    head = f"*Delivery log* (the newest {len(newest)} of {len(rows)})" if earlier else ""
    text = "\n".join([head or "*Delivery log*", *newest, _seen(issue)])
    more = button("All of it", LOG, f"{issue.key}|0", label=f"All that was sent about {issue.key}")
    return [section(text, accessory=more if earlier else None)]


def log_page(sent: Sequence[Delivery], issue: Issue, start: int = 0) -> Message:
    """
    Return a page of what was sent about an issue, the oldest first.

    Args:
        start: How many rows come before the page.
    """
    rows = log_rows(sent, issue)
    start = start if 0 <= start < len(rows) else 0
    shown = rows[start : start + PER_PAGE]
    end = start + len(shown)
    span = f" · {start + 1} to {end} of {len(rows)}" if len(rows) > len(shown) else ""
    blocks: list[Block] = [section(f"*Delivery log*{span}\n{issue_title(issue)}")]
    blocks += [section(text) for text in _parts(shown)]
    if not rows:
        blocks.append(section("Nothing was sent about it."))
    blocks.append(context(_seen(issue)))
    turns = []
    if start:
        before = max(0, start - PER_PAGE)
        turns.append(button("Earlier", f"{LOG}:back", f"{issue.key}|{before}"))
    if end < len(rows):
        turns.append(button("Later", f"{LOG}:on", f"{issue.key}|{end}"))
    if turns:
        blocks.append(actions("issue_log", turns))
    return message(f"{issue.key}: {count(len(rows), 'delivery', 'deliveries')}", blocks)


def log_rows(sent: Sequence[Delivery], issue: Issue) -> list[str]:
    """Return a line for each thing that was sent, in the order in which it went out."""
    told: dict[str, list[Delivery]] = {}
    for each in sorted(sent, key=lambda one: (one.state is EffectState.PENDING, _at(one))):
        in_place = each.effect.kind in _IN_PLACE and each.state is EffectState.DONE
        name = f"{each.effect.kind}|{each.effect.lane}" if in_place else each.effect.key
        if _did_nothing(each) and name in told:
            continue
        told.setdefault(name, []).append(each)
    return [cut(_row(each, issue), _ROW) for each in told.values()]


def _at(each: Delivery) -> datetime:
    return each.done_at or each.first_tried_at or each.created_at


def _did_nothing(each: Delivery) -> bool:
    return each.state is EffectState.DONE and not each.result


def _row(times: Sequence[Delivery], issue: Issue) -> str:
    first = times[0]
    effect, result = first.effect, first.result
    what = _WHAT.get(effect.kind, effect.kind.value.replace("_", " "))
    if effect.kind is EffectKind.ESCALATION_ASK and effect.payload.get("again"):
        what = "asked whether somebody is on it"
    how = f"{_STATES[first.state]} {when(_at(first))}"
    if skipped := result.get("skipped"):
        how = f"not sent, no longer needed: {escape(str(skipped)[:80])} · {when(_at(first))}"
    elif _did_nothing(first):
        how = f"not sent, nothing to show · {when(_at(first))}"
    parts = [f"• {what} → {_place(first)}", how, *_by(first)]
    if len(times) > 1:
        parts.append(f"updated {count(len(times) - 1, 'time')}, last {when(_at(times[-1]))}")
    if first.attempts > 1:
        parts.append(f"{first.attempts} tries")
    if first.error and first.state is not EffectState.DONE:
        parts.append(escape(first.error[:80]))
    parts += _passed_over(first)
    if _is_seen(first, issue):
        parts.append("seen: acknowledged")
    return " · ".join(parts)


def _place(each: Delivery) -> str:
    effect, channel = each.effect, each.result.get("channel")
    if effect.kind is EffectKind.MAIL:
        return escape(str(effect.payload.get("to") or each.result.get("to") or "")[:120])
    if effect.lane.startswith("dm:"):
        return mention(effect.lane.removeprefix("dm:"))
    if effect.kind is EffectKind.CODE_HOST:
        return escape(str(each.result.get("url") or "the code host")[:120])
    return f"<#{channel}>" if channel else f"`#{escape(effect.lane[:80])}`"


def _by(each: Delivery) -> Iterator[str]:
    """Yield by which server a mail went, or into which file."""
    if server := each.result.get("server"):
        yield f"by `{escape(str(server)[:80])}`"
    if file := each.result.get("file"):
        yield f"into the file `{escape(str(file).rsplit('/', 1)[-1][:80])}`: no server is set up"


def _passed_over(each: Delivery) -> Iterator[str]:
    """Yield who was to be asked and could not be, and why."""
    if each.effect.kind is not EffectKind.ESCALATION_NOTE:
        return
    payload = each.effect.payload
    if postponed_by := payload.get("by"):
        yield f"postponed by {mention(postponed_by)}"
    for word, member_id, why in payload.get("skipped", ()):
        who = mention(member_id) if member_id else escape(str(word))
        yield f"passed over: {who} {escape(str(why))}"
    if payload.get("members"):
        yield f"wrote to {listing(mention(each) for each in payload['members'])}"
    if mailed := payload.get("mailed"):
        yield f"e-mail to {count(mailed, 'stakeholder')}"


def _is_seen(each: Delivery, issue: Issue) -> bool:
    """Whether the one person whom it went to acknowledged the issue after that."""
    if each.effect.kind not in _FOR_ONE or each.done_at is None or not issue.acknowledged_at:
        return False
    is_theirs = each.effect.lane == f"dm:{issue.acknowledged_by}"
    return is_theirs and each.done_at <= issue.acknowledged_at and "ts" in each.result


def _seen(issue: Issue) -> str:
    if issue.acknowledged_by and issue.acknowledged_at:
        return f"Seen by {mention(issue.acknowledged_by)} · {when(issue.acknowledged_at)}"
    return "Nobody has acknowledged it yet."


def _parts(rows: Sequence[str]) -> Iterator[str]:
    part: list[str] = []
    for row in rows:
        if part and len("\n".join([*part, row])) > _ROOM:
            yield "\n".join(part)
            part = []
        part.append(row)
    if part:
        yield "\n".join(part)
