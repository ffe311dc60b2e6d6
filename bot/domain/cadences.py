"""The cadences of a team (the brief's "Cadence Schedule"): what recurs, and what is paused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from rapidfuzz import fuzz, process

from bot.domain.calendar import LATE_AFTER_S, Schedule, Slot, read_wall_time
from bot.domain.plan import Workspace
from bot.domain.recurrences import EveryOtherWeek, FirstWeekday, Weekday, Weekly
from bot.domain.runs import Run, RunState
from bot.domain.team import Pause, Team
from bot.domain.workdays import WorkCalendar
from bot.errors import UserError

GAP_ASSESSMENT = "gap_assessment"  # Monday morning
ARCHITECTURE_REVIEW = "architecture_review"  # the first Monday, in the Monday message
PHASE_REVIEW = "phase_review"  # every other Friday
END_OF_DAY = "end_of_day"  # everybody's own
ALL = ""  # as a pause names all of them
JOB_WORDS = {
    GAP_ASSESSMENT: "gap assessment",
    ARCHITECTURE_REVIEW: "architecture review",
    PHASE_REVIEW: "phase review",
    END_OF_DAY: "end-of-day prompt",
    ALL: "all cadences",
}
NO_ANCHOR = (
    "The phase review is not scheduled: say on which Friday the next one is, in `/bqx settings`."
)
# What people call them; the longest that fits counts.
_CALLED = {
    "gap assessment": GAP_ASSESSMENT,
    "gap_assessment": GAP_ASSESSMENT,
    "assessment": GAP_ASSESSMENT,
    "gaps": GAP_ASSESSMENT,
    "monday": GAP_ASSESSMENT,
    "architecture review": ARCHITECTURE_REVIEW,
    "architecture_review": ARCHITECTURE_REVIEW,
    "architecture": ARCHITECTURE_REVIEW,
    "phase review": PHASE_REVIEW,
    "phase_review": PHASE_REVIEW,
    "phase": PHASE_REVIEW,
    "end-of-day prompt": END_OF_DAY,
    "end of day": END_OF_DAY,
    "end-of-day": END_OF_DAY,
    "end_of_day": END_OF_DAY,
    "prompts": END_OF_DAY,
    "all cadences": ALL,
    "everything": ALL,
    "all": ALL,
}
_MIN_SIMILARITY = 70  # of 100


def cadences(workspace: Workspace, team: Team) -> list[Schedule]:
    """Return what recurs in a team, in its zone and on its calendar."""
    calendar = WorkCalendar(team.work_days, team.country)
    monday = time.fromisoformat(workspace.digest_at)
    weekly = Schedule(
        job=GAP_ASSESSMENT,
        recurrence=Weekly(Weekday.MONDAY),
        at=monday,
        zone=workspace.zone,
        calendar=calendar,
    )
    monthly = Schedule(
        job=ARCHITECTURE_REVIEW,
        recurrence=FirstWeekday(Weekday.MONDAY),
        at=monday,
        zone=workspace.zone,
        calendar=calendar,
    )
    if not team.review_anchor:
        return [weekly, monthly]
    review = Schedule(
        job=PHASE_REVIEW,
        recurrence=EveryOtherWeek(date.fromisoformat(team.review_anchor)),
        at=read_wall_time(team.review_at),
        zone=workspace.zone,
        calendar=calendar,
    )
    return [weekly, monthly, review]


def read_job(typed: str) -> tuple[str, str]:
    """
    Return the job that "phase review until Monday holidays" begins with, and the rest.

    Raises:
        UserError: it begins with none of them.
    """
    words = typed.strip()
    low = words.lower()
    for called in sorted(_CALLED, key=len, reverse=True):
        if low == called or low.startswith(f"{called} "):
            return _CALLED[called], words[len(called) :].strip()
    names = [JOB_WORDS[job] for job in JOB_WORDS if job != ALL]
    nearest = process.extractOne(" ".join(low.split()[:2]), list(_CALLED), scorer=fuzz.ratio)
    guess = f" Did you mean “{nearest[0]}”?" if low and nearest[1] >= _MIN_SIMILARITY else ""
    raise UserError(f"Which one?{guess} There is: {', '.join(names)}, all.")


def pause_on(pauses: Iterable[Pause], job: str, day: date) -> Pause | None:
    """Return what keeps a job from running on a local date."""
    return next((pause for pause in pauses if _covers(pause, job, day)), None)


def _covers(pause: Pause, job: str, day: date) -> bool:
    if pause.job not in {ALL, job} or day.isoformat() < pause.first:
        return False
    return pause.last is None or day.isoformat() <= pause.last


def pause_reason(pause: Pause) -> str:
    """Return why a run does not take place, as the ledger keeps it."""
    word = "skipped once" if pause.first == pause.last else "paused"
    return f"{word}: {pause.reason}" if pause.reason else word


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a slot: it runs, or it is skipped with a reason."""

    slot: Slot
    skipped: str = ""


def decide(slots: Sequence[Slot], job: str, pauses: Sequence[Pause]) -> list[Decision]:
    """
    Return what becomes of the slots of one job that are due, the oldest first.

    Of several only the newest may run, late: its work covers the older ones.
    """
    told = [(slot, _why_not(slot, job, pauses)) for slot in slots]
    newest = slots[-1] if slots and not told[-1][1] else None
    over = f"missed; superseded by {newest.local_date}" if newest else "missed"
    return [Decision(slot, why or ("" if slot is newest else over)) for slot, why in told]


def _why_not(slot: Slot, job: str, pauses: Sequence[Pause]) -> str:
    if pause := pause_on(pauses, job, slot.local_date):
        return pause_reason(pause)
    return slot.reason if slot.is_off else ""


def ran(
    job: str, local_date: date, *, due: datetime, now: datetime, subject: str = "", reason: str = ""
) -> Run:
    """Return the run of a slot that is done now, on time or late."""
    late_s = max(0, int((now - due).total_seconds()))
    return Run(
        job=job,
        subject=subject,
        local_date=local_date.isoformat(),
        due_at=due,
        at=now,
        state=RunState.LATE if late_s > LATE_AFTER_S else RunState.ON_TIME,
        late_s=late_s,
        reason=reason,
    )
