"""Whatever is sent, the local Airtable answers as an API does and keeps its bases whole."""

import random

import pytest

from tests.airtable_server.airtable_driving import BASE

VALUES = [
    None,
    True,
    0,
    -1,
    1e308,
    10**400,
    "",
    "x",
    "\ud800",
    "{Title}",
    "rec00000000000000",
    "2026-99-99",
    "0001-01-01T00:00:00+14:00",
    [],
    [None],
    [[]],
    [{}],
    {},
    {"id": []},
    {"name": {}},
    {"records": 1},
]
KEYS = [
    "fields",
    "records",
    "id",
    "typecast",
    "returnFieldsByFieldId",
    "performUpsert",
    "fieldsToMergeOn",
    "name",
    "type",
    "options",
    "choices",
    "description",
    "specification",
    "filters",
    "dataTypes",
    "changeTypes",
    "includes",
    "includeCellValuesInFieldIds",
    "notificationUrl",
    "enable",
    "pageSize",
    "maxRecords",
    "sort",
    "field",
    "direction",
    "offset",
    "view",
    "cellFormat",
    "recordMetadata",
    "Title",
    "Status",
    "Tags",
    "Due",
    "Seen",
    "Cost",
    "Stars",
    "Owner",
    "Team",
    "Files",
    "Phase",
    "Sticker",
]
CELLS = ["Title", "Status", "Tags", "Cost", "Stars", "Due", "Seen", "Owner", "Team", "Files"]
CELLS += ["Phase", "Sticker", "Effort", "Ready", "Progress"]
PHASE = "recPHASE000000001"
CALLS = [
    ("POST", f"{BASE}/Stages"),
    ("PATCH", f"{BASE}/Stages"),
    ("PUT", f"{BASE}/Phases/{PHASE}"),
    ("POST", f"{BASE}/Stages/listRecords"),
    ("POST", f"meta/bases/{BASE}/tables"),
    ("PATCH", f"meta/bases/{BASE}/tables/Stages"),
    ("POST", f"meta/bases/{BASE}/tables/Stages/fields"),
    ("PATCH", f"meta/bases/{BASE}/tables/Stages/fields/fldTITLE000000001"),
    ("POST", f"bases/{BASE}/webhooks"),
]


def anything(dice, depth=0):
    if depth < 4 and dice.random() < 0.6:
        return {key: anything(dice, depth + 1) for key in dice.sample(KEYS, dice.randint(1, 4))}
    if depth < 4 and dice.random() < 0.2:
        return [anything(dice, depth + 1)]
    return dice.choice(VALUES)


@pytest.mark.parametrize("seed", range(4))
def test_no_body_breaks_it(air, seed):
    dice = random.Random(seed)

    statuses = [air.ask(*_call(dice), json=anything(dice))[0] for _ in range(250)]

    assert set(statuses) <= {200, 403, 404, 422}
    assert air.base.schema().tables


def _call(dice):
    method, path = dice.choice(CALLS)
    return method, f"/v0/{path}"


@pytest.mark.parametrize("field", CELLS)
def test_no_value_breaks_a_cell(air, field):
    for value in VALUES:
        for typecast in (True, False):
            body = {"fields": {field: value}, "typecast": typecast}

            assert air.ask("POST", f"/v0/{BASE}/Stages", json=body)[0] in {200, 422}


def test_a_body_nested_without_end_is_refused(air):
    assert air.ask("POST", f"/v0/{BASE}/Stages", data=b"[" * 100_000)[0] == 400
    assert air.ask("POST", f"/v0/{BASE}/Stages", data=b'{"fields":{"Cost":NaN}}')[0] == 400
