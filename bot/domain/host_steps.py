"""What an issue of ours and one of a code host have in common: title, state, and level."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.issues import Issue, Severity

MAX_TITLE = 200
OPEN, CLOSED = "open", "closed"
_LEVEL = re.compile(r"(?:level|sev|severity)[\s:_/-]*([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """
    What one side says of an issue.

    Args:
        level: "1" to "4"; "" where the host's labels name none, which says nothing of ours.
    """

    title: str
    state: str
    level: str = ""

    @classmethod
    def of(cls, agreed: tuple[str, ...]) -> "Side":
        """Return what both sides said when they last agreed (`CodeLink.agreed`)."""
        return cls(*agreed[:3]) if agreed else cls("", "")

    @classmethod
    def at_host(cls, title: str, *, is_open: bool, labels: Iterable[str] = ()) -> "Side":
        """Return what the host says, in our spelling."""
        named = level_labels(labels)
        level = str(severity_of(named).value) if named else ""
        return cls(title_here(title), OPEN if is_open else CLOSED, level)

    @property
    def agreed(self) -> tuple[str, str, str]:
        """As `CodeLink.agreed` keeps it."""
        return (self.title, self.state, self.level)


def side_of(issue: Issue) -> Side:
    """Return what we say of an issue."""
    state = OPEN if issue.status.is_open else CLOSED
    return Side(title_here(issue.title), state, str(issue.severity.value))


def merged_level(here: str, agreed: str, there: str) -> tuple[str, str]:
    """
    Return our level as it is to be, and what is agreed on then; ours goes there where they differ.

    The host may raise a level. It lowers one only among Level 3 and 4: less than a Level 1 or 2 is
    said here, by whoever may. Where both sides changed it, nothing is written on either; a worse
    one counts all the same.
    """
    if there == here:
        return here, here
    if there == agreed:
        return here, agreed
    is_minor = here == agreed and int(here) > Severity.MAJOR
    return (there, there) if there < here or is_minor else (here, here)


def level_label(level: str) -> str:
    """Return the label by which the host knows a level."""
    return f"level {level}"


def level_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return those labels that name a level."""
    return tuple(label for label in labels if _LEVEL.fullmatch(label.strip()))


def title_here(title: str) -> str:
    """Return a title of the host as ours are spelled: one line, not too long."""
    words = " ".join(title.split())
    return words if len(words) <= MAX_TITLE else words[: MAX_TITLE - 1] + "…"


def leaves(issue: Issue) -> bool:
    """Whether an issue may be shown at the code host: never a restricted one, or on security."""
    return not issue.visible_to and not issue.is_security and issue.removed_at is None


def host_mark(issue: Issue) -> str:
    """Return what an issue made by us carries, to be known again when the answer was lost."""
    return f"<!-- bqx:{issue.key} -->"


def severity_of(labels: Iterable[str]) -> Severity:
    """Return the level that labels name, such as "level 1" or "sev:2", the worst; else Level 3."""
    levels = [int(match[1]) for label in labels if (match := _LEVEL.fullmatch(label.strip()))]
    return Severity(min(levels)) if levels else Severity.MINOR
