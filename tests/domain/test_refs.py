"""The grammar of references, on titles, on what people type and on commit messages."""

# ruff: noqa: RUF001 - wide digits and dashes are what is tested

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.plan import Stage
from bot.domain.refs import (
    RefIndex,
    canonical_ref,
    find_refs,
    index_plan,
    nearest_refs,
    parse_ref_argument,
    phase_ref,
    ref_sort_key,
    split_title,
)

PLAN = RefIndex.of(
    [
        *("0.1", "1.1", "1.5.3", "1.5.4", "1.5.5", "1.7.2", "2.1", "2.1.2", "2.3", "2.4", "2.5"),
        *(f"1.6.{n}" for n in range(9, 22)),
        *("1.8.1", "2.10", "2.10", "2.12", "2.14", "2.15", "2.16B", "2.16C", "2.17", "2.17B"),
        *("2.17C", "2.18B", "9.1", "10.5", "10.8"),
    ],
    tasks=["TSK-3.1.6", "MP03.P01.S01.T02"],
    phases=["1.5", "Phase 1.9", "2"],
)


def refs(text: str, kind: str = "stage", known: RefIndex = PLAN) -> list[str]:
    return [mention.ref for mention in find_refs(text, known) if mention.kind == kind]


@pytest.mark.parametrize(
    ("title", "ref", "name"),
    [
        ("7.2 - Lambda Prediction API", "7.2", "Lambda Prediction API"),
        ("Stage 1.5.7: Unified Model", "1.5.7", "Unified Model"),
        ("2.1.2 - Track 2: Regression Features", "2.1.2", "Track 2: Regression Features"),
        ("BQX-2.17b", "2.17B", ""),
        ("[1.5.4] Recalculation", "1.5.4", "Recalculation"),
        ("1.2. Backfill", "1.2", "Backfill"),
        ("TSK-3.1.6 Feature selection", "TSK-3.1.6", "Feature selection"),
        ("MP03.P01.S01.T02: Load", "MP03.P01.S01.T02", "Load"),
        ("２.１６B — wide", "2.16B", "wide"),
        ("PROJ-123 Fix", "PROJ-123", "Fix"),
        ("7", "7", ""),
        ("7: Deploy", "7", "Deploy"),
        ("7 tables to drop", None, "7 tables to drop"),
        ("Phase 2 Worker Scripts", None, "Phase 2 Worker Scripts"),
        ("98.3% done", None, "98.3% done"),
        ("2.5x faster export", None, "2.5x faster export"),
        ("1.5 hours of work", None, "1.5 hours of work"),
        ("v1.5.4 release", None, "v1.5.4 release"),
        ("1.5.4.sql", None, "1.5.4.sql"),
        ("  ", None, ""),
    ],
)
def test_a_title_is_split_into_its_reference_and_its_name(title, ref, name):
    assert split_title(title) == (ref, name)
    assert canonical_ref(title) == ref


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("1.5.4", "1.5.4"),
        ("bqx-1.5.4", "1.5.4"),
        ("stage 1.5.4", "1.5.4"),
        ("Stage-1.5.4:", "1.5.4"),
        ("`2.16b`", "2.16B"),
        ("tsk-3.1.6", "TSK-3.1.6"),
        ("stg-001", "STG-001"),
        ("1.5.4.5", "1.5.4.5"),
        ("v1.5.4", None),
        ("98.3%", None),
        ("129/336", None),
        ("banana", None),
        ("", None),
        ("1." * 5000 + "1", None),
    ],
)
def test_what_a_person_types_names_a_reference_or_none(typed, ref):
    assert parse_ref_argument(typed) == ref


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Complete Stage 1.5.4-1.5.5 backfills", ["1.5.4", "1.5.5"]),
        ("Stages 1.6.12-1.6.14", ["1.6.12", "1.6.13", "1.6.14"]),
        ("Stages 1.6.12–1.6.14", ["1.6.12", "1.6.13", "1.6.14"]),
        ("stages 1.6.12 to 1.6.14", ["1.6.12", "1.6.13", "1.6.14"]),
        ("Stage 1.6.12 through Stage 1.6.14", ["1.6.12", "1.6.13", "1.6.14"]),
        ("Stages 1.6.12-14", ["1.6.12", "1.6.13", "1.6.14"]),
        ("Stages 1.6.14-1.6.12", ["1.6.12", "1.6.13", "1.6.14"]),
        ("Stages 2.16B–2.18B", ["2.16B", "2.16C", "2.17", "2.17B", "2.17C", "2.18B"]),
        ("(2.17B-C)", ["2.17B", "2.17C"]),
        ("Complete Stage 2.14 and 2.15 - ready", ["2.14", "2.15"]),
        ("Stage 2.14/2.15", ["2.14", "2.15"]),
        ("Stages 2.1, 2.3 & 2.4.", ["2.1", "2.3", "2.4"]),
        ("Stages 2.1, 2.99, and 2.4", ["2.1", "2.4"]),
        ("Stage(s) 2.3; ML Stages (10.5-10.8)", ["2.3", "10.5", "10.8"]),
        ("Removed duplicates (BQX-2.3, 2.4, 2.10)", ["2.3", "2.4", "2.10"]),
        ("bqx-1.5.4 done", ["1.5.4"]),
        ("stage-1.5.4-recalc", ["1.5.4"]),
        ("STAGE **1.5.4** and stage `2.3`", ["1.5.4", "2.3"]),
        ("feat(2.3): currency indices", ["2.3"]),
        ("[2.4] arbitrage", ["2.4"]),
        ("1.5.4: recalculate", ["1.5.4"]),
        ("2.4 - arbitrage", ["2.4"]),
        ("- Track B: 2.4 (2 cores)", ["2.4"]),
        ('Mark 2.14 → "Done", 2.15 → "Done"', ["2.14", "2.15"]),
        ("Begin TIER 1 enhancements (2.3, 2.4, 2.16B)", ["2.3", "2.4", "2.16B"]),
        ("1.5.4 is at 40 %", ["1.5.4"]),
        ("closes 1.5.4", ["1.5.4"]),
        ("Merge branch 'feature/1.5.4-recalc'", ["1.5.4"]),
        ("Stage １.５.４", ["1.5.4"]),
        ("Task 1.5.4 follow-up", ["1.5.4"]),
        ("Stage 2.3: 9.5h and Stage 2.12 (64.6%)", ["2.3", "2.12"]),
        ("Stage 2.3, 2.4 GB written", ["2.3"]),
        ("Stages 2.3, 2.4 and 2.5 hours of tests", ["2.3", "2.4"]),
        ("Phase 1.6: 1.6.12, 1.6.13 pending", ["1.6.12", "1.6.13"]),
        ("WIP: 1.5.4", ["1.5.4"]),
        ("Done: 1.5.4, 1.5.5", ["1.5.4", "1.5.5"]),
        ("BQX 1.5.4 recalculated", ["1.5.4"]),
        ("Stages:\n- 2.3\n- 1.5.4\n", ["2.3", "1.5.4"]),
        ("stage1.5.4 and stage_2.3", ["1.5.4", "2.3"]),
        ("Stage 1.5.4's backfill, Stage #2.3.", ["1.5.4", "2.3"]),
        ("BQX-1.6.12..BQX-1.6.14", ["1.6.12", "1.6.13", "1.6.14"]),
    ],
)
def test_named_references_are_found(text, expected):
    assert refs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Stage 1.5.4.5 and Stage 1.5.4.1",
        "v1.5.4 and version 1.5.4",
        "- numpy 2.1.2, scikit-learn 1.7.2",
        "numpy==2.1.2 numpy-2.1.2 numpy>=2.1.2",
        "Upgrade pandas to 2.1.2 from 1.7.2",
        "bump from 1.7.2 to 2.1.2",
        "## 1.7.2 (2025-01-03)",
        "98.3 % and 2.3% and 2.1 %",
        "2.3 hours, 2.4h, 2.5 days, 2.1 GB, 2.4M rows, 2.3x",
        "Sharpe 1.5 → 2.4-2.5 (+60%)",
        "R² > 0.1 and ~1.1 and $2.3 and = 2.4",
        "9.1/10 score",
        "on 1.5.2025 at 10.5.1.1",
        "host 10.1.5.4 and 10.5.1.0/24",
        "2.3.sql docs/2.3.md stage_2.3.sql",
        "Complete Phase 1.9 (98%)",
        "Phases 2.1-2.5 and Phase 2.3",
        "Stages 1.7.x and 1.8.x",
        "Cost 2.3, latency 2.4",
        "Stage 2.3 hours",
        "see section 2.3, figure 2.4 and chapter 1.5.4",
        "Release 2.3, tag 1.5.4, CUDA 2.4, Node 10.5",
        "numpy: 2.1.2",
        "learning rate (0.1-2.4)",
        "Stage 2.1a and Stage 2.3.x",
        "took 10.5-10.8 seconds",
    ],
)
def test_other_numbers_are_no_references(text):
    assert refs(text) == []


