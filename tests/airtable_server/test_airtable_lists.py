"""Lists: pages, order, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.airtable_server.airtable_driving import BASE, refused


@pytest.fixture
def many(air):
    air.stages.batch_create([{"Code": f"{n:03d}", "Cost": n} for n in range(40)])
    return air


def codes(records):
    return [each["fields"].get("Code") for each in records]


def test_pages_of_ten_up_to_twenty_five(many):
    pages = list(many.stages.iterate(page_size=10, max_records=25))

    assert [len(page) for page in pages] == [10, 10, 5]


def test_a_walk_meets_every_record_once(many):
    met = codes(many.stages.all(page_size=7))

    assert sorted(met) == [f"{n:03d}" for n in range(40)]


def test_without_an_order_it_is_arbitrary(many):
    walks = [codes(many.stages.all()) for _ in range(2)]

    assert walks[0] != walks[1]
    assert walks[0] != sorted(walks[0])
    assert codes(many.stages.all(view="Grid view")) == [f"{n:03d}" for n in range(40)]


def test_an_offset_can_be_used_again(many):
    path = f"/v0/{BASE}/Stages?pageSize=10"
    _, first = many.ask("GET", path)
    walk, _, record = first["offset"].partition("/")

    pages = [many.ask("GET", f"{path}&offset={first['offset']}")[1] for _ in range(2)]

    assert walk.startswith("itr")
    assert record.startswith("rec")
    assert pages[0]["records"] == pages[1]["records"]
    assert pages[0]["records"][0]["id"] == record


def test_the_last_page_has_no_offset(many):
    _, answer = many.ask("GET", f"/v0/{BASE}/Stages?pageSize=40")

    assert len(answer["records"]) == 40
    assert "offset" not in answer


def test_offsets_expire(start):
    air = start(offset_life_s=60)
    air.phases.batch_create([{"Name": str(n)} for n in range(5)])
    gone = {"error": {"type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"}}

    pages = air.phases.iterate(page_size=1)
    next(pages)
    air.remote.expire_offsets()
    with pytest.raises(requests.HTTPError) as caught:
        next(pages)
    assert caught.value.response.status_code == 422
    assert caught.value.response.json() == gone

    _, first = air.ask("GET", f"/v0/{BASE}/Phases?pageSize=1")
    air.remote.advance(61)
    path = f"/v0/{BASE}/Phases?pageSize=1&offset={first['offset']}"
    assert air.ask("GET", path) == (422, gone)


def test_a_list_is_no_snapshot(many):
    path = f"/v0/{BASE}/Stages?pageSize=20&sort[0][field]=Code"
    _, first = many.ask("GET", path)
    next_record = first["offset"].partition("/")[2]
    last = first["records"][-1]

    many.stages.delete(next_record)
    many.stages.update(last["id"], {"Code": "999"})
    _, second = many.ask("GET", f"{path}&offset={first['offset']}")

    # The deleted one is gone, its neighbour was missed, and the moved one comes again.
    assert next_record not in {each["id"] for each in second["records"]}
    assert last["id"] in {each["id"] for each in second["records"]}


@pytest.mark.parametrize("offset", ["x", "itr/rec", "itr00000000000000"])
def test_a_garbage_offset_is_refused(many, offset):
    status, answer = many.ask("GET", f"/v0/{BASE}/Stages?offset={offset}")

    assert (status, answer["error"]["type"]) == (422, "INVALID_OFFSET_VALUE")


@pytest.mark.parametrize(
    "query",
    [
        "pageSize=0",
        "pageSize=101",
        "pageSize=x",
        "maxRecords=0",
        "cellFormat=xml",
        "cellFormat=string",
        "sort[0][field]=Code&sort[0][direction]=up",
        "sort=Code",
        "recordMetadata[]=likes",
        "returnFieldsByFieldId=maybe",
        "nonsense=1",
    ],
)
def test_parameters_that_make_no_sense_are_refused(many, query):
    status, answer = many.ask("GET", f"/v0/{BASE}/Stages?{query}")

    assert status == 422
    assert answer["error"] == {
        "type": "INVALID_REQUEST_UNKNOWN",
        "message": "Invalid request: parameter validation failed. Check your request data.",
    }


@pytest.mark.parametrize("query", ["fields[]=Nope", "sort[0][field]=Nope"])
def test_unknown_fields_are_refused(many, query):
    status, answer = many.ask("GET", f"/v0/{BASE}/Stages?{query}")

    assert status == 422
    assert answer["error"] == {
        "type": "UNKNOWN_FIELD_NAME",
        "message": 'Unknown field name: "Nope"',
    }


@pytest.mark.parametrize(
    ("view", "kind"),
    [("Nope", "VIEW_NAME_NOT_FOUND"), ("viw00000000000000", "VIEW_ID_NOT_FOUND")],
)
def test_unknown_views_are_refused(many, view, kind):
    with refused(422, kind):
        many.stages.all(view=view)


def test_sorting_puts_blanks_first_and_selects_in_the_order_of_their_options(air):
    for status in ("Done", None, "Todo", "In Progress"):
        air.stages.create({"Status": status})

    def statuses(sort):
        return [each["fields"].get("Status") for each in air.stages.all(sort=[sort])]

    assert statuses("Status") == [None, "Todo", "In Progress", "Done"]
    assert statuses("-Status") == ["Done", "In Progress", "Todo", None]


def test_sorting_by_two_fields_and_by_numbers(air):
    rows = [("b", 10), ("a", 2), ("a", 10), ("A", 9)]
    air.stages.batch_create([{"Code": code, "Cost": cost} for code, cost in rows])

    found = air.stages.all(sort=["Code", "-Cost"])

    assert [(each["fields"]["Code"], each["fields"]["Cost"]) for each in found] == [
        ("a", 10),
        ("A", 9),
        ("a", 2),
        ("b", 10),
    ]


def test_sorting_by_links_uses_their_names(air):
    phases = {each["fields"]["Name"]: each["id"] for each in air.phases.all()}
    for name in ("Deploy", "Build"):
        air.stages.create({"Code": name, "Phase": [phases[name]]})

    assert codes(air.stages.all(sort=["Phase"])) == ["Build", "Deploy"]


def test_the_post_form_takes_the_same_parameters(many):
    body = {
        "pageSize": 2,
        "fields": ["Code"],
        "sort": [{"field": "Code", "direction": "desc"}],
        "recordMetadata": ["commentCount"],
        "returnFieldsByFieldId": True,
    }

    status, answer = many.ask("POST", f"/v0/{BASE}/Stages/listRecords", json=body)

    assert status == 200
    assert [each["fields"] for each in answer["records"]] == [
        {"fldCODE0000000001": "039"},
        {"fldCODE0000000001": "038"},
    ]
    assert answer["records"][0]["commentCount"] == 0
    assert answer["offset"]


def test_cells_can_be_shown_as_texts(air):
    air.stages.create({"Tags": ["a"], "Ready": True, "Cost": 2})

    (found,) = air.stages.all(cell_format="string", time_zone="utc", user_locale="en")

    assert found["fields"]["Cost"] == "2"
    assert found["fields"]["Tags"] == "a"


def test_a_formula_filters(many):
    pytest.importorskip("bot.sandbox.airtable.formulas")

    assert codes(many.stages.all(formula="{Code} = '007'")) == ["007"]
    assert codes(many.stages.all(formula="{fldCODE0000000001} = '007'")) == ["007"]
    said = "The formula for filtering records is invalid: "
    with refused(422, "INVALID_FILTER_BY_FORMULA", said + "Unknown field names: nope"):
        many.stages.all(formula="{nope} = 1")
    words = "Invalid formula. Please check your formula text."
    with refused(422, "INVALID_FILTER_BY_FORMULA", said + words):
        many.stages.all(formula="AND(")


def test_a_formula_sees_when_a_field_was_modified(many):
    pytest.importorskip("bot.sandbox.airtable.formulas")
    record = many.stages.first(formula="{Code} = '007'")
    many.remote.advance(3600)
    many.stages.update(record["id"], {"Status": "Done"})

    since = datetime.now(UTC) + timedelta(minutes=30)

    at = f"DATETIME_PARSE('{since.isoformat()}')"
    for modified in ("LAST_MODIFIED_TIME({Status})", "LAST_MODIFIED_TIME()"):
        assert codes(many.stages.all(formula=f"IS_AFTER({modified}, {at})")) == ["007"]
    assert many.stages.all(formula=f"IS_AFTER(LAST_MODIFIED_TIME({{Code}}), {at})") == []


def test_a_formula_sees_links_and_people_by_their_names(air):
    pytest.importorskip("bot.sandbox.airtable.formulas")
    phases = {each["fields"]["Name"]: each["id"] for each in air.phases.all()}
    mara = air.remote.person()
    owned = {"Phase": [phases["Build"]], "Owner": {"id": mara.id}, "Ready": True}
    air.stages.batch_create([owned, {"Phase": [phases["Deploy"]]}])

    for formula in (
        "{Phase} = 'Build'",
        "FIND('Mara', {Owner})",
        "{Ready}",
        "NOT({Phase}='Deploy')",
    ):
        found = air.stages.all(formula=formula)
        assert [each["fields"]["Phase"] for each in found] == [[phases["Build"]]]
    assert air.stages.all(formula=f"FIND('{phases['Build']}', ARRAYJOIN({{Phase}}, '|'))") == []


def test_a_formula_is_checked_in_an_empty_table_too(air):
    pytest.importorskip("bot.sandbox.airtable.formulas")

    with refused(422, "INVALID_FILTER_BY_FORMULA"):
        air.stages.all(formula="{Nope} = 1")
