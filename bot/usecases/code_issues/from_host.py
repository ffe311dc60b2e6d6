"""Host to plan: what has changed at the code host is taken over."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.code_issues import ASKED, CodeLink, CodeSource, host_key
from bot.domain.effects import Effect, EffectKind, EffectState
from bot.domain.host_connection import FirstLook, HostConnection
from bot.domain.host_steps import (
    OPEN,
    Side,
    leaves,
    merged_level,
    severity_of,
    side_of,
    title_here,
)
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.code_host import CodeHost, HostIssue
from bot.usecases.answer_finding import OF_ISSUE, settle_record
from bot.usecases.asking import Asker
from bot.usecases.code_issues.connecting import agreed_with
from bot.usecases.code_issues.marks import HOST_LANE, new_at_host
from bot.usecases.code_issues.questions import Asked, ask_owner, who_is_asked
from bot.usecases.file_issue import announce_issue

BOT = "cadence"  # the audit trail's word for what nobody did by hand
MAX_DESCRIPTION = 3_000
AT_ONCE = 20  # issues of one transaction: nobody else writes meanwhile
CLOCKS_DIFFER = timedelta(minutes=5)
_MARK = re.compile(r"<!-- bqx:(ISS-\d+) -->")
_COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many issues were read at the host, and how many changed the plan."""

    read: int
    changed: int


def take_from_host(
    plans: PlanDatabase, host: CodeHost, workspace_id: str, *, now: datetime
) -> Taken:
    """
    Take over what has changed at the host since the last time, page by page.

    Nothing is asked or taken before a person has agreed to this host (`connecting`). A page and
    how far it reaches are written before the next one is asked for: who is stopped in between
    begins at that page again, and the same issue taken again changes nothing.

    Raises:
        OutageError, RefusedError: see `CodeHost`; the pages before are taken.
    """
    with plans.reading(workspace_id) as plan:
        connection = agreed_with(plan, host)
    if connection is None:
        return Taken(read=0, changed=0)
    read = changed = 0
    for page in host.changed_since(connection.seen_until):
        for begin in range(0, len(page), AT_ONCE):
            with plans.changing(workspace_id) as plan:
                links = {link.key: link for link in plan.code_links() if link.number is not None}
                taker = _Taker(plan, connection, links, _same(connection, links), now)
                changed += sum(taker.take(each) for each in page[begin : begin + AT_ONCE])
        with plans.changing(workspace_id) as plan:
            _seen_until(plan, host, page[-1].updated_at)
        read += len(page)
    return Taken(read=read, changed=changed)


def _same(connection: HostConnection, links: Mapping[str, CodeLink]) -> dict[int, str]:
    """Return our keys by the host's numbers, of pairs that a person was shown and agreed to."""
    look = connection.look or FirstLook()
    tied = {link.issue_key for link in links.values()}
    return {number: key for key, number in look.same.items() if key not in tied}


def _seen_until(plan: PlanWriter, host: CodeHost, until: datetime) -> None:
    known = agreed_with(plan, host)
    if known is not None and (known.seen_until is None or known.seen_until < until):
        plan.put_code_host(replace(known, seen_until=until))


def send_what_differs(
    plans: PlanDatabase, host: CodeHost, workspace_id: str, *, now: datetime
) -> int:
    """Have issues written to the host that were changed here; return how many."""
    with plans.reading(workspace_id) as plan:
        if agreed_with(plan, host) is None:
            return 0
        issues = {issue.key: issue for issue in plan.issues()}
        differing = [
            (issue, link)
            for link in plan.code_links()
            if link.source is CodeSource.HOST and link.gone_at is None
            if (issue := issues.get(link.issue_key or "")) is not None
            if leaves(issue) and side_of(issue) != Side.of(link.agreed)
        ]
    if differing:
        with plans.changing(workspace_id) as writer:
            for issue, link in differing:
                writer.emit(_write(issue, link), now)
    return len(differing)


def _write(issue: Issue, link: CodeLink) -> Effect:
    # What differs does so since the issue or the link was last written.
    return Effect(
        key=f"code_host:{issue.key}:{issue.revision}:{link.seen_at.isoformat()}",
        kind=EffectKind.CODE_HOST,
        payload={"issue": issue.key},
        lane=HOST_LANE,
        about=issue.key,
    )


