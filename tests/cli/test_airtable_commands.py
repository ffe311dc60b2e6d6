"""`bqx airtable …` and `bqx sandbox --airtable`, each a process of its own."""

import json
import signal
import socket
import time
from contextlib import ExitStack

import pytest

from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.remote import RemoteAirtable
from bot.sandbox.airtable.server import running_airtable
from tests.airtable.bases import BASE_ID, STAGES, customer_base, plan_base, text
from tests.ports import reserved_port

TOKEN = AirtableConfig.token
ROWS = [
    {"Stage ID": "1.1 - Set up", "Status": "Done", "Assigned To": "DATA-001"},
    {"Stage ID": "1.2 - Load", "Status": "Todo"},
]


def small_base():
    """Return a base with stages and nothing else."""
    base = plan_base(stages=ROWS)
    fields = [*base["tables"][1]["fields"][:1], *base["tables"][1]["fields"][2:6], text("Lead")]
    return {**base, "tables": [{**base["tables"][1], "fields": fields}]}


@pytest.fixture
def served():
    """Serve bases in this process; return what stands behind the scenes, and the settings."""
    running = []

    def served(*bases, **config):
        config = {"requests_per_s": 0, **config}
        serving = running_airtable(AirtableConfig(bases=bases, port=0, **config))
        running.append(serving)
        server = serving.__enter__()
        return server, {"AIRTABLE_API_KEY": TOKEN, "AIRTABLE_API_URL": server.base_url}

    yield served
    for serving in running:
        serving.__exit__(None, None, None)


def told(done):
    """Return the JSON object that a command printed."""
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def mapped(done):
    """Return the fields of a mapping by id; which rows are shown as examples is left open."""
    return {
        (kind, word): field["id"]
        for kind, table in done["tables"].items()
        for word, field in table["fields"].items()
    }


def lines(done):
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_proposal_is_printed_and_nothing_is_written_anywhere(typed, served):
    server, settings = served(small_base())
    schema, rows = server.schema(BASE_ID), server.records(BASE_ID, STAGES)

    proposed = told(typed.bqx("airtable", "connect", "--json", **settings))

    assert proposed["base"] == {"id": BASE_ID, "name": "Plan", "permission": "create"}
    stage = proposed["tables"]["stage"]
    assert stage["fields"]["status"]["words"]["Done"] == "complete"
    assert stage["fields"]["title"]["examples"] != []
    assert proposed["missing"] == ["BQX Key", "Tasks", "Issues"]
    assert proposed["created"] == []
    assert (server.schema(BASE_ID), server.records(BASE_ID, STAGES)) == (schema, rows)
    assert [each["method"] for each in server.ledger()] == ["GET"] * len(server.ledger())
    exported = told(typed.bqx("plan", "export"))
    assert exported["stages"] == []
    assert told(typed.bqx("airtable", "status", "--json", **settings))["connected"] is False


def test_connecting_sync_status_and_disconnecting(typed, served):
    server, settings = served(small_base())
    settings["AIRTABLE_BASE_ID"] = BASE_ID

    done = told(typed.bqx("airtable", "connect", "--yes", "--json", **settings))
    assert done["created"] == [
        "“BQX Key” in “Stages”",
        "the table “Tasks”",
        "the table “Issues”",
    ]
    assert (done["missing"], done["by_hand"], done["troubles"]) == ([], [], [])
    assert done["read"]["records"] == 2
    before = told(typed.bqx("plan", "export"))

    again = told(typed.bqx("airtable", "connect", "--yes", "--json", **settings))
    assert again["created"] == []
    assert mapped(again) == mapped(done)
    assert told(typed.bqx("plan", "export")) == before

    first = server.records(BASE_ID, STAGES)[0]["id"]
    server.person().update(BASE_ID, STAGES, first, {"Status": "Todo"})
    assert lines(typed.bqx("airtable", "sync", **settings)) == [
        "Written: 0 records made, 0 updated, 0 deleted, 0 held. Taken over: 1 record, 0 removed."
    ]
    status = told(typed.bqx("airtable", "status", "--json", **settings))
    assert (status["connected"], status["in_step"]["stage"]) == (True, 2)
    assert status["calls"]["used"] == len(server.ledger())
    shown = lines(typed.bqx("airtable", **settings))
    assert shown[0] == "Plan: in step"

    assert lines(typed.bqx("airtable", "disconnect", **settings)) == [
        "Disconnected; plan and base stay as they are."
    ]
    assert lines(typed.bqx("airtable", "disconnect", **settings)) == ["No base is connected."]
    assert len(told(typed.bqx("plan", "export"))["stages"]) == 2


