"""The audit trail as a message: one operation after the other, newest first."""

from collections.abc import Mapping

from bot.domain.history import HistoryPage
from bot.domain.items import Item
from bot.domain.plan import Change
from bot.domain.trail import Operation
from bot.views.mrkdwn import (
    MAX_MESSAGE,
    Block,
    Message,
    actions,
    block_size,
    button,
    context,
    mention,
    message,
    one_line,
    section,
    title_text,
    when,
)
from bot.views.undo_message import undo_button, what_changed
from bot.views.wording import count, item_name

OLDER = "history_older"  # value: see `older_value`
HISTORY = "history:"  # begins each block_id, so that an Undo leaves the message where it is
MAX_LINE = 400  # characters of one row, escaped, of which the last field may go a little beyond
MAX_SAID = 120
_ROOM = MAX_MESSAGE - 600  # for what stands round the operations
_WORDS = {
    "progress_update": "progress note",
    "gap_check": "question",
    "link_decision": "link",
    "work_rule": "rule",
    "issue_reply": "reply",
    "sign_off": "signature",
}


def history_message(page: HistoryPage, asked: str, *, at: int) -> Message:
    """
    Return one page of the audit trail.

    Args:
        asked: What was typed, for the button to the next page.
        at: When it was typed (seconds since 1970): "last 3 days" stay the same three.
    """
    of = f" of {page.title}" if page.title else ""
    if not page.operations:
        return _empty(page, asked)
    blocks: list[Block] = [section(f"*{title_text(f'History{of}', 130)}*, newest first")]
    older, size = page.older, 0
    shown: list[Operation] = []
    for operation in page.operations:
        added = _blocks(operation, page)
        size += sum(block_size(block) for block in added)
        if size > _ROOM and shown:
            older = shown[-1].newest
            break
        blocks += added
        shown.append(operation)
    if older is not None:
        value = older_value(older, at, asked)
        blocks.append(actions(f"{HISTORY}older", [button("Older changes", OLDER, value)]))
    return message(f"History{of}", blocks)


def older_value(after: int, at: int, asked: str) -> str:
    """Return where the next page begins, when it was asked for, and what."""
    return f"{after}|{at}|{asked}"


def read_older(value: str) -> tuple[int, int, str]:
    """Return what `older_value` put together."""
    after, at, asked = value.split("|", maxsplit=2)
    return int(after), int(at), asked


def export_begun(words: str) -> Message:
    """Return that a file is being made."""
    text = f"I'm writing the audit trail as {words}. It comes as a file in a direct message."
    return message(text, [section(one_line(text))])


def file_note(asked: str, filename: str) -> Message:
    """Return the direct message in whose thread the file is."""
    of = f" ({one_line(asked, 200)})" if asked else ""
    text = f"The audit trail{of} is in the thread: {filename}"
    return message(text, [section(f":page_facing_up: {text}")])


def _empty(page: HistoryPage, asked: str) -> Message:
    if not asked:
        text = "Nothing has been changed yet: the audit trail begins with the first change."
    elif page.title:
        text = f"Nothing of that kind was changed: {page.title} (“{asked}”)."
    else:
        text = f"Nothing was changed that fits “{asked}”."
    return message(text, [section(one_line(text, 400))])


def _blocks(operation: Operation, page: HistoryPage) -> list[Block]:
    why = operation.why
    lines = [_line(change, page.names) for change in operation.changes]
    if operation.found > len(operation.changes):
        lines.append(f"… and {operation.found - len(operation.changes):,} more of this answer")
    undo = undo_button(why.operation) if why.operation in page.undoable else None
    block_id = f"{HISTORY}{operation.newest}"
    return [
        section("\n".join(lines), block_id=block_id, accessory=undo),
        context(_small_print(operation)),
    ]


def _small_print(operation: Operation) -> str:
    why = operation.why
    parts = [mention(why.actor_id), when(why.at), one_line(why.reason, MAX_SAID)]
    if why.evidence:
        parts.append(f"evidence: {one_line(why.evidence, MAX_SAID)}")
    if operation.total > operation.found:
        parts.append(f"{count(operation.total, 'change')} in the same answer")
    if operation.undone_by:
        parts.append("_undone_")
    if why.undoes:
        parts.append("_an undo_")
    return " · ".join(part for part in parts if part)


def _line(change: Change, names: Mapping[tuple[str, str], Item]) -> str:
    item = names.get((change.kind, change.key))
    kind = _WORDS.get(change.kind, change.kind)
    if change.kind == "person":
        name = mention(change.key)
    elif change.kind == "team":
        name = ""
    else:
        name = f"*{title_text(item_name(item) if item else change.key, 60)}*"
    return f"{kind} {name} · {what_changed(change, limit=MAX_LINE)}".replace("  ", " ")
