"""Repairs: the buttons, menus and small forms that answer a finding, wherever it is shown."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.entries import AnswerWords
from bot.domain.findings import Finding, GapAnswer
from bot.domain.outcomes import Repaired
from bot.domain.plan import Stage, Status, Task
from bot.errors import UserError
from bot.ports import PlanReader
from bot.usecases.answer_finding import answer_finding, known_finding
from bot.usecases.asking import Asker
from bot.usecases.seeing import tasks_for
from bot.views import finding_blocks, repair_answers, repair_forms
from bot.views.finding_answers import ANSWER, ASK, MORE, RepairForm
from bot.views.mrkdwn import VALUE, View
from bot.views.repair_inputs import RECORD, RepairDraft, record_option
from handlers.boundary import guarded
from handlers.commands import must_open_form
from handlers.desk import Body, Desk, typed_into
from handlers.home import publish_home
from handlers.replies import Replies

MAX_STAGES, MAX_TASKS = 60, 40  # options; Slack takes a hundred (contracts 1.8)


@dataclass(frozen=True)
class RepairHandlers:
    """Slack's way in to answering a finding."""

    desk: Desk
    replies: Replies

    def register(self, app: App) -> None:
        """Attach every listener of this module to `app`."""
        app.action(re.compile(f"^{ANSWER}"))(guarded(self.answer))
        app.action(re.compile(f"^{ASK}"))(guarded(self.ask))
        app.action(MORE)(guarded(self.choose))
        app.view(re.compile(f"^{repair_forms.CALLBACK}"))(guarded(self.submit))
        records = typed_into(RECORD)
        app.options(VALUE, matchers=[records])(guarded(self.suggest))

    def suggest(self, ack: Ack, body: Body) -> None:
        """Answer the typeahead over stages and open tasks from the plan database."""
        typed, member_id = body.get("value", ""), body["user"]["id"]
        with self.desk.ports.plans.reading(self.desk.workspace_id(body)) as plan:
            found: list[Stage | Task] = [
                *plan.search_stages(typed, member_id=member_id, limit=MAX_STAGES),
                *_open_tasks(plan, typed, member_id),
            ]
        ack(options=[record_option(record) for record in found])

    def answer(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Write a one-click answer; the messages that show the finding follow by their effects."""
        ack()
        answer = GapAnswer(action["action_id"].removeprefix(ANSWER).partition("#")[0])
        key, _, shown = action["value"].partition("|")
        asker = self.desk.action_asker(body, f"gap: {answer.value}")
        if shown:
            self._check_shown(key, answer, shown, asker)
        words = _words(answer, shown)
        done = answer_finding(self.desk.ports.plans, key, answer, asker, words)
        if body.get("view"):  # the home tab: nothing else of ours with such buttons is a view
            # Before the receipt, which Slack may refuse: the tab must not ask what is answered.
            publish_home(self.desk, asker.workspace_id, asker.member_id, client)
        self._tell(done, asker)

    def _check_shown(self, key: str, answer: GapAnswer, shown: str, asker: Asker) -> None:
        """Refuse an old message's click where a newer assessment proposes something else."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            said = known_finding(plan, key).proposal
        known = {
            GapAnswer.PROGRESS: str(said.get("words", "")),
            GapAnswer.ETA_MOVED: str(said.get("planned_end", ""))[:10],
        }.get(answer, shown)
        if known != shown:
            raise UserError("A newer assessment proposes something else: please answer there.")

    def choose(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form that was chosen in a finding's menu."""
        ack()
        act, _, key = action["selected_option"]["value"].partition("|")
        self._open(body, RepairForm(act.removeprefix(ASK)), key, client)

    def ask(self, ack: Ack, body: Body, action: dict[str, Any], client: WebClient) -> None:
        """Open the form of an answer that needs more than a click."""
        ack()
        form = RepairForm(action["action_id"].removeprefix(ASK))
        self._open(body, form, action["value"], client)

    def _open(self, body: Body, form: RepairForm, key: str, client: WebClient) -> None:
        asker = self.desk.action_asker(body, f"gap: {form.value}")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            finding = known_finding(plan, key)
            draft = _draft(plan, finding, asker)
        if not finding.state.is_open:
            done = Repaired(operation=finding.operation or "", finding=finding, changed=False)
            self.desk.answer(asker, finding_blocks.repaired_message(done))
            return
        must_open_form(client, body["trigger_id"], self._form(form, draft, asker))

    def _form(self, form: RepairForm, draft: RepairDraft, asker: Asker) -> View:
        if form is not RepairForm.UPDATE:
            return repair_forms.repair_form(form, draft)
        if draft.stage is None:
            raise UserError("This stage was removed from the plan, so there is nothing to update.")
        return self.replies.progress_form(asker, draft.stage)

    def submit(self, ack: Ack, body: Body, view: View) -> None:
        """Write what a form says, or mark what is wrong under its box."""
        sent = repair_answers.read_repair_form(view, self.desk.ports.clock.now())
        asker = self.desk.form_asker(body, f"gap: {sent.answer.value}", sent.reply)
        plans = self.desk.ports.plans
        try:
            done = answer_finding(plans, sent.finding, sent.answer, asker, sent.words)
        except UserError as error:
            raise self.desk.under(sent.box, error, asker) from error
        ack()
        self._tell(done, asker, typed=sent.typed)

    def _tell(self, done: Repaired, asker: Asker, *, typed: str = "") -> None:
        shown = finding_blocks.repaired_message(done, typed)
        self.desk.answer(asker, shown, saved=done.changed)


def _words(answer: GapAnswer, shown: str) -> AnswerWords:
    """Return what the clicked button said: that is written, whatever is proposed by now."""
    if answer is GapAnswer.LINKED:
        return AnswerWords(record_key=shown)
    if answer is GapAnswer.ESTIMATED:
        return AnswerWords(estimate_minutes=int(shown))
    return AnswerWords()


def _draft(plan: PlanReader, finding: Finding, asker: Asker) -> RepairDraft:
    keys = [finding.proposal.get("stage_key"), *finding.record_keys[:1]]
    stages = (plan.stage(key) for key in keys if key)
    zone = plan.workspace.zone
    return RepairDraft(
        finding=finding,
        reply=asker.reply,
        zone=zone,
        today=asker.now.astimezone(ZoneInfo(zone)).date(),
        commits=[seen.commit for seen in plan.seen_commits(finding.commits)],
        stage=next((s for s in stages if s and s.removed_at is None), None),
    )


def _open_tasks(plan: PlanReader, typed: str, member_id: str) -> list[Task]:
    words = typed.casefold().split()
    found = (
        task
        for task in tasks_for(plan, plan.tasks(), member_id)
        if task.status is not Status.COMPLETE
        and all(word in f"{task.ref or ''} {task.title}".casefold() for word in words)
    )
    return list(islice(found, MAX_TASKS))
