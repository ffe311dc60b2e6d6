"""What the core asks of a code host, such as GitHub, GitLab or Gitea: its issues."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HostIssue:
    """An issue as the code host has it; its words come from anybody."""

    number: int
    title: str
    body: str = ""
    is_open: bool = True
    labels: tuple[str, ...] = ()
    url: str = ""
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAccess:
    """
    What the token may do, as far as the host says so without anything being written.

    Args:
        repo: The repository's name there now: another one where it was renamed.
        has_issues: False where they are switched off.
        may_write: None where the host does not say.
    """

    repo: str
    has_issues: bool
    may_write: bool | None


class CodeHost(Protocol):
    """
    The issues of one repository at its host; pull requests are none.

    Every method raises RefusedError (`status`: 401 a bad token, 403, 404, 422), or OutageError
    (`retry_after_s` where the host says when; `maybe_done` where the answer to a write was lost).
    """

    @property
    def name(self) -> str:
        """For people: "GitHub"."""
        ...

    @property
    def repo(self) -> str:
        """Its name at the host, "owner/name"."""
        ...

    def changed_since(self, since: datetime | None) -> Iterator[Sequence[HostIssue]]:
        """
        Yield the issues changed at `since` or later, page by page, the longest unchanged first.

        Where nothing has changed since it was asked the same before, nothing is yielded; one call
        is made then. An issue that is changed meanwhile may come twice. Coming back for the next
        page says that the last one was taken.
        """
        ...

    def open_issues(self) -> Iterator[Sequence[HostIssue]]:
        """Yield the open issues, page by page, the oldest first."""
        ...

    def access(self) -> HostAccess:
        """Return what the token may do here."""
        ...

    def get(self, number: int) -> HostIssue | None:
        """Return one issue; None where it was deleted or moved away."""
        ...

    def create(self, *, title: str, body: str, labels: Sequence[str] = ()) -> HostIssue:
        """Make an issue."""
        ...

    def update(
        self, number: int, *, title: str | None = None, is_open: bool | None = None
    ) -> HostIssue:
        """Change what is given, and nothing else."""
        ...

    def relabel(self, number: int, *, add: str, remove: Sequence[str]) -> None:
        """Put a label on an issue and take others off; all the rest of them stay."""
        ...

    def comment(self, number: int, text: str) -> None:
        """Say something below an issue."""
        ...
