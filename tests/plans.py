"""Fresh plan databases, fast: the tables are made once and the file is copied."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.domain.effects import Effect

_opened: list[Engine] = []


def fresh_plans(
    tmp_path: Path, on_commit: Callable[[str, list[Effect]], None] | None = None
) -> SqlPlanDatabase:
    """Return an empty plan database in the SQLite file `tmp_path / "bqx.db"`."""
    engine = open_database(f"sqlite:///{fresh_file(tmp_path)}")
    _opened.append(engine)
    return SqlPlanDatabase(engine, on_commit)


def close_plans() -> None:
    """Close what was opened; Python 3.13 warns of connections that nobody closed."""
    while _opened:
        _opened.pop().dispose()


def fresh_file(folder: Path) -> Path:
    """Return the new SQLite file `folder / "bqx.db"`, with the plan's tables."""
    return Path(shutil.copyfile(_template(), folder / "bqx.db"))


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bqx-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_database(f"sqlite:///{folder / 'empty.db'}")
    migrate(engine)
    engine.dispose()  # the last connection to close folds the WAL into the file
    return folder / "empty.db"
