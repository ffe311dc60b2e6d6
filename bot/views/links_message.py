"""`/bqx links 1.5.4`: the commits of a stage, each with why, and the way to correct one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.outcomes import LinkCorrected, LinkedCommit
from bot.domain.plan import Stage
from bot.errors import FormError
from bot.views.gap_pages import LINK_WRONG
from bot.views.mrkdwn import (
    VALUE,
    Block,
    Message,
    View,
    actions,
    button,
    context,
    form_input,
    message,
    one_line,
    option,
    plain,
    read_value,
    section,
    when,
)
from bot.views.repair_inputs import RECORD, record_select
from bot.views.undo_message import undo_button
from bot.views.wording import count, stage_title

SHOW_LINKS = "links_show"  # value: "|stage key"
CORRECT_ID = "link_correct_form"
WHERE = "where"
ELSEWHERE, NOWHERE = "elsewhere", "nowhere"


def links_message(stage: Stage, found: Sequence[LinkedCommit], total: int) -> Message:
    """Return the newest commits of a stage and its tasks; `total` counts those left out, too."""
    if not found:
        text = "No commit that I have seen belongs to it."
        how = "Name it in a subject, or write a trailer such as `Stage: 1.5.4`."
        return message(text, [section(f"{stage_title(stage)}\n{text} {how}")])
    blocks: list[Block] = [
        section(f"{stage_title(stage)}\n*{count(total, 'commit')}*, newest first")
    ]
    for one in found:
        commit = one.seen.commit
        blocks.append(
            section(
                f"`{commit.sha[:7]}` {one_line(commit.subject, 150)}\n"
                f"{one_line(one.link.reason, 200)}",
                accessory=button(
                    "Wrong…",
                    LINK_WRONG,
                    f"{commit.sha}:{one.record.key}",
                    label=f"{commit.sha[:7]} does not belong here",
                ),
            )
        )
        blocks.append(context(f"{one_line(commit.author_name, 60)} · {when(commit.authored_at)}"))
    if total > len(found):
        blocks.append(context(f"and {total - len(found):,} older ones"))
    return message(f"{count(total, 'commit')} of {stage.ref or stage.key}", blocks)


def correct_form(target: str, subject: str, record: str, reply: Mapping[str, Any]) -> View:
    """
    Return the modal that says where a commit belongs.

    Args:
        target: "{sha}:{record key}".
        subject: The commit's subject, a person's words.
        record: Name of what it is linked to now.
    """
    sha = target.partition(":")[0]
    choice: Block = {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": [
            option("It belongs to another stage or task", ELSEWHERE),
            option("It belongs to nothing in the plan", NOWHERE),
        ],
        "initial_option": option("It belongs to another stage or task", ELSEWHERE),
    }
    return {
        "type": "modal",
        "callback_id": CORRECT_ID,
        "private_metadata": json.dumps({"target": target, "reply": dict(reply)}),
        "title": plain("Correct a link", 24),
        "submit": plain("Correct", 24),
        "close": plain("Cancel", 24),
        "blocks": [
            section(f"`{sha[:7]}` {one_line(subject, 200)}\nlinked to {one_line(record, 150)}"),
            form_input(WHERE, "Where does it belong?", choice),
            record_select(RECORD, "Stage or task", optional=True),
        ],
    }


def read_correct_form(view: View) -> tuple[str, str, str | None, Mapping[str, Any]]:
    """
    Return sha, the wrong record's key, the right one's (None: nothing), and where to answer.

    Raises:
        FormError: another stage or task is meant, and none is chosen.
    """
    known = json.loads(view["private_metadata"])
    sha, _, wrong = known["target"].partition(":")
    right = read_value(view, RECORD) or None
    if read_value(view, WHERE) == NOWHERE:
        right = None
    elif right is None:
        raise FormError({RECORD: "Choose the stage or task it belongs to."})
    return sha, wrong, right, known["reply"]


def link_corrected(done: LinkCorrected) -> Message:
    """Return the receipt of a correction."""
    to = (
        f"belongs to {one_line(done.moved_to, 150)}" if done.moved_to else "belongs to nothing here"
    )
    text = f"`{done.sha[:7]}` {to} now; I won't propose the other again."
    return message(
        "Link corrected", [section(text), actions("link", [undo_button(done.operation)])]
    )
