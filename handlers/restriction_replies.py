"""What `/bqx restrict` and `/bqx unrestrict` answer."""

import re
from dataclasses import dataclass

from bot.domain.commands import Command
from bot.domain.identities import find_person
from bot.domain.issue_words import split_key
from bot.errors import UserError
from bot.ports import PlanReader
from bot.usecases.asking import Asker
from bot.usecases.restrict_issue import Restricted, restrict_issue, who_sees
from bot.views.mrkdwn import one_line
from bot.views.restriction_message import restriction
from handlers.desk import Desk
from handlers.reply import Answers, Reply

# Mentions stand alone; names may have several words, so these are told apart by commas or "@".
_BETWEEN = re.compile(r"\s*[,;]\s*|\s+and\s+|\s+(?=@)|(?<=>)\s*(?=<@)|(?<=>)\s+|\s+(?=<@)")


@dataclass(frozen=True, slots=True)
class RestrictionReplies:
    """The answers, by the command's name."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """What answers each command."""
        return {"restrict": self._restrict, "unrestrict": self._unrestrict}

    def _restrict(self, command: Command, asker: Asker) -> Reply:
        key, names = _key_of(command)
        plans = self.desk.ports.plans
        with plans.reading(asker.workspace_id) as plan:
            shown = who_sees(plan, key, asker.member_id)
            named = _members(plan, names, asker.member_id)
        return _reply(restrict_issue(plans, key, named, asker) if named else shown)

    def _unrestrict(self, command: Command, asker: Asker) -> Reply:
        key, _ = _key_of(command)
        return _reply(restrict_issue(self.desk.ports.plans, key, (), asker))


def _key_of(command: Command) -> tuple[str, str]:
    key, names = split_key(command.rest, bare=True)
    if not key:
        raise UserError(f"Which issue? Write `/bqx {command.name} ISS-004`. Nothing was changed.")
    return key, names


def _members(plan: PlanReader, names: str, me: str) -> list[str]:
    """
    Return the Slack ids of those named, each as `/bqx assign` would find them.

    Raises:
        UserError: one of them is nobody who is here, or more than one.
    """
    members = plan.members()
    then = f"Nothing was changed. You typed: {one_line(names, 300)}"
    said = filter(None, _BETWEEN.split(names))
    return [find_person(name, members, me, then=then).id for name in said]


def _reply(done: Restricted) -> Reply:
    shown = restriction(done.issue, done.audience, done.operation)
    return Reply(message=shown, saved=bool(done.operation))
