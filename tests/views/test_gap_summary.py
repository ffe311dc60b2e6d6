"""The Monday message and the answer to `/bqx gaps`."""

import json
from dataclasses import replace

import pytest

from bot.domain.assessment import Assessment
from bot.domain.finding_order import ORDER
from bot.domain.findings import FindingKind
from bot.domain.kpis import kpis_of
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.gap_summary import gap_summary_message, gaps_answer
from bot.views.mrkdwn import block_size
from tests.conftest import MONDAY
from tests.findings import BY_KIND, FACTS, FINDINGS, WEEK, Kind, assessment_of, finding

PATH = "docs/gap_assessments/2025-11-17_gap_assessment.md"
HOSTILE = "<!channel> <@U1> <http://e|b> & *b* `c` \u202e\n> quote " + "x" * 5000


def plain(assessment: Assessment) -> dict:
    return json.loads(json.dumps(assessment.to_plain()))


def summary(assessment: Assessment, path: str | None = PATH, **more) -> dict:
    return gap_summary_message({**plain(assessment), **more}, report_path=path)


def words(message: dict) -> str:
    return json.dumps(message, ensure_ascii=False)


def some() -> Assessment:
    tasks = [
        finding(Kind.TASK_NO_ESTIMATE, f"Task {n} has no estimate.", refs=(f"T{n}",), key=f"t{n}")
        for n in range(2)
    ]
    chosen = (Kind.ISSUE_OVERDUE, Kind.STAGE_COMPLETE_IN_GIT, Kind.COMMIT_UNPLANNED)
    return assessment_of([*(BY_KIND[kind] for kind in chosen), *tasks])


def test_the_summary_counts_each_kind_worst_first():
    message = summary(some())

    title, settled, counts = (block["text"]["text"] for block in message["blocks"][:3])
    assert title == "Gap assessment, 17 November 2025"
    assert settled == "*5 findings, 0 settled.* Each has its buttons in the thread."
    assert counts.split("\n") == [
        "• *1 issue is overdue*: `ISS-001`",
        "• *1 stage is complete by its commits, not by the plan*: `1.5.5`",
        "• *1 piece of work names no stage or task*",
        "• *2 tasks have no estimate*: `T0`, `T1`",
    ]
    assert PATH in words(message)
    assert message["text"].startswith("Gap assessment, 17 November 2025: 1 issue is overdue;")


def test_every_kind_has_words():
    message = summary(assessment_of([*FINDINGS, BY_KIND[Kind.ISSUE_OPEN]]))

    assert set(BY_KIND) == set(FindingKind) == set(ORDER)
    assert len(message["blocks"][2]["text"]["text"].split("\n")) == len(ORDER)


def test_what_is_answered_counts_as_settled():
    answered = {"t0": {"answer": "estimated"}, "t1": {"answer": "later"}}

    assert "*5 findings, 2 settled.*" in words(summary(some(), outcomes=answered))
    everything = {one.key: {"answer": "complete"} for one in some().findings}
    assert "*5 findings, 5 settled.* The plan is up to date." in words(
        summary(some(), outcomes=everything)
    )


def test_the_kpis_show_their_arithmetic():
    kpis = kpis_of(FACTS, some().findings, {})

    message = gap_summary_message(plain(some()), report_path=None, kpis=kpis)

    assert "Completeness rate *95 %* (21 of 22 pieces of work belong to the plan" in words(message)
    assert "target &gt;95 %" in words(message)
    assert "Staleness rate *0 %* (0 of 5 stages" in words(message)


def test_what_nobody_signed_last_week_is_said():
    facts = replace(FACTS, unsigned="3 of 5 sections of 2025-11-10 were not signed.")

    for findings in ([], FINDINGS):
        shown = words(summary(assessment_of(findings, facts=facts)))
        assert "3 of 5 sections of 2025-11-10 were not signed." in shown


def test_a_quiet_week_is_one_line():
    message = summary(assessment_of([]))

    assert message["text"] == "A quiet week: the plan and the work agree."
    assert [block["type"] for block in message["blocks"]] == ["section", "context"]
    assert gaps_answer(plain(assessment_of([])))["text"] == message["text"]


def test_nothing_found_is_not_called_quiet_when_something_was_not_read():
    assessment = assessment_of([], not_assessed=("Commits of x: there is no folder x.",))

    for message in (summary(assessment), gaps_answer(plain(assessment))):
        assert "quiet" not in words(message)
        assert "*Not assessed*\\n• Commits of x: there is no folder x." in words(message)


def test_a_late_summary_says_so_even_in_a_quiet_week():
    for assessment in (assessment_of([]), some()):
        late = summary(replace(assessment, late=True, local_date="2025-11-10"))
        assert "Late: this was due in the morning of 2025-11-10." in words(late)


def test_what_is_new_is_told_from_what_is_known():
    known = tuple(
        replace(one, state="carried", first_seen_at=MONDAY - WEEK) if one.key != "t1" else one
        for one in some().findings
    )

    text = words(summary(replace(some(), findings=known)))

    assert "*1 issue is overdue* (known from earlier weeks)" in text
    assert "*2 tasks have no estimate* (1 new)" in text


@pytest.mark.parametrize("size", [1, 60, 500])
def test_every_message_stays_inside_slacks_limits_and_pings_nobody(size):
    findings = [
        replace(one, key=f"{one.key}:{n}", text=HOSTILE, refs=(HOSTILE,), evidence=(HOSTILE,))
        for one in BY_KIND.values()
        for n in range(size)
    ]
    assessment = assessment_of(findings, not_assessed=(HOSTILE,) * size)

    for message in (summary(assessment), gaps_answer(plain(assessment))):
        assert flaws_of_blocks(message["blocks"], "message") == []
        assert block_size(message["blocks"]) <= 12_000
        assert len(message["text"]) <= 4000
        for mark in ("<!channel", "<@U1", "<http", "\u202e"):
            assert mark not in words(message["blocks"])


def test_the_answer_shows_a_few_of_each_kind():
    tasks = [
        finding(Kind.TASK_NO_ESTIMATE, f"Task {n} has no estimate.", refs=(), key=f"t{n}")
        for n in range(9)
    ]

    (counts, _) = gaps_answer(plain(assessment_of(tasks)))["blocks"]

    assert counts["text"]["text"].split("\n") == [
        "*9 tasks have no estimate*",
        "• Task 0 has no estimate.",
        "• Task 1 has no estimate.",
        "• Task 2 has no estimate.",
        "and 6 more",
    ]
