"""`/bqx away` and `/bqx back`: receipts, who is away, and what is told to whom it is about."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.away_words import EXAMPLES
from bot.domain.calendar_outcomes import Absence
from bot.domain.people import Person
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    mention,
    message,
    one_line,
    section,
    when,
)
from bot.views.undo_message import undo_button

BACK = "away_back"  # value: ""
MAX_LISTED = 30
_MOMENT = "{date_short_pretty}, {time}"


def away_written(done: Absence, asker_id: str) -> Message:
    """Return the receipt of an absence."""
    who = "You are" if done.person.key == asker_id else f"{mention(done.person.key)} is"
    text = f"{who} {_span(done.person)}. Until then I ask nothing and call nothing missed."
    if done.person.key != asker_id:
        text += f" {mention(done.person.key)} is told."
    blocks: list[Block] = [section(text)]
    if done.replaced:
        blocks.append(context(f"It replaces: {_span(done.replaced)}."))
    blocks.append(actions("away_done", [undo_button(done.operation)]))
    return message("Out of office, noted.", blocks)


def back_written(done: Absence, asker_id: str) -> Message:
    """Return the receipt of a return."""
    own = done.person.key == asker_id
    text = "Welcome back." if own else f"{mention(done.person.key)} is back, noted, and is told."
    blocks: list[Block] = [section(text)]
    if done.replaced:
        blocks.append(context(f"It ends: {_span(done.replaced)}."))
    blocks.append(actions("away_done", [undo_button(done.operation)]))
    return message(text, blocks)


def absences_message(people: Sequence[Person], asker_id: str) -> Message:
    """Return who is away or will be, with a way back for the reader."""
    lines = [f"{mention(person.key)} · {_span(person)}" for person in people[:MAX_LISTED]]
    if len(people) > MAX_LISTED:
        lines.append(f"and {len(people) - MAX_LISTED} more")
    text = "\n".join(lines) or "Nobody is away, as far as I know."
    blocks: list[Block] = [section(text)]
    if any(person.key == asker_id for person in people):
        blocks.append(actions("away_own", [button("I am back", BACK, "")]))
    blocks.append(context(f"`/bqx away` {EXAMPLES}, `@ben until Friday sick` · `/bqx back`"))
    return message("Who is away", blocks)


def absence_told(person: Person, by: str, now: datetime) -> Message:
    """Return what somebody is told whom a colleague called away, or back."""
    if not person.is_away(now) and (person.away_since is None or person.away_since < now):
        text = f"{mention(by)} said that you are back."
        return message("You are back, says a colleague.", [section(text)])
    text = f"{mention(by)} said that you are {_span(person)}. Is it wrong?"
    row = actions("away_told", [button("I am back", BACK, "")])
    return message("You are away, says a colleague.", [section(text), row])


def _span(person: Person) -> str:
    since, until = person.away_since, person.away_until
    start = f"away from {when(since, _MOMENT)}" if since else "away"
    end = f" until {when(until, _MOMENT)}" if until else " until further notice"
    reason = f" ({one_line(person.away_reason, 200)})" if person.away_reason else ""
    by = person.away_by
    told = f", as {mention(by)} said" if by and by != person.key else ""
    return f"{start}{end}{reason}{told}"
