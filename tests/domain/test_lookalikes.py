"""A hint that an issue is known already: right ones, and above all no wrong ones."""

import pytest

from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.lookalikes import lookalike
from tests.conftest import MONDAY


def known(title, description="", stages=(), **said):
    return Issue(
        key="ISS-1",
        title=title,
        description=description,
        stage_keys=tuple(stages),
        severity=Severity.MINOR,
        discovered_at=MONDAY,
        **said,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aurora writer down", "aurora writer is DOWN again"),
        ("Aurora writer down", "The Aurora writer is down since 9"),
        ("Index rebuild fails on REG tables", "index rebuilds failing on the REG tables"),
        ("Disk full on node 7", "disk on node 7 is full"),
        ("Stage 1.5.4 stuck at 129/336", "Stage 1.5.4 is stuck at 129/336"),
        ("EURUSD feature table has NaN rows", "NaN rows in EURUSD feature table"),
    ],
)
def test_what_says_the_same_is_found(one, other):
    assert lookalike(other, "", (), [known(one)]) is not None
    assert lookalike(one, "", (), [known(other)]) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aurora writer down", "Aurora reader down"),
        ("Aurora writer down", "Aurora writer slow"),
        ("Aurora writer down", "Aurora writer not down any more"),
        ("Stage 1.5.4 fails at import", "Stage 1.5.5 fails at import"),
        ("EURUSD feature table has NaN rows", "GBPUSD feature table has NaN rows"),
        ("Disk full on node 7", "Disk full on node 8"),
        ("Backfill of bars is slow", "Backfill of ticks is slow"),
        ("Model accuracy drops for 5-min horizon", "Model accuracy drops for 15-min horizon"),
        ("Import fails", "Import of the calendar fails with a 403"),
        ("Data missing", "Data missing in the dashboard of the whole team"),
        ("Training job out of memory", "Serving job out of memory"),
        ("Vacuum of regression table locks writers", "Vacuum of feature table locks writers"),
        ("IAM policy too wide for reader role", "IAM policy too wide for writer role"),
        ("Write the runbook", "Review the runbook"),
    ],
)
def test_what_differs_in_a_word_is_another_issue(one, other):
    for stages in ((), ("STG-1",)):
        assert lookalike(other, "", stages, [known(one, stages=stages)]) is None
        assert lookalike(one, "", stages, [known(other, stages=stages)]) is None


def test_on_one_stage_the_description_counts():
    there = known("Nightly load broken", "The aurora writer is down since Sunday", ["STG-1"])

    assert lookalike("Aurora writer down", "", ["STG-1"], [there]) is not None
    assert lookalike("Aurora writer down", "", ["STG-2"], [there]) is None
    assert lookalike("Aurora writer down", "", (), [there]) is None


def test_only_open_ones_are_looked_at():
    for rests in ({"status": IssueStatus.RESOLVED}, {"removed_at": MONDAY}):
        assert (
            lookalike("Aurora writer down", "", (), [known("Aurora writer down", **rests)]) is None
        )


def test_among_several_the_likest_is_named():
    far, near = (
        known("Aurora writer down in the eu west region"),
        known("Aurora writer down in eu west", stages=["S"]),
    )

    assert lookalike("Aurora writer down in eu west", "", (), [far, near]) is near


@pytest.mark.parametrize("title", ["", "x", "🙂🙂🙂", "a the is", "\u202e\x00" * 50])
def test_odd_titles_find_nothing(title):
    assert lookalike(title, title, ("S",), [known(title or "y", stages=["S"])]) is None


def test_a_negation_in_a_long_description_only_loses_a_hint():
    there = known("Load broken", "It is not clear why. The aurora writer is down.", ["S"])

    assert lookalike("Aurora writer down", "", ["S"], [there]) is None
