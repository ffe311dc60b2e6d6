"""
What git and counters show and the plan does not, and what the plan says and nothing shows.

A team that rarely names its stages in commits leaves no evidence to miss: there nothing is claimed
from silence, and the assessment says so.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.activity import Commit
from bot.domain.claims import is_revert
from bot.domain.commit_gaps import commit_lines
from bot.domain.evidence import CounterReading
from bot.domain.findings import Finding, FindingKind
from bot.domain.matching import Named, PlanRefs, Tier
from bot.domain.plan import Stage, Status
from bot.domain.plan_gaps import TWO_WEEKS, days, finding_about, refs_above, stage_name
from bot.domain.progress import FULL_PERMILLE, Progress
from bot.domain.refs import find_refs
from bot.domain.stage_evidence import Evidence
from bot.domain.work import work_type

LOOK_BACK = timedelta(weeks=8)  # completions older than this are history, not a gap
STILL_AFTER = timedelta(hours=24)  # a night and a lunch are no standstill
MIN_STEP = 20  # tenths of a per cent by which a counter must be ahead of the plan
_NO_WORK = frozenset({"docs", "doc", "test", "tests", "ci", "style", "plan"})
_PLANNING = re.compile(
    r"\b(?:plan\w*|airtable|roadmap|design\w*|spec\w*|propos\w*|prepar\w*|prep|ready|readiness|next"
    r"|add(?:s|ed|ing)?\s+(?:\w+\s+){0,3}(?:stage|task|phase)s?|future|estimate\w*|review\w*|audit\w*"
    r"|report\w*|summary|status|document\w*|remediation|approv\w*|pending|todo|deferred|skip\w*"
    r"|cancel\w*|remov\w*|renam\w*|mov(?:e[sd]?|ing)|drop\w*|delet\w*|abandon\w*|supersed\w*"
    r"|obsolete\w*|split\w*|renumber\w*|reorder\w*|postpon\w*|delay\w*|block(?:s|ed|ing)?"
    r"|unblock\w*|wait\w*|await\w*|before|until|later|soon|upcoming|will|prereq\w*|groundwork"
    r"|placeholders?|stubs?|drafts?|outlines?|requirements?|not|no|never|don|without|ideas?|rfc|adr"
    r"|so\s+that|enabl\w*|unlock\w*|make\s+room|need\w*|typos?|track(?:s|ed|ing)?|sync\w*|owners?"
    r"|schedul\w*|depend\w*|compar\w*|discuss\w*|hooks?|import(?:s|ed|ing)?|mark(?:s|ed|ing)?"
    r"|assign\w*|records?|tasks|costs?|budget\w*|due|deadlines?)\b|n['\u2019]t\b|\?",
    re.IGNORECASE,
)
# "After Stage 2.1" and "unlike 2.1" speak of another stage than the one that is worked on.
_BESIDE = re.compile(
    r"\b(?:by|with|than|to|from|towards?|into|like|unlike|as|via|after|since|beyond|and\s+then)\s+"
    r"(?:the\s+)?(?:(?:sub-?)?stages?[\s:#]*)?$",
    re.IGNORECASE,
)
_PAPER = (
    *(".md", ".mdx", ".txt", ".rst", ".adoc", ".pdf", ".docx", ".odt", ".xlsx", ".pptx"),
    *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".drawio", ".puml"),
)
_PAPER_FOLDERS = ("docs/", "doc/", "documentation/")
_RANGE = 2  # a subject that names more stages speaks of a plan, not of work on one


def started_findings(
    named: Sequence[Named], refs: PlanRefs, now: datetime, *, complete: set[str]
) -> Iterator[Finding]:
    """
    Yield the stages that commits work on while the plan says that they are not started.

    Only a subject, trailer or branch that names the stage counts, with changed files that are more
    than paper; plans, reports and lists of stages do not.

    Args:
        complete: Stages that another finding already calls complete in git.
    """
    working: defaultdict[str, list[Commit]] = defaultdict(list)
    for one in named:
        if _is_work_on_one(one):
            for ref in one.stage_refs:
                if _is_about(one, ref, refs):
                    working[ref].append(one.commit)
    for ref, commits in working.items():
        stages = refs.stages.get(ref, ())
        if len(stages) == 1 and _waits(stages[0], commits) and stages[0].key not in complete:
            yield _started(stages[0], commits, now)


def counter_findings(
    readings: Sequence[CounterReading], stages: Mapping[str, Stage], now: datetime
) -> Iterator[Finding]:
    """Yield the stages whose newest counter is ahead of what the plan shows."""
    by_stage: defaultdict[str, list[CounterReading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda one: one.read_at):
        if reading.stage_key:
            by_stage[reading.stage_key].append(reading)
    for key, found in by_stage.items():
        stage = stages.get(key)
        if stage and stage.status is not Status.COMPLETE and _is_ahead(found[-1], stage):
            yield _counted(stage, found, now)


def still_since(readings: Sequence[CounterReading]) -> datetime | None:
    """
    Return since when a counter shows the same, None while it moves or was read once.

    Args:
        readings: Of one stage, oldest first; only those of the newest one's probe count.
    """
    mine = [one for one in readings if one.probe == readings[-1].probe]
    since = mine[-1].read_at
    for one in reversed(mine):
        if (one.done, one.total, one.fraction) != (
            mine[-1].done,
            mine[-1].total,
            mine[-1].fraction,
        ):
            break
        since = one.read_at
    return since if mine[-1].read_at - since >= STILL_AFTER else None


def _shown(reading: CounterReading) -> tuple[int | None, int | None, float]:
    return reading.done, reading.total, reading.fraction


def progress_of(reading: CounterReading) -> Progress:
    """Return a reading as the plan keeps progress: the counter where there is one."""
    if reading.done is not None and reading.total and not _is_nested(reading):
        return Progress.counted(reading.done, reading.total)
    return Progress(min(FULL_PERMILLE, max(0, round(reading.fraction * FULL_PERMILLE))))


def _is_nested(reading: CounterReading) -> bool:
    """Whether the fraction says more than done of total, as an outer loop's does."""
    if reading.done is None or not reading.total:
        return False
    return abs(reading.fraction - reading.done / reading.total) > 0.006  # noqa: PLR2004 - rounding


