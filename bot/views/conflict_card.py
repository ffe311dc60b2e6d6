"""The card of a conflict: both values, who and when, and one click that settles it."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.airtable.state import Conflict
from bot.views.airtable_values import aspect_words, said_value
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    mention,
    message,
    one_line,
    section,
    title_text,
    when,
)

KEEP_PLAN, TAKE_AIRTABLE = "conflict_keep_plan", "conflict_take_airtable"
ROW = "row"
_SHOWN = 300
_ON_BUTTON = 30


def conflict_card(
    conflict: Conflict, title: str, names: Mapping[str, str], *, moved: bool = False
) -> Message:
    """
    Return the card, open or settled.

    Args:
        moved: Somebody clicked on a card whose values are not these.
        title: The item as mrkdwn, such as "*1.5.4* · BQX Table Recalculation".
        names: What people call linked items and members, by key and id.
    """
    if conflict.aspect == ROW:
        return _row_card(conflict, title)
    ours = said_value(conflict.aspect, conflict.ours, names)
    theirs = said_value(conflict.aspect, conflict.theirs, names)
    what = aspect_words(conflict)
    intro = f"{title}\n*{what}* was changed here and in Airtable."
    if conflict.overwritten:
        intro = (
            f"{title}\n*{what}* was changed in Airtable a moment before it was written from here,"
            " so the value there was replaced."
        )
    blocks: list[Block] = [
        section(intro),
        section(
            f"*Here:* {one_line(ours, _SHOWN)}\n{_by(conflict.our_actor, conflict.our_at)}\n"
            f"*Airtable:* {one_line(theirs, _SHOWN)}\n"
            f"{_by(conflict.their_actor, conflict.their_at)}"
        ),
    ]
    if conflict.choice is None:
        blocks.append(
            actions(
                f"conflict:{cut(conflict.key, 200)}",
                [
                    button(_choose("Keep", ours), KEEP_PLAN, _clicked(conflict)),
                    button(_choose("Take", theirs), TAKE_AIRTABLE, _clicked(conflict)),
                ],
            )
        )
        if moved:
            blocks.append(
                context("This changed since you were shown it, so nothing is settled. Choose anew.")
            )
    else:
        chosen = theirs if conflict.choice == "airtable" else ours
        blocks.append(_settled(conflict, f"*{title_text(cut(chosen, _SHOWN))}*"))
    return message(f"{what} was changed here and in Airtable", blocks)


def _row_card(conflict: Conflict, title: str) -> Message:
    blocks: list[Block] = [
        section(
            f"{title}\nThe record was deleted in Airtable while it was changed here.\n"
            f"Deleted {_by(conflict.their_actor, conflict.their_at)}\n"
            f"Changed here {_by(conflict.our_actor, conflict.our_at)}"
        )
    ]
    if conflict.choice is None:
        blocks.append(
            actions(
                f"conflict:{cut(conflict.key, 200)}",
                [
                    button("Keep it, make it anew", KEEP_PLAN, _clicked(conflict)),
                    button("Remove it here, too", TAKE_AIRTABLE, _clicked(conflict)),
                ],
            )
        )
    else:
        kept = "kept, and made anew in Airtable"
        gone = "removed here, too"
        blocks.append(_settled(conflict, gone if conflict.choice == "airtable" else kept))
    return message("A record was deleted in Airtable while it was changed here", blocks)


def _clicked(conflict: Conflict) -> str:
    return f"{conflict.version} {conflict.key}"


def clicked(value: str) -> tuple[str, str]:
    """Return a conflict's key and the version that a card showed; older cards tell none."""
    version, space, key = value.partition(" ")
    return (key, version) if space else (value, "")


def _by(actor: str, at: datetime | None) -> str:
    moment = f", {when(at)}" if at else ""
    return f"by {mention(actor)}{moment}"


def _choose(verb: str, value: str) -> str:
    return f"{verb} “{cut(' '.join(value.split()), _ON_BUTTON)}”"


def _settled(conflict: Conflict, what: str) -> Block:
    if conflict.choice == "alike":
        return context("Settled by itself: both sides say the same now.")
    at = f", {when(conflict.settled_at)}" if conflict.settled_at else ""
    return context(f"Settled: {what}, by {mention(conflict.settled_by)}{at}")
