"""What each command answers, whichever way it came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.commands import Command, parse_command, split_progress
from bot.domain.entries import Concern, ProgressEntry
from bot.domain.evidence_gaps import progress_of
from bot.domain.outcomes import Ambiguous, ProgressAsked, Unknown
from bot.domain.plan import Stage, Status
from bot.domain.progress import Progress, ProgressTextError, parse_progress
from bot.errors import UserError
from bot.ports import PlanReader
from bot.usecases.asking import Asker
from bot.usecases.assess_gaps import assess_gaps
from bot.usecases.choosing import choose_stage
from bot.usecases.correct_links import linked_commits
from bot.usecases.log_progress import log_progress
from bot.usecases.seeing import issues_for, tasks_for
from bot.usecases.undo import undo
from bot.usecases.work_rules import list_rules
from bot.views import progress_message, undo_message
from bot.views.gap_summary import gaps_answer
from bot.views.help_message import help_message
from bot.views.links_message import SHOW_LINKS, links_message
from bot.views.mrkdwn import Message, View
from bot.views.progress_form import (
    ProgressDraft,
    is_done_word,
    open_tasks,
    progress_form,
    progress_words,
)
from bot.views.rules_message import rules_message
from bot.views.status_message import MAX_STAGES, MOVING, plan_status, stage_status
from handlers.airtable_replies import AirtableReplies
from handlers.calendar_replies import CalendarReplies
from handlers.code_replies import CodeReplies
from handlers.desk import Desk
from handlers.escalation_replies import EscalationReplies
from handlers.history_replies import HistoryReplies
from handlers.issue_replies import IssueReplies
from handlers.people_replies import PeopleReplies
from handlers.project_replies import ProjectReplies
from handlers.reply import Answers, Reply
from handlers.restriction_replies import RestrictionReplies


@dataclass(frozen=True, slots=True)
class Replies:
    """Every command, by its name."""

    desk: Desk

    def to(self, text: str, asker: Asker) -> Reply:
        """
        Return the answer to what was typed.

        Raises:
            UserError: it can't be done; the text says why and what was kept.
        """
        command = parse_command(text)
        if not command.known:
            return Reply(message=help_message(command))
        answers: Answers = {
            "progress": self._progress,
            "gaps": self._gaps,
            "status": self._status,
            "links": self._links,
            "rules": self._rules,
            "airtable": lambda command, asker: Reply(
                message=AirtableReplies(self.desk).to(command.rest, asker)
            ),
            "project": lambda command, asker: Reply(
                message=ProjectReplies(self.desk).to(command.rest, asker)
            ),
            **HistoryReplies(self.desk).answers,
            **CodeReplies(self.desk).answers,
            **PeopleReplies(self.desk).answers,
            **CalendarReplies(self.desk).answers,
            "undo": self._undo,
            **IssueReplies(self.desk).answers,
            **EscalationReplies(self.desk).answers,
            **RestrictionReplies(self.desk).answers,
            "help": lambda _command, _asker: Reply(message=help_message()),
        }
        return answers[command.name](command, asker)

    def _progress(self, command: Command, asker: Asker) -> Reply:
        if command.rest:
            return self.progress_words(command.rest, asker)
        return Reply(
            form=self.progress_form(asker, None), message=progress_message.open_form_message()
        )

    def progress_words(
        self,
        rest: str,
        asker: Asker,
        *,
        stage_key: str | None = None,
        accepted: frozenset[Concern] = frozenset(),
    ) -> Reply:
        """
        Log a one-liner, or ask about it, with what was typed kept as a draft.

        Args:
            stage_key: The stage, where the member chose among several.
            accepted: Concerns the member said yes to.
        """
        words = split_progress(rest)
        draft = {"words": rest, "stage": stage_key}
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = choose_stage(plan, stage_key or words.ref)
        if not isinstance(found, Stage):
            return self._ask_stage(found, rest, draft, asker)
        try:
            progress = parse_progress(words.progress) if words.progress else None
        except ProgressTextError as error:
            return self._refuse(str(error), rest, draft, asker)
        if progress is None and not words.note:
            return Reply(
                form=self.progress_form(asker, found),
                message=progress_message.open_form_message(),
            )
        entry = ProgressEntry(
            stage_key=found.key,
            progress=progress,
            complete=is_done_word(words.progress),
            note=words.note,
            accepted=accepted,
        )
        return self.log(entry, asker, {"words": rest, "stage": found.key})

    def _refuse(self, reason: str, rest: str, draft: Mapping[str, Any], asker: Asker) -> Reply:
        shown = progress_message.progress_refused(
            reason, typed=f"/bqx progress {rest}", draft=self._keep(asker, draft)
        )
        return Reply(message=shown)

    def _ask_stage(
        self, found: Ambiguous | Unknown, rest: str, draft: Mapping[str, Any], asker: Asker
    ) -> Reply:
        kept = self._keep(asker, draft)
        if isinstance(found, Ambiguous):
            return Reply(message=progress_message.choose_stage_message(found, draft=kept))
        typed = f"/bqx progress {rest}"
        return Reply(message=progress_message.unknown_stage_message(found, typed=typed, draft=kept))

    def log(self, entry: ProgressEntry, asker: Asker, typed: Mapping[str, Any]) -> Reply:
        """Write an entry, or return the question it raises with `typed` kept as a draft."""
        outcome = log_progress(self.desk.ports.plans, entry, asker)
        if not isinstance(outcome, ProgressAsked):
            return Reply(message=progress_message.progress_logged(outcome), saved=True)
        accepted = [*entry.accepted, outcome.concern]
        draft = self._keep(asker, {**typed, "accepted": [concern.value for concern in accepted]})
        return Reply(message=progress_message.progress_asked(outcome, draft=draft, now=asker.now))

    def progress_form(
        self,
        asker: Asker,
        stage: Stage | None,
        *,
        progress: str = "",
        note: str = "",
    ) -> View:
        """Return the form, pre-filled with the stage's last values."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            known = plan.tasks(stage_key=stage.key) if stage else []
            tasks = tasks_for(plan, known, asker.member_id)
            return progress_form(
                ProgressDraft(
                    stage=stage,
                    tasks=open_tasks(tasks) if stage else (),
                    last=plan.last_update(stage.key) if stage else None,
                    progress=progress,
                    note=note,
                    reply=asker.reply,
                    suggestion=suggested_progress(plan, stage) if stage else None,
                )
            )

    def draft_form(self, draft: str, asker: Asker) -> View:
        """Return the form filled with what a one-liner said, "" for an empty form."""
        kept = self.read_draft(draft, asker) if draft else {}
        words = split_progress(kept.get("words", ""))
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = choose_stage(plan, kept.get("stage") or words.ref) if kept else None
        stage = found if isinstance(found, Stage) else None
        readable = stage is not None and _is_readable(words.progress)
        return self.progress_form(
            asker,
            stage,
            progress=words.progress if readable else "",
            note=words.note if readable or not words.progress else f"{words.progress} {words.note}",
        )

    def read_draft(self, key: str, asker: Asker) -> Mapping[str, Any]:
        """
        Return what was typed.

        Raises:
            UserError: it is older than thirty days.
        """
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            kept = plan.draft(key)
        if kept is None:
            raise UserError("I kept this for thirty days; please type it again.")
        return kept

    def _keep(self, asker: Asker, typed: Mapping[str, Any]) -> str:
        with self.desk.ports.plans.changing(asker.workspace_id) as plan:
            plan.keep_draft(asker.operation, asker.member_id, typed, asker.now)
        return asker.operation

    def _gaps(self, _command: Command, asker: Asker) -> Reply:
        ports = self.desk.ports
        with ports.plans.reading(asker.workspace_id) as plan:
            sources = ports.sources_of(plan.workspace)
        found = assess_gaps(ports.plans, sources, asker.workspace_id, now=asker.now)
        return Reply(message=gaps_answer(found.to_plain()))

    def _status(self, command: Command, asker: Asker) -> Reply:
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            if not command.rest:
                moving = plan.stages(statuses=MOVING, limit=MAX_STAGES)
                issues = issues_for(plan, asker.member_id)
                return Reply(message=plan_status(plan.stage_counts(), moving, issues, asker.now))
            found = choose_stage(plan, split_progress(command.rest).ref)
            if isinstance(found, Stage):
                return Reply(message=_show_stage(plan, found, asker))
        return self._not_one_stage(found, command)

    def _not_one_stage(
        self, found: Ambiguous | Unknown, command: Command, choose: str = progress_message.SHOW
    ) -> Reply:
        if isinstance(found, Ambiguous):
            shown = progress_message.choose_stage_message(found, draft="", choose=choose)
            return Reply(message=shown)
        return Reply(message=progress_message.no_such_stage(found, command.name))

    def stage_status(self, stage_key: str, asker: Asker) -> Message:
        """Return one stage's state, by its key."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            stage = plan.stage(stage_key)
            if stage is None:
                raise UserError("This stage is not in the plan any more.")
            return _show_stage(plan, stage, asker)

    def _links(self, command: Command, asker: Asker) -> Reply:
        if not command.rest:
            raise UserError("Whose commits? Write `/bqx links 1.5.4`.")
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            found = choose_stage(plan, split_progress(command.rest).ref)
        if not isinstance(found, Stage):
            return self._not_one_stage(found, command, SHOW_LINKS)
        return Reply(message=self.stage_links(found.key, asker))

    def stage_links(self, stage_key: str, asker: Asker) -> Message:
        """Return the commits of one stage, by its key."""
        with self.desk.ports.plans.reading(asker.workspace_id) as plan:
            stage = plan.stage(stage_key)
        if stage is None:
            raise UserError("This stage is not in the plan any more.")
        commits, total = linked_commits(self.desk.ports.plans, asker.workspace_id, stage_key)
        return links_message(stage, commits, total)

    def _rules(self, _command: Command, asker: Asker) -> Reply:
        return Reply(message=rules_message(list_rules(self.desk.ports.plans, asker.workspace_id)))

    def _undo(self, _command: Command, asker: Asker) -> Reply:
        done = undo(self.desk.ports.plans, None, asker)
        names = self.desk.names(asker.workspace_id, done.changes)
        shown = undo_message.undone_message(done.changes, done.operation, names)
        return Reply(message=shown, saved=True)


def suggested_progress(plan: PlanReader, stage: Stage) -> tuple[str, str] | None:
    """Return the newest counter of a stage as words for the form, and where it was read."""
    readings = plan.counter_readings(stage.key)
    if not readings or stage.status is Status.COMPLETE:
        return None
    newest = readings[-1]
    if stage.last_progress_at is not None and stage.last_progress_at > newest.read_at:
        return None  # somebody has said something since
    return progress_words(progress_of(newest)), f"{newest.source} “{newest.line}”"


def _is_readable(progress: str) -> bool:
    try:
        return isinstance(parse_progress(progress), Progress)
    except ProgressTextError:
        return False


def _show_stage(plan: PlanReader, stage: Stage, asker: Asker) -> Message:
    return stage_status(
        stage,
        tasks_for(plan, plan.tasks(stage_key=stage.key), asker.member_id),
        [each for each in issues_for(plan, asker.member_id) if stage.key in each.stage_keys],
        plan.last_update(stage.key),
        asker.now,
    )
