"""Gap checks: one bundled direct message, updated in place as it is answered."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.findings import Finding, GapAnswer, GapCheck
from bot.domain.records import to_plain
from bot.views.finding_blocks import finding_blocks, outcome_of
from bot.views.mrkdwn import (
    MAX_BLOCKS,
    MAX_MESSAGE,
    Block,
    Message,
    block_size,
    context,
    cut,
    mention,
    message,
    section,
)
from bot.views.wording import count

MAX_ANSWERED = 15
MAX_HEAD = 300  # characters of a check's first line
_ROOM = 2500  # characters kept free for what is answered


def gap_checks_message(checks: Sequence[GapCheck], findings: Mapping[str, Finding]) -> Message:
    """
    Return the bundle as it is now: open questions with their buttons, answered ones as a line.

    Args:
        findings: What the checks ask about, by key.
    """
    opened = [check for check in checks if check.answer is None]
    answered = [check for check in checks if check.answer is not None]
    shown = list(_questions(opened, findings))
    blocks: list[Block] = [section(_intro(len(opened), len(checks)))]
    for asked in shown:
        blocks += asked
    if len(opened) > len(shown):
        more = count(len(opened) - len(shown), "more question")
        blocks.append(context(f"{more} will follow as you answer these."))
    blocks += [_answered(check, findings) for check in answered[-MAX_ANSWERED:]]
    text = count(len(opened), "question") + " about the plan" if opened else "All answered."
    return message(text, blocks)


def _questions(
    opened: Sequence[GapCheck], findings: Mapping[str, Finding]
) -> Iterator[list[Block]]:
    """Yield the blocks of as many questions as there is room for, the rest follows later."""
    blocks, characters = MAX_ANSWERED + 4, _ROOM
    for check in opened:
        finding = findings.get(check.finding_key)
        asked = (
            finding_blocks(to_plain(finding), None, text=check.text)
            if finding
            else [section(check.text)]
        )
        blocks += len(asked)
        characters += sum(block_size(block) for block in asked)
        if blocks > MAX_BLOCKS or characters > MAX_MESSAGE:
            return
        yield asked


def _intro(opened: int, total: int) -> str:
    if opened == 0:
        return f"Thank you: {count(total, 'question')} answered, and the plan is up to date."
    if opened == total:
        return (
            f"*{count(total, 'question')} about your part of the plan.* One click each; every"
            " answer goes straight into the plan and can be undone."
        )
    return f"*{count(opened, 'question')} left* of {total}."


def _answered(check: GapCheck, findings: Mapping[str, Finding]) -> Block:
    finding = findings.get(check.finding_key)
    outcome = outcome_of(finding) if finding else None
    if finding and outcome:
        return finding_blocks(to_plain(finding), outcome)[0]
    words = "no longer found" if check.answer is GapAnswer.GONE else check.answer or "answered"
    head = cut(check.text.split("\n", 1)[0], MAX_HEAD)
    return context(f"✓ {head}: *{words}* by {mention(check.answered_by)}")
