"""What the commands about people answer: who, claim, admins, role, settings, me, tour."""

from dataclasses import dataclass

from bot.domain.commands import Command
from bot.domain.identities import find_person, split_person
from bot.domain.people import Role
from bot.domain.plan import Member
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanReader
from bot.usecases.asking import Asker
from bot.usecases.identities import Claimed, claim_name, free_name, who_is_who
from bot.usecases.preferences import note_tour
from bot.usecases.rights import may, who_can
from bot.usecases.roles import give_role, roles_held
from bot.views import me_form, roles_form, settings_form, tour_message, who_message
from bot.views.me_form import Me
from bot.views.mrkdwn import Message, View
from bot.views.settings_form import SettingsDraft
from bot.views.wording import item_name
from handlers.desk import Desk
from handlers.reply import Answers, Reply


@dataclass(frozen=True, slots=True)
class PeopleReplies:
    """The answers, by the command's name."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """What answers each command."""
        return {
            "who": lambda _command, asker: Reply(message=self.who(asker)),
            "claim": self._claim,
            "unclaim": self._unclaim,
            "admins": self._admins,
            "role": self._role,
            "settings": self._settings,
            "me": self._me,
            "tour": self._tour,
        }

    def who(self, asker: Asker, page: int = 0) -> Message:
        """Return a page of who is who."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = who_is_who(plan)
            may_assign = may(plan, asker.member_id, Right.PEOPLE)
        return who_message.who_message(
            found.members, found.unmatched, page=page, may_assign=may_assign
        )

    def claim(self, name: str, member_id: str, asker: Asker) -> Message:
        """Map a name to a member, and say so."""
        done = claim_name(self.desk.ports.plans, name, member_id, asker)
        return who_message.claimed_message(
            done.name,
            done.member.id,
            [item_name(item) for item in done.given],
            done.operation,
            changed=done.changed,
        )

    def _claim(self, command: Command, asker: Asker) -> Reply:
        name, person = split_person(command.rest)
        member_id = self._member(person, asker).id if person and name else asker.member_id
        # "@ana" alone is a name as good as any other.
        return Reply(message=self.claim(name or person, member_id, asker), saved=True)

    def _unclaim(self, command: Command, asker: Asker) -> Reply:
        done: Claimed = free_name(self.desk.ports.plans, command.rest, asker)
        shown = who_message.freed_message(done.name, done.member.id, done.operation)
        return Reply(message=shown, saved=True)

    def _admins(self, _command: Command, asker: Asker) -> Reply:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            held = roles_held(plan)
            may_edit = may(plan, asker.member_id, Right.ROLES)
            shown = roles_form.roles_message(
                held, who_can=who_can(plan, Right.ROLES), may_edit=may_edit
            )
        form = roles_form.roles_form(held, asker.reply) if may_edit else None
        return Reply(message=shown, form=form)

    def _role(self, command: Command, asker: Asker) -> Reply:
        person, _, word = command.rest.strip().rpartition(" ")
        names = [role.value for role in Role]
        if word.lower() not in names or not person:
            raise UserError(f"Write `/bqx role @ana lead`; the roles are {', '.join(names)}.")
        member = self._member(person, asker)
        done = give_role(self.desk.ports.plans, member.id, Role(word.lower()), asker)
        shown = roles_form.role_given(
            done.member_id, done.before, done.after, done.operation, changed=done.changed
        )
        return Reply(message=shown, saved=done.changed)

    def _settings(self, _command: Command, asker: Asker) -> Reply:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            may_edit = may(plan, asker.member_id, Right.SETTINGS)
            shown = settings_form.settings_message(
                plan.team(),
                plan.workspace,
                who_can=who_can(plan, Right.SETTINGS),
                may_edit=may_edit,
            )
            form = settings_form.settings_form(settings_draft(plan, asker)) if may_edit else None
        return Reply(message=shown, form=form)

    def _me(self, _command: Command, asker: Asker) -> Reply:
        return Reply(
            message=me_form.me_message(self.me(asker), asker.now), form=self.me_form(asker)
        )

    def me(self, asker: Asker) -> Me:
        """Return how the asker is asked."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            return me_of(plan, asker.member_id)

    def me_form(self, asker: Asker) -> View:
        """Return the form of the asker's own preferences."""
        return me_form.me_form(self.me(asker), asker.reply)

    def _tour(self, _command: Command, asker: Asker) -> Reply:
        note_tour(self.desk.ports.plans, asker)
        return Reply(message=tour_message.tour_message())

    def _member(self, word: str, asker: Asker) -> Member:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            members = plan.members()
        return find_person(word, members, asker.member_id, then="Nothing was changed.")


def settings_draft(plan: PlanReader, asker: Asker) -> SettingsDraft:
    """Return the settings' form as the settings are now."""
    return SettingsDraft(
        team=plan.team(), workspace=plan.workspace, members=plan.members(), reply=asker.reply
    )


def me_of(plan: PlanReader, member_id: str) -> Me:
    """Return how a member is asked."""
    member = plan.member(member_id)
    zone = member.zone if member else plan.workspace.zone
    return Me(person=plan.person(member_id), team=plan.team(), slack_zone=zone)
