"""What is typed behind a command about an issue: which one, what level, which tasks."""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz

from bot.domain.durations import parse_hours
from bot.domain.entries import IssueStep, PlannedTask, StepWords
from bot.domain.issues import Issue, Severity

STEP_COMMANDS: Mapping[str, IssueStep] = {
    "ack": IssueStep.ACKNOWLEDGE,
    "own": IssueStep.OWN,
    "triage": IssueStep.TRIAGE,
    "resolve": IssueStep.RESOLVE,
    "close": IssueStep.CLOSE,
    "reopen": IssueStep.REOPEN,
    "assign": IssueStep.ASSIGN,
    "severity": IssueStep.SEVERITY,
}
_KEY = re.compile(r"(?:ISS|issue)[-_ #]{0,2}0*(?P<number>\d{1,6})(?![\w.])", re.IGNORECASE)
_BARE = re.compile(r"#?0*(?P<number>\d{1,6})(?![\w.])")
_LEVEL = re.compile(r"(?:level|lvl|l|sev|to)?\s*(?P<level>[1-4])\b[:,.]?\s*", re.IGNORECASE)
_MIN_LIKENESS = 55


def split_key(rest: str, *, bare: bool = False) -> tuple[str, str]:
    """
    Return the key at the beginning of what was typed, and the rest; ("", rest) where none is.

    "iss 4", "ISS-4" and "ISS-0004" are "ISS-004".

    Args:
        bare: "4" alone is a key, too.
    """
    match = _KEY.match(rest) or (_BARE.match(rest) if bare else None)
    if match is None:
        return "", rest.strip()
    return f"ISS-{int(match['number']):03d}", rest[match.end() :].strip(" \t\n:,-")


def nearest(typed: str, issues: Iterable[Issue], limit: int = 5) -> list[Issue]:
    """Return the issues whose key or title comes nearest to what was typed, the best first."""
    key, rest = split_key(typed, bare=True)
    scored = []
    for issue in issues:
        by_key = fuzz.ratio(key, issue.key) if key else 0.0
        by_title = fuzz.token_set_ratio(rest.casefold(), issue.title.casefold()) if rest else 0.0
        scored.append((max(by_key, by_title), issue))
    near = [pair for pair in scored if pair[0] >= _MIN_LIKENESS] or scored
    near.sort(key=lambda pair: -pair[0])  # stable: the worst level first among equals
    return [issue for _, issue in near[:limit]]


def read_words(step: IssueStep, tail: str) -> StepWords:
    """Return what the words behind a key say for a step; what is missing is left empty."""
    if step in {IssueStep.RESOLVE, IssueStep.CLOSE}:
        return StepWords(evidence=tail)
    if step is IssueStep.SEVERITY:
        match = _LEVEL.match(tail)
        if match is None:
            return StepWords(reason=tail)
        return StepWords(severity=Severity(int(match["level"])), reason=tail[match.end() :])
    if step is IssueStep.TRIAGE:
        tasks = _tasks(tail)
        return StepWords(tasks=tasks) if tasks else StepWords(reason=tail)
    return StepWords(reason=tail)


def _tasks(tail: str) -> tuple[PlannedTask, ...]:
    """Return the tasks of "Replace the disk 4h; Restore it 90m"; () where one has no estimate."""
    found = []
    for part in filter(None, (each.strip() for each in re.split(r"[;\n]", tail))):
        title, _, amount = part.rpartition(" ")
        try:
            found.append(PlannedTask(title.strip(" ,:-"), parse_hours(amount)))
        except ValueError:
            return ()
        if not found[-1].title:
            return ()
    return tuple(found)
