"""Bases described in files: what is taken, what is made up, and what is refused."""

import json
import signal
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path

import pytest

from bot.sandbox.airtable.config import AirtableConfig, BaseFileError, load_base
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.server import running_airtable
from tests.airtable_server.airtable_driving import BASE, PLAN, rig
from tests.ports import reserved_port

TEXTS = ["Stage ID", "Stage Code", "Duration", "Assigned To", "Phase (Link)", "Autonomy Level"]
LONG_TEXTS = ["Description", "Charge", "Outcome", "Notes"]


def small(**table):
    fields = [{"name": "Name", "type": "singleLineText"}]
    return {"id": BASE, "tables": [{"name": "T", "fields": fields, "records": [], **table}]}


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "base.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.fixture(scope="module")
def export(shared):
    """The customer's stages as a base."""
    path = shared / "data/bqx/stages.json"
    if not path.is_file():
        pytest.skip("the customer's export is not beside this checkout")
    fields = [{"name": name, "type": "singleLineText"} for name in TEXTS]
    fields += [{"name": name, "type": "multilineText"} for name in LONG_TEXTS]
    fields += [
        {"name": "Status", "type": "singleSelect"},
        {"name": "Estimated Cost", "type": "currency"},
        {
            "name": "Plan (Link)",
            "type": "multipleRecordLinks",
            "options": {"linkedTableId": "Plans"},
        },
    ]
    records = json.loads(path.read_text(encoding="utf-8"))
    plans = {"name": "Plans", "fields": [{"name": "Name", "type": "singleLineText"}]}
    stages = {"name": "Stages", "fields": fields, "records": records}
    return {"id": BASE, "name": "BQX", "tables": [stages, plans]}


def test_the_customers_export_is_served_as_it_was(export, file):
    records = export["tables"][0]["records"]
    path = file(export)

    with rig(load_base(path)) as air:
        served = {each["id"]: each for each in air.stages.all()}

        assert served == {each["id"]: each for each in records}
        choices = air.base.schema().table("Stages").field("Status").options.choices
        assert {each.name for each in choices} == {"Todo", "Done", "In Progress"}
        # The linked plans are not in the export; the cell can be written back as it is.
        linked = next(each for each in records if "Plan (Link)" in each["fields"])
        cells = {"Plan (Link)": linked["fields"]["Plan (Link)"], "Status": "Done"}
        assert air.stages.update(linked["id"], cells)["fields"]["Status"] == "Done"


def test_a_base_file_is_read_and_served(file):
    with rig(load_base(file(PLAN))) as air:
        assert {each["fields"]["Name"] for each in air.phases.all()} == {"Build", "Deploy"}


def test_missing_ids_are_the_same_at_each_start():
    with rig(small(records=[{"fields": {"Name": "a"}}])) as one:
        first = one.remote.records(BASE, "T"), one.remote.schema(BASE)
    with rig(small(records=[{"fields": {"Name": "a"}}])) as other:
        second = other.remote.records(BASE, "T"), other.remote.schema(BASE)

    assert first[0][0]["id"] == second[0][0]["id"]
    assert first[1] == second[1]


def test_a_text_field_takes_whatever_the_file_holds():
    with rig(small(records=[{"fields": {"Name": 5}}])) as air:
        assert air.remote.records(BASE, "T")[0]["fields"] == {"Name": 5}


def test_links_told_on_one_side_are_there_on_both():
    plan = deepcopy(PLAN)
    plan["tables"][1]["records"] = [
        {"id": "recSTAGE000000001", "fields": {"Title": "x", "Phase": ["recPHASE000000001"]}}
    ]

    with rig(plan) as air:
        phase = air.phases.get("recPHASE000000001")
        assert phase["fields"]["Stages"] == ["recSTAGE000000001"]


def test_a_link_without_an_inverse_keeps_none():
    plan = deepcopy(PLAN)
    plan["tables"][0]["fields"] = plan["tables"][0]["fields"][:1]
    del plan["tables"][1]["fields"][-1]["options"]["inverseLinkFieldId"]

    with rig(plan) as air:
        air.stages.create({"Phase": ["recPHASE000000001"]})

        assert air.phases.get("recPHASE000000001")["fields"] == {"Name": "Build"}
        link = air.base.schema().table("Stages").field("Phase")
        assert link.options.inverse_link_field_id is None
        air.phases.delete("recPHASE000000001")
        assert "Phase" not in air.stored()[0]["fields"]


def test_computed_cells_show_what_the_file_holds():
    fields = [{"name": "Name", "type": "singleLineText"}, {"name": "Sum", "type": "rollup"}]
    with rig(small(fields=fields, records=[{"fields": {"Sum": 7}}])) as air:
        assert air.remote.records(BASE, "T")[0]["fields"] == {"Sum": 7}


