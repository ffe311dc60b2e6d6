"""What the commands of the calendar answer: schedule, skip, pause, resume, away, back."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.cadences import NO_ANCHOR
from bot.domain.commands import Command
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.away import absences, set_away, set_back
from bot.usecases.coming_runs import SHOWN, coming_runs
from bot.usecases.pause_cadence import pause, resume, skip_once
from bot.views.away_message import absences_message, away_written, back_written
from bot.views.cadence_message import paused_message, resumed_message
from bot.views.mrkdwn import Message, message, quote, section
from bot.views.schedule_message import schedule_message
from handlers.desk import Desk
from handlers.reply import Answers, Reply

UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class CalendarReplies:
    """The answers, by the command's name."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """Every command of the calendar."""
        return {
            "schedule": lambda _command, asker: Reply(message=self.schedule(asker)),
            "skip": self._writing(self._skip),
            "pause": self._writing(self._pause),
            "resume": self._writing(self._resume),
            "away": self._writing(self._away),
            "back": self._writing(self._back),
        }

    def schedule(self, asker: Asker) -> Message:
        """Return the next runs, the asker's own prompts among them."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            runs = coming_runs(plan, now=asker.now, member_id=asker.member_id, limit=SHOWN)
            hints = [] if plan.team().review_anchor else [NO_ANCHOR]
        return schedule_message(runs, hints, first=SHOWN)

    def _writing(self, answer: Callable[[str, Asker], Reply]) -> Callable[[Command, Asker], Reply]:
        """Return an answer that gives back what was typed where it could not be done."""

        def answered(command: Command, asker: Asker) -> Reply:
            try:
                return answer(command.rest, asker)
            except UserError as error:
                typed = f"/bqx {command.name} {command.rest}".strip()
                kept = "" if UNCHANGED in str(error) else f"{UNCHANGED} "
                words = f"{error}\n{kept}You typed:\n{quote(typed, 700)}"
                return Reply(message=message(str(error), [section(words)]))

        return answered

    def _skip(self, rest: str, asker: Asker) -> Reply:
        done = skip_once(self.desk.ports.plans, rest, asker)
        return Reply(message=paused_message(done), saved=True)

    def _pause(self, rest: str, asker: Asker) -> Reply:
        done = pause(self.desk.ports.plans, rest, asker)
        return Reply(message=paused_message(done), saved=True)

    def _resume(self, rest: str, asker: Asker) -> Reply:
        done = resume(self.desk.ports.plans, rest, asker)
        return Reply(message=resumed_message(done), saved=True)

    def _away(self, rest: str, asker: Asker) -> Reply:
        if not rest:
            with self.desk.ports.plans.reading(asker.workspace_id) as plan:
                found = absences(plan, asker.now)
            return Reply(message=absences_message(found, asker.member_id))
        done = set_away(self.desk.ports.plans, rest, asker)
        return Reply(message=away_written(done, asker.member_id), saved=True)

    def _back(self, rest: str, asker: Asker) -> Reply:
        done = set_back(self.desk.ports.plans, rest, asker)
        return Reply(message=back_written(done, asker.member_id), saved=True)
