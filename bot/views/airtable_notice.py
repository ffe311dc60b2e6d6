"""What an admin is told, once, when the base needs a person or the month's calls run out."""

from bot.domain.airtable.state import AirtableBase, QueuedPush, Trouble
from bot.views.mrkdwn import Message, actions, button, context, escape, message, one_line, section

RETRY = "airtable_retry"


def trouble_notice(base: AirtableBase, trouble: Trouble) -> Message:
    """Return what happened, what waits and the cure."""
    name = escape(base.name or base.base_id)
    return message(
        f"Airtable: {trouble.text}",
        [
            section(f"*Airtable · {name}*\n{escape(trouble.text)}\n→ {escape(trouble.cure)}"),
            actions("airtable_notice", [button("Try again", RETRY, "")]),
        ],
    )


def row_notice(base: AirtableBase, push: QueuedPush) -> Message:
    """Return which row Airtable does not take, and what goes on."""
    name = escape(base.name or base.base_id)
    return message(
        f"Airtable does not take {push.key}",
        [
            section(
                f"*Airtable · {name}*\nI can't write *{escape(push.key)}* there:"
                f" {one_line(push.error, 500)}.\nIt is kept here and waits; everything else goes"
                " on."
            ),
            actions("airtable_notice", [button("Try again", RETRY, "")]),
        ],
    )


def budget_notice(base: AirtableBase, mark: int, used: int, monthly: int) -> Message:
    """Return how much of the month's calls is used, and what slows down."""
    name = escape(base.name or base.base_id)
    text = f"{used:,} of this month's {monthly:,} Airtable calls are used ({mark} % and more)."
    return message(
        text,
        [
            section(
                f"*Airtable · {name}*\n{text} I look at the base less often to make them last."
            ),
            context(
                "`/bqx airtable` shows what they went to; AIRTABLE_MONTHLY_CALLS is your plan's."
            ),
        ],
    )


def spent_notice(base: AirtableBase) -> Message:
    """Return that nothing is asked of Airtable until the month ends or the plan is upgraded."""
    name = escape(base.name or base.base_id)
    until = f" until {base.stopped_until:%Y-%m-%d} (UTC)" if base.stopped_until else ""
    text = f"This month's Airtable calls are used up, so nothing is read or written{until}."
    return message(
        text,
        [
            section(
                f"*Airtable · {name}*\n{text}\nThe plan works on from here; what is changed is"
                " kept and written then. After an upgrade of the Airtable plan, try again."
            ),
            actions("airtable_notice", [button("Try again", RETRY, "")]),
        ],
    )
