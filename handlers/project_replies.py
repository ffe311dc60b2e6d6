"""What `/bqx project …` answers: the overview, another project, a channel for one."""

import re
from dataclasses import dataclass, replace

from bot.domain.airtable.state import BaseState
from bot.domain.plan import Workspace
from bot.domain.projects import MAX_NAME, project_name
from bot.domain.rights import Right
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.rights import need
from bot.views.mrkdwn import Message
from bot.views.projects_message import (
    ProjectGlance,
    channel_given,
    project_made,
    projects_message,
)
from handlers.desk import Desk

_CHANNEL = re.compile(
    r"<#(?P<id>[CG][A-Z0-9]{2,20})(?:\|(?P<name>[^>]*))?>|#?(?P<typed>[\w.-]{1,80})"
)


@dataclass(frozen=True, slots=True)
class ProjectReplies:
    """The answers, by the word behind `/bqx project`."""

    desk: Desk

    def to(self, rest: str, asker: Asker) -> Message:
        """
        Return the answer.

        Raises:
            UserError: it can't be done, or not by this member.
        """
        word, _, tail = rest.partition(" ")
        if not word:
            return projects_message([self._glance(each) for each in self._team(asker)])
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.CONNECT)
        if word.lower() == "add":
            return self._add(tail.strip(), asker)
        if word.lower() == "use":
            return self._use(tail.strip(), asker)
        raise UserError(
            "`/bqx project` shows every project; `add NAME #channel` makes one and `use NAME`"
            " gives it this channel."
        )

    def _team(self, asker: Asker) -> list[Workspace]:
        return self.desk.projects_beside(asker.workspace_id)

    def _glance(self, workspace: Workspace) -> ProjectGlance:
        with self.desk.ports.plans.reading(workspace.id) as plan:
            base = plan.airtable_base()
            connected = base is not None and base.state is not BaseState.PROPOSED
            return ProjectGlance(
                workspace,
                plan.stage_counts(),
                plan.issues(open_only=True),
                base=(base.name or base.base_id) if base and connected else "",
                conflicts=len(plan.conflicts()),
            )

    def _add(self, tail: str, asker: Asker) -> Message:
        typed, _, place = tail.partition(" ")
        name = project_name(typed)
        match = _CHANNEL.fullmatch(place.strip())
        if name is None or match is None:
            raise UserError(
                "Say `/bqx project add NAME #channel`; a name has letters, digits, - and _, at"
                f" most {MAX_NAME}."
            )
        first = self._team(asker)[0]
        channel = match["name"] or match["typed"] or self._channel_name(match["id"], asker)
        self._need_free(channel, asker)
        made = self.desk.ports.plans.add_project(first, name, channel=channel)
        self.desk.forget_projects()
        with self.desk.ports.plans.reading(first.id) as plan:
            channel_id = match["id"] or plan.channel_id(channel)
        if channel_id:
            with self.desk.ports.plans.changing(made.id) as new:
                new.put_channels({channel: channel_id})
                new.put_workspace(replace(made, channels=(channel_id,)))
        return project_made(made)

    def _channel_name(self, channel_id: str, asker: Asker) -> str:
        messenger = self.desk.ports.messenger(asker.workspace_id)
        found = next((n for n, known in messenger.channels().items() if known == channel_id), None)
        if found is None:
            raise UserError("I can't see that channel: invite me there first.")
        return found

    def _need_free(self, channel: str, asker: Asker) -> None:
        taken = next((each for each in self._team(asker) if each.channel == channel), None)
        if taken is not None:
            whose = taken.project or "the first project"
            raise UserError(f"#{channel} is {whose}'s channel already: give the new one its own.")

    def _use(self, tail: str, asker: Asker) -> Message:
        name = project_name(tail) or ""
        team = self._team(asker)
        chosen = next((each for each in team if each.project == name), None)
        channel_id = asker.reply_to.channel_id if asker.reply_to else None
        if chosen is None:
            names = ", ".join(each.project for each in team if each.project) or "none yet"
            raise UserError(f"There is no project “{tail[:40]}”. There is: {names}.")
        if channel_id is None:
            raise UserError("Say that in the channel which is to be the project's.")
        for each in team:
            kept = tuple(known for known in each.channels if known != channel_id)
            channels = (*kept, channel_id) if each.id == chosen.id else kept
            if channels != each.channels:
                with self.desk.ports.plans.changing(each.id) as plan:
                    plan.put_workspace(replace(each, channels=channels))
        self.desk.forget_projects()
        return channel_given(chosen)
