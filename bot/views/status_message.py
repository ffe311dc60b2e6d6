"""`/bqx status`: where the project stands, or one stage."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.findings import Finding, GapCheck
from bot.domain.issues import Issue
from bot.domain.plan import ProgressUpdate, Stage, Status, Task
from bot.domain.records import to_plain
from bot.views.finding_blocks import finding_blocks
from bot.views.mrkdwn import (
    Block,
    Message,
    View,
    actions,
    button,
    context,
    message,
    one_line,
    quote,
    section,
)
from bot.views.progress_message import OPEN_FORM
from bot.views.wording import (
    STATUS_WORDS,
    ago,
    count,
    hours,
    issue_title,
    stage_label,
    stage_owner,
    stage_state,
    stage_title,
    task_title,
)

UPDATE_STAGE = "status_update"  # value: stage key
MAX_STAGES = 15
MAX_TASKS = 10
MAX_GAPS = 5
MOVING = (Status.IN_PROGRESS, Status.BLOCKED)


def plan_status(
    counted: Mapping[Status, int],
    moving: Sequence[Stage],
    issues: Sequence[Issue],
    now: datetime,
) -> Message:
    """
    Return the whole plan on one screen: counts, what is in progress, open issues.

    Args:
        counted: How many stages are in each status.
        moving: The first `MAX_STAGES` of those in one of `MOVING`; more are left out.
    """
    total = sum(counted.values())
    if not total:
        return empty_plan()
    counts = " · ".join(
        f"{counted.get(status, 0)} {words.lower()}" for status, words in STATUS_WORDS.items()
    )
    blocks: list[Block] = [section(f"*{count(total, 'stage')}:* {counts}")]
    if moving:
        shown = moving[:MAX_STAGES]
        blocks += [section(_stage_line(stage, now)) for stage in shown]
        more = sum(counted.get(status, 0) for status in MOVING) - len(shown)
        if more > 0:
            blocks.append(context(f"and {more} more in progress"))
    else:
        blocks.append(section("Nothing is in progress."))
    worst = [issue for issue in issues if issue.status.is_open]
    if worst:
        listed = "\n".join(f"{issue.severity.label}: {issue_title(issue)}" for issue in worst[:5])
        rest = f"\nand {len(worst) - 5} more: `/bqx issues`" if len(worst) > 5 else ""  # noqa: PLR2004
        blocks.append(section(f"*{count(len(worst), 'open issue')}*\n{listed}{rest}"))
    blocks.append(context("One stage: `/bqx status 1.5.4` · Gaps: `/bqx gaps`"))
    return message(f"{count(total, 'stage')}: {counts}", blocks)


def empty_plan() -> Message:
    """Return what to do while there is no plan."""
    text = "There is no plan yet."
    how = "Import one: `bqx plan import FILE` reads an Airtable export (JSON) or a CSV file."
    return message(text, [section(f"{text} {how}")])


def stage_status(
    stage: Stage,
    tasks: Sequence[Task],
    issues: Sequence[Issue],
    last: ProgressUpdate | None,
    now: datetime,
) -> Message:
    """Return one stage: state, owner, last word, open tasks and issues."""
    started, last_word = ago(stage.started_at, now), ago(stage.last_progress_at, now)
    facts = [
        f"{stage_title(stage)}\n*{stage_state(stage)}*",
        f"Owner {stage_owner(stage)} · started {started} · last progress {last_word}",
    ]
    if stage.duration:
        facts.append(f"Planned: {one_line(stage.duration.text, 120)}")
    blocks: list[Block] = [section("\n".join(facts))]
    if last and last.note:
        blocks.append(
            section(f"<@{last.member_id}>, {ago(last.at, now)}:\n{quote(last.note, 600)}")
        )
    todo = [task for task in tasks if task.status is not Status.COMPLETE]
    if tasks:
        rows = [f"{task_title(task)} · {hours(task.estimate_minutes)}" for task in todo[:MAX_TASKS]]
        done = len(tasks) - len(todo)
        blocks.append(section("\n".join([f"*Tasks:* {done} of {len(tasks)} complete", *rows])))
    if issues:
        blocks.append(section("*Open issues*\n" + "\n".join(issue_title(i) for i in issues[:10])))
    blocks.append(
        actions("stage", [button("Log progress", UPDATE_STAGE, stage.key, style="primary")])
    )
    return message(f"{stage_label(stage)}: {stage_state(stage)}", blocks)


def _stage_line(stage: Stage, now: datetime) -> str:
    last = ago(stage.last_progress_at, now)
    return (
        f"{stage_title(stage)}\n{stage_state(stage)} · {stage_owner(stage)} · last progress {last}"
    )


def _gaps(gaps: Sequence[tuple[GapCheck, Finding]]) -> list[Block]:
    if not gaps:
        return []
    blocks = [section(f"*Your open gaps ({len(gaps)})*")]
    for check, finding in gaps[:MAX_GAPS]:
        blocks += finding_blocks(to_plain(finding), None, text=check.text)
    if len(gaps) > MAX_GAPS:
        blocks.append(context(f"and {len(gaps) - MAX_GAPS} more in the Messages tab"))
    return blocks


def home_tab(
    mine: Sequence[Stage],
    issues: Sequence[Issue],
    gaps: Sequence[tuple[GapCheck, Finding]],
    now: datetime,
) -> View:
    """
    Return a member's home tab: what is theirs, and the two buttons that matter.

    Args:
        gaps: The open questions to the member, with what they ask about.
    """
    blocks: list[Block] = [
        actions(
            "home",
            [
                button("Log progress", OPEN_FORM, "", style="primary"),
                button("File an issue", "issue_open", ""),
            ],
        )
    ]
    blocks += _gaps(gaps)
    blocks.append(section(f"*Your stages in progress ({len(mine)})*"))
    blocks += [
        section(
            _stage_line(stage, now),
            block_id=f"home:{stage.key}",
            accessory=button("Update", UPDATE_STAGE, stage.key),
        )
        for stage in mine[:MAX_STAGES]
    ]
    if not mine:
        blocks.append(context("None: pick one with *Log progress*."))
    blocks.append(section(f"*Open issues ({len(issues)})*"))
    blocks += [
        section(f"{issue_title(issue)}\n{issue.severity.label} · {issue.status.value}")
        for issue in issues[:MAX_STAGES]
    ]
    if len(issues) > MAX_STAGES:
        blocks.append(context(f"and {len(issues) - MAX_STAGES} more: `/bqx issues`"))
    if not issues:
        blocks.append(context("None."))
    return {"type": "home", "blocks": blocks}