def no_evidence_findings(
    stages: Sequence[Stage], evidence: Evidence, now: datetime
) -> Iterator[Finding]:
    """
    Yield the stages that the plan calls complete and no commit speaks of.

    Only where the day of completion is known, lies in the history that was read, and is recent;
    stages whose work leaves no commits are none of them, nor those that no commit could name, or
    whose whole phase a commit calls complete.
    """
    if not evidence.is_telling or evidence.since is None:
        return
    oldest = max(evidence.since, now - LOOK_BACK)
    for stage in stages:
        done_at = stage.completed_at
        silent = not evidence.by_stage.get(stage.key) and stage.key not in evidence.last
        silent &= stage.ref is not None
        silent &= evidence.phases_done.isdisjoint(refs_above(stage.ref))
        silent &= stage.status is Status.COMPLETE and not stage.is_code_free
        if silent and done_at and oldest <= done_at <= now:
            yield _finding(
                stage,
                FindingKind.STAGE_NO_EVIDENCE,
                f"is complete since {done_at:%Y-%m-%d}, and no commit names it.",
                now,
            )


def idle_findings(stages: Sequence[Stage], evidence: Evidence, now: datetime) -> Iterator[Finding]:
    """
    Yield the stages in progress that had commits, and none for over two weeks.

    A person's word of the last two weeks says more than the silence of git.
    """
    if not evidence.is_telling:
        return
    for stage in stages:
        commits = evidence.by_stage.get(stage.key)
        worked_on = stage.key in evidence.worked_on and not stage.is_code_free
        if stage.status is Status.IN_PROGRESS and commits and worked_on:
            last = commits[-1].authored_at
            spoken = (last, evidence.last.get(stage.key), stage.last_progress_at)
            if now - max(at for at in spoken if at) > TWO_WEEKS:
                quiet = days((now - last).days)
                says = f"is in progress and had its last commit {quiet} ago."
                yield _finding(stage, FindingKind.STAGE_IDLE, says, now, commits[-1:])


