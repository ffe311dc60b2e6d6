"""What people do on Airtable's own page, seen through the API."""

import pytest

from bot.sandbox.loopback import RefusedError
from tests.airtable_server.airtable_driving import BASE, refused

PHASE = "recPHASE000000001"


@pytest.fixture
def mara(air):
    return air.remote.person()


def test_a_person_creates_updates_and_deletes(air, mara):
    made = mara.create(BASE, "Stages", {"Title": "x", "Phase": [PHASE]})
    mara.update(BASE, "Stages", made["id"], {"Title": "y"})

    assert air.stages.get(made["id"])["fields"]["Title"] == "y"
    assert air.phases.get(PHASE)["fields"]["Stages"] == [made["id"]]

    mara.delete(BASE, "Stages", made["id"])
    assert "Stages" not in air.phases.get(PHASE)["fields"]
    assert air.remote.ledger()[-1]["method"] == "GET"


def test_a_copied_row_has_the_same_key(air, mara):
    made = mara.create(BASE, "Stages", {"Code": "A", "Phase": [PHASE]})

    copy = mara.copy(BASE, "Stages", made["id"])

    assert copy["id"] != made["id"]
    assert copy["fields"]["Code"] == "A"
    assert air.phases.get(PHASE)["fields"]["Stages"] == [made["id"], copy["id"]]
    with refused(422, "INVALID_RECORDS"):
        air.stages.batch_upsert([{"fields": {"Code": "A"}}], ["Code"])


def test_a_renamed_field_is_unknown_by_its_old_name(air, mara):
    made = mara.create(BASE, "Stages", {"Title": "x"})

    mara.rename_field(BASE, "Stages", "Title", "Heading")

    with refused(422, "UNKNOWN_FIELD_NAME", 'Unknown field name: "Title"'):
        air.stages.update(made["id"], {"Title": "y"})
    assert air.stages.update(made["id"], {"fldTITLE000000001": "y"})["fields"]["Heading"] == "y"


def test_a_retyped_field_keeps_what_fits(air, mara):
    for text in ("12", "twelve"):
        mara.create(BASE, "Stages", {"Code": text})

    mara.retype_field(BASE, "Stages", "Code", "number", {"precision": 0})

    assert [each["fields"].get("Code") for each in air.stored()] == [12, None]
    with refused(422, "INVALID_VALUE_FOR_COLUMN"):
        air.stages.create({"Code": "A"})


def test_text_becomes_a_select_of_what_there_is_and_text_again(air, mara):
    for text in ("one", "two", "one"):
        mara.create(BASE, "Stages", {"Code": text})

    mara.retype_field(BASE, "Stages", "Code", "singleSelect")
    choices = air.base.schema(force=True).table("Stages").field("Code").options.choices
    assert [each.name for each in choices] == ["one", "two"]

    mara.retype_field(BASE, "Stages", "Code", "singleLineText")
    assert [each["fields"]["Code"] for each in air.stored()] == ["one", "two", "one"]


def test_a_select_given_other_options_clears_the_rest(air, mara):
    mara.create(BASE, "Stages", {"Status": "Todo"})
    mara.create(BASE, "Stages", {"Status": "Done"})

    options = {"choices": [{"name": "Todo"}]}
    mara.retype_field(BASE, "Stages", "Status", "singleSelect", options)

    assert [each["fields"].get("Status") for each in air.stored()] == ["Todo", None]


def test_a_link_turned_into_text_and_back(air, mara):
    mara.create(BASE, "Stages", {"Title": "x", "Phase": [PHASE]})

    mara.retype_field(BASE, "Stages", "Phase", "singleLineText")
    assert air.stored()[0]["fields"]["Phase"] == "Build"
    assert air.phases.get(PHASE)["fields"]["Stages"] == "x"

    options = {"linkedTableId": "Phases"}
    mara.retype_field(BASE, "Stages", "Phase", "multipleRecordLinks", options)
    assert air.stored()[0]["fields"]["Phase"] == [PHASE]
    assert air.phases.get(PHASE)["fields"]["Stages 2"] == [air.stored()[0]["id"]]


