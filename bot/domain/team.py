"""What a team has agreed on: its calendar, its escalation, how much it wants to be asked."""

from dataclasses import dataclass
from datetime import datetime

TEAM = "team"  # the key of the one row of a project


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """
    The settings of a project that its people change in Slack (`/bqx settings`).

    Wall times are "HH:MM" in the workspace's zone, or in the person's where it is about a person.

    Args:
        work_days: Days of work, 0 is Monday.
        work_from, work_to: Hours of work, for the clocks of triage and resolution.
        country: ISO code of the public holidays that count, "DE" or "DE-BE"; "" for none.
        counts_working_time: Whether triage and resolution targets are counted in working time.
        quiet_from, quiet_to: Between these nothing but a Level 1 is sent to a person.
        prompt_at: End-of-day prompt; "" for none.
        prompts_a_day: Prompts at most a day and person.
        review_anchor: ISO date of one phase review, a Friday where that is worked; every other from
            there and before it, moved to a day of work. "" for none. Until a
            team names its own, any Friday will do.
        review_at: When the phase review is posted.
        stakeholders: E-mail addresses that Level 1 and Level 2 reach.
        chain: Who is asked next while nobody acknowledges a Level 1: "15 owner" is the owner's
            direct message fifteen minutes after the post. Also "lead", "stakeholders" (e-mail) and
            a Slack id.
        ask_again_minutes: An acknowledged Level 1 that nobody touches is asked about again.
        snooze_minutes: How long a snooze postpones, once.
    """

    key: str = TEAM
    work_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    work_from: str = "09:00"
    work_to: str = "17:00"
    country: str = ""
    counts_working_time: bool = False
    quiet_from: str = "19:00"
    quiet_to: str = "08:00"
    prompt_at: str = "16:30"
    prompts_a_day: int = 5
    review_anchor: str = "2025-01-03"
    review_at: str = "14:00"
    stakeholders: tuple[str, ...] = ()
    chain: tuple[str, ...] = ("15 owner", "30 lead", "60 stakeholders")
    ask_again_minutes: int = 240
    snooze_minutes: int = 60
    removed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """
    Days on which a cadence does not run, and why.

    Args:
        job: The job's name (`bot.domain.calendar`); "" for all of them.
        first: First local date, ISO.
        last: Last local date, ISO; None until somebody resumes it. The same day skips once.
        by: Slack id of whoever said so.
    """

    key: str
    job: str
    first: str
    last: str | None
    reason: str
    by: str
    at: datetime
    removed_at: datetime | None = None
    revision: int = 0
