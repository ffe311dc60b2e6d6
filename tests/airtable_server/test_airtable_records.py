"""Records: created, read, changed, deleted, and linked."""

import pytest

from tests.airtable_server.airtable_driving import BASE, refused

PHASE = "recPHASE000000001"
OTHER_PHASE = "recPHASE000000002"


def test_a_record_is_created_read_and_deleted(air):
    made = air.stages.create({"Title": "7.2", "Progress": 0.383})

    assert made["id"].startswith("rec")
    assert len(made["id"]) == 17
    assert made["createdTime"].endswith("Z")
    assert air.stages.get(made["id"])["fields"]["Title"] == "7.2"
    assert air.stages.delete(made["id"]) == {"id": made["id"], "deleted": True}
    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        air.stages.get(made["id"])


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("Title", "a text", "a text"),
        ("Status", "In Progress", "In Progress"),
        ("Tags", ["a"], ["a"]),
        ("Progress", 38.3, 38.3),
        ("Progress", 0, 0),
        ("Effort", 5400, 5400),
        ("Cost", -2.5, -2.5),
        ("Stars", 3, 3),
        ("Ready", True, True),
        ("Due", "2026-01-31", "2026-01-31"),
        ("Due", "2026-01-31T23:00:00.000Z", "2026-01-31"),
        ("Seen", "2022-09-05T07:00:00Z", "2022-09-05T07:00:00.000Z"),
        ("Seen", "2022-09-05T09:00:00", "2022-09-05T07:00:00.000Z"),
        ("Sticker", {"text": "12", "type": "ean13"}, {"text": "12", "type": "ean13"}),
        ("Phase", [PHASE], [PHASE]),
    ],
)
def test_a_value_of_the_right_type_is_kept(air, field, value, shown):
    made = air.stages.create({field: value})

    assert made["fields"][field] == shown
    assert air.stages.get(made["id"])["fields"][field] == shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Title", 5),
        ("Title", "x" * 100_001),
        ("Status", ["Todo"]),
        ("Tags", "a"),
        ("Progress", "0.5"),
        ("Effort", "1:30"),
        ("Cost", True),
        ("Stars", 0),
        ("Stars", 6),
        ("Ready", "yes"),
        ("Due", "31.01.2026"),
        ("Seen", "soon"),
        ("Owner", {"email": "stranger@example.com"}),
        ("Team", {"email": "cadence@example.com"}),
        ("Files", [{"name": "no url"}]),
        ("Sticker", "12"),
        ("Phase", PHASE),
    ],
)
def test_a_value_of_another_type_is_refused(air, field, value):
    message = f'Field "{field}" cannot accept the provided value'
    with refused(422, "INVALID_VALUE_FOR_COLUMN", message):
        air.stages.create({field: value})

    assert air.stored() == []


@pytest.mark.parametrize("field", ["Number", "Made", "Score"])
def test_a_computed_field_takes_no_value(air, field):
    message = f'Field "{field}" cannot accept a value because the field is computed'
    with refused(422, "INVALID_VALUE_FOR_COLUMN", message):
        air.stages.create({field: 1})


def test_an_unknown_field_is_refused(air):
    with refused(422, "UNKNOWN_FIELD_NAME", 'Unknown field name: "Nope"'):
        air.stages.create({"Nope": 1})


def test_an_unknown_option_is_refused_and_made_by_typecast(air):
    message = 'Insufficient permissions to create new select option "Dome"'
    with refused(422, "INVALID_MULTIPLE_CHOICE_OPTIONS", message):
        air.stages.create({"Status": "Dome"})

    made = air.stages.create({"Status": "Dome"}, typecast=True)

    assert made["fields"]["Status"] == "Dome"
    choices = air.base.schema().table("Stages").field("Status").options.choices
    assert [each.name for each in choices] == ["Todo", "In Progress", "Done", "Dome"]


def test_typecast_converts_texts(air):
    made = air.stages.create(
        {
            "Cost": "1,250.5",
            "Progress": "38.3%",
            "Effort": "1:30",
            "Ready": "true",
            "Due": "1/31/2026",
            "Tags": "a, b",
            "Phase": "Build",
        },
        typecast=True,
    )

    fields = made["fields"]
    assert fields["Cost"] == 1250.5
    assert fields["Progress"] == pytest.approx(0.383)
    assert fields["Effort"] == 5400
    assert fields["Ready"] is True
    assert fields["Due"] == "2026-01-31"
    assert fields["Tags"] == ["a", "b"]
    assert fields["Phase"] == [PHASE]


