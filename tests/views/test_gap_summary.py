"""The Monday message, its thread and the answer to `/bqx gaps`."""

import json
from dataclasses import replace

import pytest

from bot.domain.assessment import Assessment, detail_sections
from bot.domain.issues import Severity
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.gap_summary import gap_detail_messages, gap_summary_message, gaps_answer
from bot.views.mrkdwn import block_size
from tests.conftest import MONDAY
from tests.domain.test_assessment import DAY, commit, found, issue, stage, task

PATH = "docs/gap_assessments/2025-11-17_gap_assessment.md"
HOSTILE = "<!channel> <@U1> <http://e|b> & *b* `c` \u202e\n> quote " + "x" * 5000


def plain(assessment: Assessment) -> dict:
    return json.loads(json.dumps(assessment.to_plain()))


def summary(assessment: Assessment, path: str | None = PATH) -> dict:
    return gap_summary_message(plain(assessment), report_path=path)


def words(message: dict) -> str:
    return json.dumps(message, ensure_ascii=False)


def some() -> Assessment:
    return found(
        commit("feat: Complete Stage 1.1"),
        commit("feat: a cache"),
        stages=(stage("1.1", started_at=None), stage("1.2", started_at=None)),
        issues=(issue("ISS-1", Severity.BLOCKER, 3 * DAY),),
        tasks=(task("a", estimate_minutes=None),),
    )


def test_the_summary_counts_each_kind_worst_first():
    message = summary(some())

    assert message["blocks"][0]["text"]["text"] == "Gap assessment, 17 November 2025"
    assert message["blocks"][1]["text"]["text"].split("\n") == [
        "• *1 issue is overdue*: `ISS-1`",
        "• *1 stage is complete by its commits, not by the plan*: `1.1`",
        "• *2 stages in progress have no recorded start or update*: `1.1`, `1.2`",
        "• *1 piece of work names no stage or task*",
        "• *1 task has no estimate*: `a`",
    ]
    assert PATH in words(message)
    assert message["text"].startswith("Gap assessment, 17 November 2025: 1 issue is overdue;")


def test_a_quiet_week_is_one_line():
    message = summary(found())

    assert message["text"] == "A quiet week: the plan and the work agree."
    assert [block["type"] for block in message["blocks"]] == ["section", "context"]
    assert gap_detail_messages(plain(found())) == []
    assert gaps_answer(plain(found()))["text"] == message["text"]


def test_nothing_found_is_not_called_quiet_when_something_was_not_read():
    assessment = found(missing=("Commits of x: there is no folder x.",))

    for message in (summary(assessment), gaps_answer(plain(assessment))):
        assert "quiet" not in words(message)
        assert "*Not assessed*\\n• Commits of x: there is no folder x." in words(message)


def test_a_late_summary_says_so_even_in_a_quiet_week():
    for assessment in (found(), some()):
        late = summary(replace(assessment, late=True, local_date="2025-11-10"))
        assert "Late: this was due in the morning of 2025-11-10." in words(late)


def test_what_is_new_is_told_from_what_is_known():
    assessment = some()
    known = tuple(
        replace(finding, state="carried", first_seen_at=MONDAY - 7 * DAY)
        if finding.refs != ("1.2",)
        else finding
        for finding in assessment.findings
    )
    carried = replace(assessment, findings=known)

    text = words(summary(carried))

    assert "*1 issue is overdue* (known from earlier weeks)" in text
    assert "no recorded start or update* (1 new)" in text
    assert "_Known since <!date^" in words(gap_detail_messages(plain(carried))[0])


def test_the_thread_has_one_message_for_each_section_that_holds_anything():
    assessment = some()

    messages = gap_detail_messages(plain(assessment))

    assert len(messages) == len(detail_sections(assessment.findings)) == 5
    assert [message["text"].split(" (")[0] for message in messages] == detail_sections(
        assessment.findings
    )


@pytest.mark.parametrize("size", [1, 60, 1500])
def test_every_message_stays_inside_slacks_limits_and_pings_nobody(size):
    assessment = found(
        *(commit(HOSTILE, HOSTILE, at=MONDAY - n % 7 * DAY) for n in range(min(size, 60))),
        commit("feat: Complete Stage 1.1", "Currently running: <!here>"),
        stages=tuple(
            stage(f"1.{n + 1}", f"S{n}", name=HOSTILE, started_at=None) for n in range(size)
        ),
        tasks=tuple(task(f"T{n}", title=HOSTILE, estimate_minutes=None) for n in range(size)),
        issues=tuple(
            replace(issue(f"ISS-{n}", Severity.MINOR, DAY), title=HOSTILE) for n in range(size)
        ),
        missing=(HOSTILE,) * size,
    )

    messages = [
        summary(assessment),
        gaps_answer(plain(assessment)),
        *gap_detail_messages(plain(assessment)),
    ]

    for message in messages:
        assert flaws_of_blocks(message["blocks"], "message") == []
        assert len(message["blocks"]) <= 50
        assert block_size(message["blocks"]) <= 12_000
        assert len(message["text"]) <= 4000
        for mark in ("<!channel", "<!here", "<@U1", "<http", "\u202e"):
            assert mark not in words(message["blocks"])
    if size == 1500:
        assert f"more, all in the report: `{PATH}`" in words(messages[-1])


def test_the_answer_shows_a_few_of_each_kind():
    tasks = tuple(task(str(n), estimate_minutes=None) for n in range(9))

    (counts, _) = gaps_answer(plain(found(tasks=tasks)))["blocks"]

    assert counts["text"]["text"].split("\n") == [
        "*9 tasks have no estimate*",
        "• Task 0 “Task 0” has no estimate.",
        "• Task 1 “Task 1” has no estimate.",
        "• Task 2 “Task 2” has no estimate.",
        "and 6 more",
    ]
