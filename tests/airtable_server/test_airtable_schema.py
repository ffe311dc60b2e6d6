"""The metadata API: what it shows, what it makes, and what it refuses to make."""

import pytest

from tests.airtable_server.airtable_driving import BASE, refused

UNSUPPORTED = [
    "autoNumber",
    "createdTime",
    "createdBy",
    "lastModifiedTime",
    "lastModifiedBy",
    "button",
    "aiText",
    "externalSyncSource",
    "formula",
    "rollup",
    "multipleLookupValues",
    "count",
]
ISO = {"name": "iso"}
GOOD = [
    ("singleLineText", None),
    ("multilineText", None),
    ("richText", None),
    ("email", None),
    ("url", None),
    ("phoneNumber", None),
    ("number", {"precision": 8}),
    ("currency", {"precision": 7, "symbol": "€"}),
    ("percent", {"precision": 0}),
    ("duration", {"durationFormat": "h:mm"}),
    ("rating", {"icon": "star", "color": "yellowBright", "max": 5}),
    ("checkbox", {"icon": "check", "color": "greenBright"}),
    ("singleSelect", {"choices": [{"name": "A"}, {"name": "B", "color": "redLight2"}]}),
    ("multipleSelects", {"choices": [{"name": "A"}]}),
    ("date", {"dateFormat": ISO}),
    ("dateTime", {"dateFormat": ISO, "timeFormat": {"name": "24hour"}, "timeZone": "utc"}),
    ("singleCollaborator", None),
    ("multipleCollaborators", None),
    ("multipleAttachments", None),
    ("barcode", None),
    ("multipleRecordLinks", {"linkedTableId": "tblPHASES00000001"}),
]
BAD = [
    ("number", None),
    ("number", {"precision": 9}),
    ("currency", {"precision": 8, "symbol": "€"}),
    ("currency", {"precision": 2}),
    ("percent", {}),
    ("duration", {"durationFormat": "minutes"}),
    ("rating", {"max": 5}),
    ("rating", {"icon": "star", "color": "yellowBright", "max": 11}),
    ("checkbox", {"icon": "check"}),
    ("singleSelect", {}),
    ("singleSelect", {"choices": [{"color": "redLight2"}]}),
    ("singleSelect", {"choices": [{"name": "A"}, {"name": "A"}]}),
    ("date", {"dateFormat": {"name": "german"}}),
    ("dateTime", {"dateFormat": ISO, "timeFormat": {"name": "24hour"}, "timeZone": "UTC"}),
    ("multipleRecordLinks", {"linkedTableId": "tblNOWHERE0000001"}),
    ("multipleRecordLinks", {"linkedTableId": "tblPHASES00000001", "isReversed": True}),
    ("singleLineText", {"precision": 1}),
]


def test_the_schema_is_read_by_pyairtable(air):
    schema = air.base.schema()

    stages = schema.table("Stages")
    assert stages.id == "tblSTAGES00000001"
    assert stages.primary_field_id == "fldTITLE000000001"
    assert stages.field("Phase").options.linked_table_id == "tblPHASES00000001"
    assert stages.field("Status").options.choices[0].name == "Todo"
    assert stages.views[0].name == "Grid view"


def test_views_tell_their_fields_when_asked(air):
    path = f"/v0/meta/bases/{BASE}/tables"
    _, plain = air.ask("GET", path)
    _, whole = air.ask("GET", path + "?include[]=visibleFieldIds")

    assert "visibleFieldIds" not in plain["tables"][0]["views"][0]
    assert len(whole["tables"][0]["views"][0]["visibleFieldIds"]) == 2


def test_the_bases_are_listed(air):
    (base,) = air.api.bases()

    assert (base.id, base.name) == (BASE, "Plan")
    _, answer = air.ask("GET", "/v0/meta/bases")
    assert answer["bases"][0]["permissionLevel"] == "create"


@pytest.mark.parametrize(("kind", "options"), GOOD)
def test_a_field_is_made(air, kind, options):
    field = air.stages.create_field("New", kind, options=options)

    assert (field.name, field.type.split(".")[-1]) == ("New", kind)
    assert air.base.schema().table("Stages").field("New").id == field.id


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_what_airtable_computes_cannot_be_made(air, kind):
    body = {"name": "New", "type": kind}
    path = f"/v0/meta/bases/{BASE}/tables"

    assert air.ask("POST", f"{path}/tblSTAGES00000001/fields", json=body) == (
        422,
        {
            "error": {
                "type": "UNSUPPORTED_FIELD_TYPE_FOR_CREATE",
                "message": f"Creating {kind} fields is not supported at this time",
            }
        },
    )
    table = {"name": "Tasks", "fields": [{"name": "Name", "type": "singleLineText"}, body]}
    _, answer = air.ask("POST", path, json=table)
    assert answer["error"]["message"] == (
        f"Invalid options for Tasks.New: Creating {kind} fields is not supported at this time"
    )
    assert [each["name"] for each in air.remote.schema(BASE)] == ["Phases", "Stages"]


