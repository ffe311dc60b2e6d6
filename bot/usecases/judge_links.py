"""Where commits that name nothing likely belong, by author, time, files and text together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.assessment import PlanSnapshot, Work
from bot.domain.evidence import LinkDecision, LinkVerdict
from bot.domain.matching import Likely, Named, records_of
from bot.domain.pieces import author_of
from bot.domain.plan import Stage, Task

MAX_CONTEXT = 2_000  # linked commits that are looked back on, the newest
MAX_ASKED = 2_000  # commits that are judged in one assessment, the newest
ENDED = timedelta(weeks=8)  # what ended earlier is no home for new work
_HOURS_A_DAY = 24
_CERTAIN, _NOTHING = "auto", "none"  # as `bot.analysis.link_thresholds.decide` calls them


def judge_links(
    snapshot: PlanSnapshot, work: Work, decisions: Sequence[LinkDecision], *, now: datetime
) -> dict[str, Likely]:
    """
    Return what is likely of each commit that arrived and names nothing, by its sha.

    Which scores are certain, likely or nothing is calibrated on the team's own links where there
    are enough of them (contracts, analysis 2.6).
    """
    from bot.analysis import link_calibration, links  # noqa: PLC0415 - heavy imports
    from bot.analysis.lexical import PlanIndex  # noqa: PLC0415
    from bot.analysis.link_values import Known  # noqa: PLC0415

    linked = [(one, records_of(one, work.refs)) for one in work.own]
    known = [(one, records) for one, records in linked if records][-MAX_CONTEXT:]
    new = work.new
    asked = [one for one, records in linked if not records and _is_asked(one, new)][-MAX_ASKED:]
    records: list[Stage | Task] = [*snapshot.stages, *snapshot.tasks]
    items = [one for one in records if _is_home(one, now)]
    if not asked or not items:
        return {}
    candidates = [_candidate(item, order) for order, item in enumerate(_by_creation(items))]
    works = [_work(one) for one in (*(one for one, _ in known), *asked)]
    homes = {item.key for item in items}
    pairs = [
        Known(work_id=one.commit.sha, key=key)
        for one, keys in known
        for key in keys
        if key in homes
    ]
    wrong = [
        Known(work_id=decision.sha, key=decision.record_key)
        for decision in decisions
        if decision.verdict is LinkVerdict.REJECTED
    ]
    thresholds = link_calibration.calibrate(works, candidates, pairs)
    only = {one.commit.sha for one in asked}
    rankings = links.rank(works, PlanIndex(candidates), pairs, wrong, only=only)
    return {ranking.work_id: _likely(ranking, thresholds) for ranking in rankings}


def _is_home(item: Stage | Task, now: datetime) -> bool:
    """Whether new work may belong to it: not to what ended long ago."""
    return item.completed_at is None or now - item.completed_at <= ENDED


def _is_asked(one: Named, new: frozenset[str]) -> bool:
    """Whether it is new and nobody said where it belongs: no stage we lack, none of several."""
    named = one.stage_refs or one.task_refs or one.unknown_refs
    return not named and one.commit.sha in new


def _by_creation(items: Iterable[Stage | Task]) -> list[Stage | Task]:
    """Return stages and tasks in the order in which they came into the plan, as far as known."""
    return sorted(items, key=lambda item: (_created(item), item.key))


def _created(item: Stage | Task) -> str:
    at = item.created_at.isoformat() if isinstance(item, Task) and item.created_at else ""
    return at or str(item.source.get("createdTime", ""))


def _candidate(item: Stage | Task, order: int) -> Any:
    from bot.analysis.link_values import Candidate  # noqa: PLC0415

    if isinstance(item, Stage):
        return Candidate(key=item.key, title=item.name, description=item.description, order=order)
    return Candidate(key=item.key, title=item.title, description=description(item), order=order)


def description(task: Task) -> str:
    """Return a task's description as its base has it, "" where it has none."""
    fields = task.source.get("fields", {})
    words = fields.get("Description", "") if isinstance(fields, Mapping) else ""
    return words if isinstance(words, str) else ""


def _work(one: Named) -> Any:
    from bot.analysis.link_values import Work as Seen  # noqa: PLC0415

    commit = one.commit
    return Seen(
        id=commit.sha,
        at=commit.authored_at,
        author=author_of(commit),
        text=f"{commit.subject}\n\n{commit.body}",
        paths=commit.paths,
    )


def _likely(ranking: Any, thresholds: Any) -> Likely:
    from bot.analysis.link_thresholds import decide, is_undocumented  # noqa: PLC0415

    verdict = decide(ranking, thresholds)
    certain = verdict == _CERTAIN
    doubtful = verdict == _NOTHING or (not certain and is_undocumented(ranking, thresholds))
    proposed = None if doubtful or not ranking.ranked else ranking.ranked[0][0]
    return Likely(
        sha=ranking.work_id,
        record_key=proposed,
        score=round(ranking.score, 3),
        is_certain=certain,
        reasons=tuple(_reasons(ranking.evidence)) if proposed and ranking.evidence else (),
    )


def _reasons(evidence: Any) -> Iterator[str]:
    """Yield why, the strongest first, in words for people."""
    if evidence.paths:
        more = len(evidence.paths) - 1
        others = f" and {more} more files" if more else ""
        yield f"changes {evidence.paths[0]}{others} like its commits"
    if evidence.same_author_hours is not None:
        yield f"its author worked on it {_ago(evidence.same_author_hours)}"
    elif evidence.anyone_hours is not None:
        yield f"somebody worked on it {_ago(evidence.anyone_hours)}"
    if evidence.words:
        yield f"shares the words {', '.join(evidence.words[:4])}"


def _ago(hours: float) -> str:
    if hours < 1:
        return "within the hour"
    if hours < 2 * _HOURS_A_DAY:
        return f"{hours:.0f} hours apart"
    return f"{hours / _HOURS_A_DAY:.0f} days apart"
