"""Bring the tables to the present schema."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.adapters.database.opening import writing
from bot.errors import SettingsError

HEAD = "0004"  # the newest file in migrations/versions
FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x62_71_78_01  # PostgreSQL advisory lock of whoever migrates; any fixed number


def migrate(engine: Engine) -> None:
    """
    Make or upgrade the tables, all or nothing; cheap when there is nothing to do.

    Two processes may call it at once: one waits for the other.

    Raises:
        SettingsError: a newer version of the product has been here.
    """
    with engine.connect() as db:
        if _version(db) == HEAD:
            return
    with writing(engine) as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(db)


def _version(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(db: Connection) -> None:
    # Alembic costs a quarter of a second to import, and almost no start needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = db
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SettingsError(
            f"The plan's database is at version {_version(db)}, which this bqx does not know:"
            " a newer one has written it. Install that one, or choose another DATABASE_URL."
        ) from error
