"""`/bqx project`: every project of the team at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.issues import Issue, Severity
from bot.domain.plan import Status, Workspace
from bot.views.mrkdwn import Message, context, escape, message, section, title_text
from bot.views.wording import STATUS_WORDS, count


@dataclass(frozen=True, slots=True)
class ProjectGlance:
    """
    One project in the overview.

    Args:
        base: The Airtable base's name; "" where none is connected.
        conflicts: Cards that wait for an answer.
    """

    workspace: Workspace
    stages: dict[Status, int]
    issues: Sequence[Issue]
    base: str = ""
    conflicts: int = 0


def projects_message(glances: Sequence[ProjectGlance]) -> Message:
    """Return the overview, a section for each project, worst news first in it."""
    blocks = [section(_lines(glance)) for glance in glances]
    how = "`/bqx in NAME …` is about one of them; in its own channels no name is needed."
    alone = "`/bqx project add NAME #channel` makes another one (admins)."
    blocks.append(context(how if len(glances) > 1 else alone))
    return message(count(len(glances), "project"), blocks)


def _lines(glance: ProjectGlance) -> str:
    workspace = glance.workspace
    name = workspace.project or workspace.name or "This workspace's project"
    worst = [issue for issue in glance.issues if issue.severity is Severity.BLOCKER]
    total = sum(glance.stages.values())
    parts = [
        f"{number} {STATUS_WORDS[status].lower()}"
        for status, number in glance.stages.items()
        if number
    ]
    lines = [f"*{title_text(name)}* in #{escape(workspace.channel)}"]
    if worst:
        lines.append(f":rotating_light: {count(len(worst), 'open Level 1 issue')}")
    lines.append(f"{count(total, 'stage')}" + (f": {', '.join(parts)}" if parts else ""))
    lines.append(count(len(glance.issues), "open issue"))
    if glance.base:
        waits = f", {count(glance.conflicts, 'conflict')}" if glance.conflicts else ""
        lines.append(f"Airtable: {escape(glance.base)}{waits}")
    return "\n".join(lines)


def project_made(workspace: Workspace) -> Message:
    """Return that a project was made, and what to do next."""
    text = f"The project {workspace.project} is made, with #{workspace.channel}."
    how = (
        f"Connect its base there with `/bqx airtable connect app…`, or `bqx --project"
        f" {workspace.project} plan import FILE`. Its clone is named in `BQX_PROJECT_REPOS`."
    )
    return message(text, [section(f"{escape(text)}\n{how}")])


def channel_given(workspace: Workspace) -> Message:
    """Return that commands in this channel are about a project from now on."""
    name = workspace.project or "the first project"
    text = f"Commands in this channel are about {name} from now on."
    return message(text, [section(escape(text))])
