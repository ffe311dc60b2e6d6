"""
What commits say about a stage's completion, read so strictly that a plan may be held against it.

Only two shapes count: the subject completes exactly the stage ("feat: Complete Stage 1.5.4-1.5.5
backfills"), or a line of its own calls it complete ("Stage 2.11: Schema - COMPLETE", "Stage 1.6.9
status: Todo → Done"). Plans, parts, percentages, conditions and questions do not. A claim missed is
seen next week in the plan; a claim invented costs the reader's trust.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.activity import Commit
from bot.domain.refs import Kind, Mention, RefIndex, find_refs

_MAX_LINE = 400  # characters; a longer line is a paragraph, and says more than one thing
_MAX_LINES = 400  # of one message

_AND = re.compile(r"\s*(?:[,&+/]|,?\s+and)\s*(?:stages?\s+)?", re.IGNORECASE)
_STAGE_WORD = re.compile(
    r"(?:\b(?:sub-?)?(?:stage|task)s?\s*(?:id|code)?[\s:#*\"'`(\[]*)$", re.IGNORECASE
)
# Bullets, numbers, heading marks, ticks and other signs before the words of a line.
_DECORATION = re.compile(r"^(?:[^\w\[]|\[x\]|\d{1,2}[.)](?=\s))*", re.IGNORECASE)
_TYPE = re.compile(
    r"^(?P<type>feat|fix|chore|perf|refactor|build|ops|infra|data|config|db|ml|release|milestone"
    r"|docs?|tests?|ci|style)(?:\([^()]{1,40}\))?!?:\s*",
    re.IGNORECASE,
)
_ABOUT = frozenset({"doc", "docs", "test", "tests", "ci", "style"})  # they complete no stage
_COMPLETES = re.compile(r"(?:complete[sd]?|finish(?:e[sd])?)(?:\s+the)?\s*:?\s*", re.IGNORECASE)
_COMPLETED = re.compile(r"(?:completed|finished|done)(?:\s+the)?\s*:?\s*", re.IGNORECASE)
# A closing word that begins its clause; "fix: TSK-3.1.6 …" is a commit's type, and "to close
# TSK-3.1.6" an intention.
_CLOSES = re.compile(
    r"(?:^|[.;,(]\s*|\s-\s+|^\w+(?:\([^()]{1,40}\))?!?:\s+|\band\s+"
    r"|\b(?:this|it|which|that|also|commit|change|patch|pr|mr)\s+)"
    r"(?:(?:clos(?:e[sd]?|ing)|resolv(?:e[sd]?|ing)|fix(?:es|ed)|completes|finishes):?|fix)\s+$",
    re.IGNORECASE,
)
# What may follow the task: the end, or another clause. "Fixes TSK-3.1.6 tests" closes no task.
_CLOSED = re.compile(r"[\])\"'`*]{0,3}\s*(?:$|[.;,)(]|(?:and|&|by)\s|-\s)", re.IGNORECASE)
_MARKS = re.compile(r"(?:mark(?:s|ed)?|set|update[sd])\s+", re.IGNORECASE)

_DONE = r"[\"'“*(`]*(?:complete|completed|done|finished)\b(?:\s+successfully\b)?"
_LINK = (
    r"(?:(?:is|are|was|were|has|have|been|now|all|both|fully|status(?:\s+to)?|marked|as"
    r"|set(?:\s+to)?|todo|to\s?do|not\s+started|in\s+progress|verified|and)\b|100\s?%"
    r"|→|->|=>|[=:\-\"'“”*,✅🎉|\])])"
)
_STATUS = re.compile(
    rf"(?:\s*\([^()]{{0,80}}\))?(?:\s*{_LINK}){{0,8}}\s*(?P<done>{_DONE})", re.IGNORECASE
)
_TITLED = re.compile(
    rf"\s*[:\-]\s*(?P<title>[^?;]{{1,120}}?)\s+[-:|]\s*(?:{_LINK}\s*){{0,4}}(?P<done>{_DONE})",
    re.IGNORECASE,
)
_END = re.compile(r"[^\w?→>]*(?:100\s?%)?[^\w?→>]*$")
_GOES_ON = re.compile(r"[\"'”)*\]`✅🎉!]*(?:[,.;]\s|\s-\s|\s\(|\swith\s)")

# Anywhere in the line, these mean that something is left, or that nothing is said.
_OPEN = re.compile(
    r"\b(?:not(?!\s+started\W{0,4}(?:→|->))|cannot|never|isn|aren|wasn|don|incomplete|unfinished"
    r"|almost|nearly|partial\w*|partly|mostly|half|pending|remain\w*|wip|except|but|until|unless|once|if"
    r"|would|should|must|will|might|may|could|to\s+be|eta|expected|blocked|fail\w*|reopen\w*"
    r"|in[\s-]progress(?!\W{0,4}(?:→|->))|running|waiting|awaiting|pretend\w*|supposed\w*"
    r"|next|soon|later|tomorrow|(?:this|by)\s+(?:week|month|sprint|mon|tue|wed|thu|fri|sat|sun)\w*"
    r"|need\w*|missing|without|only|locally|to\s+(?:follow|come)|tb[cd]|dry[\s-]?run\w*|mock\w*"
    r"|roll(?:s|ed|ing)?[\s-]?back\w*)\b"
    r"|n['\u2019]t\b|\?|⏳|🔄|❌|🚧|\[ \]",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s?%")
_RATIO = re.compile(
    r"(?<![\w/.-])(\d{1,3}(?:,\d{3})*|\d{1,9})\s?/\s?(\d{1,3}(?:,\d{3})*|\d{1,9})(?![\w/])"
)
# What makes the object something smaller than, or other than, the stage itself.
_PART = re.compile(
    r"\b(?:foundations?|plans?|planning|prep\w*|groundwork|parts?|first|initial|second|skeleton"
    r"|scaffold\w*|set-?up|reports?|docs?|documentation|designs?|drafts?|proposals?|spec\w*"
    r"|analys[ei]s|audits?|reviews?|research|investigations?|tests?|testing|scripts?|tool\w*"
    r"|checklists?|templates?|outlines?|estimat\w*|kick-?offs?|start\w*|requirements?|prereq\w*"
    r"|dependenc\w+|blockers?|clean-?ups?|follow-?ups?|prototypes?|poc|mvp|v\d|iterations?|steps?"
    r"|sub-?tasks?|tasks?|items?|sections?|chunks?|batch\w*|waves?|milestones?|tickets?|pr|summary"
    r"|for(?!\s+all\b)|of|readiness|ready|handover|code|work|stuff|preliminar\w*|phases?"
    r"|staging|stubs?|placeholders?|wireframes?|mock-?ups?|demos?|samples?|pilots?|ui|front-?end"
    r"|back-?end|dev|sandbox|fixtures?)\b",
    re.IGNORECASE,
)
_OF_IT = re.compile(r"['\u2019]s\b|-\w")  # "1.5.4's validation" is not 1.5.4
_CLAUSE_END = re.compile(r"[,;+]|\s(?:and|&)\s", re.IGNORECASE)
# Headings below which things are said that are not so yet.
_AHEAD = re.compile(
    r"\b(?:next|todo|to\s?do|plan(?:s|ned|ning)?|upcoming|remaining|pending|future|expected|goals?"
    r"|criteria|definition\s+of\s+done|acceptance|roadmap|targets?|outlook|later|example)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s|\*\*.+\*\*:?\s*$|[^-*•\s].*:\s*$|[A-Z][A-Z\s&]{3,60}:?\s*$)"
)
_STANDS_OTHERWISE = re.compile(
    r"\b(?:in[\s-]progress|ready\s+to|pending|planned|to\s?do|not\s+started|blocked|running|queued"
    r"|wip|deferred|paused|to\s+be)\b|⏳|🔄|❌|🚧",
    re.IGNORECASE,
)
_UNDERWAY = re.compile(
    r"\b(?:in[\s-]progress|(?:currently|still)\s+running|remaining)\b|\d\s?%\s+complete",
    re.IGNORECASE,
)
_REVERTED = re.compile(r"This reverts commit ([0-9a-f]{7,40})")


@dataclass(frozen=True, slots=True)
class Claim:
    """A commit's words that a stage is complete."""

    ref: str
    sha: str
    line: str


