"""Webhooks: what they are told, how long they live, and pings."""

import threading
from base64 import b64decode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pyairtable.models import WebhookNotification

from bot.sandbox.airtable.pings import mac_of
from tests.airtable_server.airtable_driving import BASE, refused
from tests.waiting import until

PHASE = "recPHASE000000001"
DAY_S = 86_400
STAGES = "tblSTAGES00000001"
PHASES = "tblPHASES00000001"
TITLE = "fldTITLE000000001"
CODE = "fldCODE0000000001"
STATUS = "fldSTATUS00000001"
LINK = "fldPHASE000000001"
ALL_TYPES = ["tableData", "tableFields", "tableMetadata"]


def wish(*types, includes=None, **filters):
    options = {"filters": {"dataTypes": list(types) or ["tableData"], **filters}}
    if includes is not None:
        options["includes"] = includes
    return {"options": options}


class Hook:
    """A webhook without a notification URL, read with raw requests."""

    def __init__(self, air, specification, url=None):
        self.air = air
        body = {"specification": specification}
        if url is not None:
            body["notificationUrl"] = url
        self.path = f"/v0/bases/{BASE}/webhooks"
        self.status, self.made = air.ask("POST", self.path, json=body)
        self.id = self.made.get("id")
        self.cursor = 1

    def page(self, cursor=None, limit=50):
        path = f"{self.path}/{self.id}/payloads?limit={limit}"
        return self.air.ask("GET", path + (f"&cursor={cursor}" if cursor else ""))

    def fresh(self):
        """Return the payloads since the last time."""
        status, answer = self.page(self.cursor)
        assert status == 200
        self.cursor = answer["cursor"]
        return answer["payloads"]

    def listed(self):
        _, answer = self.air.ask("GET", self.path)
        return next(each for each in answer["webhooks"] if each["id"] == self.id)


@pytest.fixture
def hook(air):
    includes = {"includeCellValuesInFieldIds": "all", "includePreviousCellValues": True}
    return Hook(air, wish(*ALL_TYPES, includes=includes))


def changes(payload, table=STAGES):
    return payload["changedTablesById"][table]


def test_a_webhook_is_made_listed_refreshed_and_deleted(air):
    made = air.base.add_webhook("https://example.com/hook", wish())

    (listed,) = air.base.webhooks()
    assert listed.id == made.id
    assert listed.notification_url == "https://example.com/hook"
    assert listed.cursor_for_next_payload == 1
    assert len(b64decode(made.mac_secret_base64)) >= 32
    _, answer = air.ask("GET", f"/v0/bases/{BASE}/webhooks")
    assert "macSecretBase64" not in answer["webhooks"][0]
    air.remote.advance(3600)
    listed.extend_expiration()
    assert listed.expiration_time > made.expiration_time.isoformat()
    listed.disable_notifications()
    assert not air.base.webhooks()[0].are_notifications_enabled
    listed.delete()
    assert air.base.webhooks() == []


def test_a_base_has_ten_at_most(air):
    hooks = [Hook(air, wish()) for _ in range(11)]

    assert [each.status for each in hooks] == [200] * 10 + [422]


def test_twenty_updates_are_twenty_payloads(air, hook):
    record = air.stages.create({"Title": "0"})
    for number in range(1, 21):
        air.stages.update(record["id"], {"Title": str(number)})

    payloads = list(air.base.webhook(hook.id).payloads())

    assert len(payloads) == 21
    assert [each.cursor for each in payloads] == list(range(1, 22))
    numbers = [each.base_transaction_number for each in payloads]
    assert numbers == sorted(set(numbers))
    last = payloads[-1].changed_tables_by_id[STAGES].changed_records_by_id[record["id"]]
    assert last.current.cell_values_by_field_id == {TITLE: "20"}
    assert last.previous.cell_values_by_field_id == {TITLE: "19"}


def test_one_request_is_one_payload(air, hook):
    air.stages.batch_create([{"Title": str(n)} for n in range(10)])

    (payload,) = hook.fresh()

    assert len(changes(payload)["createdRecordsById"]) == 10
    assert payload["payloadFormat"] == "v0"


