"""Answer a finding, wherever it is shown: the plan is repaired, and every message follows."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.effects import Effect, EffectKind
from bot.domain.entries import AnswerWords
from bot.domain.findings import Finding, FindingKind, FindingState, GapAnswer
from bot.domain.outcomes import Repaired
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.repairs import write_repair
from bot.usecases.reporting import refresh_reports
from bot.usecases.rights import need

LATER = timedelta(days=7)
QUIET = timedelta(days=14)  # "still accurate" is asked again no sooner than the brief's two weeks
# Answers that leave the gap as it is: it is silent until its date, then it comes back.
_DISMISSING = {GapAnswer.ACCURATE, GapAnswer.NOT_A_GAP, GapAnswer.LATER}
# What an update says nothing about: an old stage stays old, an unknown start unknown.
_OUTLIVES_UPDATE = {FindingKind.STAGE_OLD, FindingKind.STAGE_AGE_UNKNOWN, FindingKind.STAGE_IDLE}
# A word on a stage in progress answers every question about how old or silent it is.
_OF_PROGRESS = frozenset(
    {
        FindingKind.STAGE_OLD,
        FindingKind.STAGE_SILENT,
        FindingKind.STAGE_IDLE,
        FindingKind.STAGE_AGE_UNKNOWN,
        FindingKind.STAGE_PROGRESS_UNLOGGED,
        FindingKind.STAGE_STARTED_IN_GIT,
        FindingKind.STAGE_COMPLETE_IN_GIT,
    }
)
# What an answer needs beside the right to write, which all the others need.
_RIGHTS = {
    GapAnswer.NOT_A_GAP: Right.DISMISS_GAPS,
    GapAnswer.ESTIMATED: Right.CHANGE_ESTIMATES,
}
OF_ISSUE = frozenset({FindingKind.ISSUE_OPEN, FindingKind.ISSUE_OVERDUE})
_ANSWERS_ALL = {
    GapAnswer.COMPLETE: _OF_PROGRESS,
    GapAnswer.BLOCKED: _OF_PROGRESS - {FindingKind.STAGE_COMPLETE_IN_GIT},
    GapAnswer.ACCURATE: frozenset(
        {FindingKind.STAGE_OLD, FindingKind.STAGE_SILENT, FindingKind.STAGE_AGE_UNKNOWN}
    ),
    GapAnswer.UPDATED: _OF_PROGRESS - {FindingKind.STAGE_COMPLETE_IN_GIT},
    GapAnswer.PROGRESS: _OF_PROGRESS - {FindingKind.STAGE_COMPLETE_IN_GIT},
    GapAnswer.LATER: frozenset(
        {FindingKind.STAGE_OLD, FindingKind.STAGE_SILENT, FindingKind.STAGE_AGE_UNKNOWN}
    ),
}


def answer_finding(
    plans: PlanDatabase,
    key: str,
    answer: GapAnswer,
    asker: Asker,
    words: AnswerWords | None = None,
) -> Repaired:
    """
    Write the answer into the plan and bring every message about the finding up to date.

    Of two people who answer one finding the first counts; the second is told who it was.

    Raises:
        UserError: the finding, or what it is about, is not there (any more), a word that the
            answer needs is missing, or this member may not answer like that.
    """
    said = words or AnswerWords()
    with plans.changing(asker.workspace_id) as plan:
        finding = known_finding(plan, key)
        if not finding.state.is_open or plan.operation(asker.operation):
            mine = finding.operation == asker.operation  # the same click, sent twice by Slack
            return Repaired(operation=finding.operation or "", finding=finding, changed=mine)
        need(plan, asker.member_id, _RIGHTS.get(answer, Right.WRITE))
        verdict = write_repair(plan, finding, answer, said, asker)
        settled = settle(plan, finding, answer, verdict, asker, said)
        if stand_by := asker.answer():
            plan.emit(stand_by, asker.now)
        return Repaired(operation=asker.operation, finding=settled, changed=True)


def known_finding(plan: PlanReader, key: str) -> Finding:
    """
    Return a finding.

    Raises:
        UserError: nobody knows it.
    """
    finding = plan.finding(key)
    if finding is None:
        raise UserError("This gap is gone; the next assessment looks anew.")
    return finding


def settle(
    plan: PlanWriter,
    finding: Finding,
    answer: GapAnswer,
    verdict: str,
    asker: Asker,
    words: AnswerWords,
) -> Finding:
    """Write how a finding ended, and what the answer ends with it; the messages follow."""
    settled = _settled(finding, answer, verdict, asker, words)
    also = [
        _settled(other, answer, verdict, asker, words)
        for other in _answered_with(plan, finding, answer)
    ]
    for one in (settled, *also):
        plan.save(one, asker.why(evidence=finding.text[:300]))
    keys = [one.key for one in (settled, *also)]
    close_checks(plan, keys, answer, asker)
    refresh_reports(plan, keys, asker)
    return settled


def close_checks(plan: PlanWriter, keys: list[str], answer: GapAnswer, asker: Asker) -> None:
    """Mark the questions about these findings as answered; their messages change in place."""
    bundles: dict[str, None] = {}
    for key in keys:
        for check in plan.gap_checks(finding_key=key, open_only=True):
            after = replace(
                check,
                answer=answer,
                answered_by=asker.member_id,
                answered_at=asker.now,
                operation=asker.operation,
            )
            plan.save(after, asker.why(evidence=f"gap check {check.key}"))
            bundles[check.bundle] = None
    for bundle in bundles:
        show_checks(plan, bundle, asker)


def asking_key(bundle: str) -> str:
    """Return the key of the effect, and of the prompt, that asks a bundle of questions."""
    return f"{bundle}#ask"


def show_checks(plan: PlanWriter, bundle: str, asker: Asker) -> None:
    """Have the bundled direct message show its checks as they are now."""
    checks = plan.gap_checks(bundle=bundle)
    plan.emit(
        Effect(
            key=f"{asker.operation}#checks:{bundle}",
            kind=EffectKind.GAP_CHECKS,
            payload={"bundle": bundle, "prompt": asking_key(bundle)},
            lane=f"dm:{checks[0].member_id if checks else asker.member_id}",
        ),
        asker.now,
    )


def settle_stage(plan: PlanWriter, stage_key: str, answer: GapAnswer, asker: Asker) -> None:
    """End what was open about a stage's progress, because somebody has just said how it stands."""
    asked = _open_about(plan, stage_key, _ANSWERS_ALL[answer])
    if asked:
        verdict = "marked complete" if answer is GapAnswer.COMPLETE else "updated"
        settle(plan, asked[0], answer, verdict, asker, AnswerWords())


