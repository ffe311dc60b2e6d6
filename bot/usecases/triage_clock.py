"""The triage clock: who is told that an issue nears its time, and which messages say it passed."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.effects import Effect, EffectKind, issue_subject
from bot.domain.issues import Issue
from bot.domain.own_time import work_calendar_of, zone_of
from bot.domain.plan import Member, Status, Task
from bot.domain.prompts import PromptKind
from bot.domain.triage import TOLD_WITHIN, Mark, counting_of, marks
from bot.domain.working_time import working_time_of
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.prompting import send_prompt
from bot.usecases.seeing import issue_for

BUNDLED = timedelta(hours=2)  # what nears its time this soon goes into the same message
LOOK_AGAIN = timedelta(hours=1)  # at the latest: the directory changes without a trace in the plan
LOOK_AGAIN_OVERDUE = timedelta(minutes=10)  # while an overdue task waits for somebody's morning
NOT_AFTER = timedelta(days=3)  # a nudge that is later than this helps nobody

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Looked:
    """
    What is known since the last look at a workspace.

    Args:
        change: The newest row of the audit trail then.
        at, until: Nothing is due from the one to the other as long as nothing changes.
        made: Keys of marks and bundles that are made already.
    """

    change: int = -1
    at: datetime | None = None
    until: datetime | None = None
    made: set[str] = field(default_factory=set)

    def is_quiet(self, change: int, now: datetime) -> bool:
        """Whether nothing can be due."""
        return (
            change == self.change
            and self.at is not None
            and self.until is not None
            and self.at <= now < self.until
        )


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is due, and when the next thing will be."""

    due: Sequence[Mark]
    soon: Sequence[Mark]
    overdue: Mapping[str, Sequence[Task]]
    next_at: datetime | None


class TriageClock:
    """
    Looks at the open issues when something changed or became due; else it asks one small question.

    Every replica may have one: a mark is claimed in the transaction that tells about it.
    """

    def __init__(self, plans: PlanDatabase) -> None:
        self._plans = plans
        self._looked: defaultdict[str, _Looked] = defaultdict(_Looked)

    def tick(self, workspace_id: str, now: datetime) -> int:
        """Tell what became due; return how many messages that made."""
        looked = self._looked[workspace_id]
        with self._plans.reading(workspace_id) as plan:
            newest = plan.changes(limit=1)
            change = newest[0].id if newest else 0
            if looked.is_quiet(change, now):
                return 0
            try:
                picture = _look(plan, looked.made, now)
            except UserError as error:
                picture = _stands_still(workspace_id, error)
        told = 0
        if picture.due or picture.overdue:
            try:
                told = self._tell(workspace_id, picture, now)
            except UserError as error:
                picture = _stands_still(workspace_id, error)
        last = LOOK_AGAIN_OVERDUE if picture.overdue else LOOK_AGAIN
        looked.change, looked.at = change, now
        looked.until = min(filter(None, (picture.next_at, now + last)))
        return told

    def _tell(self, workspace_id: str, picture: _Picture, now: datetime) -> int:
        made = set(self._looked[workspace_id].made)
        with self._plans.changing(workspace_id) as plan:
            told = _tell_marks(plan, picture, made, now)
            told += _tell_overdue(plan, picture.overdue, made, now)
        self._looked[workspace_id].made = made  # only once it is committed
        return told


def _stands_still(workspace_id: str, error: UserError) -> _Picture:
    """Return that nothing is due: a zone or a wall time of the settings can't be read."""
    log.warning("the triage clock of %s stands still: %s", workspace_id, error)
    return _Picture((), (), {}, None)


def _look(plan: PlanReader, made: set[str], now: datetime) -> _Picture:
    issues = plan.issues(open_only=True)
    known = [
        mark
        for mark in marks(issues, counting_of(plan.team(), plan.workspace))
        if mark.key not in made and mark.at > now - TOLD_WITHIN
    ]
    due = [mark for mark in known if mark.at <= now]
    later = [mark.at for mark in known if mark.at > now]
    waiting = _remediation(plan, issues)
    later += [task.due_at for task in waiting if task.due_at and task.due_at > now]
    late = [task for task in waiting if task.due_at and task.due_at <= now]
    return _Picture(
        due=due,
        soon=[mark for mark in known if not mark.is_over and now < mark.at <= now + BUNDLED],
        overdue=_by_owner(plan, late, issues) if late else {},
        next_at=min(later, default=None),
    )


def _tell_marks(plan: PlanWriter, picture: _Picture, made: set[str], now: datetime) -> int:
    """Claim what is due; nudge each person once for all of theirs, and refresh the messages."""
    # Looked at again inside the transaction: what was settled meanwhile is not told.
    issues = {each.key: each for each in plan.issues(open_only=True)}
    told_to = _People(plan)
    nudges: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in picture.due:
        issue = issues.get(mark.issue_key)
        if issue is None:
            continue
        member_id = told_to.of(issue.owner_id)
        if member_id is None and not mark.is_over:
            continue  # nobody to tell yet: told once there is somebody
        fresh = plan.claim(mark.key, now)
        made.add(mark.key)
        if fresh and mark.is_over:
            _show_mark(plan, issue, mark, now)
        if fresh and not mark.is_over and member_id:
            nudges[member_id].append(mark)
    for mark in picture.soon:
        issue = issues.get(mark.issue_key)
        member_id = told_to.of(issue.owner_id) if issue else None
        if member_id is not None and member_id in nudges and plan.claim(mark.key, now):
            nudges[member_id].append(mark)
            made.add(mark.key)
    for member_id, about in nudges.items():
        _nudge(plan, member_id, about, now)
    return len(nudges)


