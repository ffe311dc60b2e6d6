"""What is in the way of a base is said in plain words, each thing differently, and no token."""

import logging
import socket
import traceback
from dataclasses import replace

import pytest

from bot.adapters.airtable import GovernedApi, PyAirtableApi
from bot.domain.airtable.state import BaseState
from bot.domain.issues import Issue, Severity
from bot.errors import BotError, BudgetSpentError, OutageError, UserError
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from bot.settings import Settings
from bot.usecases.airtable.health import airtable_health
from bot.usecases.airtable.keeping import retry_now
from bot.usecases.airtable.look import SCOPES, choose_base, look_at_base
from bot.workspaces import airtable_of
from tests.airtable.bases import BASE_ID, STAGES, plan_base
from tests.airtable.world import running_world
from tests.plans import fresh_plans

TOKEN = "patSECRET12345678.0123456789abcdef"
STAGE = {"Stage ID": "1.1 - Set up", "Status": "Done", "BQX Key": "STG-001"}


@pytest.fixture
def world(tmp_path):
    """Serve two bases to a token that only the tests know; nothing is connected."""
    other = {**plan_base(base_id="appOTHER000000001"), "name": "Other"}
    bases = [plan_base(stages=[STAGE]), other]
    with running_world(fresh_plans(tmp_path), bases) as world:
        world.server.set_token(TOKEN)
        world.airtable = opened(world, TOKEN)
        yield world


def opened(world, token, url=None):
    def api(base_id, feature):
        client = GovernedApi(
            token,
            endpoint_url=url or world.server.base_url,
            base_id=base_id,
            feature=feature,
            gate=world.airtable.gate,
            wait=lambda _seconds: None,
        )
        return PyAirtableApi(client, base_id)

    return replace(world.airtable, api=api)


def looking(world, base_id=BASE_ID):
    """Look at a base and return the error."""
    with pytest.raises(BotError) as refused:
        look_at_base(world.airtable, choose_base(world.airtable, base_id))
    return refused.value


@pytest.mark.parametrize(
    "token",
    ["patWRONG", "key12345678901234", "pat…1", "pat one", "pat\none", "Schlüssel"],
    ids=ascii,
)
def test_a_token_that_is_wrong_or_garbled_is_said_to_be(world, token):
    world.airtable = opened(world, token)

    error = looking(world)

    assert isinstance(error, UserError)
    assert str(error).startswith("Airtable doesn't accept AIRTABLE_API_KEY.")
    assert "airtable.com/create/tokens" in str(error)
    assert nowhere(token, error)


def test_a_token_that_was_revoked_is_said_to_be(world):
    world.server.set_token(None)

    assert "not revoked" in str(looking(world))


@pytest.mark.parametrize(
    ("scope", "so"),
    [
        ("schema.bases:read", "so I can't see which bases there are"),
        ("data.records:read", "so I can't read the rows"),
    ],
)
def test_a_scope_without_which_nothing_can_be_seen_is_named(world, scope, so):
    world.server.set_scopes(set(SCOPES) - {scope})

    error = looking(world)

    said = str(error)
    assert said.startswith(
        f"The token lacks the scope {scope}, {so}. Add it at airtable.com/create/"
    )
    assert said.endswith("The token stays the same.")
    assert all(said.count(each) == 1 for each in SCOPES)  # whoever lacks one may lack others


def test_a_base_the_token_does_not_see_is_told_beside_those_it_sees(world):
    error = looking(world, "appNOWHERE0000001")

    assert "The token doesn't see the base appNOWHERE0000001." in str(error)
    assert f"Plan ({BASE_ID}), Other (appOTHER000000001)" in str(error)


@pytest.mark.parametrize("typed", ["tblPLAN0000000001", "app123", "Plan", "appTESTS0000000012"])
def test_what_is_no_base_id_is_told_so(world, typed):
    error = looking(world, typed)

    assert f"“{typed}” is no base id: that is “app” and 14 letters or digits" in str(error)
    assert f"Plan ({BASE_ID})" in str(error)


def test_the_address_of_a_base_will_do(world):
    address = f"https://airtable.com/{BASE_ID}/tblSTAGES00000000/viw0?blocks=hide"

    assert choose_base(world.airtable, address) == BASE_ID


def test_several_bases_are_listed_where_none_is_named(world):
    error = looking(world, "")

    assert str(error) == (
        f"The token sees 2 bases: Plan ({BASE_ID}), Other (appOTHER000000001). Set"
        " AIRTABLE_BASE_ID, or name one with `--base`."
    )


def test_the_only_base_needs_no_name(tmp_path):
    with running_world(fresh_plans(tmp_path), [plan_base()]) as world:
        assert choose_base(world.airtable) == BASE_ID


def test_a_token_without_a_base_is_told_what_to_do(world):
    with running_airtable(AirtableConfig(bases=(), port=0, token=TOKEN)) as server:
        world.airtable = opened(world, TOKEN, server.base_url)

        error = looking(world, "")

    assert str(error).startswith("The token sees no base. Add the base to the token at")


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_no_network_is_told_from_a_fault_of_airtables(world):
    here = opened(world, TOKEN)
    world.airtable = opened(world, TOKEN, f"http://127.0.0.1:{closed_port()}")
    nowhere_to_go = looking(world)
    world.airtable = here
    world.server.fail("503", retry_after=7)
    fault = looking(world)
    world.server.fail("429", retry_after=31)
    limit = looking(world)
    closed = looking(world)

    assert [str(error) for error in (nowhere_to_go, fault, limit)] == [
        "Airtable can't be reached from here, so I stopped.",
        "Airtable has a fault of its own (HTTP 503), so I stopped. Try again in 7 s.",
        "Airtable asks me to wait, so I stopped. Try again in 31 s.",
    ]
    assert all(isinstance(error, OutageError) for error in (nowhere_to_go, fault, limit, closed))
    assert "Airtable has asked everybody to wait" in str(closed)
    assert not nowhere_to_go.maybe_done