def test_a_phase_counts_as_a_phase_and_never_as_a_stage():
    mentions = find_refs("Complete Phase 1.9 and phase 2, Stage 2.3", PLAN)

    assert [(m.ref, m.kind) for m in mentions] == [
        ("1.9", "phase"),
        ("2", "phase"),
        ("2.3", "stage"),
    ]
    assert phase_ref("Phase 1.5: Rate index") == "1.5"


@pytest.mark.parametrize("text", ["TSK-3.1.6, 4h", "tsk-3.1.6", "Task 3.1.6", "Tasks: 3.1.6"])
def test_a_task_is_found_by_its_code_and_by_its_word(text):
    assert refs(text, "task") == ["TSK-3.1.6"]


def test_a_task_of_the_tree_kind_is_matched_whole():
    assert refs("done MP03.P01.S01.T02.", "task") == ["MP03.P01.S01.T02"]
    assert refs("done MP03.P01.S01.T02.X1", "task") == []
    assert refs("done MP03.P01.S01", "task") == []


def test_a_mention_names_its_words():
    text = "wide：　Stage ２.１４ – ２.１５ done"

    first, second = find_refs(text, PLAN)

    assert text[first.start : first.end] == "２.１４ – ２.１５"
    assert (first.start, first.explicit) == (second.start, True)