def _is_about(one: Named, ref: str, refs: PlanRefs) -> bool:
    """Whether a commit works on this stage; words of the stage's own name plan nothing."""
    names = " ".join(stage.name for stage in refs.stages.get(ref, ()))
    own = set(re.findall(r"[\w'-]+", names.lower()))
    if any(match[0].lower() not in own for match in _PLANNING.finditer(one.commit.subject)):
        return False
    if one.where.get(ref) is Tier.SUBJECT:
        subject = one.commit.subject
        said = [mention for mention in find_refs(subject, refs.index) if mention.ref == ref]
        return any(not _BESIDE.search(subject[: mention.start]) for mention in said)
    return one.where.get(ref) in {Tier.TRAILER, Tier.BRANCH}


def _is_work_on_one(one: Named) -> bool:
    return (
        0 < len(one.stage_refs) <= _RANGE
        and work_type(one.commit) not in _NO_WORK
        and not is_revert(one.commit)
        and any(not _is_paper(path.lower()) for path in one.commit.paths)
    )


def _is_paper(path: str) -> bool:
    return path.endswith(_PAPER) or path.startswith(_PAPER_FOLDERS)


def _waits(stage: Stage, commits: Sequence[Commit]) -> bool:
    """Whether the plan calls it not started, and nobody said so after the commits."""
    newest = max(commit.authored_at for commit in commits)
    said_later = stage.last_progress_at is not None and stage.last_progress_at > newest
    return stage.status is Status.NOT_STARTED and not said_later


def _is_ahead(reading: CounterReading, stage: Stage) -> bool:
    known = stage.progress.permille if stage.progress else 0
    said_later = stage.last_progress_at is not None and stage.last_progress_at > reading.read_at
    return not said_later and progress_of(reading).permille >= known + MIN_STEP


def _started(stage: Stage, commits: Sequence[Commit], now: datetime) -> Finding:
    number = "A commit works" if len(commits) == 1 else f"{len(commits)} commits work"
    return finding_about(
        stage,
        FindingKind.STAGE_STARTED_IN_GIT,
        f"{number} on stage {stage_name(stage)}; the plan says {stage.status}.",
        now,
        evidence=commit_lines(commits),
        commits=(commit.sha for commit in commits),
        proposal={"started_at": min(commit.authored_at for commit in commits).isoformat()},
    )


def _counted(stage: Stage, readings: Sequence[CounterReading], now: datetime) -> Finding:
    reading = readings[-1]
    progress = progress_of(reading)
    stands = f"stands at {stage.progress}" if stage.progress else f"says {stage.status}"
    still = still_since(readings)
    quiet = f"no movement since {still:%Y-%m-%d %H:%M} UTC" if still else ""
    note = tuple(words for words in (reading.note, quiet) if words)
    return finding_about(
        stage,
        FindingKind.STAGE_PROGRESS_UNLOGGED,
        f"A counter shows stage {stage_name(stage)} at {progress}; the plan {stands}.",
        now,
        evidence=(f"{reading.source}: {reading.line}", *note),
        proposal={
            "permille": progress.permille,
            "done": progress.done,
            "total": progress.total,
            "words": str(progress),
        },
    )


def _finding(
    stage: Stage, kind: FindingKind, says: str, now: datetime, commits: Sequence[Commit] = ()
) -> Finding:
    return finding_about(
        stage,
        kind,
        f"Stage {stage_name(stage)} {says}",
        now,
        evidence=commit_lines(commits),
        commits=(commit.sha for commit in commits),
    )