@pytest.mark.parametrize(("kind", "options"), BAD)
def test_options_that_are_required_or_wrong_are_refused(air, kind, options):
    with refused(422, "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"):
        air.stages.create_field("New", kind, options=options)

    assert "New" not in {each.name for each in air.base.schema().table("Stages").fields}


def test_an_unknown_type_is_refused(air):
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        air.stages.create_field("New", "lookup")


@pytest.mark.parametrize("name", ["Title", "title", "", " "])
def test_a_field_name_must_be_new_and_not_empty(air, name):
    with refused(422, "DUPLICATE_OR_EMPTY_FIELD_NAME"):
        air.stages.create_field(name, "singleLineText")


def test_a_link_gets_its_other_side(air):
    field = air.stages.create_field(
        "Earlier phases", "multipleRecordLinks", options={"linkedTableId": "tblPHASES00000001"}
    )

    inverse = air.base.schema().table("Phases").field(field.options.inverse_link_field_id)
    # "Stages" is taken, so it is counted.
    assert inverse.name == "Stages 2"
    assert inverse.options.inverse_link_field_id == field.id
    stage = air.stages.create({"Earlier phases": ["recPHASE000000001"]})
    assert air.phases.get("recPHASE000000001")["fields"]["Stages 2"] == [stage["id"]]


def test_a_table_is_made_and_used(air):
    table = air.base.create_table(
        "Tasks",
        [
            {"name": "Name", "type": "singleLineText"},
            {
                "name": "Stage",
                "type": "multipleRecordLinks",
                "options": {"linkedTableId": "tblSTAGES00000001"},
            },
        ],
        description="What is to do",
    )

    stage = air.stages.create({"Title": "x"})
    task = table.create({"Name": "y", "Stage": [stage["id"]]})
    assert air.stages.get(stage["id"])["fields"]["Tasks"] == [task["id"]]
    schema = air.base.schema(force=True).table("Tasks")
    assert schema.description == "What is to do"
    assert schema.field(schema.primary_field_id).name == "Name"


def test_a_table_name_must_be_new(air):
    with refused(422, "DUPLICATE_TABLE_NAME"):
        air.base.create_table("stages", [{"name": "Name", "type": "singleLineText"}])


@pytest.mark.parametrize(
    "fields",
    [[], [{"name": "Ok", "type": "checkbox"}], [{"name": "Ok", "type": "singleSelect"}]],
)
def test_a_table_needs_a_first_field_that_can_name_rows(air, fields):
    with refused(422, "INVALID_REQUEST_UNKNOWN"):
        air.base.create_table("Tasks", fields)


def test_names_and_descriptions_can_be_changed(air):
    schema = air.base.schema()
    table = schema.table("Stages")
    table.name = "Steps"
    table.save()
    field = table.field("Title")
    field.name, field.description = "Heading", "What it is called"
    field.save()

    again = air.base.schema(force=True).table("Steps")
    assert again.field("fldTITLE000000001").name == "Heading"
    assert again.field("fldTITLE000000001").description == "What it is called"


@pytest.mark.parametrize("body", [{"type": "number"}, {"options": {"choices": []}}, {}])
def test_types_and_options_cannot_be_changed(air, body):
    path = f"/v0/meta/bases/{BASE}/tables/tblSTAGES00000001/fields/fldSTATUS00000001"

    status, answer = air.ask("PATCH", path, json=body)

    assert (status, answer["error"]["type"]) == (422, "INVALID_REQUEST_UNKNOWN")


def test_an_unknown_field_is_hidden_and_a_taken_name_refused(air):
    path = f"/v0/meta/bases/{BASE}/tables/tblSTAGES00000001/fields"

    assert air.ask("PATCH", f"{path}/fldNOWHERE0000001", json={"name": "x"})[0] == 403
    _, answer = air.ask("PATCH", f"{path}/fldTITLE000000001", json={"name": "Code"})
    assert answer["error"]["type"] == "DUPLICATE_OR_EMPTY_FIELD_NAME"


def test_a_description_has_a_limit(air):
    with refused(422):
        air.stages.create_field("New", "singleLineText", description="x" * 20_001)