def test_collaborators_in_cells_are_let_in():
    fields = [
        {"name": "Name", "type": "singleLineText"},
        {"name": "Who", "type": "singleCollaborator"},
    ]
    ada = {"id": "usrADA00000000001", "email": "ada@example.com", "name": "Ada"}
    with rig(small(fields=fields, records=[{"fields": {"Who": ada}}])) as air:
        made = air.api.table(BASE, "T").create({"Who": {"email": "ada@example.com"}})

        assert made["fields"]["Who"] == ada


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{nope", "is not JSON"),
        ([], "A base is an object with an id and tables"),
        ({"id": "app1", "tables": []}, "The base's id 'app1'"),
        ({"id": BASE}, "The base has no list of tables"),
        (small(fields=[]), "Table 'T' has no fields"),
        (small(fields=[{"name": "A", "type": "text"}]), "field 'A': there is no type 'text'"),
        (
            small(fields=[{"name": "A", "type": "number"}] * 2),
            "the field id",
        ),
        (small(primaryFieldId="B"), "primaryFieldId 'B' is none of its fields"),
        (small(records={}), "its records are no list"),
        (small(records=[5]), "record 1 is no object with fields"),
        (small(fields=[{"name": "A", "type": "number", "options": 1}]), "options are no object"),
        (
            small(fields=[{"name": "A", "type": "singleSelect", "options": {"choices": [1]}}]),
            "a choice has no name",
        ),
        ({**small(), "collaborators": ["Mara"]}, "The collaborator 'Mara' needs"),
        ({"id": BASE, "tables": small()["tables"] * 2}, "is there twice"),
        (small(records=[{"fields": {"B": 1}}]), "record 1: the table has no field 'B'"),
        (small(records=[{"id": "rec1", "fields": {}}]), "record 1: the id 'rec1'"),
        (
            small(records=[{"createdTime": "today", "fields": {}}]),
            "createdTime 'today' is no ISO 8601 time",
        ),
        (
            small(
                fields=[{"name": "N", "type": "number"}],
                records=[{"fields": {}}, {"fields": {"N": "many"}}],
            ),
            "Table 'T', record 2, field 'N' (number): 'many' does not fit",
        ),
        (
            small(
                fields=[
                    {
                        "name": "S",
                        "type": "singleSelect",
                        "options": {"choices": [{"name": "a"}]},
                    }
                ],
                records=[{"fields": {"S": "b"}}],
            ),
            "does not fit",
        ),
    ],
)
def test_a_file_that_is_no_base_is_refused_with_where_and_why(file, content, sentence):
    with pytest.raises(BaseFileError) as caught:
        load_base(file(content))

    assert sentence in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BaseFileError, match="cannot be read"):
        load_base(tmp_path / "none.json")


def test_a_base_given_twice_is_refused():
    with (
        pytest.raises(BaseFileError, match="is there twice"),
        running_airtable(AirtableConfig((PLAN, PLAN), port=0)),
    ):
        pass


def test_it_serves_until_it_is_interrupted(file, tmp_path):
    program = (
        "import sys, pathlib; from bot.sandbox.airtable.config import *;"
        "from bot.sandbox.airtable.server import run;"
        "run(AirtableConfig((load_base(pathlib.Path(sys.argv[1])),), port=int(sys.argv[2])))"
    )
    command = [sys.executable, "-c", program, str(file(PLAN))]
    with (
        reserved_port() as port,
        subprocess.Popen([*command, str(port)], cwd=Path(__file__).parents[2]) as server,
    ):
        remote = RemoteAirtable(f"http://127.0.0.1:{port}")
        _until_it_answers(remote)

        assert len(remote.records(BASE, "Phases")) == 2
        server.send_signal(signal.SIGINT)
        assert server.wait(240) == 0


def _until_it_answers(remote):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return remote.ledger()
        except ConnectionError:
            time.sleep(0.05)
    raise AssertionError("it did not start")


@pytest.mark.parametrize("options", [{}, {"linkedTableId": "tblElsewhere00000"}])
def test_links_to_a_table_that_the_file_lacks_are_served_as_they_are(file, options):
    there = ["recElsewhere00001"]
    content = small(
        fields=[{"name": "L", "type": "multipleRecordLinks", "options": options}],
        records=[{"fields": {"L": there}}],
    )
    with running_airtable(AirtableConfig(bases=(load_base(file(content)),), port=0)) as server:
        assert [row["fields"] for row in server.records(BASE, "T")] == [{"L": there}]