def test_corrections_by_options_are_kept_for_the_next_time(typed, served):
    _, settings = served(small_base())
    chosen = (
        *("--table", "stage=Stages"),
        *("--field", "stage.owner=Lead"),
        *("--word", "stage.status:Done=blocked"),
        *("--word", "stage.status:Todo=-"),
    )

    told(typed.bqx("airtable", "connect", "--yes", "--json", *chosen, **settings))
    kept = told(typed.bqx("airtable", "connect", "--json", **settings))

    fields = kept["tables"]["stage"]["fields"]
    assert fields["owner"]["name"] == "Lead"
    assert fields["status"]["words"] == {"In Progress": "in progress", "Blocked": "blocked"} | {
        "Done": "blocked"
    }
    assert any("“Todo”" in doubt for doubt in kept["doubts"])


def test_corrections_are_typed_until_the_proposal_is_taken(typed, served):
    _, settings = served(small_base())
    answers = "who\nstage.owner=Boss\nstage.owner=Lead\nstage.status:Done=blocked\n\n"

    done = typed.bqx("airtable", "connect", typing=answers, **settings)

    shown = lines(done)
    assert "stages: the table “Stages”" in shown
    assert any(
        line.endswith("“who” is no KIND=NAME, such as `stage=Work items`.") for line in shown
    )
    assert any("The table “Stages” has no field “Boss”." in line for line in shown)
    assert shown[-2].endswith("Connected to Plan: 2 records read in 4 calls.")
    stages = told(typed.bqx("plan", "export"))["stages"]
    assert {each["status"] for each in stages} == {"blocked", "not started"}
    assert {each["owner_text"] for each in stages} == {None}


def test_leaving_the_proposal_connects_nothing(typed, served):
    server, settings = served(small_base())

    done = typed.bqx("airtable", "connect", typing="q\n", **settings)

    assert done.returncode == 2
    assert done.stderr == "bqx: Nothing was connected.\n"
    assert len(server.schema(BASE_ID)) == 1
    assert told(typed.bqx("plan", "export"))["stages"] == []