def settle_record(
    plan: PlanWriter, key: str, kinds: Collection[FindingKind], verdict: str, asker: Asker
) -> None:
    """End what was open of these kinds about a record, because it was settled elsewhere."""
    for finding in _open_about(plan, key, kinds):
        settle(plan, finding, GapAnswer.UPDATED, verdict, asker, AnswerWords())


def _answered_with(plan: PlanReader, finding: Finding, answer: GapAnswer) -> list[Finding]:
    kinds = _ANSWERS_ALL.get(answer, frozenset())
    # "Later" puts off one kind of question; a word on the stage itself answers them all.
    reaches = finding.kind in kinds or answer is not GapAnswer.LATER
    if not reaches or not finding.record_keys:
        return []
    key = finding.record_keys[0]
    others = _open_about(plan, key, kinds)
    if answer is GapAnswer.COMPLETE:  # "still accurate" no longer is: its Undo must not reopen
        others += _called_accurate(plan, key, kinds)
    return [other for other in others if other.key != finding.key]


def _called_accurate(plan: PlanReader, key: str, kinds: Collection[FindingKind]) -> list[Finding]:
    found = plan.findings_with([f"{kind}:{key}" for kind in kinds])
    return [each for each in found if each.answer is GapAnswer.ACCURATE]


def _open_about(plan: PlanReader, key: str, kinds: Collection[FindingKind]) -> list[Finding]:
    """Return the open findings of these kinds about one record, whose key is part of theirs."""
    found = plan.findings_with([f"{kind}:{key}" for kind in kinds])
    return [finding for finding in found if finding.state.is_open]


def _settled(
    finding: Finding, answer: GapAnswer, verdict: str, asker: Asker, words: AnswerWords
) -> Finding:
    outlived = answer in {GapAnswer.UPDATED, GapAnswer.PROGRESS}
    outlived &= finding.kind in _OUTLIVES_UPDATE
    # Which stage was meant is answered for these commits; the two still carry one ref.
    outlived |= answer is GapAnswer.LINKED and finding.kind is FindingKind.REF_AMBIGUOUS
    dismissed = answer in _DISMISSING or outlived
    return replace(
        finding,
        state=FindingState.DISMISSED if dismissed else FindingState.SETTLED,
        verdict=verdict,
        answer=answer,
        answered_by=asker.member_id,
        answered_at=asker.now,
        reason=words.reason.strip(),
        until=asker.now + QUIET if outlived else _until(answer, asker.now, words.until),
        operation=asker.operation,
    )


def _until(answer: GapAnswer, now: datetime, chosen: datetime | None) -> datetime | None:
    if answer is GapAnswer.LATER:
        return chosen or now + LATER
    if answer is GapAnswer.ACCURATE:
        return now + QUIET
    return chosen if answer is GapAnswer.NOT_A_GAP else None
