"""What the small forms are made of: their boxes' names, and the boxes that several share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain.activity import Commit
from bot.domain.findings import Finding
from bot.domain.plan import Stage, Task
from bot.views.mrkdwn import (
    MAX_OPTION,
    VALUE,
    Block,
    cut,
    form_input,
    option,
    plain,
    text_input,
)
from bot.views.progress_form import stage_option, stage_select
from bot.views.wording import exact_hours

HOURS, BLOCKER, SEVERITY, TITLE, REF = "hours", "blocker", "severity", "title", "ref"
OWNER, RECORD, STAGE, DONE, LEARN = "owner", "record", "home_stage", "done", "learn"
REASON, SCOPE, DAY, WHICH = "reason", "scope", "day", "which"
YES = "yes"
MAX_TITLE = 150
MAX_FOLDER = 500  # characters: a form's private_metadata has room for 3,000


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairDraft:
    """
    What a form is made of.

    Args:
        reply: Where the answer goes, as `ReplyTo.to_plain()` gives it.
        zone: IANA zone in which days are meant.
        today: In that zone.
        commits: Those of the finding that are still remembered.
        stage: The stage that is proposed, or that the finding is about.
    """

    finding: Finding
    reply: Mapping[str, Any] = field(default_factory=dict)
    zone: str = "UTC"
    today: date
    commits: Sequence[Commit] = ()
    stage: Stage | None = None


def record_select(block_id: str, label: str, *, optional: bool = False) -> Block:
    """Return the typeahead over stages and open tasks; its `block_id` chooses who answers it."""
    element = {
        "type": "external_select",
        "action_id": VALUE,
        "min_query_length": 0,
        "placeholder": plain("A stage or an open task: type a ref or a name", 150),
    }
    return form_input(block_id, label, element, optional=optional)


def record_option(record: Stage | Task) -> Block:
    """Return the option that stands for a stage or a task in a select of both."""
    if isinstance(record, Stage):
        return stage_option(record)
    name = f"{record.ref or record.key} · {' '.join(record.title.split())}"
    return option(cut(name, MAX_OPTION), record.key, f"Task, {record.status}")


def common_folder(commits: Sequence[Commit]) -> str:
    """Return the deepest folder that holds every path of the commits, "" where none does."""
    folders = [path.rpartition("/")[0].split("/") for commit in commits for path in commit.paths]
    if not folders or not all(commit.paths for commit in commits):
        return ""
    shared: list[str] = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    folder = "/".join(shared)
    return folder if len(folder) <= MAX_FOLDER else ""


def hours_input(draft: RepairDraft, label: str, *, optional: bool) -> Block:
    """Return the box for the work it took, with what is proposed and why."""
    said = draft.finding.proposal
    minutes = said.get("actual_minutes")
    why = str(said.get("actual_reason") or "")
    return text_input(
        HOURS,
        label,
        initial=exact_hours(minutes) if minutes else None,
        hint=cut(f"Proposed: {why}" if minutes and why else "Such as 6.5, 90m or 2d.", 2000),
        placeholder="6.5 or 90m or 2d",
        optional=optional,
        max_length=20,
    )


def stage_input(initial: Stage | None, *, optional: bool) -> Block:
    """Return the typeahead over stages alone."""
    return form_input(STAGE, "Stage", stage_select(initial), optional=optional)


def whose_hint(finding: Finding) -> str | None:
    """Return whose work it was, where Slack does not know them."""
    said = finding.proposal
    if said.get("owner_id") or not said.get("owner_text"):
        return None
    return cut(f"The commits are by {said['owner_text']}, whom I don't know in Slack.", 300)


def owner_input(
    label: str, *, optional: bool, initial: str | None = None, hint: str | None = None
) -> Block:
    """Return the box that chooses a member."""
    element: Block = {"type": "users_select", "action_id": VALUE}
    if initial:
        element["initial_user"] = initial
    return form_input(OWNER, label, element, hint=hint, optional=optional)
