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

    def get(self, number: int) -> HostIssue | None:
        """Return one issue; None where it was deleted or moved away."""
        ...

    def create(self, *, title: str, body: str) -> HostIssue:
        """Make an issue."""
        ...

    def update(
        self, number: int, *, title: str | None = None, is_open: bool | None = None
    ) -> HostIssue:
        """Change what is given, and nothing else."""
        ...

    def comment(self, number: int, text: str) -> None:
        """Say something below an issue."""
        ...
