"""What each answer to a finding writes into the plan; the entry is `answer_finding`."""

from collections.abc import Callable, Mapping

from bot.domain.entries import AnswerWords
from bot.domain.findings import Finding, GapAnswer
from bot.errors import UserError
from bot.ports import PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.commit_repairs import created, linked, not_a_gap
from bot.usecases.stage_repairs import (
    accurate,
    blocked,
    code_free,
    complete,
    eta_moved,
    progress,
    ref_changed,
    reopened,
    stage_added,
    started,
)
from bot.usecases.task_repairs import assigned, estimated, placed

Repair = Callable[[PlanWriter, Finding, AnswerWords, Asker], str]


def write_repair(
    plan: PlanWriter, finding: Finding, answer: GapAnswer, words: AnswerWords, asker: Asker
) -> str:
    """
    Write an answer into the plan; return in plain words what was done.

    Raises:
        UserError: what the finding is about is gone, or a word that the answer needs is missing.
    """
    repair = _REPAIRS.get(answer)
    if repair is None:
        raise UserError("This gap can't be answered like that.")
    return repair(plan, finding, words, asker)


def _updated(_plan: PlanWriter, _finding: Finding, _words: AnswerWords, _asker: Asker) -> str:
    return "updated"  # the progress form has written it in the same operation


def _later(_plan: PlanWriter, _finding: Finding, _words: AnswerWords, _asker: Asker) -> str:
    return "later"


_REPAIRS: Mapping[GapAnswer, Repair] = {
    GapAnswer.ACCURATE: accurate,
    GapAnswer.UPDATED: _updated,
    GapAnswer.COMPLETE: complete,
    GapAnswer.BLOCKED: blocked,
    GapAnswer.STARTED: started,
    GapAnswer.REOPENED: reopened,
    GapAnswer.PROGRESS: progress,
    GapAnswer.CODE_FREE: code_free,
    GapAnswer.ESTIMATED: estimated,
    GapAnswer.ASSIGNED: assigned,
    GapAnswer.PLACED: placed,
    GapAnswer.LINKED: linked,
    GapAnswer.CREATED: created,
    GapAnswer.STAGE_ADDED: stage_added,
    GapAnswer.REF_CHANGED: ref_changed,
    GapAnswer.ETA_MOVED: eta_moved,
    GapAnswer.NOT_A_GAP: not_a_gap,
    GapAnswer.LATER: _later,
}
