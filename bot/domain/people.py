"""People: their roles, their names elsewhere, and how they want to be asked."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.plan import Member, Workspace


class Role(StrEnum):
    """What somebody may do; each of them may do what the later ones may."""

    ADMIN = "admin"
    LEAD = "lead"
    MEMBER = "member"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    What a member, or somebody on their behalf, said about them; Slack's directory says the rest.

    None means "as the team has it" (`bot.domain.team.Team`), for the zone "as Slack has it".

    Args:
        key: Slack user id.
        role: None where nobody gave one: see `role_of`.
        aliases: Other names of the same person: the plan's "Assigned To" words, git e-mails.
        zone: IANA time zone.
        work_days: Days of work, 0 is Monday.
        country: ISO code of the country whose public holidays count, "DE" or "DE-BE"; "" for none.
        quiet_from, quiet_to: Nothing is sent between these wall times "HH:MM", over midnight too.
        prompt_at: Wall time "HH:MM" of the end-of-day prompt; "" for none at all.
        prompts_a_day: Prompts at most a day; what is more waits for the next bundle.
        muted: Kinds of prompts turned down (`bot.domain.prompts.PromptKind`).
        away_since: First moment of an absence (UTC).
        away_until: When they are back (UTC); None with `away_since` means until further notice.
        away_by: Slack id of whoever said so.
        toured_at: When the tour was shown last.
    """

    key: str
    role: Role | None = None
    aliases: tuple[str, ...] = ()
    zone: str | None = None
    work_days: tuple[int, ...] | None = None
    country: str | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None
    prompt_at: str | None = None
    prompts_a_day: int | None = None
    muted: tuple[str, ...] = ()
    away_since: datetime | None = None
    away_until: datetime | None = None
    away_reason: str = ""
    away_by: str | None = None
    toured_at: datetime | None = None
    removed_at: datetime | None = None
    revision: int = 0

    def is_away(self, now: datetime) -> bool:
        """Whether they are out of office at a moment."""
        if self.away_since is None or now < self.away_since:
            return False
        return self.away_until is None or now < self.away_until


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """Somebody's role, and whether it was given to them; else it follows from Slack."""

    member: Member
    role: Role
    is_given: bool


def known_as(member: Member, person: Person | None) -> Member:
    """Return a member with every name of theirs: the directory's, then those mapped by hand."""
    mapped = person.aliases if person else ()
    names = dict.fromkeys((*member.aliases, *mapped))
    return replace(member, aliases=tuple(names)) if mapped else member


def role_of(member: Member | None, person: Person | None, workspace: Workspace) -> Role:
    """
    Return what somebody may do.

    Whoever was given a role has it. Without one Slack's admins are admins, the lead of the
    settings is lead, and all others are members. Whom Slack let in and the directory does not
    show yet joined today, and is a member; bots and who has left are viewers.
    """
    if member is None:
        return Role.MEMBER
    if not member.is_here:
        return Role.VIEWER
    if person is not None and person.role is not None:
        return person.role
    if member.is_admin:
        return Role.ADMIN
    return Role.LEAD if member.id == workspace.lead_id else Role.MEMBER