def test_an_own_write_is_told_as_such_and_a_persons_as_theirs(air, hook):
    air.stages.create({"Title": "x"})
    mara = air.remote.person()
    mara.create(BASE, "Stages", {"Title": "y"})

    own, theirs = hook.fresh()

    assert own["actionMetadata"] == {
        "source": "publicApi",
        "sourceMetadata": {
            "user": {
                "id": "usrBQXCADENCE0001",
                "email": "cadence@example.com",
                "name": "BQX Cadence",
                "permissionLevel": "create",
            }
        },
    }
    assert theirs["actionMetadata"]["source"] == "client"
    assert theirs["actionMetadata"]["sourceMetadata"]["user"]["id"] == mara.id


def test_cells_come_with_the_names_of_options_and_rows(air, hook):
    made = air.stages.create({"Title": "x", "Status": "Todo", "Tags": ["a"], "Phase": [PHASE]})

    (payload,) = hook.fresh()
    created = changes(payload)["createdRecordsById"][made["id"]]

    cells = created["cellValuesByFieldId"]
    assert created["createdTime"] == made["createdTime"]
    assert set(cells[STATUS]) == {"id", "name", "color"}
    assert cells[STATUS]["name"] == "Todo"
    assert cells[LINK] == [{"id": PHASE, "name": "Build"}]
    assert [each["name"] for each in next(v for v in cells.values() if isinstance(v, list))]
    phase = changes(payload, PHASES)["changedRecordsById"][PHASE]
    assert list(phase["current"]["cellValuesByFieldId"].values()) == [
        [{"id": made["id"], "name": "x"}]
    ]


def test_cleared_cells_are_null_and_the_rest_is_unchanged(air, hook):
    made = air.stages.create({"Title": "x", "Status": "Todo", "Code": "A"})
    hook.fresh()

    air.stages.update(made["id"], {"Status": None})

    (payload,) = hook.fresh()
    told = changes(payload)["changedRecordsById"][made["id"]]
    assert told["current"]["cellValuesByFieldId"] == {STATUS: None}
    assert told["previous"]["cellValuesByFieldId"][STATUS]["name"] == "Todo"
    assert told["unchanged"]["cellValuesByFieldId"][CODE] == "A"


def test_a_deletion_is_told_with_the_links_it_takes(air, hook):
    made = air.stages.create({"Title": "x", "Phase": [PHASE]})
    hook.fresh()

    air.stages.delete(made["id"])

    (payload,) = hook.fresh()
    assert changes(payload)["destroyedRecordIds"] == [made["id"]]
    phase = changes(payload, PHASES)["changedRecordsById"][PHASE]
    assert list(phase["previous"]["cellValuesByFieldId"].values()) == [
        [{"id": made["id"], "name": "x"}]
    ]


def test_a_write_that_changes_nothing_or_fails_is_not_told(air, hook):
    made = air.stages.create({"Title": "x"})
    hook.fresh()

    air.stages.update(made["id"], {"Title": "x"})
    with refused(422):
        air.stages.update(made["id"], {"Title": "y", "Nope": 1})

    assert hook.fresh() == []


def test_schema_changes_are_told(air, hook):
    mara = air.remote.person()
    mara.rename_field(BASE, "Stages", "Title", "Heading")
    mara.retype_field(BASE, "Stages", "Code", "number", {"precision": 0})
    new = mara.add_field(BASE, "Stages", "New", "singleLineText")
    mara.delete_field(BASE, "Stages", "New")
    mara.rename_table(BASE, "Stages", "Steps")
    table = air.base.create_table("Tasks", [{"name": "Name", "type": "singleLineText"}])
    mara.delete_table(BASE, "Tasks")

    renamed, retyped, added, deleted, table_renamed, made, gone = hook.fresh()

    told = changes(renamed)["changedFieldsById"][TITLE]
    assert told["current"] == {"name": "Heading", "type": "singleLineText"}
    assert changes(retyped)["changedFieldsById"][CODE]["current"]["type"] == "number"
    assert changes(added)["createdFieldsById"][new["id"]]["name"] == "New"
    assert changes(deleted)["destroyedFieldIds"] == [new["id"]]
    metadata = changes(table_renamed)["changedMetadata"]
    assert (metadata["previous"]["name"], metadata["current"]["name"]) == ("Stages", "Steps")
    assert made["createdTablesById"][table.id]["metadata"]["name"] == "Tasks"
    assert gone["destroyedTableIds"] == [table.id]
    assert len(list(air.base.webhook(hook.id).payloads())) == 7


