"""Issues and their severities, by the brief's "Issue and Error Tracking"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any


class Severity(IntEnum):
    """Level 1 to Level 4 of the brief's "Issue Classification"."""

    BLOCKER = 1
    MAJOR = 2
    MINOR = 3
    DEBT = 4

    @property
    def label(self) -> str:
        """Return "Level 1: Blocker"."""
        return f"Level {self.value}: {_NAMES[self]}"

    @property
    def guidance(self) -> str:
        """Return the brief's guidance, short enough for a Block Kit option (75 characters)."""
        return _GUIDANCE[self]

    @property
    def resolve_within(self) -> timedelta | None:
        """The brief's target for its resolution, in days as the team counts them; None for none."""
        return _RESOLVE_WITHIN.get(self)


_NAMES = {
    Severity.BLOCKER: "Blocker",
    Severity.MAJOR: "Major issue",
    Severity.MINOR: "Minor issue",
    Severity.DEBT: "Technical debt",
}
_GUIDANCE = {
    Severity.BLOCKER: "Stops all progress on the critical path. Immediate attention.",
    Severity.MAJOR: "Impacts timeline or quality significantly. Resolve within 1 week.",
    Severity.MINOR: "Workaround available. Address in regular development flow.",
    Severity.DEBT: "Non-urgent improvement. Scheduled during dedicated debt paydown.",
}
_RESOLVE_WITHIN = {Severity.BLOCKER: timedelta(days=1), Severity.MAJOR: timedelta(days=7)}


class IssueStatus(StrEnum):
    """The brief's four states of an issue."""

    OPEN = "Open"
    IN_PROGRESS = "In Progress"
    RESOLVED = "Resolved"
    CLOSED = "Closed"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self in {IssueStatus.OPEN, IssueStatus.IN_PROGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """
    One issue, with the fields of the brief's "Issue Airtable Schema".

    Args:
        key: "ISS-001" onward, minted once.
        stage_keys: Affected stages, by our keys.
        acknowledged_by: Slack user id of the first person who said "I have seen it".
        permalink: The Slack message it was filed from, if any.
        evidence: How it was verified that it is gone: a test, a commit, a link.
        triaged_at: When somebody who may judge it said what is done about it.
        closed_at: When it was verified and closed.
        touched_at: When a person last did anything about it.
        visible_to: Slack ids of those who may see a restricted one; () for everybody.
        is_security: Whether it is about security, the brief's immediate escalation.
        source_url: Where it stands in the code or at the code host, if it came from there.
        counted_from: From when triage and target are counted, where that is not the discovery: it
            was reopened, or raised to a higher level.
    """

    key: str
    title: str
    description: str = ""
    severity: Severity
    status: IssueStatus = IssueStatus.OPEN
    stage_keys: tuple[str, ...] = ()
    root_cause: str = ""
    remediation_task_keys: tuple[str, ...] = ()
    discovered_at: datetime
    resolved_at: datetime | None = None
    reporter_id: str | None = None
    owner_id: str | None = None
    prevention_actions: str = ""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    permalink: str | None = None
    evidence: str = ""
    triaged_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    touched_at: datetime | None = None
    visible_to: tuple[str, ...] = ()
    is_security: bool = False
    source_url: str | None = None
    counted_from: datetime | None = None
    removed_at: datetime | None = None
    revision: int = 0
    source: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something about it: open, and not withdrawn."""
        return self.status.is_open and self.removed_at is None

    @property
    def clock_start(self) -> datetime:
        """From when its triage and its target are counted."""
        return self.counted_from or self.discovered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReply:
    """Something said about an issue that is kept on its record, such as a reply of its thread."""

    key: str
    issue_key: str
    member_id: str
    text: str
    at: datetime
    permalink: str | None = None
    removed_at: datetime | None = None
    revision: int = 0


def age_days(issue: Issue, now: datetime) -> int:
    """Return the whole days from discovery until it was resolved, or until `now`."""
    return max(0, ((issue.resolved_at or now) - issue.discovered_at).days)