@pytest.mark.parametrize("kind", ["truncated", "drop_before"])
def test_half_an_answer_is_an_outage(world, kind):
    world.server.fail(kind)

    assert isinstance(looking(world), OutageError)


def test_an_address_that_is_not_airtables_is_told_so(world):
    world.airtable = opened(world, TOKEN, f"{world.server.base_url}/elsewhere")

    error = looking(world)

    assert str(error) == (
        "What answers at AIRTABLE_API_URL is not Airtable's Web API (NOT_FOUND). Leave it unset for"
        " Airtable itself."
    )


def test_a_month_that_is_used_up_is_told_from_a_pause(world):
    world.server.fail("billing")

    error = looking(world)

    assert isinstance(error, BudgetSpentError)
    assert str(error) == "Airtable refuses: the month's calls are used up, so I stopped."


def test_a_missing_right_to_write_is_found_by_the_first_write(world):
    world.server.set_scopes(set(SCOPES) - {"data.records:write"})
    file_an_issue(world)

    done = world.connect()

    [trouble] = done.base.troubles
    assert trouble.text.startswith("Airtable refuses writes to “Issues”")
    assert "data.records:write" in trouble.cure
    assert done.pushed.made == 0
    assert len(world.queue()) == 1

    world.server.set_scopes(SCOPES)
    retry_now(world.plans, world.workspace_id, world.moment)
    assert world.push().made == 1
    assert world.base().troubles == ()


def file_an_issue(world):
    issue = Issue(
        key="ISS-001", title="Writer down", severity=Severity.BLOCKER, discovered_at=world.moment
    )
    world.save(issue)


@pytest.mark.parametrize("way", ["pull", "push"])
def test_a_token_revoked_later_stops_everything_and_a_new_one_goes_on(world, way):
    world.connect()
    world.server.set_token("patOTHER")
    file_an_issue(world)

    getattr(world, way)()

    base = world.base()
    assert base.state is BaseState.STOPPED
    assert [trouble.key for trouble in base.troubles] == ["token"]
    calls = len(world.calls())
    world.push()
    world.pull()
    assert len(world.calls()) == calls  # nobody asks in vain

    world.airtable = opened(world, "patOTHER")
    retry_now(world.plans, world.workspace_id, world.moment)
    assert world.push().made == 1
    world.pull()
    assert (world.base().state, world.base().troubles) == (BaseState.CONNECTED, ())


def test_the_token_stands_in_no_error_and_no_line_of_the_log(world, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = [opened(world, f"{TOKEN}{more}") for more in ("x", "…", "\n", " y")]
    unreachable = opened(world, TOKEN, f"http://127.0.0.1:{closed_port()}")
    for airtable in (*wrong, unreachable, world.airtable):
        for kind in ("503", "403", "truncated", "429"):
            if airtable is world.airtable:
                world.server.fail(kind)
            with pytest.raises(BotError) as refused:
                look_at_base(airtable, BASE_ID)
            assert nowhere(TOKEN, refused.value)
            world.server.heal()

    assert TOKEN not in caplog.text


def nowhere(token, error):
    """Whether a token stands nowhere in an error, what it was caused by, and its traceback."""
    told = "".join(traceback.format_exception(error))
    while error is not None:
        told += repr(error) + repr(error.args) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return token not in told


def test_the_token_stands_in_nothing_that_is_shown(world, tmp_path):
    settings = Settings(airtable_api_key=TOKEN, airtable_api_url=world.server.base_url)
    airtable = airtable_of(settings, world.plans)
    api = airtable.api(BASE_ID, "check")
    health = airtable_health(world.plans, airtable, world.workspace_id, world.moment)

    shown = [settings, airtable, api, api._api, api._base, api._api.session, health]
    assert all(TOKEN not in f"{each!r}{each}" for each in shown)
    assert TOKEN not in settings.model_dump_json()


def test_an_answer_is_not_lost_with_the_note_that_it_is_there(world, monkeypatch):
    def lost(_turn):
        raise OutageError("The plan's database")

    monkeypatch.setattr(world.airtable.gate, "answered", lost)

    assert world.airtable.api(BASE_ID, "connect").schema().table(STAGES) is not None


def test_a_call_that_was_never_sent_holds_no_turn(world, monkeypatch):
    ended = []

    def lost(_turn):
        raise OutageError("The plan's database")

    gate = world.airtable.gate
    taken = gate.take_turn
    monkeypatch.setattr(gate, "take_turn", lambda *args: replace(taken(*args), wait_s=0.001))
    monkeypatch.setattr(gate, "put_off", lost)
    monkeypatch.setattr(gate, "answered", ended.append)

    with pytest.raises(OutageError):
        world.airtable.api(BASE_ID, "connect").schema()

    assert len(ended) == 1
