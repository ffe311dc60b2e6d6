"""The form that files an issue, and what is asked when an open one says the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.entries import IssueEntry
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Stage
from bot.errors import FormError
from bot.views.mrkdwn import (
    VALUE,
    Block,
    View,
    context,
    form_input,
    option,
    plain,
    quote,
    read_users,
    read_value,
    read_values,
    section,
    text_input,
)
from bot.views.progress_form import stage_option
from bot.views.wording import issue_title

CALLBACK_ID = "issue_form"
LOOKALIKE_ID = "issue_lookalike_form"
TITLE = "title"
DESCRIPTION = "description"
SEVERITY = "severity"
STAGES = "stages"
OWNER = "owner"
VISIBLE_TO = "visible_to"
SECURITY = "security"
VERDICT = "verdict"
SAME, OTHER = "same", "other"
MAX_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """
    A form half filled in.

    Args:
        reply: Where the answer goes, as `ReplyTo.to_plain()` gives it.
        origin: The message it is filed from: {"channel", "ts", "draft"}; the draft holds its
            permalink once Slack has told it.
    """

    title: str = ""
    description: str = ""
    severity: Severity | None = None
    stages: Sequence[Stage] = ()
    reply: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, str] | None = None


def issue_form(draft: IssueDraft) -> View:
    """Return the modal that files an issue, each level with the brief's guidance beside it."""
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "private_metadata": json.dumps({"reply": dict(draft.reply), "origin": draft.origin}),
        "title": plain("File an issue", 24),
        "submit": plain("File issue", 24),
        "close": plain("Cancel", 24),
        "blocks": [
            text_input(
                TITLE,
                "Title",
                initial=draft.title,
                placeholder="What is wrong, in a few words",
                max_length=MAX_TITLE,
            ),
            form_input(SEVERITY, "Severity", _severity_element(draft.severity)),
            text_input(
                DESCRIPTION,
                "Description",
                initial=draft.description,
                multiline=True,
                optional=True,
                placeholder="What you saw, since when, what you tried",
            ),
            form_input(STAGES, "Affected stages", _stages_element(draft.stages), optional=True),
            form_input(
                OWNER,
                "Owner",
                {"type": "users_select", "action_id": VALUE},
                optional=True,
                hint="Who takes care of it. Leave empty if you don't know.",
            ),
            form_input(SECURITY, "Security", _security_element(), optional=True),
            form_input(
                VISIBLE_TO,
                "Who may see it",
                {"type": "multi_users_select", "action_id": VALUE},
                optional=True,
                hint="Leave empty for everybody. Otherwise those named see it, you, its owner and"
                " the lead; it is not written to Airtable.",
            ),
        ],
    }


def _security_element() -> Block:
    tick = option("It is about security", SECURITY, "A leak, a hole, a secret that got out.")
    return {"type": "checkboxes", "action_id": VALUE, "options": [tick]}


def _severity_element(chosen: Severity | None) -> Block:
    options = [option(level.label, str(level.value), level.guidance) for level in Severity]
    element: Block = {"type": "radio_buttons", "action_id": VALUE, "options": options}
    if chosen:
        element["initial_option"] = options[chosen - 1]
    return element


def _stages_element(stages: Sequence[Stage]) -> Block:
    element: Block = {
        "type": "multi_external_select",
        "action_id": VALUE,
        "min_query_length": 0,
        "placeholder": plain("Type a ref or a name", 150),
    }
    if stages:
        element["initial_options"] = [stage_option(stage) for stage in stages]
    return element


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSent:
    """The form as it was sent in."""

    entry: IssueEntry
    reply: Mapping[str, Any]
    origin: Mapping[str, str] | None


def read_issue_form(view: View) -> IssueSent:
    """
    Return what a member typed.

    Raises:
        FormError: there is no title, or no severity.
    """
    known = json.loads(view["private_metadata"])
    title, severity = read_value(view, TITLE).strip(), read_value(view, SEVERITY)
    wrong = {}
    if not title:
        wrong[TITLE] = "Say in a few words what is wrong."
    if not severity:
        wrong[SEVERITY] = "Choose how bad it is."
    if wrong:
        raise FormError(wrong)
    entry = IssueEntry(
        title=title,
        severity=Severity(int(severity)),
        description=read_value(view, DESCRIPTION),
        stage_keys=tuple(read_values(view, STAGES)),
        owner_id=read_value(view, OWNER) or None,
        visible_to=tuple(read_users(view, VISIBLE_TO)),
        is_security=bool(read_values(view, SECURITY)),
    )
    return IssueSent(entry=entry, reply=known["reply"], origin=known["origin"])


def lookalike_form(like: Issue, *, draft: str, reply: Mapping[str, Any]) -> View:
    """
    Return the question on top of the filing form, which stays as it was filled in.

    Args:
        like: The open issue that says the same.
        draft: Key of the draft that holds what was typed.
    """
    same = f"It is the same: add mine to {like.key} as a reply"
    options = [option(same, SAME), option("It is another one: file anyway", OTHER)]
    about = issue_title(like)
    if like.description:
        about += "\n" + quote(like.description, 600)
    return {
        "type": "modal",
        "callback_id": LOOKALIKE_ID,
        "private_metadata": json.dumps({"draft": draft, "like": like.key, "reply": dict(reply)}),
        "title": plain("Is it this one?", 24),
        "submit": plain("Continue", 24),
        "close": plain("Back", 24),
        "blocks": [
            section("An open issue says much the same. Nothing is filed yet."),
            section(about),
            context(f"{like.severity.label} · {like.status.value}"),
            form_input(
                VERDICT,
                "Which is it?",
                {"type": "radio_buttons", "action_id": VALUE, "options": options},
            ),
        ],
    }
