"""What tables are made of: one metadata, and the columns that many of them share."""

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData

from bot.adapters.database.columns import Instant, Whole, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def owner() -> Column[Any]:
    """Return the column of the workspace, which leads the primary key."""
    return Column("workspace_id", Words, ForeignKey("workspace.id"), primary_key=True)


def key(name: str = "key") -> Column[Any]:
    """Return a column of the primary key."""
    return Column(name, Words, primary_key=True)


def needed(name: str, kind: Any = Words) -> Column[Any]:
    """Return a column that always holds a value."""
    return Column(name, kind, nullable=False)


def maybe(name: str, kind: Any = Words) -> Column[Any]:
    """Return a column that may be empty."""
    return Column(name, kind, nullable=True)


def progress() -> list[Column[Any]]:
    """Return the three columns of a progress."""
    return [maybe(f"progress_{part}", Whole) for part in ("permille", "done", "total")]


def kept() -> list[Column[Any]]:
    """Return the columns that every item of the plan has beside its own."""
    return [maybe("removed_at", Instant), needed("revision", Whole), needed("sort_key")]
