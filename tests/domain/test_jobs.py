"""What a job may hold, and how long it waits between runs."""

import pytest

from bot.domain.jobs import JobRefusedError, check_job, wait_before


def test_waits_double_from_a_second_to_five_minutes():
    waits = [wait_before(run, None) for run in (0, 1, 2, 8, 9, 1000)]

    assert waits == [1, 2, 4, 256, 300, 300]


@pytest.mark.parametrize(("asked", "expected"), [(0, 0), (0.5, 0.5), (-1, 0), (86_400, 3600)])
def test_a_service_that_says_when_is_asked_then_at_most_an_hour_later(asked, expected):
    assert wait_before(7, asked) == expected


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"key": ""}, "key must not be empty", id="empty-key"),
        pytest.param({"key": " \n"}, "key must not be empty", id="blank-key"),
        pytest.param({"key": "k" * 513}, "at most 512 characters", id="long-key"),
        pytest.param({"key": "a\0"}, "NUL", id="nul-in-key"),
        pytest.param({"key": "\udc80"}, "half a character", id="surrogate-in-key"),
        pytest.param({"kind": ""}, "kind must not be empty", id="empty-kind"),
        pytest.param({"lane": ""}, "lane must not be empty", id="empty-lane"),
        pytest.param({"lane": "C\0"}, "NUL", id="nul-in-lane"),
        pytest.param({"payload": {"t": "x" * 65_536}}, "65536 are allowed", id="large"),
        pytest.param({"payload": {"a": [{"b": "\0"}]}}, "NUL", id="nul-deep-inside"),
        pytest.param({"payload": {"a\0": 1}}, "NUL", id="nul-in-a-name"),
        pytest.param({"payload": {"a": "\ud800"}}, "half a character", id="surrogate"),
        pytest.param({"payload": {"__exc__": []}}, "reserved key", id="reserved"),
        pytest.param({"payload": {"a": {"__exc__": []}}}, "reserved key", id="reserved-inside"),
        pytest.param({"payload": {"a": object()}}, "not plain JSON", id="object"),
        pytest.param({"payload": {"a": float("nan")}}, "not plain JSON", id="nan"),
        pytest.param({"payload": [1]}, "must be an object", id="list"),
    ],
)
def test_what_no_database_keeps_is_refused_with_the_reason(changed, told):
    job = {"kind": "k", "key": "key", "payload": {}, "lane": "l", **changed}
    kind, key, payload, lane = job["kind"], job["key"], job["payload"], job["lane"]

    with pytest.raises(JobRefusedError, match=told):
        check_job(kind, key, payload, lane=lane)


def test_a_payload_that_holds_itself_is_refused():
    payload: dict[str, object] = {}
    payload["again"] = payload

    with pytest.raises(JobRefusedError, match="not plain JSON"):
        check_job("k", "key", payload, lane="l")


def test_what_is_kept_comes_back_as_plain_json():
    assert check_job("k", "key", {"a": (1, 2), "b": None}, lane="l") == {"a": [1, 2], "b": None}
