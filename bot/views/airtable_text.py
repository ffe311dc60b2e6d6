"""What `bqx airtable …` prints: a proposed mapping, a connected base, how both sides stand."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.airtable.looking import Look
from bot.domain.airtable.mapping import MappedTable
from bot.domain.airtable.outcomes import Connected, Health
from bot.domain.airtable.proposing.proposal import Missing, Proposal, examples
from bot.domain.airtable.state import AirtableBase, BaseState, PullMode
from bot.domain.plan_file import KINDS
from bot.views.wording import ago, count

_WIDTH = 18
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
READ_ONLY = (
    "The token's user may only read this base, so nothing can be written to it. Make them an editor"
    " (or a creator, to let me make what is missing)."
)
NO_FEED = (
    "The token may make no webhook (scope webhook:manage, and creator rights), so I ask each table"
    " for what was edited: more calls, and deletions are seen once a week."
)


def describe_proposal(look: Look, proposal: Proposal) -> Iterator[str]:
    """Yield the proposal as lines: each table, its fields with examples, and what to look at."""
    yield f"{look.name} ({look.base_id})"
    shown = examples(proposal.mapping, look.samples)
    for kind in KINDS:
        table = proposal.mapping.of_kind(kind)
        yield ""
        if table is None:
            yield f"{kind}s: no table" + (
                "; they are told by the stages' numbers" if kind == "phase" else ""
            )
            continue
        yield f"{kind}s: the table “{table.name}”"
        yield from _fields(table, shown)
    to_make, by_hand = _lacking(proposal)
    if to_make:
        yield ""
        yield "Missing in the base; I make it where the token may:"
        yield from (f"  {each.label} ({each.kind})" for each in to_make)
    for each in by_hand:
        yield ""
        yield f"{each.label}: {each.steps}"
    if proposal.doubts:
        yield ""
        yield "Please look at this:"
        yield from (f"  {doubt.text}" for doubt in proposal.doubts)
    if not look.may_write:
        yield ""
        yield READ_ONLY


def _lacking(proposal: Proposal) -> tuple[list[Missing], list[Missing]]:
    """Return what is made by connecting, which needs stages, and what a person has to settle."""
    by_hand = [each for each in proposal.missing if each.field is None]
    if proposal.mapping.of_kind("stage") is None:
        return [], by_hand
    return [each for each in proposal.missing if each.field is not None], by_hand


def _fields(table: MappedTable, shown: Mapping[Any, tuple[str, ...]]) -> Iterator[str]:
    for word, mapped in table.fields.items():
        some = " · ".join(shown.get((table.kind, word), ()))
        yield f"  {word:{_WIDTH}} {mapped.name}" + (f"  ({some})" if some else "")
        if mapped.words:
            told = ", ".join(f"{option} = {means}" for option, means in mapped.words.items())
            yield f"  {'':{_WIDTH}} {told}"


def proposal_object(
    look: Look, proposal: Proposal, *, created: Iterable[str] = (), by_hand: Iterable[Missing] = ()
) -> dict[str, Any]:
    """Return the object of `bqx airtable connect --json`; tables and fields by the plan's words."""
    shown = examples(proposal.mapping, look.samples)
    to_make, to_settle = _lacking(proposal)
    return {
        "base": {"id": look.base_id, "name": look.name, "permission": look.permission},
        "tables": {
            table.kind: {
                "id": table.table_id,
                "name": table.name,
                "fields": {
                    word: {
                        "id": mapped.field_id,
                        "name": mapped.name,
                        "type": mapped.type,
                        "words": dict(mapped.words),
                        "examples": list(shown.get((table.kind, word), ())),
                    }
                    for word, mapped in table.fields.items()
                },
            }
            for table in proposal.mapping.tables
        },
        "missing": [each.label for each in to_make],
        "doubts": [each.text for each in proposal.doubts],
        "created": list(created),
        "by_hand": [{"what": each.label, "steps": each.steps} for each in by_hand or to_settle],
    }


def connected_object(done: Connected) -> dict[str, Any]:
    """Return the object of `bqx airtable connect --yes --json`."""
    told = proposal_object(done.look, done.proposal, created=done.created, by_hand=done.by_hand)
    return told | {
        "read": {"records": done.pulled.records, "calls": done.pulled.calls},
        "written": {"made": done.pushed.made, "updated": done.pushed.updated},
        "mode": done.base.mode if done.base else None,
        "troubles": _troubles(done.base),
    }


def describe_connected(done: Connected) -> Iterator[str]:
    """Yield what connecting did, and what is left for a person."""
    base = done.base
    yield (
        f"Connected to {done.look.name}: {count(done.pulled.records, 'record')} read in"
        f" {count(done.pulled.calls, 'call')}."
    )
    if done.created:
        yield f"Made in the base: {', '.join(done.created)}."
    if done.pushed.made:
        yield f"Written to the base: {count(done.pushed.made, 'record')} that were made here."
    for missing in done.by_hand:
        yield f"By hand: {missing.label}. {missing.steps}"
    if not done.look.may_write:
        yield READ_ONLY
    if base is None:
        return
    if base.mode is PullMode.MODIFIED:
        yield NO_FEED
    yield from _trouble_lines(base)