def test_a_deleted_field_is_gone_and_the_primary_one_stays(air, mara):
    mara.create(BASE, "Stages", {"Code": "A"})

    mara.delete_field(BASE, "Stages", "Code")

    assert "Code" not in air.stored()[0]["fields"]
    with refused(422, "UNKNOWN_FIELD_NAME"):
        air.stages.create({"Code": "A"})
    with pytest.raises(RefusedError, match="primary"):
        mara.delete_field(BASE, "Stages", "Title")


def test_people_can_add_fields_the_api_cannot(air, mara):
    made = mara.create(BASE, "Stages", {"Title": "x"})
    air.remote.advance(60)

    mara.add_field(BASE, "Stages", "Changed", "lastModifiedTime")
    mara.update(BASE, "Stages", made["id"], {"Code": "A"})

    assert air.stored()[0]["fields"]["Changed"] > made["createdTime"]
    assert air.base.schema(force=True).table("Stages").field("Changed").type == "lastModifiedTime"


def test_lookups_and_counts_follow_links(air, mara):
    link = "fldPHASE000000001"
    name = air.base.schema().table("Phases").primary_field_id
    options = {"recordLinkFieldId": link, "fieldIdInLinkedTable": name}
    mara.add_field(BASE, "Stages", "Phase name", "multipleLookupValues", options)
    mara.add_field(BASE, "Stages", "Phases", "count", {"recordLinkFieldId": link})

    made = air.stages.create({"Phase": [PHASE]})

    assert made["fields"]["Phase name"] == ["Build"]
    assert made["fields"]["Phases"] == 1


def test_a_renamed_table_is_found_by_its_new_name_or_its_id(air, mara):
    mara.rename_table(BASE, "Stages", "Steps")

    with refused(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"):
        air.stages.all()
    assert air.api.table(BASE, "Steps").all() == []
    assert air.api.table(BASE, "tblSTAGES00000001").all() == []


def test_links_to_a_deleted_table_become_text(air, mara):
    mara.create(BASE, "Stages", {"Title": "x", "Phase": [PHASE]})

    mara.delete_table(BASE, "Phases")

    assert air.stored()[0]["fields"]["Phase"] == "Build"
    with refused(403):
        air.phases.all()


def test_options_are_added_renamed_and_removed(air, mara):
    made = mara.create(BASE, "Stages", {"Status": "Todo", "Tags": ["a"]})

    mara.add_option(BASE, "Stages", "Status", "Blocked")
    mara.rename_option(BASE, "Stages", "Status", "Todo", "Open")
    assert air.stages.get(made["id"])["fields"]["Status"] == "Open"
    assert air.stages.update(made["id"], {"Status": "Blocked"})

    mara.remove_option(BASE, "Stages", "Status", "Blocked")
    mara.remove_option(BASE, "Stages", "Tags", "a")
    assert not {"Status", "Tags"} & set(air.stages.get(made["id"])["fields"])


def test_what_makes_no_sense_is_refused_and_changes_nothing(air, mara):
    before = air.remote.schema(BASE)

    for act in (
        lambda: mara.create(BASE, "Stages", {"Nope": 1}),
        lambda: mara.create(BASE, "Nowhere", {}),
        lambda: mara.create("appNOBASE00000001", "Stages", {}),
        lambda: mara.delete(BASE, "Stages", "recDOESNOTEXIST01"),
        lambda: mara.rename_field(BASE, "Stages", "Title", "Code"),
        lambda: mara.remove_option(BASE, "Stages", "Status", "Nope"),
        lambda: mara.add_field(BASE, "Stages", "Link", "multipleRecordLinks"),
        lambda: mara.add_field(BASE, "Stages", "New", "text"),
        lambda: mara.retype_field(BASE, "Stages", "Code", "text"),
    ):
        with pytest.raises(RefusedError):
            act()

    assert air.remote.schema(BASE) == before
