"""The forms of an issue: filing one, and resolving one."""

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
    form_input,
    option,
    plain,
    read_value,
    read_values,
    section,
    text_input,
)
from bot.views.progress_form import stage_option
from bot.views.wording import issue_title

CALLBACK_ID = "issue_form"
RESOLVE_ID = "issue_resolve_form"
TITLE = "title"
DESCRIPTION = "description"
SEVERITY = "severity"
STAGES = "stages"
OWNER = "owner"
ROOT_CAUSE = "root_cause"
PREVENTION = "prevention"
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
        ],
    }


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
    )
    return IssueSent(entry=entry, reply=known["reply"], origin=known["origin"])


def resolve_form(issue: Issue, reply: Mapping[str, Any]) -> View:
    """Return the modal that resolves an issue: the brief's "Retrospective → Prevention"."""
    return {
        "type": "modal",
        "callback_id": RESOLVE_ID,
        "private_metadata": json.dumps({"issue": issue.key, "reply": dict(reply)}),
        "title": plain(f"Resolve {issue.key}", 24),
        "submit": plain("Resolve", 24),
        "close": plain("Not yet", 24),
        "blocks": [
            section(issue_title(issue)),
            text_input(
                ROOT_CAUSE,
                "Root cause",
                initial=issue.root_cause,
                multiline=True,
                optional=True,
                placeholder="Why it happened",
            ),
            text_input(
                PREVENTION,
                "Prevention actions",
                initial=issue.prevention_actions,
                multiline=True,
                optional=True,
                placeholder="What keeps it from happening again",
            ),
        ],
    }
