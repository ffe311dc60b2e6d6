import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.progress_lines import RECOGNISERS, read_line, read_progress
from tests.domain.progress_examples import seen, unseen


@pytest.mark.parametrize(("text", "done", "total", "fraction"), seen())
def test_a_format_is_read(text, done, total, fraction):
    reading = read_progress(text)

    assert reading is not None
    assert (reading.done, reading.total) == (done, total)
    assert reading.fraction == pytest.approx(fraction, abs=0.002)


@pytest.mark.parametrize("line", unseen())
def test_a_line_without_progress_stays_silent(line):
    assert read_line(line) is None


@pytest.mark.parametrize("row", RECOGNISERS, ids=lambda row: row.name)
def test_each_row_sees_progress_in_its_own_example(row):
    reading = read_line(row.example)

    assert row.pattern.search(row.example)
    assert reading is not None


def test_names_of_rows_are_unique():
    names = [row.name for row in RECOGNISERS]

    assert len(set(names)) == len(names)


def nested(text):
    reading = read_progress(text)
    return reading.done, reading.total, round(reading.fraction, 4)


def test_a_loop_in_a_loop_is_told_as_the_outer_one():
    assert nested("Epoch 3/10\n129/336 ━━━━━━━━━━ 12s 58ms/step - loss: 0.2") == (2, 10, 0.2384)


def test_an_inner_loop_at_its_end_finishes_the_round_of_the_outer_one():
    assert nested("Epoch 3/10\n336/336 ━━━━━━━━━━ 12s 58ms/step - loss: 0.2") == (3, 10, 0.3)


def test_a_round_told_with_its_results_is_behind_it():
    text = "step 336/336 loss=0.2\nEpoch 3/10, loss: 0.21, val_loss: 0.3\nstep 129/336 loss=0.2"

    assert nested(text) == (3, 10, 0.3384)


def test_three_loops_are_told_as_the_outermost():
    assert nested("Fold 2/5\nEpoch 3/10\nstep 129/336 loss=0.2") == (1, 5, 0.2477)


def test_a_title_holds_the_bar_below_it():
    text = "Step 3/10: Extract features\n 38%|███▊      | 129/336 [00:12<00:20]"

    assert nested(text) == (2, 10, 0.2384)


def test_an_item_of_a_download_list_holds_the_percentage_below_it():
    text = (
        "[download] Downloading item 3 of 10\n[download]  38.4% of 129.00MiB at 1.2MiB/s ETA 0:10"
    )

    assert nested(text) == (2, 10, 0.2384)


def test_a_bar_that_starts_under_a_standing_one_is_inside_it():
    text = (
        "\x1b[A 20%|██        | 2/10 [02:00<08:00, 60.0s/it]\n"
        "  0%|          | 0/336 [00:00<?, ?it/s]\r"
        " 38%|███▊      | 129/336 [00:12<00:20, 10.2it/s]"
    )

    assert nested(text) == (2, 10, 0.2384)


def test_bars_that_a_moving_cursor_redraws_are_nested():
    text = (
        "Epochs:  20%|██        | 2/10 [02:00<08:00, 60.0s/it]\n"
        "Batches:   0%|          | 0/336 [00:00<?, ?it/s]\x1b[A\n\n"
        "Batches:  38%|███▊      | 129/336 [00:12<00:20, 10.2it/s]\x1b[A\n"
    )

    assert nested(text) == (2, 10, 0.2384)


@pytest.mark.parametrize(
    "title",
    [
        "=== [3/10] AUDUSD ===",
        "Step 3/10: extract",
        "Processing pair 3/10: AUDUSD",
        "#9 [3/10] RUN x",
    ],
)
def test_a_title_holds_the_counter_below_it(title):
    assert nested(f"{title}\n  129/336 partitions complete") == (2, 10, 0.2384)


def test_a_bar_behind_a_finished_one_stands_alone():
    text = "load: 100%|██████████| 10/10 [00:01<00:00]\n 38%|███▊      | 129/336 [00:12<00:20]"

    assert nested(text) == (129, 336, 0.3839)


