"""Upserts: one key, one record."""

import pytest

from tests.airtable_server.airtable_driving import BASE, refused


def keys(air):
    return sorted(each["fields"].get("Code", "") for each in air.stored())


def test_no_match_creates_and_one_match_updates(air):
    first = air.stages.batch_upsert([{"fields": {"Code": "A", "Title": "x"}}], ["Code"])
    second = air.stages.batch_upsert([{"fields": {"Code": "A", "Cost": 1}}], ["Code"])

    record_id = first["createdRecords"][0]
    assert first["updatedRecords"] == []
    assert second["createdRecords"] == []
    assert second["updatedRecords"] == [record_id]
    assert second["records"][0]["id"] == record_id
    assert second["records"][0]["fields"]["Title"] == "x"


def test_the_shape_of_the_official_example(air):
    park = air.stages.create({"Code": "Twin Peaks", "Title": "old"})
    body = {
        "performUpsert": {"fieldsToMergeOn": ["Code"]},
        "records": [
            {"fields": {"Code": "Twin Peaks", "Title": "new"}},
            {"fields": {"Code": "New Park"}},
        ],
    }

    status, answer = air.ask("PATCH", f"/v0/{BASE}/Stages", json=body)

    assert status == 200
    assert set(answer) == {"createdRecords", "updatedRecords", "records"}
    assert answer["updatedRecords"] == [park["id"]]
    assert answer["createdRecords"] == [answer["records"][1]["id"]]
    assert [set(each) for each in answer["records"]] == [{"id", "createdTime", "fields"}] * 2


def test_put_clears_what_an_upsert_does_not_send(air):
    air.stages.create({"Code": "A", "Title": "x"})

    air.stages.batch_upsert([{"fields": {"Code": "A", "Cost": 1}}], ["Code"], replace=True)

    assert "Title" not in air.stored()[0]["fields"]


def test_several_matches_fail_the_whole_request(air):
    air.stages.batch_create([{"Code": "A"}, {"Code": "A"}])
    records = [{"fields": {"Code": "B"}}, {"fields": {"Code": "A"}}]

    with refused(422, "INVALID_RECORDS"):
        air.stages.batch_upsert(records, ["Code"])

    assert keys(air) == ["A", "A"]


def test_two_equal_keys_in_one_request_are_one_record(air):
    records = [{"fields": {"Code": "A", "Title": "x"}}, {"fields": {"Code": "A", "Cost": 1}}]

    answer = air.stages.batch_upsert(records, ["Code"])

    assert len(answer["createdRecords"]) == 1
    assert answer["updatedRecords"] == []
    (stored,) = air.stored()
    assert stored["fields"]["Title"] == "x"
    assert stored["fields"]["Cost"] == 1


def test_null_merges_with_blank(air):
    answer = air.stages.batch_upsert([{"fields": {"Code": None, "Title": "x"}}], ["Code"])
    again = air.stages.batch_upsert([{"fields": {"Code": None, "Title": "y"}}], ["Code"])

    assert again["updatedRecords"] == answer["createdRecords"]


def test_records_with_ids_ignore_the_key(air):
    made = air.stages.create({"Code": "A"})
    air.stages.create({"Code": "B"})
    records = [{"id": made["id"], "fields": {"Code": "C"}}, {"fields": {"Code": "D"}}]

    answer = air.stages.batch_upsert(records, ["Code"])

    assert answer["updatedRecords"] == [made["id"]]
    assert keys(air) == ["B", "C", "D"]
    with refused(404, "MODEL_ID_NOT_FOUND"):
        air.stages.batch_upsert([{"id": "recDOESNOTEXIST01", "fields": {"Code": "A"}}], ["Code"])


def test_a_key_can_be_three_fields_of_mergeable_types(air):
    values = {"Code": "A", "Status": "Todo", "Due": "2026-01-31"}
    air.stages.batch_upsert([{"fields": values}], list(values))
    air.stages.batch_upsert([{"fields": {**values, "Status": "Done"}}], list(values))
    air.stages.batch_upsert([{"fields": {**values, "Title": "x"}}], list(values))

    assert sorted(each["fields"]["Status"] for each in air.stored()) == ["Done", "Todo"]


@pytest.mark.parametrize("field", ["Number", "Made", "Score", "Phase", "Ready", "Owner", "Stars"])
def test_other_types_are_no_keys(air, field):
    body = {"performUpsert": {"fieldsToMergeOn": [field]}, "records": [{"fields": {field: None}}]}

    status, answer = air.ask("PATCH", f"/v0/{BASE}/Stages", json=body)

    assert (status, answer["error"]["type"]) == (422, "INVALID_REQUEST_UNKNOWN")


@pytest.mark.parametrize("fields", [[], ["Code", "Title", "Cost", "Due"], "Code", None, [1]])
def test_a_key_is_one_to_three_fields(air, fields):
    body = {"performUpsert": {"fieldsToMergeOn": fields}, "records": [{"fields": {"Code": "A"}}]}

    assert air.ask("PATCH", f"/v0/{BASE}/Stages", json=body)[0] == 422


def test_an_unknown_key_field_is_refused(air):
    body = {"performUpsert": {"fieldsToMergeOn": ["Nope"]}, "records": [{"fields": {}}]}

    status, answer = air.ask("PATCH", f"/v0/{BASE}/Stages", json=body)

    assert (status, answer["error"]["type"]) == (422, "UNKNOWN_FIELD_NAME")


def test_eleven_records_are_refused(air):
    body = {
        "performUpsert": {"fieldsToMergeOn": ["Code"]},
        "records": [{"fields": {"Code": str(n)}} for n in range(11)],
    }

    status, answer = air.ask("PATCH", f"/v0/{BASE}/Stages", json=body)

    assert (status, answer["error"]["type"]) == (422, "INVALID_RECORDS")
    assert air.stored() == []
