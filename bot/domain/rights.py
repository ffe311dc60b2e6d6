"""Who may do what: one table of rights, asked by every use case that needs one."""

from enum import Enum

from bot.domain.people import Role

_ORDER = (Role.VIEWER, Role.MEMBER, Role.LEAD, Role.ADMIN)


class Right(Enum):
    """
    A thing that not everybody may do.

    Each value is its words in a refusal ("… can …") and the least role that has the right.
    """

    WRITE = ("change the plan", Role.MEMBER)
    CLOSE_LEVEL_1 = ("close a Level 1", Role.LEAD)
    CHANGE_ESTIMATES = ("change estimates", Role.MEMBER)
    DISMISS_GAPS = ("dismiss gaps", Role.MEMBER)
    RESTRICT_ISSUES = ("restrict who sees an issue", Role.MEMBER)
    CADENCE = ("skip or pause a cadence", Role.LEAD)
    SETTINGS = ("edit the settings", Role.ADMIN)
    ROLES = ("give roles", Role.ADMIN)
    UNDO_OTHERS = ("undo what somebody else did", Role.LEAD)
    PEOPLE = ("say who somebody is", Role.LEAD)
    CONNECT = ("connect a base or a code host, or make a project", Role.LEAD)
    SIGN = ("sign the assessment", Role.LEAD)
    AUDIT = ("export the audit trail", Role.LEAD)

    @property
    def words(self) -> str:
        """What it lets somebody do."""
        return self.value[0]

    @property
    def least(self) -> Role:
        """The least role that has it."""
        return self.value[1]

    def allows(self, role: Role) -> bool:
        """Whether a role has this right."""
        return _ORDER.index(role) >= _ORDER.index(self.least)
