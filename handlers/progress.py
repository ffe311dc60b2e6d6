"""The progress form and the buttons of its answers."""

import re
from dataclasses import dataclass, replace
from re import Pattern
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.entries import Concern, ProgressEntry
from bot.domain.outcomes import ProgressAsked
from bot.domain.plan import Stage
from bot.errors import UserError
from bot.usecases.asking import Asker
from bot.usecases.log_progress import log_progress
from bot.usecases.seeing import tasks_for
from bot.views import issue_form, progress_form, progress_message, repair_inputs, status_message
from bot.views.mrkdwn import VALUE, View
from bot.views.progress_form import ProgressSent
from handlers.boundary import guarded
from handlers.commands import answer_or_open, open_form
from handlers.desk import Body, Desk, typed_into
from handlers.replies import Replies, suggested_progress
from handlers.reply import Reply

FORM_WORDS = "the progress form"


@dataclass(frozen=True)
class ProgressHandlers:
    """Slack's way in to logging progress, beside the one-liner."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.view(progress_form.CALLBACK_ID)(guarded(self.submit))
        app.action({"block_id": progress_form.STAGE})(guarded(self.rebuild))
        tasks: str | Pattern[str] = re.compile(f"^{progress_form.TASKS}")
        app.action({"block_id": tasks})(guarded(self.rebuild))
        stages = typed_into(progress_form.STAGE, issue_form.STAGES, repair_inputs.STAGE)
        app.options(VALUE, matchers=[stages])(guarded(self.suggest))
        app.action(progress_message.CONFIRM)(guarded(self.confirm))
        app.action(re.compile(f"^{progress_message.CHOOSE}"))(guarded(self.choose))
        app.action(progress_message.OPEN_FORM)(guarded(self.open_draft))
        app.action(progress_message.COMPLETE)(guarded(self.complete))
        app.action(status_message.UPDATE_STAGE)(guarded(self.open_stage))
        app.action(progress_message.SHOW)(guarded(self.show))

    def suggest(self, ack: Ack, body: Body) -> None:
        """Answer the typeahead from the plan database."""
        asker_id = body["user"]["id"]
        with self.desk.ports.plans.reading(self.desk.workspace_id(body)) as plan:
            found = plan.search_stages(body.get("value", ""), member_id=asker_id, limit=100)
        ack(options=[progress_form.stage_option(stage) for stage in found])

    def rebuild(self, ack: Ack, body: Body, client: WebClient) -> None:
        """Show the chosen stage's last values and tasks; what was typed elsewhere stays."""
        ack()
        view = body["view"]
        draft = progress_form.draft_from_view(view)
        workspace_id = self.desk.workspace_id(body)
        with self.desk.ports.plans.reading(workspace_id) as plan:
            stage = plan.stage(progress_form.chosen_stage(view))
            if stage is None:
                return
            shown = tasks_for(plan, plan.tasks(stage_key=stage.key), body["user"]["id"])
            tasks = progress_form.open_tasks(shown)
            draft = replace(
                draft,
                stage=stage,
                tasks=tasks,
                last=plan.last_update(stage.key),
                suggestion=suggested_progress(plan, stage),
            )
        _update(client, view, progress_form.progress_form(draft))

    def submit(self, ack: Ack, body: Body, view: View) -> None:
        """Log what the form says, or ask in the form itself; then answer where it was opened."""
        sent = progress_form.read_progress_form(view)
        asker = self.desk.form_asker(body, FORM_WORDS, sent.reply)
        try:
            outcome = log_progress(self.desk.ports.plans, sent.entry, asker)
        except UserError as error:
            raise self.desk.under(progress_form.STAGE, error, asker) from error
        if isinstance(outcome, ProgressAsked):
            ack(response_action="update", view=self._ask_again(outcome, sent, view, asker))
            return
        ack()
        self.desk.answer(asker, progress_message.progress_logged(outcome), saved=True)

    def _ask_again(
        self, asked: ProgressAsked, sent: ProgressSent, view: View, asker: Asker
    ) -> View:
        notice = progress_form.concern_notice(
            asked.concern, asked.stage, asked.last_update, asker.now
        )
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            shown = tasks_for(plan, plan.tasks(stage_key=asked.stage.key), asker.member_id)
            tasks = progress_form.open_tasks(shown)
        typed = progress_form.draft_from_view(view)
        return progress_form.progress_form(
            replace(
                typed,
                stage=asked.stage,
                tasks=tasks,
                progress=progress_form.typed_progress(view),
                notice=notice,
                accepted=(*sent.entry.accepted, asked.concern),
            )
        )

    def confirm(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Log a one-liner that the member was asked about."""
        ack()
        asker = self.desk.action_asker(body, "/bqx progress, confirmed")
        kept = self.replies.read_draft(action["value"], asker)
        reply = self.replies.progress_words(
            kept["words"],
            asker,
            stage_key=kept["stage"],
            accepted=frozenset(Concern(word) for word in kept.get("accepted", ())),
        )
        answer_or_open(self.desk, client, body, asker, reply)

    def choose(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Log a one-liner on the stage that the member chose."""
        ack()
        asker = self.desk.action_asker(body, "/bqx progress, stage chosen")
        draft, _, stage_key = action["value"].partition("|")
        kept = self.replies.read_draft(draft, asker)
        reply = self.replies.progress_words(kept["words"], asker, stage_key=stage_key)
        answer_or_open(self.desk, client, body, asker, reply)

    def open_draft(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form with what was typed so far."""
        ack()
        asker = self.desk.action_asker(body, FORM_WORDS)
        form = self.replies.draft_form(action.get("value", ""), asker)
        self._open(client, body, asker, form)

    def open_stage(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form on one stage."""
        ack()
        asker = self.desk.action_asker(body, FORM_WORDS)
        stage = self._stage(action["value"], asker)
        self._open(client, body, asker, self.replies.progress_form(asker, stage))

    def _open(self, client: WebClient, body: Body, asker: Asker, form: View) -> None:
        if not open_form(client, body["trigger_id"], form):
            self.desk.answer(asker, progress_message.open_form_message())

    def _stage(self, key: str, asker: Asker) -> Stage:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            stage = plan.stage(key)
        if stage is None or stage.removed_at is not None:
            raise UserError("This stage was removed from the plan in the meantime.")
        return stage

    def complete(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Mark a stage complete whose counter is full."""
        ack()
        asker = self.desk.action_asker(body, "Mark complete")
        entry = ProgressEntry(stage_key=action["value"], complete=True)
        reply: Reply = self.replies.log(entry, asker, {"words": "", "stage": action["value"]})
        self.desk.answer(asker, reply.message, replace=True, saved=reply.saved)

    def show(self, ack: Ack, body: Body, action: dict[str, Any]) -> None:
        """Show one of several stages that carry a ref."""
        ack()
        asker = self.desk.action_asker(body, "/bqx status")
        shown = self.replies.stage_status(action["value"].removeprefix("|"), asker)
        self.desk.answer(asker, shown, replace=True)


def _update(client: WebClient, seen: View, form: View) -> None:
    """Replace a modal, unless the member has changed or closed it meanwhile: then theirs stays."""
    try:
        client.views_update(view_id=seen["id"], hash=seen["hash"], view=form)
    except SlackApiError as error:
        if error.response["error"] not in {"hash_conflict", "not_found"}:
            raise