def test_without_somebody_who_types_nothing_is_taken(typed, served):
    _, settings = served(small_base())

    done = typed.bqx("airtable", "connect", typing="", **settings)

    assert done.returncode == 1
    assert told(typed.bqx("plan", "export"))["stages"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--table", "stage"), "is no KIND=NAME"),
        (("--field", "stage.owner"), "is no KIND.WORD=NAME"),
        (("--word", "stage.status=blocked"), "is no KIND.WORD:OPTION=MEANING"),
        (("--word", "stage.status:Done="), "is no KIND.WORD:OPTION=MEANING"),
        (("--field", "stage.owner=Boss"), "has no field “Boss”"),
        (("--table", "steps=Stages"), "none of phase, stage, task, issue"),
        (("--base", "appNOWHERE0000001"), "doesn't see the base appNOWHERE0000001"),
        (
            ["--field", "stage.owner=Lead", "--field", "stage.notes=lead"],
            "named for the owner and for the notes",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(typed, served, arguments, said):
    _, settings = served(small_base())

    assert said in typed.refused("airtable", "connect", "--yes", *arguments, **settings)


@pytest.mark.parametrize("command", ["connect", "sync", "live-check"])
def test_without_a_token_the_way_to_one_is_told(typed, command):
    sentence = typed.refused("airtable", command)

    assert sentence.startswith("bqx: AIRTABLE_API_KEY is not set. Make a personal access token")


def test_the_status_of_nothing_says_what_comes_first(typed, served):
    assert lines(typed.bqx("airtable")) == [
        "AIRTABLE_API_KEY is not set; the README has the three steps."
    ]
    _, settings = served(small_base())
    assert lines(typed.bqx("airtable", **settings)) == [
        "No base is connected. `bqx airtable connect` proposes a mapping."
    ]
    assert typed.refused("airtable", "sync", **settings).endswith(
        "No base is connected. `bqx airtable connect` proposes a mapping."
    )


def test_several_bases_and_none_named_is_refused_with_their_names(typed, served):
    other = {**small_base(), "id": "appOTHER000000001", "name": "Other"}
    _, settings = served(small_base(), other)

    sentence = typed.refused("airtable", "connect", "--yes", **settings)

    assert f"Plan ({BASE_ID}), Other (appOTHER000000001)" in sentence
    named = typed.bqx("airtable", "connect", "--json", "--base", "appOTHER000000001", **settings)
    assert told(named)["base"]["name"] == "Other"
    by_setting = {**settings, "AIRTABLE_BASE_ID": f"https://airtable.com/{BASE_ID}/tbl1"}
    assert told(typed.bqx("airtable", "connect", "--json", **by_setting))["base"]["id"] == BASE_ID


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("401", "doesn't accept AIRTABLE_API_KEY"),
        ("503", "has a fault of its own (HTTP 503)"),
        ("billing", "the month's calls are used up"),
    ],
)
def test_what_airtable_refuses_is_one_sentence(typed, served, refusal, said):
    server, settings = served(small_base())
    server.fail(refusal, times=9)

    sentence = typed.refused("airtable", "connect", "--yes", **settings)

    assert said in sentence
    assert TOKEN not in sentence


def test_the_customers_stages_are_connected_and_an_import_of_them_is_met(typed, served, shared):
    server, settings = served(customer_base(shared))
    lines(typed.bqx("plan", "import", str(shared / "data" / "bqx" / "stages.json")))
    before = told(typed.bqx("plan", "export"))

    done = told(typed.bqx("airtable", "connect", "--yes", "--json", **settings))

    assert done["read"]["records"] == 108
    assert [each["name"] for each in done["tables"]["stage"]["fields"].values()][:3] == [
        "Stage ID",
        "Stage Code",
        "Status",
    ]
    after = told(typed.bqx("plan", "export"))
    assert [each["key"] for each in after["stages"]] == [each["key"] for each in before["stages"]]
    assert told(typed.bqx("airtable", "status", "--json", **settings))["in_step"]["stage"] == 108
    # Schema and samples, what is made, and the first reading: a plan of 1,000 calls is enough.
    assert len(server.ledger()) < 35


@pytest.fixture
def sandbox(typed):
    """Start `bqx sandbox --airtable` and wait until it answers."""
    started, ports = [], ExitStack()

    def sandbox(*files):
        port = ports.enter_context(reserved_port())
        options = [part for file in files for part in ("--load", str(file))]
        process = typed.started("sandbox", "--airtable", *options, BQX_AIRTABLE_PORT=str(port))
        started.append(process)
        server = RemoteAirtable(f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                server.ledger()
            except OSError:
                time.sleep(0.05)
            else:
                return process, server
        raise TimeoutError("the local Airtable did not start")

    yield sandbox
    for process in started:
        process.kill()
        process.communicate()
    ports.close()


def test_several_files_are_several_bases_until_ctrl_c(typed, sandbox, tmp_path):
    files = []
    for number in (1, 2):
        base = {**small_base(), "id": f"appNUMBER{number:08}", "name": f"Base {number}"}
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(base))

    process, server = sandbox(*files)

    for number in (1, 2):
        assert len(server.records(f"appNUMBER{number:08}", STAGES)) == 2
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=240)
    assert (process.returncode, errors) == (0, "")


