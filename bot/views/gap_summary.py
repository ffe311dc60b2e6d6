"""The Monday message, its thread, and the answer to `/bqx gaps`: views of one snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.assessment import FROM_GIT, ORDER, SECTIONS, detail_sections, report_path
from bot.domain.findings import Finding, FindingKind
from bot.views.mrkdwn import (
    MAX_BLOCKS,
    MAX_MESSAGE,
    Block,
    Message,
    block_size,
    context,
    cut,
    header,
    message,
    one_line,
    section,
    when,
)
from bot.views.wording import count, listing

Plain = Mapping[str, Any]

_WORDS = {
    FindingKind.ISSUE_OVERDUE: ("issue is overdue", "issues are overdue"),
    FindingKind.ISSUE_OPEN: ("issue is open", "issues are open"),
    FindingKind.STAGE_COMPLETE_IN_GIT: (
        "stage is complete by its commits, not by the plan",
        "stages are complete by their commits, not by the plan",
    ),
    FindingKind.STAGE_SILENT: (
        "stage in progress had no update for two weeks",
        "stages in progress had no update for two weeks",
    ),
    FindingKind.STAGE_OLD: (
        "stage has been in progress for over two weeks",
        "stages have been in progress for over two weeks",
    ),
    FindingKind.STAGE_AGE_UNKNOWN: (
        "stage in progress has no recorded start or update",
        "stages in progress have no recorded start or update",
    ),
    FindingKind.REF_AMBIGUOUS: (
        "reference in commits fits several stages",
        "references in commits fit several stages",
    ),
    FindingKind.COMMIT_UNPLANNED: (
        "piece of work names no stage or task",
        "pieces of work name no stage or task",
    ),
    FindingKind.TASK_NO_ESTIMATE: ("task has no estimate", "tasks have no estimate"),
    FindingKind.TASK_NO_OWNER: ("task has no owner", "tasks have no owner"),
}
_REFS_SHOWN = 5
_EVIDENCE_SHOWN = 4
_EXAMPLES = 3  # findings of a kind in the answer to `/bqx gaps`
_ROOM = 500  # characters kept free for the line that says how many more there are
_QUIET = "A quiet week: the plan and the work agree."
_NOTHING = "Nothing found, but not everything could be looked at."


def gap_summary_message(snapshot: Plain, *, report_path: str | None) -> Message:
    """
    Return the Monday message: what was found, worst first, and what was not looked at.

    Args:
        snapshot: What `Assessment.to_plain` returned.
        report_path: Where the report lies in the project repo; None where there is none.
    """
    findings, missing = snapshot["findings"], snapshot["not_assessed"]
    small = context(_period(snapshot, report_path))
    if not findings and not missing:
        return message(_QUIET, [section(_late(snapshot) + _QUIET), small])
    day = f"{date.fromisoformat(snapshot['local_date']):%-d %B %Y}"
    blocks = [header(f"Gap assessment, {day}")]
    if snapshot["late"]:
        blocks.append(context(_late(snapshot).strip()))
    lines = [f"• {line}" for line in _count_lines(findings)]
    blocks.append(section("\n".join(lines) or _NOTHING))
    if missing:
        blocks.append(section(_missing(missing)))
    return message(_notification(findings, day), [*blocks, small])


def gap_detail_messages(snapshot: Plain) -> list[Message]:
    """Return the parts of the thread: one message for each section that holds anything."""
    path = report_path(snapshot["local_date"])
    kinds = [_bare(finding) for finding in snapshot["findings"]]
    return [_detail_message(name, snapshot["findings"], path) for name in detail_sections(kinds)]


def gaps_answer(snapshot: Plain) -> Message:
    """Return the answer to `/bqx gaps`, for one reader: counts, and a few of each."""
    findings, missing = snapshot["findings"], snapshot["not_assessed"]
    small = context(_period(snapshot, None))
    if not findings and not missing:
        return message(_QUIET, [section(_QUIET), small])
    blocks = [section(text) for text in _examples(findings)] or [section(_NOTHING)]
    if missing:
        blocks.append(section(_missing(missing)))
    return message(_notification(findings, "this week"), [*blocks, small])


def _count_lines(findings: Sequence[Plain]) -> Iterator[str]:
    for kind in ORDER:
        chosen = [finding for finding in findings if finding["kind"] == kind]
        if chosen:
            refs = list(dict.fromkeys(ref for finding in chosen for ref in finding["refs"]))
            named = [f"`{one_line(ref, 30).replace('`', '')}`" for ref in refs]
            tail = f": {listing(named, _REFS_SHOWN)}" if named else ""
            yield f"*{count(len(chosen), *_WORDS[kind])}*{_news(chosen)}{tail}"


def _news(findings: Sequence[Plain]) -> str:
    """Return "(2 new)" where some of the findings are known from earlier weeks."""
    new = sum(finding["state"] == "new" for finding in findings)
    if new == len(findings):
        return ""
    return f" ({new} new)" if new else " (known from earlier weeks)"


def _examples(findings: Sequence[Plain]) -> Iterator[str]:
    for line, kind in zip(_count_lines(findings), _kinds(findings), strict=True):
        chosen = [finding for finding in findings if finding["kind"] == kind]
        shown = [f"• {one_line(finding['text'], 250)}" for finding in chosen[:_EXAMPLES]]
        more = len(chosen) - len(shown)
        rest = [f"and {more} more"] if more > 0 else []
        yield "\n".join([line.partition(":")[0], *shown, *rest])


def _kinds(findings: Sequence[Plain]) -> list[FindingKind]:
    there = {finding["kind"] for finding in findings}
    return [kind for kind in ORDER if kind in there]


def _detail_message(name: str, findings: Sequence[Plain], path: str) -> Message:
    chosen = [finding for finding in findings if finding["kind"] in SECTIONS[name]]
    title = f"{name} ({len(chosen):,})"
    blocks: list[Block] = [section(f"*{title}*")]
    size = block_size(blocks[0])
    for finding in chosen:
        block = section(_detail(finding))
        size += block_size(block)
        if size > MAX_MESSAGE - _ROOM or len(blocks) >= MAX_BLOCKS - 1:
            break
        blocks.append(block)
    more = len(chosen) - (len(blocks) - 1)
    if more:
        blocks.append(context(f"and {more:,} more, all in the report: `{path}`"))
    return message(title, blocks)


def _detail(finding: Plain) -> str:
    # What the plan shows is said in the sentence; what commits say needs their own words.
    evidence = finding["evidence"] if finding["kind"] in FROM_GIT else ()
    lines = [f"> {one_line(line, 200)}" for line in evidence[:_EVIDENCE_SHOWN]]
    more = len(evidence) - len(lines)
    if more > 0:
        lines.append(f"> and {more} more")
    known = ""
    if finding["state"] == "carried" and finding["first_seen_at"]:
        seen = datetime.fromisoformat(finding["first_seen_at"])
        known = f" _Known since {when(seen, '{date_short}')}._"
    return cut("\n".join([one_line(finding["text"], 600) + known, *lines]), 3000)


def _missing(sentences: Sequence[str]) -> str:
    shown = [f"• {one_line(sentence, 250)}" for sentence in sentences[:8]]
    more = len(sentences) - len(shown)
    rest = [f"and {more} more"] if more > 0 else []
    return "\n".join(["*Not assessed*", *shown, *rest])


def _late(snapshot: Plain) -> str:
    if not snapshot["late"]:
        return ""
    return f"Late: this was due in the morning of {snapshot['local_date']}. "


def _period(snapshot: Plain, path: str | None) -> str:
    start = datetime.fromisoformat(snapshot["period_start"])
    end = datetime.fromisoformat(snapshot["as_of"])
    parts = [
        f"{when(start, '{date_short}')} to {when(end, '{date_short}')}",
        count(snapshot["facts"]["commits"], "commit") + " read",
        *(one_line(remark, 150) for remark in snapshot["remarks"][:5]),
    ]
    if path:
        parts.append(f"report: `{one_line(path, 150)}`")
    return " · ".join(parts)


def _notification(findings: Sequence[Plain], day: str) -> str:
    if not findings:
        return _NOTHING
    words = [
        count(sum(finding["kind"] == kind for finding in findings), *_WORDS[kind])
        for kind in _kinds(findings)
    ]
    return f"Gap assessment, {day}: {'; '.join(words)}."


def _bare(finding: Plain) -> Finding:
    return Finding(fingerprint="", kind=FindingKind(finding["kind"]), text="")
