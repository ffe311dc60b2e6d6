"""What the code marks, as a member sees it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.code_issues import CodeLink
from bot.domain.evidence import SeenCommit
from bot.domain.host_connection import HostConnection
from bot.domain.issues import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Who wrote a line, and when (UTC)."""

    author: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A comment that waits, and who wrote it; None where git doesn't say."""

    link: CodeLink
    blame: Blame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """
    One page of the marks that wait, and those that issues stand for.

    Args:
        page: From 1.
        tied: Marks with their issue, as far as the reader may see it.
        not_read: Sentences: which repository could not be read, and why.
        host_name: The code host and its repository, "GitHub acme/etl"; "" where none is set up.
        host: How its code host stands; None where nobody looked at it yet.
        may_connect: Whether the reader may say that it is kept in step.
    """

    marks: tuple[Mark, ...]
    total: int
    page: int
    pages: int
    tied: tuple[tuple[CodeLink, Issue], ...]
    dismissed: int
    has_repos: bool
    not_read: tuple[str, ...] = ()
    host: HostConnection | None = None
    host_name: str = ""
    critical_channel: str = ""
    may_connect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCode:
    """Where the code and its history speak of an issue, the newest commits first."""

    links: tuple[CodeLink, ...] = ()
    commits: tuple[SeenCommit, ...] = ()
