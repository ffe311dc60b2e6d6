"""The tour: four short steps in one message, two minutes; and the welcome of who installed it."""

from bot.views.issue_message import OPEN_FORM as OPEN_ISSUE
from bot.views.mrkdwn import Block, Message, actions, button, context, message, section
from bot.views.progress_message import OPEN_FORM

STEP = "tour_step"  # value: the step's number; the buttons of one row differ behind "#"
_LOG = button("Log progress", OPEN_FORM, "")
_ISSUE = button("File an issue", OPEN_ISSUE, "")
_STEPS: tuple[tuple[str, str, tuple[Block, ...]], ...] = (
    (
        "Log progress",
        (
            "At the end of a day, say how far your stage is:\n"
            "> `/bqx progress 1.5.4 129/336 backfill runs well`\n"
            "A counter, `38.3 %` or `done`; the words behind it are your note. `/bqx progress`"
            " alone opens a form, with what the logs and commits suggest filled in."
        ),
        (_LOG,),
    ),
    (
        "File an issue",
        (
            "Something is wrong or in your way:\n"
            "> `/bqx issue 1 Aurora writer down`\n"
            "1 is a blocker, 4 technical debt. A Level 1 reaches the critical channel within a"
            " second, and somebody is asked until it is acknowledged. On any message, the menu has"
            " *File as BQX issue*."
        ),
        (_ISSUE,),
    ),
    (
        "Answer Monday's questions",
        (
            "Each Monday I compare the plan with git. Where they disagree about something of yours,"
            " I ask you in one message: _still accurate_, _mark complete_, _link to a task_, _not a"
            " gap_. One click each, and the plan is right again. `/bqx gaps` shows them any day."
        ),
        (),
    ),
    (
        "Nothing is lost",
        (
            "Every change has an *Undo*, and `/bqx undo` takes your last one back. `/bqx history"
            " 1.5.4` shows who changed what, when and why. `/bqx me` sets how often I may ask you;"
            " *Why this?* under a message says why it came. `/bqx help` has the rest."
        ),
        (),
    ),
)
LAST = len(_STEPS) - 1


def tour_message(step: int = 0) -> Message:
    """Return one step of the tour, from 0; its buttons show the others in the same place."""
    step = min(max(step, 0), LAST)
    title, text, own = _STEPS[step]
    turning = []
    if step > 0:
        turning.append(button("Back", f"{STEP}#back", str(step - 1)))
    if step < LAST:
        turning.append(button("Next", f"{STEP}#next", str(step + 1), style="primary"))
    return message(
        f"Tour, step {step + 1} of {LAST + 1}: {title}",
        [
            section(f"*{step + 1} of {LAST + 1}: {title}*\n{text}"),
            actions("tour", [*own, *turning]),
            context("Two minutes. `/bqx tour` shows it again whenever you like."),
        ],
    )


def welcome_message() -> Message:
    """Return what whoever installed the product is told once."""
    return message(
        "BQX Cadence is here",
        [
            section(
                "*BQX Cadence is here.* Three things are yours to do:\n"
                "• `/bqx settings`: days of work, quiet hours, stakeholders, the escalation\n"
                "• `/bqx who`: who in Slack is who in the plan and in git\n"
                "• `/bqx admins`: who may do what"
            ),
            actions("welcome", [button("Take the tour", f"{STEP}#start", "0", style="primary")]),
            context("Nobody else was written to. People who join from now on get the tour once."),
        ],
    )
