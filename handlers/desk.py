"""What every way in shares: who asks, and how they are answered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.effects import EffectState
from bot.domain.plan import Change
from bot.errors import RefusedError, UserError
from bot.ports import Ports
from bot.usecases.asking import Asker, ReplyTo
from bot.views.wording import item_name

Body = dict[str, Any]  # a Slack payload, as Bolt hands it over
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """The ports, and Slack's requests in the product's words."""

    ports: Ports
    _workspaces: dict[str, str] = field(default_factory=dict)

    def workspace_id(self, team_id: str) -> str:
        """
        Return our id of a Slack team.

        Raises:
            UserError: the product is not installed in that workspace (Slack Connect guests).
        """
        if team_id not in self._workspaces:
            found = {w.team_id: w.id for w in self.ports.plans.workspaces() if w.team_id}
            self._workspaces.update(found)
        if team_id not in self._workspaces:
            raise UserError("BQX Cadence is not set up for your Slack workspace.")
        return self._workspaces[team_id]

    def command_asker(self, body: Body, words: str) -> Asker:
        """Return who typed a slash command (its fields: contracts 1.4)."""
        return self._asker(
            body["team_id"],
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
            team,
            member,
            cause=f"act:{team}:{action['action_ts']}:{action['action_id']}:{member}",
            words=words,
            reply=ReplyTo(member_id=member, response_url=body.get("response_url")),
        )

    def shortcut_asker(self, body: Body, words: str) -> Asker:
        """Return who chose a shortcut."""
        team, member = body["team"]["id"], body["user"]["id"]
        return self._asker(
            team,
            member,
            cause=f"sct:{team}:{body['action_ts']}:{member}",
            words=words,
            reply=ReplyTo(member_id=member, response_url=body.get("response_url")),
        )

    def form_asker(self, body: Body, words: str, reply: Mapping[str, Any]) -> Asker:
        """Return who sent a form in; the same form sent twice is one request."""
        team, member, view = body["team"]["id"], body["user"]["id"], body["view"]
        return self._asker(
            team,
            member,
            cause=f"view:{view['id']}:{view['hash']}",
            words=words,
            reply=ReplyTo.from_plain(reply, member_id=member),
        )

    def _asker(
        self, team_id: str, member_id: str, *, cause: str, words: str, reply: ReplyTo
    ) -> Asker:
        return Asker(
            workspace_id=self.workspace_id(team_id),
            member_id=member_id,
            cause=cause,
            words=words,
            now=self.ports.clock.now(),
            reply_to=reply,
        )

    def names(self, workspace_id: str, changes: Iterable[Change]) -> dict[str, str]:
        """Return what people call the items of these changes, by key."""
        with self.ports.plans.reading(workspace_id) as plan:
            items = {change.key: plan.item(change.kind, change.key) for change in changes}
        return {key: item_name(item) for key, item in items.items() if item}

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
            self.settle_answer(asker)
        self.send(asker, message, replace=replace)

    def settle_answer(self, asker: Asker) -> None:
        """Mark the stand-by answer as done, before sending: at most once."""
        with self.ports.plans.changing(asker.workspace_id) as plan:
            plan.record_delivery(f"{asker.operation}#answer", state=EffectState.DONE, now=asker.now)

    def send(self, asker: Asker, message: Message, *, replace: bool = False) -> None:
        """Send an answer once: by response_url, else into the channel or direct message."""
        messenger = self.ports.messenger(asker.workspace_id)
        to = asker.reply_to or ReplyTo(member_id=asker.member_id)
        if to.response_url:
            try:
                messenger.respond(to.response_url, message, replace=replace)
            except RefusedError:
                pass  # expired or used up: the direct message below always works
            else:
                return
        messenger.post(to.member_id, message, key=f"{asker.operation}#say")


def typed_into(*blocks: str) -> Callable[[Body], bool]:
    """
    Return whether somebody types into one of these blocks, for a typeahead's `matchers`.

    Bolt's `app.options` looks at the action_id alone, also where it is given a block_id.
    """

    def matches(body: Body) -> bool:
        return body.get("block_id") in blocks

    return matches
