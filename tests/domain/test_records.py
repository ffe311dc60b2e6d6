"""Values into plain JSON and back."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.findings import GapAnswer
from bot.domain.issues import Issue
from bot.domain.plan import Stage, Status
from bot.domain.progress import Progress
from bot.domain.records import from_plain, to_plain, with_fields
from tests.contracts.samples import (
    CHECK,
    EFFECT,
    FINDING,
    ISSUE,
    ITEMS,
    MEMBER,
    REPORT,
    STAGE,
)

VALUES = [*ITEMS.values(), MEMBER, FINDING, REPORT, EFFECT]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_from_json(value):
    text = json.dumps(to_plain(value))

    assert from_plain(type(value), json.loads(text)) == value


def test_plain_json_is_readable():
    plain = to_plain(STAGE)

    assert plain["status"] == "in progress"
    assert plain["progress"] == {"permille": 384, "done": 129, "total": 336}
    assert plain["duration"] == {"text": "4-6 hours", "low_s": 14_400, "high_s": 21_600}
    assert plain["started_at"] == "2025-11-17T08:00:00+00:00"
    assert plain["completed_at"] is None
    assert to_plain(ISSUE)["severity"] == 1
    assert to_plain(ISSUE)["stage_keys"] == ["STG-001", "STG-002"]


def test_instants_are_written_in_utc():
    tokyo = timezone(timedelta(hours=9))
    stage = replace(STAGE, started_at=datetime(2025, 11, 17, 17, 0, tzinfo=tokyo))

    assert to_plain(stage)["started_at"] == "2025-11-17T08:00:00+00:00"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        to_plain(replace(STAGE, started_at=datetime(2025, 11, 17)))  # noqa: DTZ001 - on purpose


def test_fields_are_set_from_plain_json():
    before = {"progress": None, "status": "blocked", "started_at": "2025-11-17T09:30:00+00:00"}

    after = with_fields(STAGE, before)

    moment = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)
    assert after == replace(STAGE, progress=None, status=Status.BLOCKED, started_at=moment)


def test_nested_values_and_lists_are_set_from_plain_json():
    stage = with_fields(STAGE, {"progress": {"permille": 10, "done": 1, "total": 100}})
    issue = with_fields(ISSUE, {"stage_keys": ["STG-009"]})
    check = with_fields(CHECK, {"answer": "complete"})

    assert stage.progress == Progress(10, 1, 100)
    assert issue.stage_keys == ("STG-009",)
    assert check.answer is GapAnswer.COMPLETE


def test_fields_of_another_version_are_left_out():
    plain = {"key": "STG-001", "name": "x", "mood": "sunny"}

    assert from_plain(Stage, plain) == Stage(key="STG-001", name="x")
    assert with_fields(STAGE, {"mood": "sunny"}) == STAGE


def test_a_value_that_lacks_a_needed_field_is_refused():
    with pytest.raises(TypeError, match="title"):
        from_plain(Issue, {"key": "ISS-001"})


def test_a_word_that_is_no_status_is_refused():
    with pytest.raises(ValueError, match="sunny"):
        with_fields(STAGE, {"status": "sunny"})
