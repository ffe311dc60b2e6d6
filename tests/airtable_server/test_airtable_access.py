"""Who may do what, where paths lead, and how often may be asked."""

from email.utils import parsedate_to_datetime

import pytest

from bot.sandbox.airtable.config import ALL_SCOPES, AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from tests.airtable_server.airtable_driving import BASE, PLAN, TOKEN, refused


def test_without_a_token_and_with_a_wrong_one(air):
    assert air.ask("GET", "/v0/meta/whoami", token=None) == (
        401,
        {"error": {"type": "AUTHENTICATION_REQUIRED", "message": "Authentication required"}},
    )
    assert air.ask("GET", "/v0/meta/whoami", token="pat-other") == (
        401,
        {"error": {"type": "UNAUTHORIZED", "message": "Invalid authentication token"}},
    )


def test_a_token_can_be_revoked_and_replaced_at_work(air):
    air.remote.set_token(None)
    with refused(401, "UNAUTHORIZED"):
        air.stages.all()

    air.remote.set_token(TOKEN)
    assert air.stages.all() == []


def test_whoami_needs_no_scope_and_tells_the_address_only_with_one(start):
    air = start(scopes=frozenset())
    assert air.api.whoami() == {"id": "usrBQXCADENCE0001"}

    air.remote.set_scopes(ALL_SCOPES)
    assert air.api.whoami()["email"] == "cadence@example.com"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("data.records:read", "GET", f"/v0/{BASE}/Stages"),
        ("data.records:read", "POST", f"/v0/{BASE}/Stages/listRecords"),
        ("data.records:write", "POST", f"/v0/{BASE}/Stages"),
        ("schema.bases:read", "GET", f"/v0/meta/bases/{BASE}/tables"),
        ("schema.bases:write", "POST", f"/v0/meta/bases/{BASE}/tables"),
        ("webhook:manage", "GET", f"/v0/bases/{BASE}/webhooks"),
    ],
)
def test_a_missing_scope_is_a_403(air, scope, method, path):
    air.remote.set_scopes(ALL_SCOPES - {scope})

    status, answer = air.ask(method, path, json={})

    assert (status, answer["error"]["type"]) == (403, "INVALID_PERMISSIONS")


def test_roles_limit_what_the_user_may_do(start):
    reader, editor = start(permission="read"), start(permission="edit")

    with refused(403, "INVALID_PERMISSIONS") as caught:
        reader.stages.create({"Title": "x"})
    assert caught.value.response.json()["error"]["message"] == (
        "You are not permitted to create records in table Stages (tblSTAGES00000001)"
    )
    assert editor.stages.create({"Title": "x"})
    with refused(403, "INVALID_PERMISSIONS"):
        editor.stages.create_field("New", "singleLineText")
    with refused(403, "INVALID_PERMISSIONS"):
        editor.base.add_webhook(
            "https://example.com", {"options": {"filters": {"dataTypes": ["tableData"]}}}
        )


@pytest.mark.parametrize("path", ["appNOBASE00000001/Stages", f"{BASE}/Nowhere"])
def test_an_unknown_base_or_table_is_hidden(air, path):
    status, answer = air.ask("GET", f"/v0/{path}")

    assert (status, answer["error"]["type"]) == (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "appTOOSHORT/Stages"),
        ("GET", f"{BASE}/Stages/recSHORT"),
        ("GET", "nowhere"),
        ("DELETE", f"meta/bases/{BASE}/tables/tblSTAGES00000001"),
        ("DELETE", f"meta/bases/{BASE}/tables/tblSTAGES00000001/fields/fldTITLE000000001"),
        ("GET", f"bases/{BASE}/webhooks/achSHORT/payloads"),
    ],
)
def test_a_malformed_id_or_an_unrouted_path_is_a_bare_404_before_auth(air, method, path):
    assert air.ask(method, f"/v0/{path}", token=None) == (404, {"error": "NOT_FOUND"})


