"""Small plans and commits, and what an assessment says of them."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.activity import Commit
from bot.domain.assess import assess, match
from bot.domain.assessment import Assessment, Judged, PlanSnapshot, Work
from bot.domain.evidence import LinkDecision, LinkVerdict, SeenCommit, WorkRule
from bot.domain.findings import Finding, FindingKind
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Stage, Status, Task, Workspace
from tests.conftest import MONDAY

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_numbers = count(1)


def commit(subject: str, body: str = "", *, at: Any = MONDAY - DAY, **rest: Any) -> Commit:
    return Commit(
        sha=f"{next(_numbers) * 2654435761 % 2**32:08x}" * 5,  # told apart by seven digits
        **{
            "author_name": "Ada",
            "author_email": "ada@example.org",
            "authored_at": at,
            "subject": subject,
            "body": body,
            **rest,
        },
    )


def stage(ref: str | None, key: str = "", **rest: Any) -> Stage:
    known = {"name": f"Stage named {ref}", "status": Status.IN_PROGRESS, **rest}
    known.setdefault("started_at", MONDAY - DAY)
    known.setdefault("last_progress_at", MONDAY - DAY)
    return Stage(key=key or f"STG-{ref}", ref=ref, **known)


def waiting(ref: str, key: str = "", **rest: Any) -> Stage:
    """A stage that is not started."""
    none = {"started_at": None, "last_progress_at": None, "status": Status.NOT_STARTED}
    return stage(ref, key, **{**none, **rest})


def task(ref: str | None, **rest: Any) -> Task:
    known = {"title": f"Task {ref}", "estimate_minutes": 60, "owner_id": "U0ANA", **rest}
    return Task(key=f"TASK-{ref}", ref=ref, **known)


def issue(key: str, severity: Severity, age: timedelta, **rest: Any) -> Issue:
    return Issue(
        key=key, title=f"Issue {key}", severity=severity, discovered_at=MONDAY - age, **rest
    )


def seen(*commits: Commit, arrived: Any = MONDAY) -> list[SeenCommit]:
    """Commits as the memory keeps them, oldest first; all of them arrived now."""
    ordered = sorted(commits, key=lambda one: (one.authored_at, one.sha))
    return [SeenCommit(commit=one, repo="bqx", arrived_at=arrived) for one in ordered]


def decision(one: Commit, record_key: str, verdict: LinkVerdict = LinkVerdict.CONFIRMED):
    return LinkDecision(
        key=f"{one.sha}:{record_key}",
        sha=one.sha,
        record_key=record_key,
        verdict=verdict,
        reason="a person linked it",
    )


def worked(
    *commits: Commit,
    decisions: Sequence[LinkDecision] = (),
    rules: Sequence[WorkRule] = (),
    **plan: Any,
) -> Work:
    """The commits matched with a plan."""
    snapshot = PlanSnapshot(workspace=Workspace(id="W1"), **plan)
    return match(snapshot, seen(*commits), decisions, rules)


def found(
    *commits: Commit | SeenCommit,
    earlier: Sequence[Finding] = (),
    decisions: Sequence[LinkDecision] = (),
    rules: Sequence[WorkRule] = (),
    judged: Judged | None = None,
    now: Any = MONDAY,
    work: dict[str, Any] | None = None,
    **plan: Any,
) -> Assessment:
    """The assessment of a plan and commits; those that are no SeenCommit arrived just now."""
    snapshot = PlanSnapshot(workspace=Workspace(id="W1", name="BQX"), **plan)
    kept = [one for one in commits if isinstance(one, SeenCommit)]
    kept += seen(*(one for one in commits if isinstance(one, Commit)), arrived=now)
    kept.sort(key=lambda one: one.commit.authored_at)
    done = match(snapshot, kept, decisions, rules)
    if work:
        done = Work(**{name: getattr(done, name) for name in done.__slots__} | work)
    return assess(snapshot, done, judged or Judged(), now=now, zone=BERLIN, earlier=earlier)


def kinds(assessment: Assessment) -> list[str]:
    return [finding.kind.value for finding in assessment.findings]


def of_kind(assessment: Assessment, kind: FindingKind) -> list[Finding]:
    return [finding for finding in assessment.findings if finding.kind is kind]