def _show_mark(plan: PlanWriter, issue: Issue, mark: Mark, now: datetime) -> None:
    if plan.post(issue_subject(issue.key)) is None:
        return
    plan.emit(
        Effect(
            key=f"{mark.key}#show",
            kind=EffectKind.ISSUE_ROOT,
            payload={"issue": issue.key},
            lane=plan.workspace.critical_channel,
            about=issue.key,
        ),
        now,
    )


def _nudge(plan: PlanWriter, member_id: str, about: Sequence[Mark], now: datetime) -> None:
    digest = hashlib.sha256("\n".join(sorted(mark.key for mark in about)).encode())
    keys = list(dict.fromkeys(mark.issue_key for mark in about))
    effect = Effect(
        key=f"nudge:{member_id}:{digest.hexdigest()[:20]}",
        kind=EffectKind.ISSUE_NUDGE,
        payload={"member": member_id, "issues": keys},
        lane=f"dm:{member_id}",
        not_after=now + NOT_AFTER,
        about=keys[0] if len(keys) == 1 else None,
    )
    send_prompt(plan, effect, member_id, PromptKind.TRIAGE, now)


def _tell_overdue(
    plan: PlanWriter, overdue: Mapping[str, Sequence[Task]], made: set[str], now: datetime
) -> int:
    """Tell each person of their overdue remediation tasks, once a day, in their hours of work."""
    if not overdue:
        return 0  # most looks: no need to read every issue there ever was
    told = 0
    owners = {key: issue.key for issue in plan.issues() for key in issue.remediation_task_keys}
    for member_id, tasks in overdue.items():
        day = _working_day(plan, member_id, now)
        key = f"remediation:{member_id}:{day}"
        if not day or key in made:
            continue
        made.add(key)
        if not plan.claim(key, now):
            continue
        effect = Effect(
            key=key,
            kind=EffectKind.REMEDIATION,
            payload={
                "member": member_id,
                "issues": list(dict.fromkeys(owners[task.key] for task in tasks)),
            },
            lane=f"dm:{member_id}",
            not_after=now + timedelta(days=1),
        )
        told += send_prompt(plan, effect, member_id, PromptKind.REMEDIATION, now)
    return told


def _working_day(plan: PlanReader, member_id: str, now: datetime) -> str:
    """Return the local date of a person's hours of work, "" outside of them."""
    person, member, team = plan.person(member_id), plan.member(member_id), plan.team()
    calendar = work_calendar_of(person, team)
    working = replace(
        working_time_of(team, plan.workspace.zone),
        zone=zone_of(person, member, plan.workspace),
        days=frozenset(calendar.work_days),
        country=calendar.country,
    )
    day, window = next(working.windows(now), (None, (now, now)))
    return day.isoformat() if day and window[0] <= now else ""


def _remediation(plan: PlanReader, issues: Iterable[Issue]) -> list[Task]:
    """Return the remediation tasks of these issues that are to be done until a date."""
    keys = {key for issue in issues for key in issue.remediation_task_keys}
    return [
        task
        for task in (plan.tasks() if keys else ())
        if task.key in keys and task.due_at and task.status is not Status.COMPLETE
    ]


def _by_owner(
    plan: PlanReader, tasks: Iterable[Task], issues: Iterable[Issue]
) -> dict[str, list[Task]]:
    owner_of = {key: issue.owner_id for issue in issues for key in issue.remediation_task_keys}
    people = _People(plan)
    found: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if member_id := people.of(task.owner_id or owner_of.get(task.key)):
            found[member_id].append(task)
    return dict(found)


def overdue_tasks(plan: PlanReader, member_id: str, now: datetime) -> list[tuple[Task, Issue]]:
    """Return a person's overdue remediation tasks, the longest due first, each with its issue."""
    issues = plan.issues(open_only=True)
    owners = {key: issue for issue in issues for key in issue.remediation_task_keys}
    late = [
        task
        for task in _remediation(plan, issues)
        if task.due_at is not None and task.due_at <= now
    ]
    mine = _by_owner(plan, late, issues).get(member_id, [])
    mine.sort(key=lambda task: (task.due_at or now, task.key))
    return [(task, issue_for(plan, owners[task.key], member_id)) for task in mine]


class _People:
    """Who is told about what somebody owns: the owner, the lead where there is none any more."""

    def __init__(self, plan: PlanReader) -> None:
        self._members: dict[str, Member] = {each.id: each for each in plan.members()}
        self._lead_id = plan.workspace.lead_id

    def of(self, owner_id: str | None) -> str | None:
        """Return the owner, else the lead, else None."""
        return next((each for each in (owner_id, self._lead_id) if self._is_here(each)), None)

    def _is_here(self, member_id: str | None) -> bool:
        if member_id is None:
            return False
        member = self._members.get(member_id)
        return member is None or member.is_here
