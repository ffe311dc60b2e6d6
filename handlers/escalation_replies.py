"""What `/bqx ack`, `/bqx snooze` and `/bqx debt` answer."""

from dataclasses import dataclass

from bot.domain.commands import Command
from bot.domain.entries import IssueStep
from bot.domain.issues import Severity
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.escalate import snooze
from bot.usecases.seeing import issues_for
from bot.usecases.settle_issue import settle_issue
from bot.views import escalation_message, issue_message
from handlers.desk import Desk
from handlers.reply import Answers, Reply


@dataclass(frozen=True, slots=True)
class EscalationReplies:
    """The answers, by the command's name."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """What answers each command."""
        return {"ack": self._ack, "snooze": self._snooze, "debt": self._debt}

    def _ack(self, command: Command, asker: Asker) -> Reply:
        key = _issue_key(command)
        done = settle_issue(self.desk.ports.plans, key, IssueStep.ACKNOWLEDGE, asker)
        return Reply(message=issue_message.issue_settled(done), saved=done.changed)

    def _snooze(self, command: Command, asker: Asker) -> Reply:
        done = snooze(self.desk.ports.plans, _issue_key(command), asker)
        return Reply(message=escalation_message.snoozed_message(done))

    def _debt(self, _command: Command, asker: Asker) -> Reply:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = [i for i in issues_for(plan, asker.member_id) if i.severity is Severity.DEBT]
        return Reply(message=escalation_message.debt_message(found, asker.now))


def _issue_key(command: Command) -> str:
    words = command.rest.split()
    if not words:
        raise UserError(f"Which issue? Write `/bqx {command.name} ISS-004`.")
    return words[0].upper()
