"""Progress that the notes of a stage state."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.plan_notes import progress_in_notes
from bot.domain.progress import Progress


@pytest.mark.parametrize(
    ("notes", "progress"),
    [
        ("STATUS: IN PROGRESS (38.3% complete)", Progress(383)),
        ("**Status:** 92/336 partitions complete (27.4%)", Progress(274, 92, 336)),
        ("129/336 partitions complete", Progress.counted(129, 336)),
        ("- Progress: 38.4%", Progress(384)),
        ("Progress: 1,290/3,360", Progress.counted(1290, 3360)),
        (
            "🔄 TRACK 2 IN PROGRESS (8.3%)\n**Progress:** 28/336 partitions complete",
            Progress(83, 28, 336),
        ),
        ("Status: 100% done", Progress(1000)),
        ("**Status:** 28/28 Parquet files extracted (100%)", Progress(1000, 28, 28)),
    ],
)
def test_stated_progress_is_read(notes, progress):
    assert progress_in_notes(notes) == progress


@pytest.mark.parametrize(
    "notes",
    [
        "",
        "- [ ] Track 2 current progress verified (97.3% complete)",
        "**Next Action:** Execute upgrade when Track 2 reaches 100% (currently 97.3%)",
        "- Success Rate: 100% (28/28 parent tables)",
        "- Validation: 336/336 partitions validated",
        "- Total: 5,040/60,480 regression features",
        "**Status:** ✅ APPROVED - Ready for implementation",
        "- Progress: Real-time logging",
        "Status: 38% of budget spent",
        "11/10 done",
        "2025/11/10 done",
        "Status: 120% complete",
        "Status: 5/0 complete",
        "Project health: 8.5/10",
        "Progress: 10%\nProgress: 20%",
        "- 8 parallel workers at 90-95% CPU",
        "- Memory: 5.7 GiB / 30 GiB (19%)",
    ],
)
def test_what_does_not_clearly_state_it_says_nothing(notes):
    assert progress_in_notes(notes) is None


def test_the_customers_notes_state_progress_three_times(shared):
    records = json.loads((shared / "data/bqx/stages.json").read_text(encoding="utf-8"))

    found = {
        record["fields"]["Stage ID"][:5]: str(progress)
        for record in records
        if (progress := progress_in_notes(record["fields"].get("Notes", "")))
    }

    assert found == {
        "2.1.1": "426/672 (63.4 %)",
        "2.1.2": "92/336 (27.4 %)",
        "2.1.3": "28/28 (100 %)",
    }


@pytest.mark.parametrize(
    "line", ["9" * 100_000, "Status: " * 12_000, "1/" * 50_000, "\n" * 100_000]
)
def test_hostile_notes_cost_no_more_than_their_length(line):
    started = time.thread_time()

    progress_in_notes(line)

    assert time.thread_time() - started < 1


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_notes_can_be_read(notes):
    progress_in_notes(notes)
