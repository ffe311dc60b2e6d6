"""The database kind on a real PostgreSQL."""

import psycopg
import pytest

from tests.database_fixtures import running_postgresql


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_postgresql(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture
def bars(operator, server):
    address = server.empty_database()
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE TABLE part (state TEXT)")
        db.execute("INSERT INTO part VALUES ('done'), ('open')")
    operator.environment["BARS_URL"] = address
    return address


def sql(query, timeout=60):
    return f'{{stage: "1", kind: sql, database: BARS_URL, query: "{query}", timeout: {timeout}}}'


def test_a_select_yields_done_and_total(operator, bars):
    query = "SELECT count(*) FILTER (WHERE state LIKE 'd%'), count(*) FROM part"

    assert operator.counter(sql(query)) == (1, 2, 0.5)


def test_a_query_cannot_write(operator, bars):
    query = "WITH gone AS (DELETE FROM part RETURNING 1) SELECT count(*), 9 FROM gone"

    assert "read-only" in operator.reason(sql(query))


def test_a_query_that_takes_too_long_is_stopped(operator, bars):
    assert "timeout" in operator.reason(sql("SELECT 1, 2 FROM pg_sleep(20)", timeout=0.2))


def test_an_address_where_nothing_answers_is_told_without_its_password(operator):
    operator.environment["BARS_URL"] = "postgresql://me:secret@127.0.0.1:1/none"

    reason = operator.reason(sql("SELECT 1, 2"))

    assert "refused" in reason
    assert "secret" not in reason
