"""What the commands about issues answer: file, show, list, and every step of their life."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.commands import Command, split_issue
from bot.domain.entries import IssueEntry, IssueStep, StepWords
from bot.domain.identities import find_person
from bot.domain.issue_steps import can_start, missing
from bot.domain.issue_words import STEP_COMMANDS, nearest, read_words, split_key
from bot.domain.issues import Issue
from bot.domain.triage import counting_of, open_targets, past_targets
from bot.ports import PlanReader
from bot.usecases.asking import Asker
from bot.usecases.file_issue import affected_stages, file_issue
from bot.usecases.keep_replies import add_note, ask_for_thread, threads_of
from bot.usecases.seeing import issues_for, visible_issue
from bot.usecases.settle_issue import need_step, settle_issue
from bot.views import issue_form, issue_message
from bot.views.issue_card import Card, issue_card
from bot.views.issue_form import IssueDraft
from bot.views.issue_steps import HAS_FORM, open_step_message, step_form
from bot.views.mrkdwn import Message, View, message, one_line, section
from handlers.desk import Desk
from handlers.reply import Answers, Reply

_CHOOSE = "Without a name the command opens a form to choose in."


@dataclass(frozen=True, slots=True)
class IssueReplies:
    """The answers, by the name of the command."""

    desk: Desk

    @property
    def answers(self) -> Answers:
        """Every command about issues."""
        steps: Answers = dict.fromkeys(STEP_COMMANDS, self._step)
        return {"issue": self._issue, "issues": self._issues, **steps}

    def _issue(self, command: Command, asker: Asker) -> Reply:
        key, tail = split_key(command.rest)
        if key:
            return self._about(key, tail, command, asker)
        severity, title = split_issue(command.rest)
        if severity and title:
            done = file_issue(
                self.desk.ports.plans, IssueEntry(title=title, severity=severity), asker
            )
            return Reply(message=issue_message.issue_filed(done), saved=True)
        draft = self._keep(asker, {"title": title}) if title else ""
        form = issue_form.issue_form(title_draft(title, asker.reply))
        return Reply(form=form, message=issue_message.open_form_message(draft))

    def _about(self, key: str, tail: str, command: Command, asker: Asker) -> Reply:
        plans = self.desk.ports.plans
        with plans.reading(asker.workspace_id) as plan:
            if (unknown := _unknown(plan, key, command, asker)) is not None:
                return Reply(message=unknown)
        word, _, words = tail.partition(" ")
        if word.lower() == "note":
            done = add_note(plans, key, words, asker)
            return Reply(message=issue_message.replies_kept(done), saved=True)
        if word.lower() == "keep" and not words:
            ask_for_thread(plans, key, asker)
            text = f"I read the thread of {key}, and keep on its record what is new."
            return Reply(message=message(text, [section(text)]))
        if not tail:
            return Reply(message=self.card(key, asker))
        hint = (
            f"`/bqx issue {key} note …` puts words on its record, `keep` its thread. You typed:"
            f" {one_line(command.rest, 300)}"
        )
        draft = self._keep(asker, {"title": command.rest})
        return Reply(message=self.card(key, asker, hint=hint, draft=draft))

    def card(self, key: str, asker: Asker, *, hint: str = "", draft: str = "") -> Message:
        """Return all that is known of an issue."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
            tasks = (plan.task(each) for each in issue.remediation_task_keys)
            card = Card(
                issue=issue,
                stages=affected_stages(plan, issue),
                tasks=[task for task in tasks if task and task.removed_at is None],
                replies=plan.issue_replies(issue.key),
                open_targets=list(open_targets(issue, counting_of(plan.team(), plan.workspace))),
                sent=plan.deliveries_about(issue.key),
                has_thread=bool(threads_of(plan, issue)),
            )
        return issue_card(card, asker.now, hint=hint, draft=draft)

    def _issues(self, _command: Command, asker: Asker) -> Reply:
        return Reply(message=self.page(asker, 0))

    def page(self, asker: Asker, start: int) -> Message:
        """Return a page of the open issues."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = issues_for(plan, asker.member_id)
            past = past_targets(found, counting_of(plan.team(), plan.workspace), asker.now)
        return issue_message.issues_message(found, asker.now, past=past, start=start)

    def _step(self, command: Command, asker: Asker) -> Reply:
        key, tail = split_key(command.rest, bare=True)
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            if (unknown := _unknown(plan, key, command, asker)) is not None:
                return Reply(message=unknown)
        return self.step(key, STEP_COMMANDS[command.name], tail, asker)

    def step(self, key: str, step: IssueStep, tail: str, asker: Asker) -> Reply:
        """
        Take a step with the words that were typed, or ask for those that are missing in its form.

        Raises:
            UserError: the member may not see the issue or take the step, or named nobody I know.
        """
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
            need_step(plan, issue, step, asker.member_id)
            words = self._words(plan, step, tail, asker)
        lacking = missing(step, issue, words)
        asks = step in HAS_FORM and (lacking or (step is IssueStep.TRIAGE and not tail))
        if can_start(step, issue) and asks:
            draft = self._keep(asker, {"tail": tail}) if tail else ""
            why = " ".join(lacking.values())
            return Reply(
                form=step_form(step, issue, asker.reply, words),
                message=open_step_message(step, issue, why, draft),
            )
        done = settle_issue(self.desk.ports.plans, issue.key, step, asker, words)
        return Reply(message=issue_message.issue_settled(done), saved=done.changed)

    def form(self, key: str, step: IssueStep, draft: str, asker: Asker) -> View | None:
        """
        Return the form of a step, None where the step can't be done from where the issue stands.

        Raises:
            UserError: the member may not see the issue, or take the step.
        """
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            issue = visible_issue(plan, key, asker.member_id)
            need_step(plan, issue, step, asker.member_id)
            kept = (plan.draft(draft) if draft else None) or {}
            words = self._words(plan, step, kept.get("tail", ""), asker)
        return step_form(step, issue, asker.reply, words) if can_start(step, issue) else None

    def _words(self, plan: PlanReader, step: IssueStep, tail: str, asker: Asker) -> StepWords:
        if step is not IssueStep.ASSIGN:
            return read_words(step, tail)
        if not tail:
            return StepWords()
        found = find_person(tail, plan.members(), asker.member_id, then=_CHOOSE)
        return StepWords(owner_id=found.id)

    def _keep(self, asker: Asker, typed: Mapping[str, Any]) -> str:
        with self.desk.ports.plans.changing(asker.workspace_id) as plan:
            plan.keep_draft(asker.operation, asker.member_id, typed, asker.now)
        return asker.operation


def _unknown(plan: PlanReader, key: str, command: Command, asker: Asker) -> Message | None:
    """Return the issues that come nearest to a key that no issue has, None for a known one."""
    issue: Issue | None = plan.issue(key) if key else None
    if issue is not None and issue.removed_at is None:
        return None
    near = nearest(command.rest, issues_for(plan, asker.member_id))
    return issue_message.which_issue(f"/bqx {command.name} {command.rest}".strip(), near)


def title_draft(title: str, reply: Mapping[str, Any]) -> IssueDraft:
    """Return the issue form's start from a title; a long one goes on in the description."""
    if len(title) <= issue_form.MAX_TITLE:
        return IssueDraft(title=title, reply=reply)
    first = title[: issue_form.MAX_TITLE - 1] + "…"
    return replace(IssueDraft(title=first, reply=reply), description=title)