def test_typecast_makes_a_row_for_an_unknown_name_in_a_link(air):
    made = air.stages.create({"Phase": ["Typo"]}, typecast=True)

    row = air.phases.get(made["fields"]["Phase"][0])
    assert row["fields"] == {"Name": "Typo", "Stages": [made["id"]]}


def test_collaborators_are_found_by_id_or_address_and_shown_whole(air):
    mara = air.remote.person("Mara", "mara@example.com")

    made = air.stages.create({"Owner": {"email": "mara@example.com"}, "Team": [{"id": mara.id}]})

    whole = {"id": mara.id, "email": "mara@example.com", "name": "Mara"}
    assert made["fields"] == {**made["fields"], "Owner": whole, "Team": [whole]}


def test_attachments_are_kept_by_id_and_added_by_url(air):
    made = air.stages.create({"Files": [{"url": "https://example.com/a.pdf"}]})
    held = made["fields"]["Files"][0]

    after = air.stages.update(
        made["id"], {"Files": [{"id": held["id"]}, {"url": "https://x.example/b", "filename": "B"}]}
    )

    assert [each["filename"] for each in after["fields"]["Files"]] == ["a.pdf", "B"]


def test_empty_cells_are_left_out(air):
    made = air.stages.create(
        {"Title": "x", "Code": "", "Ready": False, "Tags": [], "Phase": [], "Cost": None}
    )

    assert set(made["fields"]) == {"Title", "Number", "Made"}


def test_a_link_to_a_missing_row_or_one_of_another_table_is_refused(air):
    stage = air.stages.create({"Title": "x"})

    with refused(422, "ROW_DOES_NOT_EXIST"):
        air.stages.create({"Phase": ["recDOESNOTEXIST01"]})
    with refused(422, "ROW_DOES_NOT_EXIST"):
        air.stages.create({"Phase": [stage["id"]]})


def test_both_sides_of_a_link_are_kept_and_modified(air):
    stage = air.stages.create({"Title": "x", "Phase": [PHASE]})
    assert air.phases.get(PHASE)["fields"]["Stages"] == [stage["id"]]

    air.phases.update(OTHER_PHASE, {"Stages": [stage["id"]]})
    assert air.stages.get(stage["id"])["fields"]["Phase"] == [PHASE, OTHER_PHASE]

    air.stages.update(stage["id"], {"Phase": []})
    assert "Stages" not in air.phases.get(PHASE)["fields"]


def test_a_link_modifies_the_rows_of_both_sides(air):
    air.remote.person().add_field(BASE, "Phases", "Changed", "lastModifiedTime")
    stage = air.stages.create({"Title": "x"})

    def changed():
        return air.phases.get(PHASE)["fields"]["Changed"]

    first = changed()
    air.remote.advance(60)
    air.stages.update(stage["id"], {"Phase": [PHASE]})
    linked = changed()
    air.remote.advance(60)
    air.stages.update(stage["id"], {"Title": "y"})

    assert first < linked
    assert changed() == linked


def test_links_to_a_deleted_row_vanish(air):
    stage = air.stages.create({"Title": "x", "Phase": [PHASE, OTHER_PHASE]})

    air.phases.delete(PHASE)

    assert air.stages.get(stage["id"])["fields"]["Phase"] == [OTHER_PHASE]


def test_patch_changes_what_is_sent_and_put_clears_the_rest(air):
    made = air.stages.create({"Title": "x", "Code": "c", "Cost": 1})

    air.stages.update(made["id"], {"Cost": 2})
    assert air.stages.get(made["id"])["fields"]["Code"] == "c"

    after = air.stages.update(made["id"], {"Cost": 3}, replace=True)
    assert set(after["fields"]) == {"Cost", "Number", "Made"}


def test_a_batch_holds_ten(air):
    assert len(air.stages.batch_create([{"Title": str(n)} for n in range(25)])) == 25

    body = {"records": [{"fields": {}}] * 100}
    status, answer = air.ask("POST", f"/v0/{BASE}/Stages", json=body)

    assert status == 422
    assert answer == {
        "error": {
            "type": "INVALID_RECORDS",
            "message": "A maximum of 10 records can be created per request but you have provided"
            " 100.",
        }
    }


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_batch_of_eleven_updates_is_refused(air, method):
    body = {"records": [{"id": PHASE, "fields": {}}] * 11}
    status, answer = air.ask(method, f"/v0/{BASE}/Phases", json=body)

    assert (status, answer["error"]["type"]) == (422, "INVALID_RECORDS")


