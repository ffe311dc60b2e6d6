"""Plan to host: make an issue there, or bring its title, state and level up to date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.host_steps import (
    CLOSED,
    OPEN,
    Side,
    host_mark,
    leaves,
    level_label,
    level_labels,
    side_of,
)
from bot.domain.issues import Issue
from bot.ports import PlanDatabase, PlanReader
from bot.ports.code_host import CodeHost, HostIssue
from bot.usecases.asking import Asker
from bot.usecases.code_issues.connecting import agreed_with
from bot.usecases.code_issues.from_host import BOT, CLOCKS_DIFFER, host_link, take_side
from bot.usecases.file_issue import affected_stages

Body = Callable[[Issue, CodeLink, Sequence[str]], str]  # with the refs of its stages


@dataclass(frozen=True)
class HostWriter:
    """
    Writes issues of one project to its code host.

    Args:
        body: Renders the first text of an issue; it holds `host_mark`.
    """

    plans: PlanDatabase
    host: CodeHost
    workspace_id: str
    body: Body

    def write(self, issue_key: str, *, now: datetime, tried_at: datetime | None) -> dict[str, str]:
        """
        Write one issue; nothing where it may not leave, or says the same there already.

        Nothing either while nobody has agreed to this host (`connecting`).

        Args:
            tried_at: When it was first tried, where it was: it may have arrived all the same, so
                the host is asked before anything is made a second time.

        Returns:
            What was done: {"made": "#12"}, {"updated": "#12"}, or {}.

        Raises:
            OutageError, RefusedError: see `CodeHost`.
        """
        with self.plans.reading(self.workspace_id) as plan:
            issue, mark, link = _found(plan, issue_key)
            is_agreed = agreed_with(plan, self.host) is not None
            stages = affected_stages(plan, issue) if issue else ()
        if issue is None or not leaves(issue) or not is_agreed:
            return {}
        if link is not None:
            return self._update(issue, link, now, tried=tried_at is not None)
        if mark is None:
            return {}
        body = self.body(issue, mark, [stage.ref for stage in stages if stage.ref])
        return self._make(issue, body, now, tried_at)

    def _make(
        self, issue: Issue, body: str, now: datetime, tried_at: datetime | None
    ) -> dict[str, str]:
        made = self._made_before(issue, tried_at) if tried_at else None
        if made is None:
            here = side_of(issue)
            made = self.host.create(title=here.title, body=body, labels=[level_label(here.level)])
        with self.plans.changing(self.workspace_id) as plan:
            _, _, known = _found(plan, issue.key)
            if known is None:
                plan.put_code_links([host_link(issue, made, now)])
        return {"made": f"#{made.number}", "url": made.url}

    def _made_before(self, issue: Issue, tried_at: datetime) -> HostIssue | None:
        mark = host_mark(issue)
        for page in self.host.changed_since(tried_at - CLOCKS_DIFFER):
            for each in page:
                if mark in each.body and each.created_at >= tried_at - CLOCKS_DIFFER:
                    return each
        return None

    def _update(
        self, issue: Issue, link: CodeLink, now: datetime, *, tried: bool
    ) -> dict[str, str]:
        number = link.number
        if number is None or side_of(issue) == Side.of(link.agreed):
            return {}
        theirs = self.host.get(number)
        if theirs is None:
            with self.plans.changing(self.workspace_id) as plan:
                plan.put_code_links([replace(link, gone_at=now)])
            return {"gone": link.place}
        issue, link = self._compare(issue, link, theirs, now)
        here, agreed = side_of(issue), Side.of(link.agreed)
        title = None if here.title == agreed.title or link.text else here.title
        state = None if here.state == agreed.state else here.state
        level = None if here.level == agreed.level else here.level
        if title is None and state is None and level is None:
            return {}
        if level is not None:
            old = [label for label in level_labels(theirs.labels) if label != level_label(level)]
            self.host.relabel(number, add=level_label(level), remove=old)
        if state == CLOSED and issue.evidence and not tried:
            self.host.comment(number, self.body(issue, link, ()))
        if title is not None or state is not None:
            is_open = None if state is None else state == OPEN
            self.host.update(number, title=title, is_open=is_open)
        said = Side(title or agreed.title, state or agreed.state, level or agreed.level)
        self._agree(link.key, said)
        return {"updated": link.place, "url": link.url}

    def _compare(
        self, issue: Issue, link: CodeLink, theirs: HostIssue, now: datetime
    ) -> tuple[Issue, CodeLink]:
        """Take over what they changed meanwhile, before ours is written."""
        asker = Asker(
            workspace_id=self.workspace_id,
            member_id=BOT,
            cause=f"host:{theirs.number}:{theirs.updated_at.isoformat()}",
            words=f"#{theirs.number} at {self.host.name}",
            now=now,
        )
        with self.plans.changing(self.workspace_id) as plan:
            newest, _, known = _found(plan, issue.key)
            if newest is None or known is None:
                return issue, link
            after = take_side(plan, newest, known, theirs, asker)
            return plan.issue(issue.key) or newest, after

    def _agree(self, link_key: str, said: Side) -> None:
        with self.plans.changing(self.workspace_id) as plan:
            link = next(each for each in plan.code_links() if each.key == link_key)
            plan.put_code_links([replace(link, agreed=said.agreed)])


def _found(
    plan: PlanReader, issue_key: str
) -> tuple[Issue | None, CodeLink | None, CodeLink | None]:
    """Return an issue, the comment it was filed from, and what it is at the host."""
    links = plan.code_links(issue_key=issue_key)
    mark = next((each for each in links if each.source is CodeSource.TODO), None)
    at_host = next(
        (each for each in links if each.source is CodeSource.HOST and each.gone_at is None), None
    )
    return plan.issue(issue_key), mark, at_host