def test_a_bare_number_is_found_but_not_explicit():
    assert [m.explicit for m in find_refs("1.5.4 is done, Stage 2.3", PLAN)] == [False, True]


def test_a_ref_that_two_stages_carry_is_known_as_ambiguous():
    assert PLAN.ambiguous == {"2.10"}


def test_the_index_of_a_plan_takes_the_prefixes_of_its_codes():
    known = index_plan(
        [Stage(key="A", name="", ref="1.2", code="ACME-1.2"), Stage(key="B", name="")]
    )

    assert refs("ACME-1.2 and bqx-1.2 and OTHER-1.2", known=known) == ["1.2", "1.2"]


@pytest.mark.parametrize(
    ("typed", "first"), [("1.54", "1.5.4"), ("2.16", "2.16B"), ("1.5.6", "1.5.5"), ("2.99", None)]
)
def test_a_typo_is_answered_with_the_nearest_refs(typed, first):
    near = nearest_refs(typed, PLAN.stages)

    assert (near[0] if near else None) == first
    assert len(near) <= 3


def test_refs_sort_as_people_count():
    mixed = ["2.17", "1.10", "2.16B", "1.2", "2.16", "10.1", "1.2.1", "TSK-1.2"]

    assert sorted(mixed, key=ref_sort_key) == [
        *("1.2", "1.2.1", "1.10", "2.16", "2.16B", "2.17", "10.1", "TSK-1.2")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1." * 50_000,
        "1" * 100_000,
        "Stage " * 16_000,
        "Stages " + "1.5.4, " * 14_000,
        "1.5.4-" * 16_000,
        "Stages 0.1-99.9, " * 6_000,
        "(" * 100_000 + "2.3",
        "a-" * 50_000,
        "stage " + " " * 100_000 + "2.3",
        "A1." * 33_000,
    ],
)
def test_a_hostile_line_costs_no_more_than_its_length(line):
    started = time.thread_time()

    find_refs(line, PLAN)
    canonical_ref(line)

    assert time.thread_time() - started < 2


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_read_and_offsets_stay_inside(text):
    for mention in find_refs(text, PLAN):
        assert 0 <= mention.start < mention.end <= len(text)
    split_title(text)
    parse_ref_argument(text)
    nearest_refs(text, PLAN.stages)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(sorted(PLAN.stages)), min_size=1, max_size=6), st.data())
def test_a_list_behind_the_word_is_found_whole(listed, data):
    separators = data.draw(
        st.lists(
            st.sampled_from([", ", " and ", " & ", "/", ", and ", "; "]),
            min_size=len(listed),
            max_size=len(listed),
        )
    )
    text = "Stages " + "".join(f"{ref}{sep}" for ref, sep in zip(listed, separators, strict=True))

    assert refs(text + "done") == listed
