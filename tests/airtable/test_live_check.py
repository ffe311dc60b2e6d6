"""The live check asks a base every open question; here one whose answers are known."""

import pytest

from bot.adapters.airtable.live_check import TABLE, run_live_check
from bot.sandbox.airtable.clock import ServerClock
from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable
from tests.airtable.bases import BASE_ID, plan_base


class Passing:
    """Time that passes where the check sleeps and nowhere else."""

    def __init__(self):
        self.s = 1000.0

    def sleep(self, seconds):
        self.s += seconds

    def monotonic(self):
        return self.s


@pytest.fixture
def checked(monkeypatch):
    """Run the check on a base; return the answers by question, and the server."""
    running, passing = [], Passing()
    monkeypatch.setattr("bot.adapters.airtable.live_check.time", passing)
    monkeypatch.setattr(ServerClock, "ticks", lambda _: passing.s)

    def checked(**config):
        served = AirtableConfig(bases=(plan_base(),), port=0, **{"penalty_s": 1.5, **config})
        serving = running_airtable(served)
        server = serving.__enter__()
        running.append(serving)
        answers = list(run_live_check(served.token, server.base_url, BASE_ID))
        return {each.question: each for each in answers}, server

    yield checked
    for serving in running:
        serving.__exit__(None, None, None)


def test_every_question_is_answered_in_a_table_of_its_own(checked):
    answers, server = checked()

    assert [each.question for each in answers.values() if each.failed] == []
    found = {question: each.found for question, each in answers.items()}
    refused = found["Can a table be made, and which fields are refused?"]
    assert refused.count("UNSUPPORTED_FIELD_TYPE_FOR_CREATE") == 5
    assert "rows with the key now: 1" in found["Two first upserts of one key at once"]
    assert found["Upsert of a key that two rows carry"].startswith("422")
    assert found["Does a failed batch of ten leave anything behind?"].endswith("left behind: 0")
    assert "with returnFieldsByFieldId" in found["Field ids inside filterByFormula"]
    assert found["GET of an unknown record"].startswith("40")
    assert found["A URL past 16,000 characters"].startswith("414")
    burst = found["A burst: the penalty's length, and Retry-After"]
    assert "429 RATE_LIMIT_REACHED" in burst
    assert "open again after 2 s" in burst
    assert found["What is left to clean up"] == f"Delete the table “{TABLE}” by hand."
    tables = [table["name"] for table in server.schema(BASE_ID)]
    assert tables == ["Phases", "Stages", "Tasks", "Issues", TABLE]
    assert all(server.records(BASE_ID, table) == [] for table in tables[:4])


def test_it_asks_again_in_the_table_that_is_there(checked):
    _, server = checked()
    token = AirtableConfig.token

    again = list(run_live_check(token, server.base_url, BASE_ID))

    assert not any(each.failed for each in again)
    assert [table["name"] for table in server.schema(BASE_ID)].count(TABLE) == 1


def test_without_the_right_to_make_a_table_it_says_so(checked):
    answers, server = checked(permission="edit")

    failed = [each.found for each in answers.values() if each.failed]
    assert failed[0].startswith("could not be asked: 403 INVALID_PERMISSIONS")
    assert set(failed[1:]) == {"could not be asked: the table could not be made"}
    assert len(server.schema(BASE_ID)) == 4


def test_a_base_without_limits_is_told_to_refuse_nothing(checked):
    answers, _ = checked(requests_per_s=0)

    burst = answers["A burst: the penalty's length, and Retry-After"]
    assert burst.found == "8 requests at once: none refused"
