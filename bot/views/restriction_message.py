"""Who sees an issue, and what came of changing that."""

from collections.abc import Sequence

from bot.domain.issues import Issue
from bot.views.mrkdwn import Block, Message, actions, context, mention, message, section
from bot.views.undo_message import undo_button
from bot.views.wording import issue_title, listing

MAX_NAMED = 30
_VEILED = (
    "The channel shows its level and no more. My messages about it and the pages of the last"
    " Mondays follow, where Slack lets me change them. Reviews, files, e-mails, reports in the"
    " repo, answers that others got and what people wrote stay as they are."
)


def restriction(issue: Issue, audience: Sequence[str], operation: str) -> Message:
    """
    Return who sees an issue.

    Args:
        audience: Slack ids; none for everybody.
        operation: What Undo takes back, "" where nothing was changed.
    """
    now = "now" if operation else ""
    who = listing((mention(each) for each in audience), MAX_NAMED) if audience else "everybody"
    text = f"{issue_title(issue)}\nSeen {now} by {who}.".replace("  ", " ")
    blocks: list[Block] = [section(text)]
    if operation:
        blocks.append(context(_VEILED if audience else "Its message shows all of it again."))
        blocks.append(actions("restriction", [undo_button(operation)]))
    else:
        blocks.append(
            context(
                f"`/bqx restrict {issue.key} @ana @ben` names who sees it beside who filed it, its"
                f" owner and the lead; `/bqx unrestrict {issue.key}` shows it to everybody."
            )
        )
    state = "restricted" if audience else "open to everybody"
    return message(f"{issue.key} is {state}", blocks)


def taken_back(issue: Issue) -> Message:
    """Return what stands in the place of a message to somebody who may not see the issue now."""
    text = f"*{issue.key}* is restricted now: what stood here is for those named alone."
    return message(f"{issue.key} is restricted", [section(text)])
