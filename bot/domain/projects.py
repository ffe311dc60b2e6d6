"""Several projects in one Slack team: which one is meant, by the channel or by its name."""

import re
from collections.abc import Iterable, Sequence

from bot.domain.plan import Workspace

MAX_NAME = 30
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_NAMED = re.compile(r"\s*in\s+(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{0,29})\b[:,]?\s*", re.IGNORECASE)


def project_name(typed: str) -> str | None:
    """Return a project's name as it is kept, None where it can't be one."""
    name = typed.strip().lower()
    return name if _NAME.fullmatch(name) else None


def named_first(text: str, projects: Iterable[Workspace]) -> tuple[Workspace | None, str]:
    """
    Return the project that `in NAME …` names, and the command behind it.

    A name that no project has is no name: "in" may begin other words.
    """
    match = _NAMED.match(text)
    if match is None:
        return None, text
    found = next((each for each in projects if each.project == match["name"].lower()), None)
    return (found, text[match.end() :]) if found else (None, text)


def of_channel(
    channel_id: str, channel_name: str, projects: Sequence[Workspace]
) -> Workspace | None:
    """
    Return the project whose channel this is: one it was given, or the one of its Monday summary.

    Args:
        channel_id: Slack's id, which survives renames.
        channel_name: Its name, "" where the payload has none.
    """
    for project in projects:
        if channel_id in project.channels:
            return project
    named = [each for each in projects if channel_name and each.channel == channel_name]
    return named[0] if len(named) == 1 else None