def test_a_batch_of_eleven_deletions_is_refused(air):
    made = air.stages.batch_create([{"Title": str(n)} for n in range(11)])
    query = "&".join(f"records[]={each['id']}" for each in made)

    status, answer = air.ask("DELETE", f"/v0/{BASE}/Stages?{query}")

    assert (status, answer["error"]["type"]) == (422, "INVALID_RECORDS")
    assert len(air.stages.batch_delete([each["id"] for each in made])) == 11
    assert air.stored() == []


SENT_BACK = [{"id": PHASE, "createdTime": "2025-11-01T08:00:00.000Z", "fields": {}}]


@pytest.mark.parametrize("records", [[], "x", [1], [{"no": "fields"}], None, SENT_BACK])
def test_a_batch_must_be_a_list_of_records(air, records):
    status, answer = air.ask("PATCH", f"/v0/{BASE}/Stages", json={"records": records})

    assert (status, answer["error"]["type"]) == (422, "INVALID_RECORDS")
    assert answer["error"]["message"].startswith("You must provide an array of up to 10 record")


def test_one_bad_record_fails_its_whole_batch(air):
    before = air.phases.get(PHASE)
    body = {
        "typecast": True,
        "records": [
            {"fields": {"Title": "a", "Status": "New", "Phase": [PHASE]}},
            {"fields": {"Nope": 1}},
        ],
    }

    status, _ = air.ask("POST", f"/v0/{BASE}/Stages", json=body)

    assert status == 422
    assert air.stored() == []
    assert air.phases.get(PHASE) == before
    choices = air.base.schema().table("Stages").field("Status").options.choices
    assert [each.name for each in choices] == ["Todo", "In Progress", "Done"]


def test_a_write_to_a_missing_record_is_a_404(air):
    with refused(404, "MODEL_ID_NOT_FOUND", "Record not found"):
        air.stages.update("recDOESNOTEXIST01", {"Title": "x"})
    with refused(404, "MODEL_ID_NOT_FOUND"):
        air.stages.delete("recDOESNOTEXIST01")


def test_a_right_id_under_the_wrong_table_is_found(air):
    made = air.stages.create({"Title": "x"})

    assert air.phases.get(made["id"])["fields"]["Title"] == "x"
    with refused(404):
        air.phases.update(made["id"], {"Name": "x"})


def test_names_and_ids_mean_the_same(air):
    made = air.api.table(BASE, "tblSTAGES00000001").create({"fldTITLE000000001": "x"})

    assert made["fields"]["Title"] == "x"
    assert air.stages.all(fields=["fldTITLE000000001"])[0]["fields"] == {"Title": "x"}
    shown = air.stages.all(fields=["Title"], use_field_ids=True)
    assert shown[0]["fields"] == {"fldTITLE000000001": "x"}


@pytest.mark.parametrize(("given", "key"), [("1", "f"), ("true", "f"), ("0", "n"), ("false", "n")])
def test_return_fields_by_id_in_the_query(air, given, key):
    made = air.stages.create({"Title": "x"})

    _, one = air.ask("GET", f"/v0/{BASE}/Stages/{made['id']}?returnFieldsByFieldId={given}")

    assert ("fldTITLE000000001" if key == "f" else "Title") in one["fields"]


def test_return_fields_by_id_in_the_body(air):
    made = air.stages.create({"Title": "x"}, use_field_ids=True)
    assert made["fields"]["fldTITLE000000001"] == "x"

    after = air.stages.batch_update([{"id": made["id"], "fields": {"Code": "c"}}])
    assert after[0]["fields"]["Code"] == "c"


def test_get_takes_no_fields_parameter(air):
    status, answer = air.ask("GET", f"/v0/{BASE}/Phases/{PHASE}?fields[]=Name")

    assert (status, answer["error"]["type"]) == (422, "INVALID_REQUEST_UNKNOWN")


def test_a_body_without_fields_is_refused(air):
    status, answer = air.ask("POST", f"/v0/{BASE}/Stages", json={"typecast": True})
    assert (status, answer["error"]["type"]) == (422, "INVALID_REQUEST_MISSING_FIELDS")

    for body in (
        {"fields": {}, "records": [{"fields": {}}]},
        {"fields": {}, "performUpsert": {"fieldsToMergeOn": ["Code"]}},
    ):
        assert air.ask("POST", f"/v0/{BASE}/Stages", json=body)[0] == 422
    status, _ = air.ask("POST", f"/v0/{BASE}/Stages", data=b"{nope")
    assert status == 400
    assert air.stored() == []


def test_auto_numbers_count_and_are_not_used_again(air):
    first = air.stages.create({"Title": "x"})
    air.stages.delete(first["id"])

    assert air.stages.create({"Title": "y"})["fields"]["Number"] == 2