def completion_claims(
    commit: Commit, index: RefIndex, names: Mapping[str, tuple[str, ...]], kind: Kind = "stage"
) -> list[Claim]:
    """
    Return the stages (or tasks) that a commit calls complete, at most one claim for each.

    A task is also completed by a closing word before it, "Closes TSK-3.1.6", as code hosts read
    it; a reference alone completes nothing.

    Args:
        names: Names of the stages by ref: a word of its own name never makes a stage a part.
    """
    if is_revert(commit) or len(commit.parents) > 1:
        return []
    claims: dict[str, Claim] = {}
    denied: set[str] = set()
    for line, in_subject in _lines(commit):
        for run in _runs(line, index, kind):
            closes = kind == "task" and _closes(line, run)
            if closes or _is_claim(line, run, _words(run.refs, names), in_subject=in_subject):
                for ref in run.refs:
                    claims.setdefault(ref, Claim(ref, commit.sha, " ".join(line.split())))
            elif len(run.refs) == 1 and _stands_otherwise(line, run):
                denied.update(run.refs)
    return [claim for ref, claim in claims.items() if ref not in denied]


def is_revert(commit: Commit) -> bool:
    """Whether a commit takes another back."""
    return commit.subject.lower().startswith("revert") or bool(_REVERTED.search(commit.body))


