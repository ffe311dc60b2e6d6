"""The tables: laid by migrations, the same as the model, safe to lay twice at once."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.adapters.database.columns import Words
from bot.adapters.database.migrating import FOLDER, HEAD
from bot.adapters.database.opening import writing
from bot.adapters.database.tables import metadata
from bot.errors import SettingsError
from tests.contracts.processes import ROOT, outputs, start

OF_ALL = {"workspace", "cursor", "call_budget", "airtable_gate"}  # rows that belong to nobody


@pytest.fixture
def engine(empty_url):
    """An engine on a database without tables."""
    engine = open_database(empty_url)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_of_the_model(engine):
    migrate(engine)

    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(db).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_a_migrated_database_is_a_plan_database(engine):
    migrate(engine)
    migrate(engine)

    assert SqlPlanDatabase(engine).workspaces() == []


def test_two_processes_lay_the_tables_at_once(empty_url, engine):
    printed = outputs(start("lay_tables", empty_url), start("lay_tables", empty_url))

    assert printed == [["migrated"], ["migrated"]]
    assert SqlPlanDatabase(engine).workspaces() == []


def test_a_migration_that_fails_leaves_nothing_behind(engine):
    with writing(engine) as db:
        db.execute(text("CREATE TABLE workspace (id TEXT)"))

    with pytest.raises(Exception, match="already exists"):
        migrate(engine)

    with engine.connect() as db:
        assert inspect(db).get_table_names() == ["workspace"]


def test_a_database_of_a_newer_version_is_refused(engine):
    migrate(engine)
    with writing(engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SettingsError, match=r"9999.*newer"):
        migrate(engine)


def test_the_head_named_in_the_code_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", str(FOLDER))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_every_row_belongs_to_a_workspace_that_leads_each_key():
    tables = {name: table for name, table in metadata.tables.items() if name not in OF_ALL}

    first = {name: next(iter(t.primary_key)).name for name, t in tables.items()}
    indexed = {next(iter(i.columns)).name for table in tables.values() for i in table.indexes}

    assert first.pop("change") == "id"  # counts up over the whole database
    assert set(first.values()) == {"workspace_id"}
    assert indexed == {"workspace_id"}
    assert not any(table.c.workspace_id.nullable for table in tables.values())


def test_text_is_ordered_by_code_point_on_the_server_too(postgresql):
    engine = open_database(postgresql.plan_database())
    asked = (
        "SELECT table_name, column_name, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND collation_name IS NOT NULL"
    )
    with engine.connect() as db:
        ordered = {(table, column) for table, column, name in db.execute(text(asked))}
    engine.dispose()

    words = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Words)
    }
    assert ordered == words


def test_alembic_is_not_even_imported_when_there_is_nothing_to_do(url):
    program = (
        "import sys; from bot.adapters.database import *; migrate(open_database(sys.argv[1]));"
        " assert 'alembic' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program, url], check=True, cwd=ROOT, timeout=240)
