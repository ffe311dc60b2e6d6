"""Issues that also stand elsewhere: in the code as TODO or FIXME, or at a code host."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CodeSource(StrEnum):
    """Where else an issue stands."""

    TODO = "todo"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLink:
    """
    What ties an issue to a comment in the code, or to an issue of a code host.

    Args:
        key: The fingerprint of a comment (its repo, path and words), or "host:{number}".
        issue_key: Ours; None while nobody took it over.
        path, line: Where it stands at HEAD; a line counts from 1.
        text: Its words.
        url: Its web address at the host.
        agreed: What both sides said when they last agreed: {"title", "state"}.
        seen_at: When it was last seen there (UTC).
        gone_at: Since when it is missed at HEAD (UTC).
    """

    key: str
    source: CodeSource
    issue_key: str | None = None
    repo: str = ""
    path: str = ""
    line: int = 0
    text: str = ""
    number: int | None = None
    url: str = ""
    agreed: tuple[str, ...] = ()
    seen_at: datetime
    gone_at: datetime | None = None
    dismissed_by: str | None = None
