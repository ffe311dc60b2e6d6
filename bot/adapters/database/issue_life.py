"""Read and write what is kept around issues: replies, escalations, links to the code."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping

from bot.adapters.database import tables
from bot.adapters.database.deliveries import delivery_of
from bot.adapters.database.rows import from_row, to_row
from bot.adapters.database.statements import SqlQuestions, SqlStatements
from bot.domain.code_issues import CodeLink
from bot.domain.effects import Delivery
from bot.domain.escalations import Escalation
from bot.domain.host_connection import FirstLook, HostConnection, HostTrouble
from bot.domain.issues import IssueReply
from bot.domain.records import from_plain, to_plain


class SqlIssueLifeReader(SqlQuestions):
    """The port IssueLifeReader on an open transaction."""

    def issue_replies(self, issue_key: str) -> list[IssueReply]:
        """Return what was said about an issue and kept, the oldest first."""
        reply = tables.issue_reply.c
        query = self._of(tables.issue_reply, issue_key=issue_key).where(reply.removed_at.is_(None))
        return self._all(IssueReply, query.order_by(reply.at, reply.sort_key))

    def deliveries_about(self, issue_key: str) -> list[Delivery]:
        """Return what was, or will be, sent about an issue, the oldest first."""
        query = self._of(tables.effect, about=issue_key).order_by(tables.effect.c.position)
        return [delivery_of(row) for row in self._db.execute(query).mappings()]

    def escalation(self, key: str) -> Escalation | None:
        """Return the escalation of an issue or a finding."""
        return self._one(Escalation, self._of(tables.escalation, key=key))

    def escalations(self, *, open_only: bool = True) -> list[Escalation]:
        """Return the escalations, the oldest first."""
        found = tables.escalation.c
        query = self._of(tables.escalation)
        if open_only:
            query = query.where(found.ended_at.is_(None))
        return self._all(Escalation, query.order_by(found.started_at, found.key))

    def due_escalations(self, now: datetime) -> list[Escalation]:
        """Return those whose next step is due, the longest due first."""
        found = tables.escalation.c
        query = self._of(tables.escalation).where(found.next_at <= now)
        return self._all(Escalation, query.order_by(found.next_at, found.key))

    def code_links(self, *, issue_key: str | None = None) -> list[CodeLink]:
        """Return what ties issues to the code or a code host, by key."""
        query = self._of(tables.code_link, issue_key=issue_key)
        return self._all(CodeLink, query.order_by(tables.code_link.c.key))

    def code_hosts(self) -> list[HostConnection]:
        """Return where the project stands with each repository it was set up with, by name."""
        query = self._of(tables.code_host).order_by(tables.code_host.c.repo)
        return [_connection(row) for row in self._db.execute(query).mappings()]


class SqlIssueLifeWriter(SqlIssueLifeReader, SqlStatements):
    """The port IssueLifeWriter on an open transaction."""

    def put_escalation(self, escalation: Escalation) -> None:
        """Insert or replace an escalation by its key."""
        self._put(tables.escalation, to_row(escalation))

    def put_code_links(self, links: Iterable[CodeLink]) -> None:
        """Insert or replace code links by their keys."""
        self._put(tables.code_link, *(to_row(link) for link in links))

    def put_code_host(self, connection: HostConnection) -> None:
        """Insert or replace where the project stands with a repository of a code host."""
        look = None if connection.look is None else to_plain(connection.look)
        troubles = [to_plain(each) for each in connection.troubles]
        row = to_row(replace(connection, look=None, troubles=()))
        self._put(tables.code_host, {**row, "look": look, "troubles": troubles})


def _connection(row: RowMapping) -> HostConnection:
    return replace(
        from_row(HostConnection, {**row, "look": None, "troubles": ()}),
        look=None if row["look"] is None else from_plain(FirstLook, row["look"]),
        troubles=tuple(from_plain(HostTrouble, each) for each in row["troubles"]),
    )
