"""The phase review, and the architecture review as a page of Monday's thread or a post."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.calendar_outcomes import Review
from bot.domain.issues import Severity
from bot.domain.plan import Phase, Stage, Status
from bot.views.mrkdwn import Block, Message, context, header, message, one_line, section, title_text
from bot.views.wording import STATUS_WORDS, count, issue_title, listing

MAX_PHASES = 25
MAX_LISTED = 15
MAX_RISKS = 8


def phase_review_message(review: Review) -> Message:
    """Return where every phase stands, the open issues by level, and what is at risk."""
    title = f"Phase review, {_day(review)}"
    blocks = [header(title), *_late(review)]
    lines = list(_phase_lines(review.phases, review.stages))
    blocks.append(section("\n".join(lines[:MAX_PHASES]) or "The plan has no stages yet."))
    if len(lines) > MAX_PHASES:
        blocks.append(context(f"and {len(lines) - MAX_PHASES} more phases"))
    blocks += [section(_issues(review)), section(_risks(review))]
    blocks.append(context("`/bqx status` has the stages, `/bqx issues` the issues."))
    return message(title, blocks)


def architecture_message(review: Review, *, has_register: bool = False) -> Message:
    """
    Return the debt register and what is not documented.

    Args:
        has_register: The register has a page of its own in the same thread: it is counted only.
    """
    title = f"Architecture review, {_day(review)}"
    debt, bare = review.debt, review.undocumented
    shown = [f"• {issue_title(issue)}" for issue in debt[:MAX_LISTED]]
    more = [f"and {len(debt) - MAX_LISTED} more"] if len(debt) > MAX_LISTED else []
    listed = ["The register in this thread lists them."] if has_register else [*shown, *more]
    owed = "\n".join([f"*{count(len(debt), 'open issue')} of technical debt*", *listed])
    refs = (f"`{one_line(s.ref or s.key, 30).replace('`', '')}`" for s in bare)
    documented = len(review.stages) - len(bare)
    docs = f"*{documented} of {count(len(review.stages), 'stage')} link to documentation*"
    if bare:
        docs += f"\nMissing: {listing(refs, 40)}"
    small = context("Technical debt is Level 4: `/bqx issue 4 …` adds to it.")
    return message(title, [header(title), *_late(review), section(owed), section(docs), small])


def _day(review: Review) -> str:
    return f"{review.local_date:%-d %B %Y}"


def _late(review: Review) -> list[Block]:
    return [context(f"Late: this was due on {review.local_date}.")] if review.late else []


def _phase_lines(phases: Sequence[Phase], stages: Sequence[Stage]) -> Iterable[str]:
    for phase in phases:
        own = [stage for stage in stages if stage.phase_key == phase.key]
        name = f"*{title_text(phase.ref or phase.key, 30)}* · {one_line(phase.name, 80)}"
        ends = f" · planned for {phase.planned_end:%Y-%m-%d}" if phase.planned_end else ""
        yield f"{name} · {STATUS_WORDS[phase.status].lower()}{ends}\n      {_counts(own)}"
    known = {phase.key for phase in phases}
    rest = [stage for stage in stages if stage.phase_key not in known]
    if rest:
        yield f"*{'In no phase' if phases else 'All stages'}*\n      {_counts(rest)}"


def _counts(stages: Sequence[Stage]) -> str:
    counts = Counter(stage.status for stage in stages)
    told = [f"{counts[each]} {STATUS_WORDS[each].lower()}" for each in Status if counts[each]]
    return f"{count(len(stages), 'stage')}: {', '.join(told)}" if told else "no stages"


def _issues(review: Review) -> str:
    counts = Counter(issue.severity for issue in review.issues)
    lines = [f"• {level.label}: {counts[level]}" for level in Severity if counts[level]]
    total = len(review.issues) + review.not_shown
    if review.not_shown:
        lines.append(f"• {review.not_shown} that only those named may see")
    return "\n".join([f"*{count(total, 'open issue')}*", *lines])


def _risks(review: Review) -> str:
    if not review.assessed:
        return "*Risks*\nNot assessed yet: the first Monday assessment finds them."
    shown = [f"• {one_line(risk, 250)}" for risk in review.risks[:MAX_RISKS]]
    more = len(review.risks) - len(shown)
    rest = [f"and {more} more"] if more > 0 else []
    nothing = [] if review.risks else ["No deliverable was at risk."]
    return "\n".join([f"*Risks, as of {review.assessed}*", *shown, *rest, *nothing])
