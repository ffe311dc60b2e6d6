"""Gap checks: the buttons of the bundled direct message and the forms behind two of them."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.entries import AnswerWords
from bot.domain.findings import GapAnswer, GapCheck
from bot.domain.outcomes import GapAnswered
from bot.errors import FormError, UserError
from bot.usecases.asking import Asker
from bot.usecases.gap_answers import answer_gap_check, known_check
from bot.views import gap_check_message as checks
from bot.views.mrkdwn import View
from handlers.boundary import guarded
from handlers.commands import must_open_form
from handlers.desk import Body, Desk
from handlers.replies import Replies


@dataclass(frozen=True)
class GapCheckHandlers:
    """Slack's way in to answering a gap check."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(re.compile(f"^{checks.ANSWER}:"))(guarded(self.answer))
        app.action(checks.ASK_UPDATE)(guarded(self.ask_update))
        app.action(checks.ASK_BLOCKED)(guarded(self.ask_blocked))
        app.action(checks.ASK_ESTIMATE)(guarded(self.ask_estimate))
        app.view(checks.ESTIMATE_ID)(guarded(self.set_estimate))
        app.view(checks.BLOCKED_ID)(guarded(self.set_blocked))

    def answer(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Write a one-click answer; the question's message follows by its own effect."""
        ack()
        word = action["action_id"].removeprefix(f"{checks.ANSWER}:")
        asker = self.desk.action_asker(body, f"gap check: {word}")
        done = answer_gap_check(self.desk.ports.plans, action["value"], GapAnswer(word), asker)
        self._tell(done, asker)

    def _tell(self, done: GapAnswered, asker: Asker) -> None:
        shown = checks.gap_answered(done.check, changed=done.changed, operation=done.operation)
        self.desk.answer(asker, shown, saved=done.changed)

    def ask_update(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the progress form on the stage asked about."""
        ack()
        asker = self.desk.action_asker(body, "gap check: update")
        check = self._check(action["value"], asker)
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            stage = plan.stage(check.record_key)
        form = self.replies.progress_form(asker, stage, gap_check=check.key)
        must_open_form(client, body["trigger_id"], form)

    def ask_blocked(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Ask what is in the way."""
        ack()
        asker = self.desk.action_asker(body, "gap check: blocked")
        form = checks.blocked_form(self._check(action["value"], asker), asker.reply)
        must_open_form(client, body["trigger_id"], form)

    def ask_estimate(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Ask for the estimate."""
        ack()
        asker = self.desk.action_asker(body, "gap check: estimate")
        form = checks.estimate_form(self._check(action["value"], asker), asker.reply)
        must_open_form(client, body["trigger_id"], form)

    def set_estimate(self, ack: Ack, body: Body, view: View) -> None:
        """Write the estimate into the plan."""
        self._submit(ack, body, view, GapAnswer.ESTIMATED, checks.read_estimate(view), checks.HOURS)

    def set_blocked(self, ack: Ack, body: Body, view: View) -> None:
        """File what is in the way and mark the stage blocked."""
        self._submit(ack, body, view, GapAnswer.BLOCKED, checks.read_blocked(view), checks.BLOCKER)

    def _submit(
        self, ack: Ack, body: Body, view: View, answer: GapAnswer, words: AnswerWords, box: str
    ) -> None:
        key, reply = checks.form_target(view)
        asker = self.desk.form_asker(body, f"gap check: {answer.value}", reply)
        try:
            done = answer_gap_check(self.desk.ports.plans, key, answer, asker, words)
        except UserError as error:
            raise FormError({box: str(error)}) from error
        ack()
        self._tell(done, asker)

    def _check(self, key: str, asker: Asker) -> GapCheck:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            check = known_check(plan, key)
        if check.answer is not None:
            raise UserError(f"<@{check.answered_by}> answered this before you.")
        return check
