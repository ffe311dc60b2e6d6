"""When a commit may be taken at its word that a stage is complete."""

import json

import pytest

from bot.domain.activity import Commit
from bot.domain.claims import completion_claims
from bot.domain.refs import RefIndex
from tests.conftest import MONDAY
from tests.customer_plan import customer_stages

REFS = ("1.1", "1.5.4", "1.5.5", "1.5.6", "1.9.1", "2.11", "2.12", "2.13", "2.14", "2.15")
INDEX = RefIndex.of(REFS, phases=("1", "1.5", "1.9", "2"))
NAMES = {"2.13": ("Validation Scripts Creation",), "1.1": ("Create BQX Table Structure",)}


def commit(subject: str, body: str = "", **rest) -> Commit:
    return Commit(
        sha="a" * 40,
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=MONDAY,
        subject=subject,
        body=body,
        **rest,
    )


def claimed(subject: str, body: str = "", **rest) -> set[str]:
    return {claim.ref for claim in completion_claims(commit(subject, body, **rest), INDEX, NAMES)}


@pytest.mark.parametrize(
    ("subject", "refs"),
    [
        ("feat: Complete Stage 1.5.4", {"1.5.4"}),
        (
            "feat: Complete Stage 1.5.4-1.5.5 index-based backfills and add Phase 2 plan",
            {"1.5.4", "1.5.5"},
        ),
        ("Completed Stage 1.5.4", {"1.5.4"}),
        ("Finish stages 1.5.4 and 1.5.5", {"1.5.4", "1.5.5"}),
        ("feat(db)!: complete BQX-1.5.4", {"1.5.4"}),
        ("feat: Complete Stage 1.5.4 (BQX recalculation) - 24 features added", {"1.5.4"}),
        ("Complete Stage 2.13 - Validation Scripts Creation", {"2.13"}),
        ("✅ Stage 1.5.4 done", {"1.5.4"}),
        ("Stage 1.5.4 is now complete.", {"1.5.4"}),
        ("chore: mark Stage 1.5.4 as done", {"1.5.4"}),
        ("Stage 1.5.4 complete (100%)", {"1.5.4"}),
        ("Stage 1.5.4 complete, 1.5.5 started", {"1.5.4"}),
        ("Stage 1.5.4: 100% complete", {"1.5.4"}),
        ("Stage 1.5.4 completed successfully", {"1.5.4"}),
        ("docs: Stage 1.5.4 is complete", {"1.5.4"}),
        ("[1.5.4] done", {"1.5.4"}),
    ],
)
def test_a_subject_that_completes_exactly_the_stage_counts(subject, refs):
    assert claimed(subject) == refs


@pytest.mark.parametrize(
    ("line", "refs"),
    [
        ("Stage 1.5.4 status: Todo → Done", {"1.5.4"}),
        ("✅ Stage 1.5.4: In Progress → Done", {"1.5.4"}),
        ("## Stage 2.11: reg_rate Schema Enhancement - COMPLETE ✅", {"2.11"}),
        ("STAGE 2.12 - VERIFIED AND COMPLETE", {"2.12"}),
        ("- [x] Stage 1.5.4 complete", {"1.5.4"}),
        ('- Updated Stage 2.12: Status = "Done", added completion metrics', {"2.12"}),
        ("- Completed Stage 1.5.4", {"1.5.4"}),
        ("**Stage 1.5.4**: done", {"1.5.4"}),
    ],
)
def test_a_line_of_its_own_that_calls_the_stage_complete_counts(line, refs):
    assert claimed("chore: work", f"What happened:\n\n{line}\n\nMore text.") == refs


