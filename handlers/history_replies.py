"""What `/bqx history …` answers: pages of the audit trail, and its export as a file."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.commands import Command
from bot.domain.effects import Effect, EffectKind
from bot.domain.history import split_export
from bot.domain.outcomes import Unknown
from bot.domain.rights import Right
from bot.usecases.asking import Asker
from bot.usecases.read_history import choose, no_such_thing, read_history
from bot.usecases.rights import need
from bot.views.history_message import export_begun, history_message
from bot.views.mrkdwn import Message
from bot.views.progress_message import no_such_stage
from handlers.desk import Desk
from handlers.reply import Answers, Reply

FILE_LIMIT = timedelta(hours=24)  # a file that comes later is not expected any more


@dataclass(frozen=True, slots=True)
class HistoryReplies:
    """The answers about the audit trail."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """By the command's name."""
        return {"history": self._history}

    def _history(self, command: Command, asker: Asker) -> Reply:
        wanted, asked = split_export(command.rest)
        if wanted:
            return Reply(message=self._export(wanted, asked, asker))
        at = int(asker.now.timestamp())
        return Reply(message=self.page(asked, asker, at=at, after=None))

    def page(self, asked: str, asker: Asker, *, at: int, after: int | None) -> Message:
        """
        Return one page.

        Args:
            at: When it was asked for (seconds since 1970).
            after: Where the page before ended.
        """
        now = asker.now.fromtimestamp(at, asker.now.tzinfo)
        found = read_history(
            self.desk.ports.plans,
            asker.workspace_id,
            asked,
            member_id=asker.member_id,
            now=now,
            after=after,
        )
        if isinstance(found, Unknown):
            return no_such_stage(found, "history")
        return history_message(found, asked, at=at)

    def _export(self, wanted: str, asked: str, asker: Asker) -> Message:
        """Leave the file to a worker, once it is clear that it can be made."""
        with self.desk.ports.plans.changing(asker.workspace_id) as plan:
            need(plan, asker.member_id, Right.AUDIT)
            chosen = choose(plan, asked, member_id=asker.member_id, now=asker.now)
            if isinstance(chosen, Unknown):
                raise no_such_thing(chosen)
            plan.emit(
                Effect(
                    key=f"{asker.operation}#history",
                    kind=EffectKind.HISTORY_FILE,
                    payload={
                        "format": wanted,
                        "asked": asked,
                        "at": int(asker.now.timestamp()),
                        "member": asker.member_id,
                    },
                    lane=f"dm:{asker.member_id}",
                    not_after=asker.now + FILE_LIMIT,
                ),
                asker.now,
            )
        return export_begun(wanted.upper())