def test_a_finished_outer_loop_holds_nothing():
    text = "Epoch 10/10, loss: 0.2\nUploading chunk 129/336"

    assert nested(text) == (129, 336, 0.3839)


def test_the_newest_credible_line_wins():
    text = "97/336 pairs complete\n129/336 pairs complete\nretry 3/5 after reset\n11/10 done"

    assert nested(text) == (129, 336, 0.3839)


def test_a_new_run_counts_from_its_own_start():
    text = "12:10 300/336 pairs complete\n12:11 Killed\n12:25 40/336 pairs complete"

    assert nested(text) == (40, 336, 0.119)


def test_a_growing_total_is_normal():
    assert nested("20/40 files processed\n21/84 files processed") == (21, 84, 0.25)


def test_a_picture_drawn_over_another_is_the_newer_one():
    text = "\x1b]0;title\x07\x1b[32mobjects: 2% (10/336)\r\x1b[Kobjects: 38% (129/336)"

    assert nested(text) == (129, 336, 0.3839)


def test_files_of_a_parallel_transfer_are_not_the_whole():
    text = "Transferred:          129 / 336, 38%\nTransferring:\n *  a.bin: 91% /1Gi, 1.2Mi/s, 10s"

    assert nested(text) == (129, 336, 0.3839)


def test_the_source_line_is_what_was_shown():
    reading = read_progress("\x1b[1m 38%|███▊      | 129/336 [02:10<03:29,  1.01s/it]\x1b[0m\n")

    assert reading.line == "38%|███▊      | 129/336 [02:10<03:29,  1.01s/it]"
    assert (reading.rate, reading.eta, reading.says_done) == ("1.01s/it", "03:29", False)


def test_sizes_in_different_units_are_a_share_alone():
    reading = read_line("Completed 980.0 MiB/1.2 GiB (1.2 MiB/s) with 1 file(s) remaining")

    assert (reading.done, reading.total) == (None, None)
    assert reading.fraction == pytest.approx(0.7975, abs=0.001)


def test_a_finished_counter_says_done():
    assert read_line("336/336 partitions complete").says_done


HOSTILE = {
    "digits": "1" * 200_000,
    "slashes": "1/" * 100_000,
    "numbers": "1 " * 100_000,
    "pairs": "12/34 " * 30_000,
    "percents": "1% " * 70_000,
    "bar": "[" + "=" * 200_000,
    "groups": "1,234," * 30_000,
    "escapes": "\x1b[" * 100_000,
    "pictures": "1/2\r" * 50_000,
    "words": "doing " * 40_000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_answered(hostile):
    read_progress(hostile)


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["129/336", " of ", "38%", "[", "]", "Epoch ", "done", "\r", "\n", "|██", "/"]
        ),
        st.integers(0, 10**20).map(str),
        st.text(max_size=12),
    ),
    max_size=30,
)


@given(_PIECES)
def test_whatever_is_printed_is_no_error_and_never_past_its_total(pieces):
    reading = read_progress("".join(pieces))

    assert reading is None or 0 <= reading.fraction <= 1
    assert reading is None or reading.total is None or 0 <= reading.done <= reading.total


def test_the_given_samples_are_read(shared):
    folder = shared / "data" / "logs"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    wrong = []
    for name, want in expected.items():
        with (folder / "samples" / name).open(encoding="utf-8", newline="") as file:
            got = read_progress(file.read())
        if (got is None) != (want is None):
            wrong.append(name)
        elif got and want:
            same = all(want[key] in (None, getattr(got, key)) for key in ("done", "total"))
            if not same or abs(got.fraction - want["fraction"]) > 0.006:
                wrong.append(name)

    assert wrong == []


def test_the_given_negatives_stay_silent(shared):
    lines = (shared / "data" / "logs" / "negatives.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if read_line(line)] == []


def test_the_customers_extraction_is_read_to_its_end(shared):
    text = (shared / "data" / "bqx" / "extraction_audusd.log").read_text(encoding="utf-8")

    reading = read_progress(text)

    assert (reading.done, reading.total) == (667, 667)
