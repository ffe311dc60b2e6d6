"""What a counter read is proposed in the progress form, and which finding the form answers."""

from dataclasses import replace

import pytest

from bot.domain.progress import Progress
from bot.views.progress_form import (
    ProgressDraft,
    progress_form,
)
from tests.builders import STAGES

READ = ("129/336", "backfill.log:12 “129/336 <!here> complete”")


def box_of(view):
    return next(b for b in view["blocks"] if b.get("block_id", "").startswith("progress:"))


def form(known, **fields):
    return progress_form(
        ProgressDraft(stage=replace(STAGES[0], progress=known), suggestion=READ, **fields)
    )


@pytest.mark.parametrize("known", [None, Progress(100)])
def test_a_counter_that_is_ahead_is_filled_in_with_its_source(known):
    view = form(known)

    assert box_of(view)["element"]["initial_value"] == "129/336"
    assert "Read from backfill.log:12 “129/336 &lt;!here&gt; complete”" in str(view["blocks"])


def test_a_counter_behind_the_plan_proposes_nothing():
    view = form(Progress(500))

    assert box_of(view)["element"]["initial_value"] == "50"
    assert "Read from" not in str(view["blocks"])


def test_what_is_typed_stays():
    view = form(None, progress="200/336")

    assert box_of(view)["element"]["initial_value"] == "200/336"
    assert "Read from" not in str(view["blocks"])