def test_a_retyped_field_is_told_with_its_old_and_new_cells(air):
    includes = {"includePreviousCellValues": True, "includePreviousFieldDefinitions": True}
    hook = Hook(air, wish("tableData", "tableFields", includes=includes))
    made = air.stages.create({"Status": "Todo"})
    hook.fresh()

    air.remote.person().retype_field(BASE, "Stages", "Status", "singleLineText")

    (payload,) = hook.fresh()
    cells = changes(payload)["changedRecordsById"][made["id"]]
    assert cells["current"]["cellValuesByFieldId"] == {STATUS: "Todo"}
    assert cells["previous"]["cellValuesByFieldId"][STATUS]["name"] == "Todo"
    field = changes(payload)["changedFieldsById"][STATUS]
    assert field["previous"]["type"] == "singleSelect"


def test_a_removed_option_is_told_by_its_name(air, hook):
    made = air.stages.create({"Status": "Todo"})
    hook.fresh()

    air.remote.person().remove_option(BASE, "Stages", "Status", "Todo")

    (payload,) = hook.fresh()
    told = changes(payload)["changedRecordsById"][made["id"]]
    assert told["previous"]["cellValuesByFieldId"][STATUS]["name"] == "Todo"
    assert told["current"]["cellValuesByFieldId"] == {STATUS: None}


@pytest.mark.parametrize(
    ("specification", "told"),
    [
        (wish(), ["create", "update", "person", "delete"]),
        (wish("tableFields"), []),
        (wish(recordChangeScope=STAGES), ["create", "update", "person", "delete"]),
        (wish(recordChangeScope=PHASES), []),
        (wish(changeTypes=["remove"]), ["delete"]),
        (wish(changeTypes=["add", "update"]), ["create", "update", "person"]),
        (wish(fromSources=["client"]), ["person"]),
        (wish(watchDataInFieldIds=[CODE]), ["create", "person", "delete"]),
    ],
)
def test_a_specification_is_kept_to(air, specification, told):
    hook = Hook(air, specification)

    made = air.stages.create({"Title": "create"})
    air.stages.update(made["id"], {"Title": "update"})
    air.remote.person().update(BASE, "Stages", made["id"], {"Code": "person"})
    air.stages.delete(made["id"])

    names = []
    for payload in hook.fresh():
        change = changes(payload)
        (record,) = (
            change.get("createdRecordsById") or change.get("changedRecordsById") or {"": {}}
        ).values()
        cells = record.get("current", record).get("cellValuesByFieldId", {})
        names.append(cells.get(CODE) or cells.get(TITLE) or "delete")
    assert names == told


def test_only_changed_cells_and_chosen_ones_are_told(air):
    hook = Hook(air, wish(includes={"includeCellValuesInFieldIds": [CODE]}))
    made = air.stages.create({"Title": "x", "Code": "A", "Cost": 1})
    hook.fresh()

    air.stages.update(made["id"], {"Title": "y"})

    (payload,) = hook.fresh()
    assert changes(payload)["changedRecordsById"][made["id"]] == {
        "current": {"cellValuesByFieldId": {TITLE: "y"}},
        "unchanged": {"cellValuesByFieldId": {CODE: "A"}},
    }