def describe_health(health: Health, now: datetime) -> Iterator[str]:
    """Yield how the base and the plan stand."""
    base = health.base
    if base is None:
        yield (
            "No base is connected. `bqx airtable connect` proposes a mapping."
            if health.has_token
            else "AIRTABLE_API_KEY is not set; the README has the three steps."
        )
        return
    yield f"{base.name or base.base_id}: {state_words(health)}"
    if base.state is BaseState.PROPOSED:
        yield "  A mapping is proposed. `bqx airtable connect` shows it and asks."
        return
    linked = ", ".join(count(number, kind) for kind, number in health.linked.items())
    yield f"  in step      {linked or 'nothing yet'}"
    yield f"  last looked  {since(base.pulled_at, now)}, {_way(base.mode)}"
    yield f"  queue        {queue_words(health, now)}"
    yield f"  conflicts    {_conflict_words(health)}"
    yield f"  calls        {budget_words(health)}"
    for feature, calls in sorted(health.calls.items(), key=lambda each: -each[1]):
        yield f"               {feature} {calls:,}"
    for push in health.held:
        yield f"  waits        {push.key}: {push.error}"
    if left := health.held_count - len(health.held):
        yield f"               and {left} more"
    if not health.has_token:
        yield "  AIRTABLE_API_KEY is not set any more, so nothing is read or written."
    yield from _trouble_lines(base)
    if base.error:
        yield f"  last error   {base.error}, {since(base.error_at, now)}"


def _trouble_lines(base: AirtableBase) -> Iterator[str]:
    for trouble in base.troubles:
        yield f"  {trouble.text}"
        yield f"    → {trouble.cure}"


def _troubles(base: AirtableBase | None) -> list[dict[str, str]]:
    return [{"text": each.text, "cure": each.cure} for each in base.troubles] if base else []


def _conflict_words(health: Health) -> str:
    if not health.conflicts:
        return "none"
    return f"{len(health.conflicts)}; each has a card in Slack, where a click settles it"


def health_object(health: Health) -> dict[str, Any]:
    """Return the object of `bqx airtable status --json`."""
    base = health.base
    return {
        "connected": base is not None and base.state is BaseState.CONNECTED,
        "state": base.state if base else None,
        "base_id": base.base_id if base else None,
        "mode": base.mode if base else None,
        "in_step": dict(health.linked),
        "waiting": health.waiting,
        "held": health.held_count,
        "conflicts": len(health.conflicts),
        "calls": {"used": health.used, "monthly": health.monthly, "by": dict(health.calls)},
        "pulled_at": base.pulled_at.isoformat() if base and base.pulled_at else None,
        "troubles": _troubles(base),
        "error": base.error if base else "",
    }


def state_words(health: Health) -> str:
    """Return in a few words whether both sides are in step."""
    base = health.base
    if base is None or base.state is BaseState.PROPOSED:
        return "not connected yet"
    if base.state is BaseState.STOPPED:
        return "stopped, a person has to mend something"
    if base.stopped_until is not None:
        return f"the month's calls are used up until {base.stopped_until:%Y-%m-%d}"
    if health.held_count or health.conflicts or base.troubles:
        return "in step, but for what is named below"
    return "in step" if not health.waiting else "writing"


def queue_words(health: Health, now: datetime) -> str:
    """Return what waits to be written, and since when."""
    if not health.waiting and not health.held_count:
        return "empty"
    waits = f"{health.waiting} waiting" if health.waiting else "none waiting"
    oldest = f", the oldest from {since(health.oldest, now)}" if health.oldest else ""
    held = f"; {health.held_count} held for a person" if health.held_count else ""
    return f"{waits}{oldest}{held}"


def since(moment: datetime | None, now: datetime) -> str:
    """Return "just now", "4 minutes ago", "2 hours ago", then days."""
    if moment is None:
        return "not yet"
    passed = now - moment
    if passed < _MINUTE:
        return "just now"
    if passed < _HOUR:
        return f"{count(passed // _MINUTE, 'minute')} ago"
    return f"{count(passed // _HOUR, 'hour')} ago" if passed < _DAY else ago(moment, now)


def budget_words(health: Health) -> str:
    """Return the month's calls and what they are of."""
    share = round(100 * health.used / health.monthly) if health.monthly else 0
    return f"{health.used:,} of {health.monthly:,} this month ({share} %)"


def _way(mode: PullMode) -> str:
    return (
        "by the change feed" if mode is PullMode.FEED else "by modified time (no right to webhooks)"
    )
