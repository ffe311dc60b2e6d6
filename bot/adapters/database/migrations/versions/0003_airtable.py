"""Keep a plan in step with an Airtable base, and several plans in one Slack workspace."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# As in 0001: text by code point, instants in UTC, JSON as text.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLAIN = sa.Text()
WHOLE = sa.BigInteger()


def upgrade() -> None:
    """Let a team have several projects, then make the tables of the base."""
    _name_projects()
    for unused in ("airtable_link", "call_budget"):  # nothing has written there yet
        op.drop_table(unused)
    _make_base()
    _make_links()
    _make_conflicts()
    _make_limits()


def _name_projects() -> None:
    for name, kind, value in (("project", WORDS, "''"), ("channels", PLAIN, "'[]'")):
        # The default stays: to drop it SQLite makes the table anew, under all that refers to it.
        column = sa.Column(name, kind, nullable=False, server_default=sa.text(value))
        op.add_column("workspace", column)
    op.drop_index("ix_workspace_team_id", "workspace")
    op.create_index("ix_workspace_team_id", "workspace", ["team_id", "project"], unique=True)


def _make_base() -> None:
    op.create_table(
        "airtable_base",
        *_leading(),
        *_needed(WORDS, "base_id", "name", "state", "mode"),
        *_needed(PLAIN, "mapping"),
        *_needed(WORDS, "user_id"),
        sa.Column("webhook_id", WORDS, nullable=True),
        *_needed(WORDS, "webhook_secret"),
        *_needed(WHOLE, "cursor"),
        *_maybe(INSTANT, "server_time", "read_at", "pulled_at", "pushed_at"),
        *_needed(sa.Boolean(), "poke"),
        *_needed(WORDS, "error"),
        *_maybe(INSTANT, "error_at", "stopped_until"),
        *_needed(PLAIN, "troubles", "proposal"),
        *_keys("airtable_base"),
    )


def _make_links() -> None:
    op.create_table(
        "airtable_link",
        *_leading(),
        *_needed(WORDS, "kind", "key", "base_id", "table_id", "record_id"),
        *_needed(PLAIN, "agreed", "sent"),
        *_needed(sa.Boolean(), "made_here"),
        *_maybe(INSTANT, "seen_at"),
        *_keys("airtable_link", "kind", "key"),
    )
    op.create_index(
        "ix_airtable_link_record",
        "airtable_link",
        ["workspace_id", "base_id", "record_id"],
        unique=True,
    )
    op.create_table(
        "airtable_push",
        *_leading(),
        *_needed(WORDS, "kind", "key"),
        *_needed(INSTANT, "since"),
        *_needed(WORDS, "state"),
        *_needed(WHOLE, "attempts"),
        *_maybe(INSTANT, "not_before"),
        *_needed(WORDS, "error", "feature"),
        *_keys("airtable_push", "kind", "key"),
    )


def _make_conflicts() -> None:
    op.create_table(
        "airtable_conflict",
        *_leading(),
        *_needed(WORDS, "key", "kind", "item_key", "aspect"),
        *_needed(PLAIN, "ours", "theirs", "cells"),
        *_needed(WORDS, "our_actor"),
        *_maybe(INSTANT, "our_at"),
        *_needed(WORDS, "their_actor"),
        *_needed(INSTANT, "their_at", "found_at"),
        *_needed(sa.Boolean(), "overwritten"),
        *_maybe(WORDS, "choice", "settled_by"),
        *_maybe(INSTANT, "settled_at"),
        *_keys("airtable_conflict", "key"),
    )


def _make_limits() -> None:
    op.create_table(
        "call_budget",
        *_needed(WORDS, "base_id", "feature", "month"),
        *_needed(WHOLE, "calls"),
        sa.PrimaryKeyConstraint("base_id", "feature", "month", name=op.f("pk_call_budget")),
    )
    op.create_table(
        "airtable_gate",
        *_needed(WORDS, "base_id"),
        *_needed(PLAIN, "recent"),
        *_maybe(INSTANT, "closed_until"),
        sa.PrimaryKeyConstraint("base_id", name=op.f("pk_airtable_gate")),
    )


def _leading() -> list[sa.Column[object]]:
    return _needed(WORDS, "workspace_id")


def _needed(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _maybe(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _keys(table: str, *names: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", *names, name=op.f(f"pk_{table}")),
    ]