def test_the_sample_base_is_connected_and_a_newcomer_sees_what_is_made(typed, sandbox):
    _, server = sandbox()
    settings = {"AIRTABLE_API_KEY": TOKEN, "AIRTABLE_API_URL": server.base_url}

    done = lines(typed.bqx("airtable", "connect", "--yes", **settings))

    assert done[0] == "Connected to BQX ML (sample): 26 records read in 5 calls."
    assert done[1] == (
        "Made in the base: “BQX Key” in “Phases”, “BQX Key” in “Stages”, “Progress” in “Stages”,"
        " “BQX Key” in “Tasks”, “Issue Key” in “Issues”."
    )
    assert len(done) == 2
    plan = told(typed.bqx("plan", "export"))
    assert [len(plan[kind]) for kind in ("phases", "stages", "tasks", "issues")] == [3, 15, 6, 2]


def test_a_file_that_is_no_base_is_refused_with_what_is_wrong(typed, tmp_path):
    file = tmp_path / "base.json"
    missing = typed.refused("sandbox", "--airtable", "--load", str(file))
    file.write_text("{")
    torn = typed.refused("sandbox", "--airtable", "--load", str(file))
    file.write_text(json.dumps({"id": "app1", "tables": []}))
    nameless = typed.refused("sandbox", "--airtable", "--load", str(file))
    file.write_text(json.dumps(small_base()))
    twice = typed.refused("sandbox", "--airtable", "--load", str(file), "--load", str(file))

    assert "cannot be read" in missing
    assert "is not JSON" in torn
    assert 'is not "app" and 14 letters' in nameless
    assert f"hold the base {BASE_ID}; a base is there once" in twice


def test_a_taken_port_is_told(typed, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])

        sentence = typed.refused("sandbox", "--airtable", BQX_AIRTABLE_PORT=port)

    assert sentence == f"bqx: Port {port} is taken. Stop what uses it, or set BQX_AIRTABLE_PORT."


def test_the_live_check_answers_every_question(typed, served):
    server, settings = served(small_base())
    rows = server.records(BASE_ID, STAGES)
    server.fail("429", path="?pageSize=1")  # a machine that is busy asks no eight in a second

    done = typed.bqx("airtable", "live-check", "--yes", **settings)

    assert (done.returncode, done.stderr) == (0, "")
    assert "could not be asked" not in done.stdout
    assert "open again after" in done.stdout
    assert "Delete the table “BQX live check” by hand." in done.stdout
    assert server.records(BASE_ID, STAGES) == rows
    assert [table["name"] for table in server.schema(BASE_ID)] == ["Stages", "BQX live check"]


def test_the_live_check_asks_before_it_makes_anything(typed, served):
    server, settings = served(small_base())

    done = typed.bqx("airtable", "live-check", typing="n\n", **settings)

    assert done.returncode == 1
    assert f"Make the table “BQX live check” in {BASE_ID} and try it there?" in done.stdout
    assert len(server.schema(BASE_ID)) == 1


def test_a_base_without_stages_is_said_to_need_a_choice_and_nothing_to_be_made(typed, served):
    rows = [{"fields": {"Pos": "10", "Activity": "Dig"}}]
    table = {"id": STAGES, "name": "Sheet1", "fields": [text("Pos"), text("Activity")]}
    base = {"id": BASE_ID, "name": "Import", "tables": [{**table, "records": rows}]}
    _, settings = served(base)

    proposed = told(typed.bqx("airtable", "connect", "--json", **settings))

    assert proposed["missing"] == []
    assert [each["what"] for each in proposed["by_hand"]] == ["Stages"]
    assert "Choose the table that holds your stages" in proposed["by_hand"][0]["steps"]
