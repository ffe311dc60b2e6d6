"""What every way in shares: who asks, and how they are answered."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.effects import EffectState
from bot.domain.people import Person
from bot.domain.plan import Change, Workspace
from bot.domain.projects import named_first, of_channel
from bot.errors import FormError, RefusedError, UserError
from bot.ports import Ports
from bot.usecases.asking import Asker, ReplyTo
from bot.views.mrkdwn import in_box
from bot.views.project_mark import marked, project_of_block
from bot.views.wording import item_name

ANSWERING = 8  # answers under way at once; each takes a tenth of a second of Slack's

log = logging.getLogger(__name__)

Body = dict[str, Any]  # a Slack payload, as Bolt hands it over
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """The ports, and Slack's requests in the product's words."""

    ports: Ports
    _teams: dict[str, list[Workspace]] = field(default_factory=dict)
    _answering: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(ANSWERING, thread_name_prefix="answer")
    )

    def projects(self, team_id: str) -> list[Workspace]:
        """
        Return the projects of a Slack team, the first one first.

        Raises:
            UserError: the product is not installed in that workspace (Slack Connect guests).
        """
        if team_id not in self._teams:
            found = [each for each in self.ports.plans.workspaces() if each.team_id == team_id]
            if not found:
                raise UserError("BQX Cadence is not set up for your Slack workspace.")
            self._teams[team_id] = sorted(found, key=lambda each: (each.project, each.id))
        return self._teams[team_id]

    def projects_beside(self, workspace_id: str) -> list[Workspace]:
        """Return the projects of the team that a project belongs to."""
        with self.ports.plans.reading(workspace_id) as plan:
            team_id = plan.workspace.team_id
        self.forget_projects()
        return self.projects(team_id or "")

    def forget_projects(self) -> None:
        """Read the projects anew at the next request: one was made or given a channel."""
        self._teams.clear()

    def project_of(self, body: Body) -> Workspace:
        """
        Return the project that a payload of Slack's is about.

        By the mark on the clicked message or form, then by the channel, else the first one.
        """
        team = body.get("team_id") or body["team"]["id"]
        projects = self.projects(team)
        if len(projects) == 1:
            return projects[0]
        marked = _marked_project(body)
        if marked is not None:
            return next((each for each in projects if each.project == marked), projects[0])
        return of_channel(*_channel_of(body), projects) or projects[0]

    def workspace_id(self, body: Body) -> str:
        """Return our id of the project that a payload is about."""
        return self.project_of(body).id

    def named(self, body: Body, text: str) -> tuple[Workspace, str]:
        """Return the project of a typed command, `in NAME …` before all, and the command itself."""
        project = self.project_of(body)
        named, command = named_first(text, self.projects(project.team_id or ""))
        return named or project, command

    def command_asker(self, body: Body, words: str, project: Workspace) -> Asker:
        """Return who typed a slash command (its fields: contracts 1.4) about a project."""
        return self._asker(
            project,
            body["user_id"],
            cause=f"cmd:{body['team_id']}:{body['trigger_id']}",
            words=words,
            reply=ReplyTo(
                member_id=body["user_id"],
                response_url=body.get("response_url"),
                channel_id=body.get("channel_id"),
            ),
        )

    def action_asker(self, body: Body, words: str) -> Asker:
        """Return who clicked."""
        action = body["actions"][0]
        team, member = body["team"]["id"], body["user"]["id"]
        return self._asker(
            self.project_of(body),
            member,
            cause=f"act:{team}:{action['action_ts']}:{action['action_id']}:{member}",
            words=words,
            reply=ReplyTo(member_id=member, response_url=body.get("response_url")),
        )

    def shortcut_asker(self, body: Body, words: str) -> Asker:
        """Return who chose a shortcut."""
        team, member = body["team"]["id"], body["user"]["id"]
        return self._asker(
            self.project_of(body),
            member,
            cause=f"sct:{team}:{body['action_ts']}:{member}",
            words=words,
            reply=ReplyTo(member_id=member, response_url=body.get("response_url")),
        )

    def form_asker(self, body: Body, words: str, reply: Mapping[str, Any]) -> Asker:
        """Return who sent a form in; the same form sent twice is one request."""
        member, view = body["user"]["id"], body["view"]
        return self._asker(
            self.project_of(body),
            member,
            cause=f"view:{view['id']}:{view['hash']}",
            words=words,
            reply=ReplyTo.from_plain(reply, member_id=member),
        )

    def _asker(
        self, project: Workspace, member_id: str, *, cause: str, words: str, reply: ReplyTo
    ) -> Asker:
        return Asker(
            workspace_id=project.id,
            member_id=member_id,
            cause=cause,
            words=words,
            now=self.ports.clock.now(),
            reply_to=replace(reply, project=project.project or None),
        )

    def names(self, workspace_id: str, changes: Iterable[Change]) -> dict[str, str]:
        """Return what people call the items of these changes, by key."""
        with self.ports.plans.reading(workspace_id) as plan:
            items = {change.key: plan.item(change.kind, change.key) for change in changes}
            names = {key: item_name(item) for key, item in items.items() if item}
            people = (plan.member(key) for key, item in items.items() if isinstance(item, Person))
            names |= {member.id: f"{member.name}'s settings" for member in people if member}
        return names

    def under(self, box: str, error: UserError, asker: Asker) -> FormError:
        """Return an error of a form that was sent in, as it stands under one of its boxes."""
        with self.ports.plans.reading(asker.workspace_id) as plan:
            return FormError({box: in_box(str(error), plan.members())})

    def answer(
        self, asker: Asker, message: Message, *, replace: bool = False, saved: bool = False
    ) -> None:
        """
        Show the answer where the member asked, else in a direct message.

        Args:
            replace: Put it in the place of the message whose button was clicked.
            saved: The request wrote something, so an effect stands by to answer after a crash.
        """
        if saved:
            self._answering.submit(self._answer_saved, asker, message, replace=replace)
        else:
            self.send(asker, message, replace=replace)

    def _answer_saved(self, asker: Asker, message: Message, *, replace: bool) -> None:
        """Answer on a thread of its own: the listener's is for the next request."""
        try:
            self.settle_answer(asker)
            self.send(asker, message, replace=replace)
        except Exception:
            log.exception("The answer to %s was not sent; what it wrote is kept", asker.operation)

    def settle_answer(self, asker: Asker) -> None:
        """Mark the stand-by answer as done, before sending: at most once."""
        with self.ports.plans.changing(asker.workspace_id) as plan:
            plan.record_delivery(f"{asker.operation}#answer", state=EffectState.DONE, now=asker.now)

    def send(self, asker: Asker, message: Message, *, replace: bool = False) -> None:
        """Send an answer once: by response_url, else into the channel or direct message."""
        messenger = self.ports.messenger(asker.workspace_id)
        to = asker.reply_to or ReplyTo(member_id=asker.member_id)
        message = marked(message, to.project or "")
        if to.response_url:
            try:
                messenger.respond(to.response_url, message, replace=replace)
            except RefusedError:
                pass  # expired or used up: the direct message below always works
            else:
                return
        messenger.post(to.member_id, message, key=f"{asker.operation}#say")


def _marked_project(body: Body) -> str | None:
    """Return the project that a form or a clicked block names; None where nothing tells."""
    view = body.get("view") or {}
    if view.get("type") == "modal":
        metadata = json.loads(view.get("private_metadata") or "{}")
        return str((metadata.get("reply") or {}).get("project") or "")
    actions = body.get("actions")
    if actions and not view:
        return project_of_block(actions[0].get("block_id") or "")
    return None


def _channel_of(body: Body) -> tuple[str, str]:
    """Return id and name of the channel of a command, an event or a shortcut."""
    event = body.get("event") or {}
    channel = body.get("channel") or {}
    return (
        body.get("channel_id") or channel.get("id") or event.get("channel") or "",
        body.get("channel_name") or channel.get("name") or "",
    )


def typed_into(*blocks: str) -> Callable[[Body], bool]:
    """
    Return whether somebody types into one of these blocks, for a typeahead's `matchers`.

    Bolt's `app.options` looks at the action_id alone, also where it is given a block_id.
    """

    def matches(body: Body) -> bool:
        return body.get("block_id") in blocks

    return matches
