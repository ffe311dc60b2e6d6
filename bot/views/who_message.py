"""`/bqx who`: who goes by which names, and the names that are nobody's, a page at a time."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from bot.domain.identities import MAX_NAME, Unmatched
from bot.domain.plan import Member
from bot.errors import UserError
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    cut,
    escape,
    message,
    one_line,
    plain,
    section,
    title_text,
)
from bot.views.undo_message import undo_button
from bot.views.wording import count, listing

CLAIM, ASSIGN = "who_claim", "who_assign"  # value: the name; a member chosen, name in the block_id
PAGE = "who_page"  # value: the page's number; two buttons of one row differ behind "#"
PER_PAGE = 12
_BLOCK = "who:"
_MAX_BLOCK_ID = 200  # of Slack's 255: a project's mark comes behind it


def who_message(
    members: Sequence[Member], unmatched: Sequence[Unmatched], *, page: int, may_assign: bool
) -> Message:
    """
    Return a page of names: the unmatched ones first, then who goes by which.

    Args:
        members: Those with a name of their own elsewhere.
        page: From 0; one past the end is the last.
        may_assign: Whether the reader may say who somebody else is.
    """
    rows: list[Unmatched | Member] = [*unmatched, *members]
    last = max((len(rows) - 1) // PER_PAGE, 0)
    page = min(max(page, 0), last)
    text = (
        f"{count(len(unmatched), 'name')} I can't match · {count(len(members), 'member')} matched"
    )
    blocks: list[Block] = [section(f"*{text}*")]
    for row in rows[page * PER_PAGE : (page + 1) * PER_PAGE]:
        blocks += (
            _unknown(row, may_assign=may_assign) if isinstance(row, Unmatched) else [_known(row)]
        )
    if not rows:
        blocks.append(context("Everybody in the plan and in git is known by their Slack name."))
    if last:
        blocks.append(_turning(page, last))
    blocks.append(
        context("`/bqx claim DATA-001` says that's you, `/bqx unclaim DATA-001` frees a name.")
    )
    return message(text, blocks)


def _unknown(one: Unmatched, *, may_assign: bool) -> list[Block]:
    where = [
        count(number, noun)
        for number, noun in ((one.stages, "stage"), (one.tasks, "task"), (one.commits, "commit"))
        if number
    ]
    also = f" ({one_line(one.also, 60)})" if one.also else ""
    shown = section(f"*{title_text(one.name, 120)}*{also} · {', '.join(where)}")
    block_id = _BLOCK + quote(one.name, safe=" ")
    if len(one.name) > MAX_NAME or len(block_id) > _MAX_BLOCK_ID:
        return [shown, context("Too long to be claimed here: shorten it in the plan.")]
    elements = [button("That's me", CLAIM, one.name, label=f"{cut(one.name, 40)}: that's me")]
    if may_assign:
        elements.append(
            {"type": "users_select", "action_id": ASSIGN, "placeholder": plain("It is…", 150)}
        )
    return [shown, actions(block_id, elements)]


def _known(member: Member) -> Block:
    names = listing([one_line(name, 80) for name in member.aliases], 15)
    gone = "" if member.is_active else " _(has left)_"
    return section(f"<@{member.id}>{gone}: {names}")


def _turning(page: int, last: int) -> Block:
    buttons = []
    if page > 0:
        buttons.append(button("← Back", f"{PAGE}#back", str(page - 1)))
    if page < last:
        buttons.append(button("More →", f"{PAGE}#more", str(page + 1)))
    return actions(f"who_turn:{page}", buttons)


def name_of_block(block_id: str) -> str:
    """
    Return the name that a row of the list is about.

    Raises:
        UserError: it is no row of ours.
    """
    if not block_id.startswith(_BLOCK):
        raise UserError("I don't know which name that was: `/bqx who` shows them again.")
    return unquote(block_id.removeprefix(_BLOCK).partition("@")[0])


def claimed_message(
    name: str, member_id: str, given: Sequence[str], operation: str, *, changed: bool
) -> Message:
    """
    Return whose a name is now.

    Args:
        given: What people call the stages and tasks that got the member as their owner.
    """
    said = title_text(name, 120)
    if not changed:
        text = f"*{said}* is <@{member_id}> already."
        return message(f"{name} is claimed already", [section(text)])
    owns = f"\nNow theirs in the plan: {escape(listing(given))}." if given else ""
    return message(
        f"{name} is claimed",
        [
            section(f"*{said}* is <@{member_id}>.{owns}"),
            actions("claimed", [undo_button(operation)]),
        ],
    )


def freed_message(name: str, member_id: str, operation: str) -> Message:
    """Return that a name is nobody's any more."""
    return message(
        f"{name} is free again",
        [
            section(
                f"*{title_text(name, 120)}* is not <@{member_id}> any more. Owners that were"
                " written in the plan stay."
            ),
            actions("freed", [undo_button(operation)]),
        ],
    )
