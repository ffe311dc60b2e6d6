"""The buttons of the calendar: skip once, resume, back again, and the end of the day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_bolt import Ack, App

from bot.usecases.answer_end_of_day import say_same, skip_day
from bot.usecases.away import set_back
from bot.usecases.pause_cadence import resume_one, skip_date
from bot.views import away_message, cadence_message, end_of_day_message, schedule_message
from handlers.boundary import guarded
from handlers.desk import Body, Desk


@dataclass(frozen=True)
class CalendarHandlers:
    """Slack's way in to the calendar, beside the commands."""

    desk: Desk

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(schedule_message.SKIP)(guarded(self.skip))
        app.action(schedule_message.RESUME)(guarded(self.resume))
        app.action(away_message.BACK)(guarded(self.back))
        app.action(end_of_day_message.SAME)(guarded(self.same))
        app.action(end_of_day_message.SKIP)(guarded(self.skip_day))

    def skip(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Skip one run of a cadence."""
        ack()
        job, _, day = action["value"].partition("|")
        asker = self.desk.action_asker(body, "Skip once")
        done = skip_date(self.desk.ports.plans, job, date.fromisoformat(day), asker)
        self.desk.answer(asker, cadence_message.paused_message(done), saved=True)

    def resume(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Let a paused cadence run again."""
        ack()
        asker = self.desk.action_asker(body, "Resume")
        done = resume_one(self.desk.ports.plans, action["value"], asker)
        self.desk.answer(asker, cadence_message.resumed_message(done), saved=True)

    def back(self, ack: Ack, body: Body) -> None:
        """End the absence of whoever clicks."""
        ack()
        asker = self.desk.action_asker(body, "I am back")
        done = set_back(self.desk.ports.plans, "", asker)
        self.desk.answer(asker, away_message.back_written(done, asker.member_id), saved=True)

    def same(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Log that nothing moved; the prompt follows by its own effect."""
        ack()
        asker = self.desk.action_asker(body, "Same as yesterday")
        done = say_same(self.desk.ports.plans, date.fromisoformat(action["value"]), asker)
        self.desk.answer(asker, end_of_day_message.same_message(done), saved=True)

    def skip_day(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Say nothing today; the prompt follows by its own effect."""
        ack()
        asker = self.desk.action_asker(body, "Skip today")
        skip_day(self.desk.ports.plans, date.fromisoformat(action["value"]), asker)
