"""What an issue of ours and one of a code host have in common: a title, and whether it is open."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.issues import Issue, Severity

MAX_TITLE = 200
OPEN, CLOSED = "open", "closed"
_LEVEL = re.compile(r"(?:level|sev|severity)[\s:_/-]*([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says of an issue."""

    title: str
    state: str

    @classmethod
    def of(cls, agreed: tuple[str, ...]) -> "Side":
        """Return what both sides said when they last agreed (`CodeLink.agreed`)."""
        title, state = agreed[:2] or ("", "")
        return cls(title, state)

    @classmethod
    def at_host(cls, title: str, *, is_open: bool) -> "Side":
        """Return what the host says, in our spelling."""
        return cls(title_here(title), OPEN if is_open else CLOSED)

    @property
    def agreed(self) -> tuple[str, str]:
        """As `CodeLink.agreed` keeps it."""
        return (self.title, self.state)


def side_of(issue: Issue) -> Side:
    """Return what we say of an issue."""
    return Side(title_here(issue.title), OPEN if issue.status.is_open else CLOSED)


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
