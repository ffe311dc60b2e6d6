"""When an issue's escalation takes its next step, whom that asks, and when it comes to rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.issues import Issue, Severity
from bot.domain.people import Person
from bot.domain.plan import Member
from bot.domain.team import Team
from bot.domain.visibility import is_restricted, may_see
from bot.errors import UserError

OWNER, LEAD, STAKEHOLDERS, ADMINS = "owner", "lead", "stakeholders", "admins"
LOOK_AFTER = timedelta(minutes=2)  # a post that Slack has not taken by then goes by e-mail
LEAD_AFTER_ASKS = 2  # an acknowledged issue that nobody touches becomes the lead's as well
_SHORTEST_AGAIN = timedelta(minutes=5)
_REWOUND = timedelta(minutes=1)  # clocks are set by less than this without anybody's notice
_STEP = re.compile(r"(\d{1,5})\s+(owner|lead|stakeholders|[UW][A-Z0-9]{2,20})")


@dataclass(frozen=True, slots=True)
class ChainStep:
    """
    One step of a chain.

    Args:
        after: Since the start of the escalation.
        who: "owner", "lead", "stakeholders" (by e-mail) or a Slack id.
    """

    after: timedelta
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """
    Who can be asked.

    Args:
        members: Everybody of the workspace, by Slack id.
        people: What is kept of them.
        stakeholders: Whether anybody is reached by e-mail.
    """

    members: Mapping[str, Member]
    people: Mapping[str, Person] = field(default_factory=dict)
    lead_id: str | None = None
    stakeholders: bool = False

    def hindrance(self, issue: Issue, member_id: str | None, now: datetime) -> str:
        """Return why somebody can't be asked about an issue, "" where they can."""
        if not member_id:
            return "nobody is named"
        member = self.members.get(member_id)
        if member is None or member.is_bot:
            return "not known in this workspace"
        if not member.is_active:
            return "has left the workspace"
        person = self.people.get(member_id)
        if person is not None and person.is_away(now):
            return "is away"
        return "" if may_see(issue, member_id, self.lead_id) else "may not see it"

    def last_resort(self, issue: Issue, now: datetime) -> tuple[str, ...]:
        """
        Return who is asked where nobody of the chain can be: the admins who may see the issue.

        Where none may, those who can see it: the ones here now, else all who are not gone.
        """
        here = [m.id for m in self.members.values() if m.is_here]
        able = [m for m in here if may_see(issue, m, self.lead_id)]
        admins = [m for m in able if self.members[m].is_admin]
        if admins or not is_restricted(issue):
            return tuple(sorted(admins))
        awake = [m for m in able if not self.hindrance(issue, m, now)]
        return tuple(sorted(awake or able))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    What one moment of an escalation does.

    Args:
        step: Its number: the same step has the same messages.
        members: Slack ids to write to directly.
        mails: Whether the stakeholders get an e-mail.
        skipped: Who could not be asked, as (word of the chain, Slack id or "", why).
    """

    step: int
    members: tuple[str, ...] = ()
    mails: bool = False
    skipped: tuple[tuple[str, str, str], ...] = ()


def read_chain(words: tuple[str, ...]) -> tuple[ChainStep, ...]:
    """
    Return the steps of a chain, in the order of their times.

    Raises:
        UserError: a step can't be read.
    """
    steps = []
    for word in words:
        match = _STEP.fullmatch(word.strip())
        if not match:
            raise UserError(
                f'"{word.strip()[:40]}" is no step of a chain; write one like "15 owner": minutes,'
                " then owner, lead, stakeholders or a Slack id."
            )
        steps.append(ChainStep(timedelta(minutes=int(match[1])), match[2]))
    return tuple(sorted(steps, key=lambda step: step.after))


def chain_of(team: Team) -> tuple[ChainStep, ...]:
    """Return the team's chain; the usual one where that is empty or can't be read."""
    try:
        return read_chain(team.chain) or read_chain(Team().chain)
    except UserError:
        return read_chain(Team().chain)


def escalates(issue: Issue) -> bool:
    """Whether an issue is of the kind that somebody has to have (the brief's "Immediate")."""
    return issue.severity is Severity.BLOCKER or issue.is_security


def follow(before: Escalation | None, issue: Issue, team: Team, now: datetime) -> Escalation | None:
    """
    Return the escalation after an issue was changed by somebody: begun, moved or ended.

    None where there was none and the issue needs none. Whatever is done to an acknowledged issue
    counts as being at work on it.
    """
    rests = _why_at_rest(issue)
    if before is None or before.ended_at is not None:
        return before if rests else _timed(_begun(issue, now), team)
    if rests:
        return replace(before, ended_at=now, ended_why=rests, next_at=None)
    after = before
    if issue.acknowledged_by != before.acknowledged_by or issue.acknowledged_by:
        after = replace(
            before,
            acknowledged_by=issue.acknowledged_by,
            acknowledged_at=issue.acknowledged_at,
            stepped_at=now,
            asked_again=0,
        )
    return _timed(after, team)


def is_due(escalation: Escalation, now: datetime) -> bool:
    """Whether there is something to do, be it that the clock was set back."""
    if escalation.next_at is None or escalation.ended_at is not None:
        return False
    return escalation.next_at <= now or _is_rewound(escalation, now)


def rewound(escalation: Escalation, team: Team, now: datetime) -> Escalation:
    """Return an escalation whose clock was set back: what it waits for is counted from now."""
    if not _is_rewound(escalation, now):
        return escalation
    until = escalation.snoozed_until
    if until is not None:
        until = min(until, now + timedelta(minutes=team.snooze_minutes))
    return _timed(replace(escalation, stepped_at=now, snoozed_until=until), team)


def needs_a_look(escalation: Escalation, now: datetime) -> bool:
    """Whether it is time to see if Slack has the post."""
    if escalation.looked_at is not None or escalation.acknowledged_by:
        return False
    return now >= _base(escalation) + LOOK_AFTER


def looked(escalation: Escalation, team: Team, now: datetime) -> Escalation:
    """Return it with that look taken."""
    return _timed(replace(escalation, looked_at=now), team)


def climb(
    escalation: Escalation, issue: Issue, team: Team, reach: Reach, now: datetime
) -> tuple[Escalation, Ask | None]:
    """
    Return an escalation that nobody acknowledged after its next step; no Ask where none is due.

    Who can't be asked, or may not see the issue, is passed over at once. Past the chain's end the
    last step that reaches anybody is taken again and again; where none does, the admins are asked,
    of a restricted issue those who may see it.
    """
    chain = chain_of(team)
    if _step_due(escalation, chain, team) > now:
        return escalation, None
    step, skipped = escalation.step, []
    asked: tuple[str, ...] = ()
    mails = False
    while step < len(chain) and not asked and not mails:
        asked, mails, why = _reached(chain[step].who, issue, reach, now)
        if why is not None:
            skipped.append(why)
        step += 1
    nobody = not asked and not mails
    if nobody and (escalation.step >= len(chain) or not _anybody(chain, issue, reach, now)):
        asked, mails = _last_resort(chain, issue, reach, now)
        step = max(step, escalation.step + 1)
    if mails and is_restricted(issue) and not _people(chain, issue, reach, now):
        asked = reach.last_resort(issue, now)  # the mail tells nobody what it is about
    after = _timed(replace(escalation, step=step, stepped_at=now, snoozed_until=None), team)
    ask = Ask(step=step, members=asked, mails=mails, skipped=tuple(skipped))
    return after, ask


def ask_again(
    escalation: Escalation, issue: Issue, team: Team, reach: Reach, now: datetime
) -> tuple[Escalation, Ask | None]:
    """
    Return an acknowledged escalation after its question whether anybody is at work on it.

    No Ask where somebody did something since: `issue.touched_at`.
    """
    touched = min(max(_base(escalation), issue.touched_at or _base(escalation)), now)
    moved = _timed(replace(escalation, stepped_at=touched), team)
    if moved.next_at is not None and moved.next_at > now:
        return (replace(moved, asked_again=0) if touched > _base(escalation) else moved), None
    number = escalation.asked_again + 1
    wanted = [issue.owner_id or escalation.acknowledged_by]
    if number > LEAD_AFTER_ASKS:
        wanted.append(reach.lead_id)
    able = [who for who in wanted if who and not reach.hindrance(issue, who, now)]
    if not able:
        able = [each for each in (escalation.acknowledged_by, reach.lead_id) if each]
        able = [each for each in able if not reach.hindrance(issue, each, now)] or list(
            reach.last_resort(issue, now)
        )
    skipped = tuple(
        (OWNER, who, why) for who in wanted if who and (why := reach.hindrance(issue, who, now))
    )
    after = replace(moved, asked_again=number, stepped_at=now, snoozed_until=None)
    ask = Ask(step=number, members=tuple(dict.fromkeys(able)), skipped=skipped)
    return _timed(after, team), ask


def snoozed(escalation: Escalation, by: str, team: Team, now: datetime) -> Escalation:
    """
    Return an escalation that waits, once.

    Raises:
        UserError: it came to rest, or was postponed before.
    """
    if escalation.ended_at is not None:
        raise UserError(f"{escalation.key} is at rest: it was {escalation.ended_why}.")
    if escalation.snoozed_by:
        raise UserError(
            f"{escalation.key} was postponed once already, by <@{escalation.snoozed_by}>, and it"
            " can be postponed only once. Acknowledge it, or take ownership."
        )
    until = now + timedelta(minutes=team.snooze_minutes)
    return _timed(replace(escalation, snoozed_by=by, snoozed_until=until), team)


def hurried(escalation: Escalation, team: Team, now: datetime) -> Escalation:
    """
    Return an escalation whose last message was refused: its next step is due at once.

    Past the chain's end nothing is hurried: there the same step comes again.
    """
    chain = chain_of(team)
    if escalation.acknowledged_by or escalation.step >= len(chain):
        return escalation
    base = replace(escalation, stepped_at=now, snoozed_until=None)
    wait = _step_due(base, chain, team) - now
    return _timed(replace(base, stepped_at=now - wait), team)


def _begun(issue: Issue, now: datetime) -> Escalation:
    security = issue.is_security
    return Escalation(
        key=issue.key,
        cause=EscalationCause.SECURITY if security else EscalationCause.LEVEL_1,
        started_at=now,
        stepped_at=now,
        acknowledged_by=issue.acknowledged_by,
        acknowledged_at=issue.acknowledged_at,
    )


def _why_at_rest(issue: Issue) -> str:
    if issue.removed_at is not None:
        return "withdrawn"
    if not issue.status.is_open:
        return issue.status.value.lower()
    return "" if escalates(issue) else "lowered"


def at_rest(escalation: Escalation, issue: Issue | None, now: datetime) -> Escalation | None:
    """Return the escalation ended, where its issue needs it no more; None where it does."""
    why = "withdrawn" if issue is None else _why_at_rest(issue)
    return replace(escalation, ended_at=now, ended_why=why, next_at=None) if why else None


def _base(escalation: Escalation) -> datetime:
    return escalation.stepped_at or escalation.started_at


def _is_rewound(escalation: Escalation, now: datetime) -> bool:
    return _base(escalation) > now + _REWOUND


def _timed(escalation: Escalation, team: Team) -> Escalation:
    if escalation.ended_at is not None:
        return replace(escalation, next_at=None)
    if escalation.acknowledged_by:
        due = _later(_base(escalation) + _again(team), escalation.snoozed_until)
        return replace(escalation, next_at=due)
    due = _step_due(escalation, chain_of(team), team)
    if escalation.looked_at is None:
        due = min(due, _base(escalation) + LOOK_AFTER)
    return replace(escalation, next_at=due)


def _step_due(escalation: Escalation, chain: tuple[ChainStep, ...], team: Team) -> datetime:
    """Return when the next step comes: waits are counted from the step before, as it was taken."""
    step = escalation.step
    if step >= len(chain):
        wait = _again(team)
    else:
        wait = chain[step].after - (chain[step - 1].after if step else timedelta(0))
    return _later(_base(escalation) + wait, escalation.snoozed_until)


def _later(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else max(moment, other)


def _again(team: Team) -> timedelta:
    return max(timedelta(minutes=team.ask_again_minutes), _SHORTEST_AGAIN)


def _reached(
    who: str, issue: Issue, reach: Reach, now: datetime
) -> tuple[tuple[str, ...], bool, tuple[str, str, str] | None]:
    """Return whom a step asks, whether by e-mail, and why nobody."""
    if who == STAKEHOLDERS:
        why = None if reach.stakeholders else (who, "", "no address is set")
        return (), reach.stakeholders, why
    member_id = {OWNER: issue.owner_id, LEAD: reach.lead_id}.get(who, who)
    if hindrance := reach.hindrance(issue, member_id, now):
        return (), False, (who, member_id or "", hindrance)
    return (str(member_id),), False, None


def _anybody(chain: tuple[ChainStep, ...], issue: Issue, reach: Reach, now: datetime) -> bool:
    return any(
        asked or mails
        for asked, mails, _ in (_reached(step.who, issue, reach, now) for step in chain)
    )


def _people(chain: tuple[ChainStep, ...], issue: Issue, reach: Reach, now: datetime) -> bool:
    return any(_reached(step.who, issue, reach, now)[0] for step in chain)


def _last_resort(
    chain: tuple[ChainStep, ...], issue: Issue, reach: Reach, now: datetime
) -> tuple[tuple[str, ...], bool]:
    for step in reversed(chain):
        asked, mails, _ = _reached(step.who, issue, reach, now)
        if asked or mails:
            return asked, mails
    return reach.last_resort(issue, now), False
