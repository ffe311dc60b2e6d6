"""Faults: what breaks real clients."""

import time

import pytest
import requests

from bot.sandbox.loopback import RefusedError
from tests.airtable_server.airtable_driving import BASE, refused
from tests.waiting import until

KEY = {"performUpsert": {"fieldsToMergeOn": ["Code"]}, "records": [{"fields": {"Code": "A"}}]}


def upsert(air):
    return air.stages.batch_upsert([{"fields": {"Code": "A"}}], ["Code"])


def test_a_connection_dropped_after_the_work_leaves_the_record(air):
    air.remote.fail("drop_after_commit", method="PATCH")

    with pytest.raises(requests.ConnectionError):
        upsert(air)

    assert len(air.stored()) == 1
    assert air.remote.ledger()[-1]["status"] == 0
    assert upsert(air)["updatedRecords"] == [air.stored()[0]["id"]]


def test_a_client_that_gives_up_waiting_finds_the_work_done(air):
    air.remote.fail("timeout_after_commit", seconds=5)

    url = f"{air.remote.base_url}/v0/{BASE}/Stages"
    headers = {"Authorization": f"Bearer {air.config.token}"}
    with pytest.raises(requests.Timeout):
        requests.patch(url, json=KEY, headers=headers, timeout=(60, 0.1))

    assert len(until(air.stored)) == 1


@pytest.mark.parametrize("kind", ["drop_before", "crash_mid_batch"])
def test_nothing_is_written_when_the_connection_goes_before_the_commit(air, kind):
    air.remote.fail(kind)

    with pytest.raises(requests.ConnectionError):
        air.stages.batch_create([{"Code": "A"}, {"Code": "B"}])

    assert air.stored() == []
    assert upsert(air)["createdRecords"]


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("500", 500, "SERVER_ERROR"),
        ("502", 502, None),
        ("503", 503, "RETRIABLE_ERROR"),
        ("429", 429, "RATE_LIMIT_REACHED"),
        ("403", 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"),
        ("401", 401, "UNAUTHORIZED"),
        ("billing", 429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED"),
    ],
)
def test_a_refusal_does_no_work_and_passes(air, kind, status, error):
    air.remote.fail(kind)

    with refused(status, error):
        upsert(air)

    assert air.stored() == []
    assert upsert(air)["createdRecords"]


def test_a_503_may_say_when_to_come_back(air):
    air.remote.fail("503", retry_after=7)
    assert air.send("GET", f"/v0/{BASE}/Stages").headers["Retry-After"] == "7"

    air.remote.fail("503")
    assert "Retry-After" not in air.send("GET", f"/v0/{BASE}/Stages").headers


def test_the_plural_shape_of_a_429(air):
    air.remote.fail("429_plural")

    assert air.ask("GET", f"/v0/{BASE}/Stages") == (
        429,
        {
            "errors": [
                {
                    "error": "RATE_LIMIT_REACHED",
                    "message": "Rate limit exceeded. Please try again later",
                }
            ]
        },
    )
    assert air.remote.ledger()[-1]["type"] == "RATE_LIMIT_REACHED"


def test_a_422_says_what_it_is_told_to(air):
    air.remote.fail("422", type="INVALID_RECORDS", message="No.")

    with refused(422, "INVALID_RECORDS", "No."):
        upsert(air)

    air.remote.fail("422", type="LIST_RECORDS_ITERATOR_NOT_AVAILABLE", path="offset=")
    air.stages.batch_create([{"Code": str(number)} for number in range(3)])
    with refused(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"):
        air.stages.all(page_size=1)


def test_a_truncated_answer_is_no_json_but_the_work_is_done(air):
    air.remote.fail("truncated")

    answer = air.send("PATCH", f"/v0/{BASE}/Stages", json=KEY)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()

    assert len(air.stored()) == 1


def test_a_slow_answer_comes(air):
    air.remote.fail("slow", seconds=0.2)
    began = time.monotonic()

    upsert(air)

    assert time.monotonic() - began >= 0.2


def test_a_fault_hits_only_what_it_is_for_and_as_often_as_it_is_told(air):
    air.remote.fail("500", method="GET", path="Stages", times=2, after=1)

    statuses = [air.ask("GET", f"/v0/{BASE}/{name}")[0] for name in ("Phases", *["Stages"] * 4)]

    assert statuses == [200, 200, 500, 500, 200]


def test_healing_drops_faults(air):
    air.remote.fail("500", times=99)

    air.remote.heal()

    assert upsert(air)["createdRecords"]


def test_an_unknown_fault_is_refused(air):
    with pytest.raises(RefusedError, match="no fault called 'gremlins'"):
        air.remote.fail("gremlins")
