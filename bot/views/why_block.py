"""Why a prompt came, and how to get fewer of them: a button on every prompt, and its answer."""

from bot.domain.people import Person
from bot.domain.prompts import Prompt, PromptKind
from bot.views.mrkdwn import (
    MAX_BLOCKS,
    Message,
    actions,
    button,
    context,
    message,
    section,
    when,
)
from bot.views.undo_message import undo_button

WHY = "why_prompt"  # value: the prompt's key
FEWER = "why_fewer"  # value: the kind
CHANGE = "me_open"
_BLOCK = "why"

# What each kind is, for the list of what one may turn down.
KIND_NAMES = {
    PromptKind.END_OF_DAY: "End-of-day progress prompt",
    PromptKind.GAP_CHECKS: "Monday's questions about my part of the plan",
    PromptKind.TRIAGE: "Issues that wait for triage",
    PromptKind.REMEDIATION: "Overdue remediation tasks",
    PromptKind.CONFLICT: "Fields changed here and in Airtable",
    PromptKind.CALENDAR: "Missed or long-paused cadences",
    PromptKind.TOUR: "The tour",
    PromptKind.NOTICE: "What waits for an admin",
    PromptKind.WAITED: "The bundle of what had to wait",
}
_REASONS = {
    PromptKind.END_OF_DAY: "it is the end of your day, and stages of yours are in progress",
    PromptKind.GAP_CHECKS: "plan and git disagree about something of yours, and you can say how it"
    " is",
    PromptKind.TRIAGE: "an issue waits for triage, and it is yours or you lead",
    PromptKind.REMEDIATION: "a remediation task of yours is overdue",
    PromptKind.CONFLICT: "a field that you changed here was changed in Airtable, too",
    PromptKind.CALENDAR: "a cadence was paused for long, or a run of it was missed",
    PromptKind.TOUR: "you are new here",
    PromptKind.NOTICE: "something waits for whoever runs the project",
    PromptKind.WAITED: "these had no room on an earlier day, or came while you were away",
}
# The bundle itself can't be turned down: what it lists can.
MUTABLE = tuple(kind for kind in PromptKind if kind is not PromptKind.WAITED)


def with_why(shown: Message, prompt_key: str) -> Message:
    """Return a prompt's message with the button that says why it came, in its last row."""
    blocks = list(shown.get("blocks") or ())
    if any(str(block.get("block_id", "")).startswith(_BLOCK) for block in blocks):
        return shown
    why = actions(_BLOCK, [button("Why this?", WHY, prompt_key, label="Why did this come?")])
    return {**shown, "blocks": [*blocks[: MAX_BLOCKS - 1], why]}


def why_message(prompt: Prompt, number: int, a_day: int) -> Message:
    """
    Return why a prompt came and which of the day's it was, with the two ways to get fewer.

    Args:
        number: Which of the day's prompts it was; 0 for one that had to wait.
    """
    counted = f"It was {number} of at most {a_day} prompts on {prompt.local_date}."
    if not number:
        counted = (
            f"It came up {when(prompt.at)} and had to wait: no room was left, or you were away."
        )
    text = f"I wrote because {_REASONS[prompt.kind]}."
    buttons = [button("Change how often", CHANGE, "")]
    if prompt.kind in MUTABLE:
        buttons.insert(0, button("Fewer of these", FEWER, prompt.kind.value))
    return message(text, [section(text), context(counted), actions("why_answer", buttons)])


def muted_message(kind: PromptKind, operation: str, *, changed: bool) -> Message:
    """Return that a kind was turned down, with a way back."""
    text = f"Turned down: {KIND_NAMES[kind][0].lower()}{KIND_NAMES[kind][1:]}."
    where = "`/bqx me` has all kinds. A Level 1 and what you ask for still reach you."
    buttons = [button("Change how often", CHANGE, "")]
    if changed:
        buttons.insert(0, undo_button(operation))
    return message(text, [section(text), context(where), actions("why_muted", buttons)])


def asked_line(person: Person, a_day: int) -> str:
    """Return "How often I may ask you: 5 a day", with what was turned down, as mrkdwn."""
    muted = sum(kind.value in person.muted for kind in MUTABLE)
    kinds = f", {muted} kinds turned down" if muted > 1 else ", 1 kind turned down" if muted else ""
    return f"*How often I may ask you:* {a_day} a day{kinds}"