@dataclass(frozen=True, slots=True)
class _Taker:
    """One page's way into the plan."""

    plan: PlanWriter
    connection: HostConnection
    links: dict[str, CodeLink]
    same: Mapping[int, str]
    now: datetime

    def take(self, theirs: HostIssue) -> bool:
        """Take one issue over; whether that changed anything."""
        link = self.links.get(host_key(theirs.number))
        if link is None or link.issue_key is None:  # of another repository, which was left
            return self._take_new(theirs)
        issue = self.plan.issue(link.issue_key)
        if issue is None or issue.removed_at is not None:
            return False
        after = take_side(self.plan, issue, link, theirs, self.asker(theirs))
        self.links[link.key] = after
        return after != link

    def asker(self, theirs: HostIssue) -> Asker:
        """Return who does it: the product itself, for the host's word."""
        return Asker(
            workspace_id=self.plan.workspace.id,
            member_id=BOT,
            cause=f"host:{theirs.number}:{theirs.updated_at.isoformat()}",
            words=f"#{theirs.number} at {self.connection.host}",
            now=self.now,
        )

    def _take_new(self, theirs: HostIssue) -> bool:
        own = self._own(theirs) or self._same_title(theirs)
        if own is not None:
            link = self._tie(own, theirs)
            self.links[link.key] = take_side(self.plan, own, link, theirs, self.asker(theirs))
            return True
        if not theirs.is_open:
            return False
        asker = self.asker(theirs)
        issue = Issue(
            key=self.plan.mint("ISS"),
            title=title_here(theirs.title) or f"#{theirs.number} at {self.connection.host}",
            description=_COMMENTS.sub("", theirs.body).strip()[:MAX_DESCRIPTION],
            severity=severity_of(theirs.labels),
            discovered_at=min(theirs.created_at, self.now),
            # What was there before anybody here could see it is late by nobody's fault.
            counted_from=self.now if self._is_older(theirs) else None,
            source_url=theirs.url or None,
        )
        self.plan.save(issue, asker.why(evidence=theirs.url))
        announce_issue(self.plan, issue, asker)
        self._tie(issue, theirs)
        return True

    def _is_older(self, theirs: HostIssue) -> bool:
        agreed_at = self.connection.agreed_at
        return agreed_at is not None and theirs.created_at < agreed_at

    def _own(self, theirs: HostIssue) -> Issue | None:
        """Return our issue that this is the copy of: made there, and the answer was lost."""
        match = _MARK.search(theirs.body)
        issue = self.plan.issue(match[1]) if match else None
        key = new_at_host(issue.key, self.connection.repo) if issue else ""
        made = self.plan.delivery(key) if key else None
        if issue is None or made is None or made.state is EffectState.DONE:
            return None  # anybody may write such a mark
        tried = made.first_tried_at
        is_ours = tried is not None and theirs.created_at >= tried - CLOCKS_DIFFER
        return issue if is_ours and not self._is_tied(issue) else None

    def _same_title(self, theirs: HostIssue) -> Issue | None:
        """Return our issue of the same title that a person agreed is this one."""
        key = self.same.get(theirs.number)
        issue = self.plan.issue(key) if key and theirs.is_open else None
        if issue is None or not issue.is_live or not leaves(issue) or self._is_tied(issue):
            return None
        return issue if title_here(issue.title) == title_here(theirs.title) else None

    def _is_tied(self, issue: Issue) -> bool:
        return any(link.number for link in self.plan.code_links(issue_key=issue.key))

    def _tie(self, issue: Issue, theirs: HostIssue) -> CodeLink:
        link = host_link(issue, theirs, self.now)
        self.links[link.key] = link
        self.plan.put_code_links([link])
        return link


def host_link(issue: Issue, theirs: HostIssue, now: datetime) -> CodeLink:
    """Return what ties an issue to the one at the host that says the same."""
    here = side_of(issue)
    return CodeLink(
        key=host_key(theirs.number),
        source=CodeSource.HOST,
        issue_key=issue.key,
        number=theirs.number,
        url=theirs.url,
        # Another level there is a word of theirs that is still to be heard, never written over.
        agreed=replace(_said(theirs, here), level=here.level).agreed,
        seen_at=now,
    )