@pytest.mark.parametrize(
    "specification",
    [
        None,
        {},
        {"options": {}},
        wish("tableWeather"),
        wish(changeTypes=["explode"]),
        wish(color="red"),
        wish(includes={"everything": True}),
        wish(includes={"includeCellValuesInFieldIds": "some"}),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(air, specification):
    assert Hook(air, specification).status == 422


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://127.0.0.1/", 5, "x"])
def test_a_notification_url_is_https_or_here(air, url):
    assert Hook(air, wish(), url).status == 422


def test_payloads_come_in_pages_of_fifty(air, hook):
    record = air.stages.create({"Title": "0"})
    for number in range(1, 52):
        air.stages.update(record["id"], {"Title": str(number)})

    _, first = hook.page(1)
    _, second = hook.page(first["cursor"])

    assert (len(first["payloads"]), first["mightHaveMore"], first["cursor"]) == (50, True, 51)
    assert (len(second["payloads"]), second["mightHaveMore"], second["cursor"]) == (2, False, 53)
    assert hook.page(53)[1] == {"payloads": [], "cursor": 53, "mightHaveMore": False}
    assert len(list(air.base.webhook(hook.id).payloads())) == 52
    assert hook.listed()["cursorForNextPayload"] == 53
    assert hook.page(1, limit=51)[0] == 422
    assert air.ask("GET", f"{hook.path}/{hook.id}/payloads?cursor=0")[0] == 422


def test_a_read_without_a_cursor_goes_on_where_the_last_one_ended(air, hook):
    air.stages.create({"Title": "x"})
    assert len(hook.page()[1]["payloads"]) == 1
    air.stages.create({"Title": "y"})

    assert hook.page()[1]["cursor"] == 3


def test_reading_extends_a_life_of_seven_days(air, hook):
    air.remote.advance(6 * DAY_S)
    hook.fresh()
    air.remote.advance(6 * DAY_S)
    air.stages.create({"Title": "x"})

    assert len(hook.fresh()) == 1


def test_after_it_expired_it_is_told_nothing_and_read_for_another_week(air, hook):
    air.stages.create({"Title": "before"})
    air.remote.expire_webhooks()
    air.stages.create({"Title": "after"})

    assert not hook.listed()["isHookEnabled"]
    assert len(hook.fresh()) == 1
    assert air.ask("POST", f"{hook.path}/{hook.id}/refresh") == (
        422,
        {"error": {"type": "FAILED_STATE_CHECK"}},
    )
    air.remote.advance(7 * DAY_S + 1)
    assert hook.page(1) == (404, {"error": {"type": "NOT_FOUND"}})
    assert air.base.webhooks() == []


def test_a_cursor_goes_on_after_payloads_that_are_no_longer_kept(air, hook):
    air.stages.create({"Title": "a"})
    air.stages.create({"Title": "b"})
    air.remote.drop_payloads()
    assert hook.page(1)[1] == {"payloads": [], "cursor": 3, "mightHaveMore": False}

    air.stages.create({"Title": "c"})

    status, answer = hook.page(1)
    assert status == 200
    assert [each["baseTransactionNumber"] for each in answer["payloads"]] == [3]
    assert answer["cursor"] == 4


def test_payloads_are_kept_for_a_week(air, hook):
    air.stages.create({"Title": "a"})
    air.remote.advance(4 * DAY_S)
    air.stages.create({"Title": "b"})
    hook.page(1)

    air.remote.advance(4 * DAY_S)

    assert [each["baseTransactionNumber"] for each in hook.page(1)[1]["payloads"]] == [2]


def test_the_mac_is_airtables():
    body = (
        b'{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},'
        b'"timestamp":"2022-02-01T21:25:05.663Z"}'
    )

    assert mac_of(b"secret", body) == (
        "hmac-sha256=8bd89dd8304a4f7b1a661dfa59ba91218f210ff1dd30339081946782504616b1"
    )


@contextmanager
def listening(status=204, said=b""):
    """A notification URL that keeps the pings it gets."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((body.decode(), self.headers["X-Airtable-Content-MAC"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args):
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_ping_is_signed_and_tells_only_where_to_look(air):
    with listening() as (url, got):
        hook = Hook(air, wish(), url)
        air.stages.create({"Title": "x"})
        until(lambda: hook.listed()["lastNotificationResult"])

    body, mac = got[0]
    ping = WebhookNotification.from_request(body, mac, hook.made["macSecretBase64"])
    assert (ping.base.id, ping.webhook.id) == (BASE, hook.id)
    assert hook.listed()["lastNotificationResult"]["success"] is True
    assert hook.listed()["lastSuccessfulNotificationTime"] is not None
    with pytest.raises(ValueError, match="failed validation"):
        WebhookNotification.from_request(body, mac, "b3RoZXI=")


@pytest.mark.parametrize(("status", "said"), [(500, b""), (200, b"thanks")])
def test_a_ping_that_is_not_taken_will_be_sent_again(air, status, said):
    with listening(status, said) as (url, got):
        hook = Hook(air, wish(), url)
        air.stages.create({"Title": "x"})
        result = until(lambda: hook.listed()["lastNotificationResult"])

    assert result["success"] is False
    assert result["willBeRetried"] is True
    assert len(got) == 1
    assert air.base.webhooks()[0].last_notification_result.error.message


def test_no_ping_is_sent_while_notifications_are_off(air):
    with listening() as (url, got):
        hook = Hook(air, wish(), url)
        air.ask("POST", f"{hook.path}/{hook.id}/enableNotifications", json={"enable": False})
        air.stages.create({"Title": "x"})

        assert len(hook.fresh()) == 1
        assert got == []
