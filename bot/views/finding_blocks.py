"""A finding on a page: open with its evidence and buttons, settled as one line with Undo."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.findings import Finding, GapAnswer
from bot.domain.outcomes import Repaired
from bot.views.finding_answers import answer_row
from bot.views.mrkdwn import (
    MAX_SECTION,
    Block,
    Message,
    actions,
    block_size,
    button,
    cut,
    escape,
    mention,
    message,
    one_line,
    quote,
    section,
    title_text,
    when,
)
from bot.views.undo_message import UNDO, undo_button

Plain = Mapping[str, Any]

SETTLED = "settled:"  # begins the block_id of a settled finding: its Undo leaves the message there
MAX_EVIDENCE = 4  # lines of evidence shown; why something is proposed is always shown
MAX_WHY = 6
SETTLED_ROOM = 560  # characters that a settled line takes at most
MAX_BLOCK_ID = 255
_WHY = ("likely ", "proposed ", "like ", "no proposal", "the plan has ")
_MORE = re.compile(r"and (\d+) more")
_DISMISSED = {GapAnswer.ACCURATE, GapAnswer.NOT_A_GAP, GapAnswer.LATER}
_TICK = "✓"


def finding_blocks(finding: Plain, outcome: Plain | None, *, text: str = "") -> list[Block]:
    """
    Return a finding as it is now.

    Args:
        finding: As a report's snapshot has it.
        outcome: What became of it, as the snapshot's "outcomes" has it; None while it is open.
        text: What stands first in place of the finding's own sentence, mrkdwn.
    """
    if outcome:
        return [_settled(finding, outcome)]
    head = text or one_line(finding["text"], 600)
    lines = [head + _known(finding), *evidence_lines(finding["evidence"])]
    shown = section(cut("\n".join(lines), MAX_SECTION), block_id=_block_id("", finding["key"]))
    row = answer_row(finding)
    return [shown, actions(_block_id("answers:", finding["key"]), row)] if row else [shown]


def room_of(finding: Plain) -> tuple[int, int]:
    """Return the blocks and characters a finding takes at most, open or settled."""
    blocks = finding_blocks(finding, None)
    return len(blocks), max(SETTLED_ROOM, sum(block_size(block) for block in blocks))


def evidence_lines(evidence: Sequence[str]) -> list[str]:
    """Return lines of evidence as quotes: the first few, how many more, and why."""
    why = [line for line in evidence if line.startswith(_WHY)]
    rest = [line for line in evidence if line not in why]
    more = 0
    if rest and (counted := _MORE.fullmatch(rest[-1])):
        more, rest = int(counted[1]), rest[:-1]
    more += max(0, len(rest) - MAX_EVIDENCE)
    lines = [one_line(line, 220) for line in rest[:MAX_EVIDENCE]]
    lines += [f"and {more} more"] if more else []
    lines += [f"{one_line(line[:1].upper() + line[1:], 300)}" for line in why[:MAX_WHY]]
    return [f"> {line}" for line in lines]


def outcome_of(finding: Finding) -> Plain | None:
    """Return what became of a finding as a report's snapshot tells it; None while it is open."""
    if finding.state.is_open or finding.answer is None:
        return None
    return {
        "answer": finding.answer.value,
        "verdict": finding.verdict,
        "by": finding.answered_by,
        "at": finding.answered_at.isoformat() if finding.answered_at else None,
        "reason": finding.reason,
        "until": finding.until.isoformat() if finding.until else None,
        "operation": finding.operation,
    }


def repaired_message(done: Repaired, typed: str = "") -> Message:
    """
    Return the receipt of an answer, or who answered before.

    Args:
        typed: What the member wrote in vain, to be shown again.
    """
    finding = done.finding
    name = one_line(finding.text, 200)
    said = title_text(_words(outcome_of(finding) or {"answer": None, "verdict": finding.verdict}))
    if not done.changed:
        text = f"{mention(finding.answered_by)} answered this before you: *{said}*.\n{name}"
        kept = f"\nYou wrote:\n{quote(typed, 1500)}" if typed else ""
        return message("Answered already", [section(text + kept)])
    shown = section(f"{_TICK} {name}\n*{said}*{_rest(outcome_of(finding) or {})}")
    return message(
        f"Saved: {finding.verdict}", [shown, actions("repaired", [undo_button(done.operation)])]
    )


def _known(finding: Plain) -> str:
    if finding["state"] != "carried" or not finding["first_seen_at"]:
        return ""
    seen = datetime.fromisoformat(finding["first_seen_at"])
    return f" _Known since {when(seen, '{date_short}')}._"


def _settled(finding: Plain, outcome: Plain) -> Block:
    at = outcome.get("at")
    who = f" by {mention(outcome['by'])}" if outcome["by"] != "cadence" else ""
    moment = f" · {when(datetime.fromisoformat(at), '{date_short}, {time}')}" if at else ""
    text = (
        f"{_TICK} {_fit(finding['text'], 140)} · *{_bold(_words(outcome), 140)}*"
        f"{_rest(outcome)}{who}{moment}"
    )
    undo = None
    if outcome["operation"]:
        label = f"Undo the answer to: {finding['text']}"
        undo = button("Undo", UNDO, outcome["operation"], label=label)
    return section(text, block_id=_block_id(SETTLED, finding["key"]), accessory=undo)


def _words(outcome: Plain) -> str:
    if outcome["answer"] == GapAnswer.GONE:
        return "no longer found"
    return "asked again later" if outcome["answer"] == GapAnswer.LATER else str(outcome["verdict"])


def _rest(outcome: Plain) -> str:
    """Return how long a dismissed finding rests, and why."""
    if outcome.get("answer") not in _DISMISSED:
        return ""
    until, reason = outcome.get("until"), outcome.get("reason")
    shown = f" until {when(datetime.fromisoformat(until), '{date_short}')}" if until else ""
    return shown + (f" ({_fit(reason, 100)})" if reason else "")


def _fit(words: str, room: int) -> str:
    """Return a person's words escaped in at most `room` characters."""
    shown = one_line(words, room)
    return shown if len(shown) <= room else one_line(words, room // 5)  # an escape has five


def _bold(words: str, room: int) -> str:
    return title_text(words, room) if len(escape(words)) <= room else title_text(words, room // 5)


def _block_id(prefix: str, key: str) -> str:
    block_id = f"{prefix}{key}"
    if len(block_id) <= MAX_BLOCK_ID:
        return block_id
    return prefix + hashlib.sha256(key.encode()).hexdigest()