NEVER = [
    "Complete Phase 1.9 (98%)",
    "feat: Complete Phase 1.9 (98%) - Final Advanced Features +162 (1,060/1,080 total)",
    "98 % complete",
    "Stage 1.5.4 98 % complete",
    "Stage 1.5.4: 38.3% complete",
    "Complete Stage 1.5.4 (98%)",
    "Stage 1.5.4 complete (129/336 partitions)",
    "Stage 1.5.4: 5 of 28 tables done",
    "next: complete 1.5.4",
    "Next: Stage 1.5.4 complete",
    "todo: complete Stage 1.5.4",
    "wip: Complete Stage 1.5.4",
    "plan: complete Stage 1.5.4",
    "docs: Complete Stage 1.5.4",
    "test: finish Stage 1.5.4",
    "docs: Stage 1.5.4 is not complete",
    "Stage 1.5.4 10% complete",
    "Stage 1.5.4: 100 % of part one complete",
    "(see Stage 1.5.4) done",
    "Stage 1.5.4 not complete",
    "Stage 1.5.4 is not yet done",
    "Stage 1.5.4 isn't complete",
    "Stage 1.5.4 isn’t complete",  # noqa: RUF001 - a typographic apostrophe
    "Stage 1.5.4 incomplete",
    "Stage 1.5.4 is to complete",
    "Stage 1.5.4 to be completed",
    "Stage 1.5.4 almost done",
    "Stage 1.5.4 partially complete",
    "Stage 1.5.4 done except validation",
    "Stage 1.5.4 done but slow",
    "Stage 1.5.4 complete?",
    "Is Stage 1.5.4 complete?",
    "When Stage 1.5.4 is complete, start 1.5.5",
    "After Stage 1.5.4 completes",
    "Wait until Stage 1.5.4 is done",
    "if stage 1.5.4 is done, stop",
    "Monitor Stage 1.5.4 completion",
    "Stage 1.5.4 will be done tomorrow",
    "Stage 1.5.4 should be complete",
    "Stage 1.5.4 completion report",
    "Complete Stage 1.5.4 plan",
    "Complete Stage 1.5.4 foundation",
    "feat: Complete Stage 2.12-2.15 foundation + comprehensive remediation",
    "Complete Stage 1.5.4 part 1",
    "Complete Stage 1.5.4 documentation",
    "Complete Stage 1.5.4's validation",
    "Complete Stage 1.5.4 (EURUSD only)",
    "Complete Stage 1.5.4 locally",
    "Complete Stage 1.5.4 in staging",
    "Complete Stage 1.5.4 dry run",
    "Complete Stage 1.5.4 with mock data",
    "Complete Stage 1.5.4 rollback",
    "Complete Stage 1.5.4 stubs",
    "Complete Stage 1.5.4 wireframes",
    "Complete Stage 1.5.4 UI",
    "Stage 1.5.4 done, validation missing",
    "Stage 1.5.4 done, tests to follow",
    "Stage 1.5.4 cannot be done",
    "Complete tests for Stage 1.5.4",
    "Complete the plan for Stage 1.5.4",
    "Prepare to complete Stage 1.5.4",
    "Try to finish 1.5.4",
    "Finish Stage 1.5.4 this week",
    "Complete Stage 1.5.4 by Friday",
    "Stage 1.5.4: Part A - DONE",
    "Stage 1.5.4 Done → Todo",
    "Stage 1.5.4: 🔄 In Progress",
    "Reopen Stage 1.5.4, it was not done",
    "[ ] Stage 1.5.4 complete",
    'Revert "Complete Stage 1.5.4"',
    "Complete Stage 1.5.4.3",
    "Complete 98.3 and $1.1",
    "Complete refactoring v1.5.4",
    "1.5.4 → complete?",
    "Complete",
    "",
]


@pytest.mark.parametrize("words", NEVER)
def test_plans_parts_percentages_conditions_and_questions_never_count(words):
    assert claimed(words) == set()
    assert claimed("chore: work", words) == set()
    assert claimed("chore: work", f"- {words}") == set()


def test_what_stands_below_next_steps_is_ahead():
    ahead = "Next steps:\n1. Stage 1.5.4 complete\n2. Stage 1.5.5 done\n\n"
    body = ahead + "DONE TODAY\n- Stage 1.5.6 done"

    assert claimed("chore: work", body) == {"1.5.6"}


def test_an_instruction_in_the_body_is_no_claim():
    assert claimed("chore: work", "1. Complete Stage 1.5.4\n2. Complete Stage 1.5.5") == set()


def test_half_of_a_wrapped_sentence_is_no_claim():
    body = "The export has to wait until\nStage 1.5.4 is complete\nand the tables are there."

    assert claimed("chore: work", body) == set()


def test_a_quoted_line_is_no_claim():
    assert claimed("chore: answer", "> Stage 1.5.4 is complete\n\nNo, it is running.") == set()


def test_a_stage_that_the_same_message_calls_unfinished_is_not_claimed():
    body = "STAGE 1.5.4 - DONE\n\nSTAGE 1.5.5 - IN PROGRESS\n"

    assert claimed("feat: Complete Stages 1.5.4-1.5.5", body) == {"1.5.4"}


def test_a_revert_and_a_merge_claim_nothing():
    assert claimed('Revert "x"', "Stage 1.5.4 done\n\nThis reverts commit abcdef0.") == set()
    assert claimed("Complete Stage 1.5.4", parents=("b" * 40, "c" * 40)) == set()


def test_hostile_lengths_are_cheap():
    assert claimed("Complete Stage " + "1.5.4, " * 20_000) == set()
    assert claimed("x", "Stage 1.5.4 " * 1500) == set()
    assert claimed("x", "- Stage 1.5.4 done\n" * 20_000) == {"1.5.4"}
    assert claimed("x", "(" * 390 + "\n" + "1.5.4 :- " + "- " * 190) == set()


def test_on_the_customers_history_no_claim_is_wrong(shared):
    """Read by hand: every commit of the export, every stage it calls complete."""
    stages = customer_stages(shared)
    index = RefIndex.of([stage.ref for stage in stages if stage.ref], phases=("1.9", "2"))
    rows = (shared / "data/bqx/commits.jsonl").read_text(encoding="utf-8").splitlines()
    found = {
        (row["sha"][:7], claim.ref)
        for row in map(json.loads, rows)
        for claim in completion_claims(commit(row["subject"], row["body"]), index, {})
    }

    assert found == {
        ("4187bcd", "1.5.4"),
        ("4187bcd", "1.5.5"),
        ("3f6da10", "1.6.10"),
        ("3f6da10", "1.6.11"),
        ("ff483c6", "1.6.18"),
        ("cbe0ec5", "1.6.19"),
        ("cbe0ec5", "1.6.20"),
        ("cbe0ec5", "1.6.21"),
        ("3afd2c5", "1.8.1"),
        ("3afd2c5", "1.8.2"),
        ("3afd2c5", "1.8.3"),
        ("045628f", "2.1.1"),
        ("045628f", "2.1.3"),
        ("841fcda", "2.11"),
        ("9316c02", "2.11"),
        ("3d29a83", "2.12"),
        ("e70128a", "2.11"),
        ("e70128a", "2.12"),
    }