def reverted_shas(commit: Commit) -> list[str]:
    """Return the shas, whole or abbreviated, that a commit says it takes back."""
    return _REVERTED.findall(commit.body)


def doubts(commit: Commit, limit: int = 3) -> list[str]:
    """Return lines of a message that speak of work under way, to be shown beside a claim."""
    lines = [" ".join(line.split()) for line in commit.body.split("\n")[:_MAX_LINES]]
    return [line for line in lines if len(line) <= _MAX_LINE and _UNDERWAY.search(line)][:limit]


def unfinished_lines(commit: Commit, ref: str, index: RefIndex, limit: int = 2) -> list[str]:
    """Return lines that give exactly this stage another status, to be shown beside a claim."""
    lines = (line for line, _ in _lines(commit) if _STANDS_OTHERWISE.search(line))
    said = [line for line in lines if any(run.refs == (ref,) for run in _runs(line, index))]
    return [" ".join(line.split()) for line in said[:limit]]


def spoken_lines(commit: Commit) -> list[str]:
    """Return the lines that speak of what is; what stands below "Next steps:" is left out."""
    return [line for line, _ in _lines(commit) if not _AHEAD.search(line)]


def names_one_stage(line: str, index: RefIndex) -> str | None:
    """Return the stage that a line names, None where it names none, several or a range."""
    refs = {ref for run in _runs(line, index) for ref in run.refs}
    return refs.pop() if len(refs) == 1 else None


@dataclass(frozen=True, slots=True)
class _Run:
    """References that stand together, "2.14 and 2.15"; `start` is before the word "Stage"."""

    refs: tuple[str, ...]
    start: int
    end: int


def _lines(commit: Commit) -> Iterator[tuple[str, bool]]:
    """Yield the lines that speak of what is, leaving out what stands below "Next steps:"."""
    if len(commit.subject) <= _MAX_LINE:
        yield commit.subject, True
    ahead = False
    lines = commit.body.split("\n")[:_MAX_LINES]
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        if _HEADING.match(line):
            ahead = bool(_AHEAD.search(line))
        whole = not _runs_on(before, line) and not _runs_on(line, after)
        if whole and not ahead and 0 < len(line) <= _MAX_LINE and not line.startswith(">"):
            yield line, False


