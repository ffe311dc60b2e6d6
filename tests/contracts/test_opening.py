"""How a connection string becomes a database, or a sentence that says what is wrong."""

import stat

import pytest

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.errors import SettingsError


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "can't be read"),
        ("/var/lib/bqx.db", "can't be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://u:secret@h/db", "starts with `mysql`"),
        ("postgresql://u:secret@h:abc/db", "can't be read"),
        ("postgresql+asyncpg://u:secret@h/db", "starts with `postgresql\\+asyncpg`"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(url, words):
    with pytest.raises(SettingsError, match=words) as refusal:
        open_database(url)

    assert "secret" not in str(refusal.value)


def test_an_unreachable_server_is_named_without_its_password():
    with pytest.raises(SettingsError, match=r"127\.0\.0\.1:1/plans can't be opened") as refusal:
        open_database("postgresql://ada:s3cret@127.0.0.1:1/plans")

    assert "s3cret" not in str(refusal.value)
    assert "ada:***@" in str(refusal.value)


def test_a_missing_database_is_named(postgresql):
    url = postgresql.plan_database()

    with pytest.raises(SettingsError, match="does not exist"):
        open_database(url.replace("/test_", "/no_such_"))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_is_reached_by_each_name_of_its_scheme(postgresql, scheme):
    url = postgresql.plan_database().replace("postgresql", scheme, 1)
    engine = open_database(url)

    assert SqlPlanDatabase(engine).workspaces() == []
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


def test_the_folders_above_the_file_are_made_for_their_owner_alone(tmp_path):
    path = tmp_path / "a" / "b c ü" / "bqx.db"

    engine = open_database(f"sqlite:///{path}")
    migrate(engine)

    assert SqlPlanDatabase(engine).workspaces() == []
    assert path.is_file()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    engine.dispose()


def test_a_relative_path_and_a_home_are_understood(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    for url in ("sqlite:///here.db", "sqlite:///~/there.db"):
        open_database(url).dispose()

    assert (tmp_path / "here.db").is_file()
    assert (tmp_path / "home" / "there.db").is_file()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(SettingsError, match="is a folder"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="can't be made"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'bqx.db'}")


def test_a_place_nobody_may_write_to_is_refused():
    with pytest.raises(SettingsError, match="can't be"):
        open_database("sqlite:////proc/bqx.db")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes. " * 100)

    with pytest.raises(SettingsError, match="not a database"):
        open_database(f"sqlite:///{path}")

    assert path.read_text() == "These are my notes. " * 100


def test_sqlite_is_opened_to_keep_what_it_took(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'bqx.db'}")

    with engine.connect() as db:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
    engine.dispose()

    assert found == ["wal", 2, 1, 30_000]
