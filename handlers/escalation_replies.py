"""What `/bqx snooze` and `/bqx debt` answer."""

from dataclasses import dataclass

from bot.domain.commands import Command
from bot.domain.issue_words import split_key
from bot.domain.issues import Severity
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.escalate import snooze
from bot.views import escalation_message
from handlers.desk import Desk
from handlers.reply import Answers, Reply


@dataclass(frozen=True, slots=True)
class EscalationReplies:
    """The answers, by the command's name."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """What answers each command."""
        return {"snooze": self._snooze, "debt": self._debt}

    def _snooze(self, command: Command, asker: Asker) -> Reply:
        done = snooze(self.desk.ports.plans, _issue_key(command), asker)
        return Reply(message=escalation_message.snoozed_message(done))

    def _debt(self, _command: Command, asker: Asker) -> Reply:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = [i for i in plan.issues(open_only=True) if i.severity is Severity.DEBT]
        return Reply(message=escalation_message.debt_message(found, asker.now))


def _issue_key(command: Command) -> str:
    key, _ = split_key(command.rest, bare=True)
    if not key:
        raise UserError(f"Which issue? Write `/bqx {command.name} ISS-004`.")
    return key