def test_other_machines_and_origins_are_refused(air):
    assert air.send("GET", "/v0/meta/whoami", headers={"Host": "evil.example"}).status_code == 403
    answer = air.send("POST", "/local/ledger", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert air.send("POST", "/local/nothing").status_code == 404


def test_a_long_url_is_refused_and_a_long_body_is_not(air):
    status, _ = air.ask("GET", f"/v0/{BASE}/Stages?filterByFormula={'x' * 16_000}")
    assert status == 414

    # pyairtable moves what is too long into a POST.
    names = ["Title"] * 2_000
    assert air.stages.all(fields=names) == []
    assert air.remote.ledger()[-1]["path"] == f"/v0/{BASE}/Stages/listRecords"


@pytest.mark.usefixtures("no_time_passes")
def test_every_answer_carries_the_servers_own_time(air):
    before = parsedate_to_datetime(air.send("GET", "/v0/meta/whoami").headers["Date"])

    air.remote.advance(86_400)

    after = parsedate_to_datetime(air.send("GET", "/v0/meta/whoami").headers["Date"])
    assert (after - before).total_seconds() == 86_400


@pytest.mark.usefixtures("no_time_passes")
def test_the_sixth_call_of_a_second_starts_a_penalty_for_its_base(start):
    air = start(requests_per_s=5)
    for _ in range(5):
        air.phases.all()

    with refused(429, "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later"):
        air.base.schema()
    air.remote.advance(29)
    with refused(429, "RATE_LIMIT_REACHED"):
        air.base.webhooks()
    air.remote.advance(1.1)
    assert len(air.phases.all()) == 2


@pytest.mark.usefixtures("no_time_passes")
def test_healing_ends_a_penalty(start):
    air = start(requests_per_s=1)
    air.phases.all()
    with refused(429):
        air.phases.all()

    air.remote.heal()

    assert len(air.phases.all()) == 2


@pytest.mark.usefixtures("no_time_passes")
def test_calls_without_a_base_count_for_the_token_only(start):
    air = start(requests_per_s=1)

    statuses = [air.ask("GET", "/v0/meta/whoami")[0] for _ in range(51)]

    assert statuses == [200] * 50 + [429]


@pytest.mark.usefixtures("no_time_passes")
def test_over_the_monthly_cap_only_metadata_answers(start):
    air = start(monthly_cap=2)
    air.phases.all()
    air.phases.all()

    with refused(429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED") as caught:
        air.phases.all()
    assert caught.value.response.json()["error"]["message"] == (
        "API billing plan limit exceeded. You've reached the maximum number of requests allowed"
        " for this month."
    )
    assert air.base.schema().tables
    air.remote.advance(31 * 86_400)
    assert len(air.phases.all()) == 2


def test_the_ledger_tells_every_call_and_nothing_of_people(air):
    air.phases.all(max_records=1)
    air.remote.person().create(BASE, "Stages", {"Title": "x"})
    with refused(422):
        air.stages.create({"Nope": 1})

    listed, made = air.remote.ledger()

    assert (listed["method"], listed["base"], listed["table"]) == ("GET", BASE, "Phases")
    assert listed["path"] == f"/v0/{BASE}/Phases?maxRecords=1"
    assert (listed["status"], listed["type"]) == (200, "")
    assert (made["method"], made["status"], made["type"]) == ("POST", 422, "UNKNOWN_FIELD_NAME")
    assert made["at"] >= listed["at"]
    air.remote.clear_ledger()
    assert air.remote.ledger() == []


def test_two_servers_keep_apart():
    config = AirtableConfig((PLAN,), port=0)
    with running_airtable(config) as one, running_airtable(config) as other:
        one.person().create(BASE, "Stages", {"Title": "x"})

        assert len(one.records(BASE, "Stages")) == 1
        assert other.records(BASE, "Stages") == []
        assert [each["id"] for each in one.schema(BASE)] == [
            each["id"] for each in other.schema(BASE)
        ]