def _runs_on(line: str, after: str) -> bool:
    """Whether a sentence goes on in the next line, so that neither says all of it."""
    ends_open = line.rstrip()[-1:].isalnum() or line.rstrip().endswith((",", "-"))
    if not ends_open or not after.strip() or not after.lstrip()[0].isalnum():
        return False
    return after.lstrip()[0].islower() or line.rstrip()[-1].islower()


def _closes(line: str, run: _Run) -> bool:
    decoration = _DECORATION.match(line)
    before = line[decoration.end() if decoration else 0 : run.start].rstrip("\"'`*([#")
    closes = _CLOSES.search(before) and _CLOSED.match(line[run.end :])
    return bool(closes) and not _OPEN.search(line)


def _runs(line: str, index: RefIndex, kind: Kind = "stage") -> list[_Run]:
    if not any(sign.isdigit() for sign in line):
        return []
    groups: list[list[Mention]] = []
    for mention in find_refs(line, index):
        if mention.kind != kind:
            continue
        before = groups[-1][-1] if groups else None
        joined = before and (
            mention.start == before.start or _AND.fullmatch(line[before.end : mention.start])
        )
        if joined:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [_run(line, group) for group in groups]


def _run(line: str, group: list[Mention]) -> _Run:
    start = group[0].start
    word = _STAGE_WORD.search(line[:start])
    refs = tuple(dict.fromkeys(mention.ref for mention in group))
    return _Run(refs, word.start() if word else start, group[-1].end)


def _words(refs: tuple[str, ...], names: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    known = (word for ref in refs for name in names.get(ref, ()) for word in name.lower().split())
    return frozenset(word.strip("():,.&-") for word in known)


def _is_claim(line: str, run: _Run, own_words: frozenset[str], *, in_subject: bool) -> bool:
    if _OPEN.search(line) or _says_less_than_all(line):
        return False
    head, tail = _head(line[: run.start], in_subject=in_subject), line[run.end :]
    if head is None or _OF_IT.match(tail):
        return False
    kind, words = head
    verb = _COMPLETES if in_subject else _COMPLETED
    if verb.fullmatch(words):
        clause = _CLAUSE_END.split(tail, maxsplit=1)[0]
        return kind not in _ABOUT and not _is_part(clause, own_words)
    return (not words or bool(_MARKS.fullmatch(words))) and _is_called_done(tail, own_words)


def _head(before: str, *, in_subject: bool) -> tuple[str, str] | None:
    """Return the commit's type and the words before the references; None for other openings."""
    decoration = _DECORATION.match(before)
    words = before[decoration.end() :] if decoration else before
    kind = _TYPE.match(words) if in_subject else None
    words = words[kind.end() :].rstrip("[(\"'`*“") if kind else words.rstrip("[(\"'`*“")
    if ":" in words.rstrip(": "):
        return None
    return (kind["type"].lower() if kind else ""), words


def _is_called_done(tail: str, own_words: frozenset[str]) -> bool:
    if match := _STATUS.match(tail):
        rest = tail[match.end() :]
        return bool(_END.match(rest) or _GOES_ON.match(rest))
    match = _TITLED.match(tail)
    return bool(
        match and not _is_part(match["title"], own_words) and _END.match(tail[match.end() :])
    )


def _is_part(words: str, own_words: frozenset[str]) -> bool:
    return any(match[0].lower() not in own_words for match in _PART.finditer(words))


def _says_less_than_all(line: str) -> bool:
    if any(float(match[1]) != 100 for match in _PERCENT.finditer(line)):  # noqa: PLR2004
        return True
    ratios = (match.groups() for match in _RATIO.finditer(line))
    return any(int(a.replace(",", "")) < int(b.replace(",", "")) for a, b in ratios)


def _stands_otherwise(line: str, run: _Run) -> bool:
    """Whether a line of its own gives the stage another status: "STAGE 2.14 - IN PROGRESS"."""
    words = _head(line[: run.start], in_subject=False)
    return words == ("", "") and bool(_STANDS_OTHERWISE.search(line))
