"""People: their names, roles and preferences, the settings, the tour, and why a prompt came."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.countries import find_countries
from bot.domain.prompts import PromptKind
from bot.domain.rights import Right
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.preferences import change_person, mute, note_tour
from bot.usecases.prompting import reason_of, show_waited
from bot.usecases.rights import need
from bot.usecases.roles import give_role, roles_held
from bot.usecases.settings import TeamAsked, change_team
from bot.usecases.welcome import take_newcomer
from bot.views import (
    me_form,
    people_inputs,
    roles_form,
    settings_form,
    tour_message,
    waited_message,
    who_message,
    why_block,
)
from bot.views.mrkdwn import VALUE, Block, View, option
from handlers.boundary import guarded
from handlers.commands import must_open_form
from handlers.desk import Body, Desk, typed_into
from handlers.people_deliveries import waited_of
from handlers.people_replies import PeopleReplies, me_of, settings_draft


@dataclass(frozen=True)
class PeopleHandlers:
    """Slack's way in to everything about people."""

    desk: Desk

    @property
    def replies(self) -> PeopleReplies:
        """The answers that commands give, too."""
        return PeopleReplies(self.desk)

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        actions: dict[str, Callable[..., None]] = {
            who_message.CLAIM: self.claim,
            who_message.ASSIGN: self.assign,
            roles_form.EDIT: self.open_roles,
            settings_form.EDIT: self.open_settings,
            why_block.CHANGE: self.open_me,
            why_block.WHY: self.why,
            why_block.FEWER: self.fewer,
            waited_message.SHOW: self.show,
            waited_message.SHOW_ALL: self.show_all,
        }
        for action_id, listener in actions.items():
            app.action(action_id)(guarded(listener))
        app.action(re.compile(f"^{who_message.PAGE}#"))(guarded(self.turn))
        app.action(re.compile(f"^{tour_message.STEP}#"))(guarded(self.step))
        app.view(roles_form.CALLBACK_ID)(guarded(self.give_role))
        app.view(settings_form.CALLBACK_ID)(guarded(self.save_settings))
        app.view(me_form.CALLBACK_ID)(guarded(self.save_me))
        app.event("team_join")(guarded(self.joined))
        app.options(VALUE, matchers=[_is_country])(guarded(self.suggest_country))
        zones = typed_into(people_inputs.ZONE)
        app.options(VALUE, matchers=[zones])(guarded(self.suggest_zone))

    def claim(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write down that a name is the clicker's."""
        ack()
        asker = self.desk.action_asker(body, "who: that's me")
        self._say_claimed(action["value"], asker.member_id, asker)

    def assign(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write down that a name is the chosen member's."""
        ack()
        asker = self.desk.action_asker(body, "who: it is…")
        chosen = action.get("selected_user")
        if chosen:
            self._say_claimed(who_message.name_of_block(action["block_id"]), chosen, asker)

    def _say_claimed(self, name: str, member_id: str, asker: Asker) -> None:
        self.desk.answer(asker, self.replies.claim(name, member_id, asker), saved=True)

    def turn(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show another page of who is who."""
        ack()
        asker = self.desk.action_asker(body, "/bqx who")
        self.desk.answer(asker, self.replies.who(asker, int(action["value"])), replace=True)

    def open_roles(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Open the form that gives roles."""
        ack()
        asker = self.desk.action_asker(body, "/bqx admins")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.ROLES)
            form = roles_form.roles_form(roles_held(plan), asker.reply)
        must_open_form(client, body["trigger_id"], form)

    def give_role(self, ack: Ack, body: Body, view: View) -> None:
        """Give the role, or say under the box why not."""
        member_id, role, reply = roles_form.read_roles_form(view)
        asker = self.desk.form_asker(body, "/bqx admins", reply)
        try:
            done = give_role(self.desk.ports.plans, member_id, role, asker)
        except UserError as error:
            raise self.desk.under(roles_form.MEMBER, error, asker) from error
        ack()
        shown = roles_form.role_given(
            member_id, done.before, done.after, done.operation, changed=done.changed
        )
        self.desk.answer(asker, shown, saved=done.changed)

    def open_settings(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Open the settings' form."""
        ack()
        asker = self.desk.action_asker(body, "/bqx settings")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.SETTINGS)
            form = settings_form.settings_form(settings_draft(plan, asker))
        must_open_form(client, body["trigger_id"], form)

    def save_settings(self, ack: Ack, body: Body, view: View) -> None:
        """Save the settings; where somebody else did meanwhile, show both in the form itself."""
        plans = self.desk.ports.plans
        with plans.reading(self.desk.workspace_id(body)) as plan:
            members, workspace = plan.members(), plan.workspace
        sent = settings_form.read_settings_form(view, members, body["user"]["id"])
        asker = self.desk.form_asker(body, "/bqx settings", sent.reply)
        try:
            done = change_team(plans, sent.team, sent.seen_revision, asker)
        except UserError as error:
            block_id = settings_form.box("chain", sent.seen_revision)
            raise self.desk.under(block_id, error, asker) from error
        if isinstance(done, TeamAsked):
            draft = settings_form.SettingsDraft(
                team=done.proposed,
                workspace=workspace,
                members=members,
                reply=sent.reply,
                theirs=done.theirs,
            )
            ack(response_action="update", view=settings_form.settings_form(draft))
            return
        ack()
        shown = settings_form.settings_saved(
            done.before, done.after, done.operation, changed=done.changed
        )
        self.desk.answer(asker, shown, saved=done.changed)

    def open_me(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Open the form of the clicker's own preferences."""
        ack()
        asker = self.desk.action_asker(body, "/bqx me")
        must_open_form(client, body["trigger_id"], self.replies.me_form(asker))

    def save_me(self, ack: Ack, body: Body, view: View) -> None:
        """Save how somebody wants to be asked."""
        plans = self.desk.ports.plans
        with plans.reading(self.desk.workspace_id(body)) as plan:
            said, reply = me_form.read_me_form(view, plan.team())
        asker = self.desk.form_asker(body, "/bqx me", reply)
        done = change_person(plans, said, asker)
        ack()
        with plans.reading(asker.workspace_id) as plan:
            me = me_of(plan, asker.member_id)
        shown = me_form.me_saved(me, asker.now, done.operation, changed=done.changed)
        self.desk.answer(asker, shown, saved=done.changed)

    def suggest_country(self, ack: Ack, body: Body) -> None:
        """Answer the typeahead over countries, after our own two words."""
        own = [("No public holidays", people_inputs.NO_COUNTRY)]
        if body["block_id"] == me_form.OWN_COUNTRY:
            own.insert(0, ("As the team has it", people_inputs.AS_TEAM))
        found = [(name, code) for code, name in find_countries(body.get("value", ""))]
        options: list[Block] = [option(name, value) for name, value in (*own, *found)]
        ack(options=options)

    def suggest_zone(self, ack: Ack, body: Body) -> None:
        """Answer the typeahead over time zones."""
        with self.desk.ports.plans.reading(self.desk.workspace_id(body)) as plan:
            zone = me_of(plan, body["user"]["id"]).slack_zone
        ack(options=me_form.zone_options(body.get("value", ""), zone))

    def why(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Say why a prompt came and how many there were that day."""
        ack()
        asker = self.desk.action_asker(body, "why this?")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            reason = reason_of(plan, action["value"])
        if reason is None:
            raise UserError("I don't know any more why I sent that. `/bqx me` sets how I ask you.")
        shown = why_block.why_message(reason.prompt, reason.number, reason.a_day)
        self.desk.answer(asker, shown)

    def fewer(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Turn this kind of prompt down."""
        ack()
        asker = self.desk.action_asker(body, "fewer of these")
        kind = PromptKind(action["value"])
        done = mute(self.desk.ports.plans, kind, asker)
        shown = why_block.muted_message(kind, done.operation, changed=done.changed)
        self.desk.answer(asker, shown, replace=True, saved=done.changed)

    def show(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Send one prompt that had waited."""
        ack()
        row, _, bundle = action["value"].partition("|")
        self._show(body, bundle, slice(int(row), int(row) + 1))

    def show_all(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Send all prompts of a bundle that had waited."""
        ack()
        self._show(body, action["value"], slice(None))

    def _show(self, body: Body, bundle: str, rows: slice) -> None:
        """Send these rows of a bundle; it shows in its place which were sent."""
        asker = self.desk.action_asker(body, "show what waited")
        plans = self.desk.ports.plans
        with plans.reading(asker.workspace_id) as plan:
            kept = plan.delivery(bundle)
        if kept is None:
            raise UserError(
                "What waited then is not kept any more. `/bqx gaps` and `/bqx issues` show what"
                " is open."
            )
        keys = list(kept.effect.payload["prompts"])
        show_waited(plans, keys[rows], asker)
        with plans.reading(asker.workspace_id) as plan:
            shown = waited_of(plan, keys, bundle)
        self.desk.answer(asker, why_block.with_why(shown, bundle), replace=True)

    def joined(self, body: Body, event: dict[str, Any]) -> None:
        """Know at once who has joined the team, and give them the tour."""
        ports = self.desk.ports
        for project in self.desk.projects(body["team_id"]):
            member = ports.messenger(project.id).member_of(event["user"])
            take_newcomer(ports.plans, project.id, member, ports.clock.now())

    def step(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show another step of the tour in the same place."""
        ack()
        asker = self.desk.action_asker(body, "/bqx tour")
        shown = tour_message.tour_message(int(action["value"]))
        if action["action_id"].endswith("#start"):
            note_tour(self.desk.ports.plans, asker)
        self.desk.answer(asker, shown, replace=True)


def _is_country(body: Body) -> bool:
    """Whether somebody types into a country's box: the settings' one carries the revision."""
    block_id = str(body.get("block_id", ""))
    return block_id == me_form.OWN_COUNTRY or block_id.startswith(f"{people_inputs.COUNTRY}:")
