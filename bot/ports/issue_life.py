"""What the core asks of the plan database around issues: replies, escalations, the code."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.code_issues import CodeLink
from bot.domain.effects import Delivery
from bot.domain.escalations import Escalation
from bot.domain.host_connection import HostConnection
from bot.domain.issues import IssueReply


class IssueLifeReader(Protocol):
    """What is kept around the issues of one workspace."""

    def issue_replies(self, issue_key: str) -> list[IssueReply]:
        """Return what was said about an issue and kept, the oldest first."""
        ...

    def deliveries_about(self, issue_key: str) -> list[Delivery]:
        """Return what was, or will be, sent about an issue, the oldest first."""
        ...

    def escalation(self, key: str) -> Escalation | None:
        """Return the escalation of an issue or a finding."""
        ...

    def escalations(self, *, open_only: bool = True) -> list[Escalation]:
        """Return the escalations, the oldest first."""
        ...

    def due_escalations(self, now: datetime) -> list[Escalation]:
        """Return those whose next step is due, the longest due first."""
        ...

    def code_links(self, *, issue_key: str | None = None) -> list[CodeLink]:
        """Return what ties issues to the code or a code host, by key."""
        ...

    def code_hosts(self) -> list[HostConnection]:
        """Return where the project stands with each repository it was set up with, by name."""
        ...


class IssueLifeWriter(IssueLifeReader, Protocol):
    """The same, to write. An IssueReply is an item: `save` writes it with a Change."""

    def put_escalation(self, escalation: Escalation) -> None:
        """Insert or replace an escalation by its key."""
        ...

    def put_code_links(self, links: Iterable[CodeLink]) -> None:
        """Insert or replace code links by their keys."""
        ...

    def put_code_host(self, connection: HostConnection) -> None:
        """Insert or replace where the project stands with a repository of a code host."""
        ...