def _said(theirs: HostIssue, otherwise: Side) -> Side:
    """Return what the host says; no label, and a title without a word, say nothing."""
    there = Side.at_host(theirs.title, is_open=theirs.is_open, labels=theirs.labels)
    return replace(
        there, title=there.title or otherwise.title, level=there.level or otherwise.level
    )


def take_side(
    plan: PlanWriter, issue: Issue, link: CodeLink, theirs: HostIssue, asker: Asker
) -> CodeLink:
    """
    Compare the three sides of one issue, and take over what only the host changed.

    What only we changed is left for `send_what_differs`. Where both changed the title, nothing is
    written on either side and the owner is asked. A Level 1 or 2 is never resolved silently, nor
    is one that was reopened here meanwhile. Levels: see `merged_level`.

    Returns the link as it is kept now.
    """
    here, agreed = side_of(issue), Side.of(link.agreed)
    there = _said(theirs, agreed)
    after, title, state = issue, agreed.title, agreed.state
    waiting = ""
    if there.title == here.title:
        title = there.title
    elif here.title == agreed.title:
        title, after = there.title, replace(after, title=there.title)
    elif there.title != agreed.title:
        waiting = there.title
    if there.state == here.state:
        state = there.state
    elif here.state == agreed.state and (there.state == OPEN or _may_settle(issue, theirs)):
        state, after = there.state, _with_state(after, there.state, theirs.url, asker.now)
    ours, level = merged_level(here.level, agreed.level, there.level)
    if ours != here.level:
        after = _with_level(after, Severity(int(ours)), asker.now)
    is_asked = there.state != state and here.state == OPEN  # closed there, and not ours to say
    listens = who_is_asked(plan, issue) is not None  # else its next change asks
    kept = replace(
        link,
        agreed=(title, state, level, *([ASKED] if is_asked and listens else [])),
        text=waiting,
        url=theirs.url or link.url,
    )
    if kept != link:
        plan.put_code_links([replace(kept, seen_at=asker.now)])
    if after != issue:
        _save(plan, issue, after, asker, evidence=theirs.url)
    if waiting != link.text or is_asked:
        _ask(plan, issue, link, kept, detail=theirs.updated_at.isoformat(), now=asker.now)
    return kept


def _ask(
    plan: PlanWriter, issue: Issue, before: CodeLink, kept: CodeLink, *, detail: str, now: datetime
) -> None:
    """Ask the owner what is new and theirs to say."""
    if kept.text and kept.text != before.text:
        ask_owner(plan, issue, kept, Asked.TITLE, detail=kept.text, now=now)
    if ASKED in kept.agreed[3:] and ASKED not in before.agreed[3:]:
        ask_owner(plan, issue, kept, Asked.CLOSED, detail=detail, now=now)


def _may_settle(issue: Issue, theirs: HostIssue) -> bool:
    closed = theirs.closed_at or theirs.updated_at
    reopened = issue.counted_from is not None and issue.counted_from >= closed
    return issue.severity in {Severity.MINOR, Severity.DEBT} and not reopened


def _with_level(issue: Issue, level: Severity, now: datetime) -> Issue:
    is_worse = level < issue.severity
    since = now if is_worse else issue.counted_from  # what became worse has its time anew
    return replace(issue, severity=level, counted_from=since, touched_at=now)


def _with_state(issue: Issue, state: str, url: str, now: datetime) -> Issue:
    if state == OPEN:
        return replace(
            issue,
            status=IssueStatus.IN_PROGRESS if issue.owner_id else IssueStatus.OPEN,
            resolved_at=None,
            closed_at=None,
            closed_by=None,
            touched_at=now,
        )
    return replace(
        issue, status=IssueStatus.RESOLVED, resolved_at=now, evidence=url, touched_at=now
    )


def _save(plan: PlanWriter, before: Issue, after: Issue, asker: Asker, *, evidence: str) -> None:
    plan.save(after, asker.why(evidence=evidence))
    resolved = before.status.is_open and not after.status.is_open
    announce_issue(plan, after, asker, note="resolved" if resolved else None)
    if resolved:
        settle_record(plan, after.key, OF_ISSUE, "resolved", asker)
