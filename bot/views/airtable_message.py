"""`/bqx airtable`: how the base and the plan stand, as a message."""

from datetime import datetime, timedelta

from bot.domain.airtable.outcomes import Connected, Health
from bot.domain.airtable.state import BaseState, PullMode
from bot.views.airtable_notice import RETRY
from bot.views.airtable_text import NO_FEED, READ_ONLY, budget_words, queue_words, state_words
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    message,
    one_line,
    section,
    when,
)
from bot.views.wording import count, listing

CONNECT, SYNC = "airtable_connect", "airtable_sync"
MAX_TROUBLES, MAX_DOUBTS, MAX_BY_HAND = 5, 5, 10
_RECENT = timedelta(minutes=2)


def health_message(health: Health, now: datetime, *, is_admin: bool) -> Message:
    """Return state, lag, queue, budget and what waits for a person; buttons for admins."""
    base = health.base
    if base is None or base.state is BaseState.PROPOSED:
        return _unconnected(health, is_admin=is_admin)
    name = escape(base.name or base.base_id)
    text = f"{base.name or base.base_id}: {state_words(health)}"
    linked = ", ".join(count(number, kind) for kind, number in health.linked.items())
    lines = [
        f"*{name}* is {state_words(health)}.",
        f"*Kept in step:* {linked}",
        (
            f"*Last looked:* {when(base.pulled_at) if base.pulled_at else 'not yet'}"
            f"{_how(base.mode)}{_next(health, now)}"
        ),
        f"*To be written:* {queue_words(health, now)}",
        f"*Calls:* {budget_words(health)}{_features(health)}",
    ]
    if health.conflicts:
        lines.append(f"*Conflicts:* {count(len(health.conflicts), 'card')} wait for an answer")
    if base.error:
        at = f", {when(base.error_at)}" if base.error_at else ""
        lines.append(f"*Last error:* {escape(base.error)}{at}")
    if not health.has_token:
        lines.append("`AIRTABLE_API_KEY` is not set any more, so nothing is read or written.")
    blocks: list[Block] = [section("\n".join(lines))]
    blocks += [
        section(f":warning: {escape(each.text)}\n→ {escape(each.cure)}")
        for each in base.troubles[:MAX_TROUBLES]
    ]
    if (left := len(base.troubles) - MAX_TROUBLES) > 0:
        blocks.append(context(f"and {left} more; they show as these are cured"))
    if health.held:
        held = "\n".join(f"• *{escape(p.key)}* {one_line(p.error, 200)}" for p in health.held)
        blocks.append(section(f"*Waits for a person:*\n{held}"))
        if (left := health.held_count - len(health.held)) > 0:
            blocks.append(context(f"and {left} more"))
    if is_admin:
        blocks.append(
            actions(
                "airtable",
                [
                    button("Sync now", SYNC, ""),
                    button("Try again what waits", RETRY, ""),
                    button("Change the mapping…", CONNECT, ""),
                ],
            )
        )
    return message(text, blocks)


def _unconnected(health: Health, *, is_admin: bool) -> Message:
    text = "No Airtable base is connected; the plan lives here alone."
    if not health.has_token:
        how = (
            "An operator sets `AIRTABLE_API_KEY` (a personal access token) and `AIRTABLE_BASE_ID`;"
            " the README has the steps."
        )
        return message(text, [section(f"{text}\n{how}")])
    if not is_admin:
        return message(text, [section(f"{text} An admin can connect one.")])
    return message(
        text,
        [
            section(
                f"{text}\nI look at the base and propose what is what; nothing is changed"
                " before you say so."
            ),
            actions("airtable", [button("Look at the base", CONNECT, "", style="primary")]),
        ],
    )


def _how(mode: PullMode) -> str:
    return "" if mode is PullMode.FEED else ", by modified time"


def _next(health: Health, now: datetime) -> str:
    if health.next_look is None or health.next_look - now < _RECENT:
        return ""
    return f", next {when(health.next_look, '{time}')}"


def _features(health: Health) -> str:
    parts = sorted(health.calls.items(), key=lambda each: -each[1])
    told = listing(f"{feature} {calls:,}" for feature, calls in parts)
    return f": {escape(told)}" if told else ""


def connected_message(done: Connected) -> Message:
    """Return what connecting did, and what is left for a person."""
    name = escape(done.look.name)
    kept = (
        "From now on both sides are kept in step."
        if done.look.may_write
        else "From now on what changes there arrives here."
    )
    lines = [
        (
            f"Connected to *{name}*: {count(done.pulled.records, 'record')} read in"
            f" {count(done.pulled.calls, 'call')}. {kept}"
        )
    ]
    if done.created:
        lines.append(f"Made in the base: {escape(listing(done.created))}.")
    blocks: list[Block] = [section("\n".join(lines))]
    blocks += [
        section(f"*By hand:* {escape(each.label)}\n{escape(each.steps)}")
        for each in done.by_hand[:MAX_BY_HAND]
    ]
    if len(done.by_hand) > MAX_BY_HAND:
        left = ", ".join(each.label for each in done.by_hand[MAX_BY_HAND:])
        blocks.append(context(f"and {escape(left)}"))
    if not done.look.may_write:
        blocks.append(section(f":warning: {READ_ONLY}"))
    if done.base is not None and done.base.mode is PullMode.MODIFIED:
        blocks.append(context(NO_FEED))
    doubts = done.proposal.doubts
    blocks += [context(escape(doubt.text)) for doubt in doubts[:MAX_DOUBTS]]
    if len(doubts) > MAX_DOUBTS:
        blocks.append(context(f"and {len(doubts) - MAX_DOUBTS} more: `/bqx airtable connect`"))
    return message(f"Connected to {done.look.name}", blocks)


def synced_message(made: int, updated: int, records: int, removed: int) -> Message:
    """Return what one look and one writing came to."""
    text = (
        f"Written: {count(made, 'new record')}, {count(updated, 'change')}."
        f" Taken over: {count(records, 'record')}, {removed} removed."
    )
    return message(text, [section(text)])
