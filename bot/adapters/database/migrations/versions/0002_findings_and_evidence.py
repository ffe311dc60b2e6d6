"""Let findings be answered, and remember commits, links, rules, counters and forecasts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# As in 0001: text by code point, instants in UTC, JSON as text.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLAIN = sa.Text()
WHOLE = sa.BigInteger()


def upgrade() -> None:
    """Widen what is there, then make the new tables."""
    _widen_plan()
    _widen_findings()
    _widen_checks()
    _add_needed("post", "digest", WORDS, "''")
    _replace_forecasts()
    _make_new_tables()


def _widen_plan() -> None:
    op.add_column("phase", sa.Column("planned_end", INSTANT, nullable=True))
    op.add_column("stage", sa.Column("planned_end", INSTANT, nullable=True))
    _add_needed("stage", "is_code_free", sa.Boolean(), "false")


def _widen_findings() -> None:
    op.execute("ALTER TABLE finding RENAME COLUMN fingerprint TO key")
    # The thread of an old Monday has no buttons; what was open is found again and stays known.
    op.execute("UPDATE finding SET state = 'settled' WHERE state = 'past'")
    for name, kind in (
        ("answer", WORDS),
        ("answered_by", WORDS),
        ("answered_at", INSTANT),
        ("until", INSTANT),
        ("operation", WORDS),
        ("removed_at", INSTANT),
    ):
        op.add_column("finding", sa.Column(name, kind, nullable=True))
    _add_needed("finding", "proposal", PLAIN, "'{}'")
    _add_needed("finding", "reason", WORDS, "''")
    _add_needed("finding", "sort_key", WORDS, "''")


def _widen_checks() -> None:
    # Old open questions know no finding: they are withdrawn, and the next Monday asks anew.
    op.execute("UPDATE gap_check SET removed_at = asked_at WHERE answer IS NULL")
    op.execute("UPDATE gap_check SET answer = 'later' WHERE answer = 'snoozed'")
    _add_needed("gap_check", "finding_key", WORDS, "''")
    with op.batch_alter_table("gap_check") as batch:
        for name in ("question", "record_kind", "record_key", "snoozed_until"):
            batch.drop_column(name)
    op.create_index("ix_gap_check_finding", "gap_check", ["workspace_id", "finding_key"])


def _add_needed(table: str, name: str, kind: sa.types.TypeEngine[Any], value: str) -> None:
    """Add a column that may not be null; `value` is the SQL for the rows that are there."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    with op.batch_alter_table(table) as batch:
        batch.alter_column(name, server_default=None)


def _replace_forecasts() -> None:
    op.drop_table("forecast")  # nothing has written there yet
    op.create_table(
        "forecast",
        *_leading(),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("record_kind", WORDS, nullable=False),
        sa.Column("record_key", WORDS, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("method", WORDS, nullable=False),
        sa.Column("remaining", WHOLE, nullable=False),
        sa.Column("p50_at", INSTANT, nullable=True),
        sa.Column("p85_at", INSTANT, nullable=True),
        sa.Column("quantiles_days", PLAIN, nullable=False),
        sa.Column("actual_at", INSTANT, nullable=True),
        sa.Column("pit", sa.Float(), nullable=True),
        *_keys("forecast", "key"),
    )
    op.create_index(
        "ix_forecast_record", "forecast", ["workspace_id", "record_kind", "record_key", "made_at"]
    )


def _make_new_tables() -> None:
    op.create_table(
        "sign_off",
        *_leading(),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("report_key", WORDS, nullable=False),
        sa.Column("section", WHOLE, nullable=False),
        sa.Column("signed_by", WORDS, nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        *_kept(),
        *_keys("sign_off", "key"),
    )
    op.create_index("ix_sign_off_report", "sign_off", ["workspace_id", "report_key"])
    op.create_table(
        "link_decision",
        *_leading(),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("sha", WORDS, nullable=False),
        sa.Column("record_key", WORDS, nullable=False),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        *_kept(),
        *_keys("link_decision", "key"),
    )
    op.create_table(
        "work_rule",
        *_leading(),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("pattern", WORDS, nullable=False),
        sa.Column("record_key", WORDS, nullable=True),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("made_by", WORDS, nullable=False),
        sa.Column("made_at", INSTANT, nullable=True),
        *_kept(),
        *_keys("work_rule", "key"),
    )
    _make_git_tables()
    _make_counter_tables()


def _make_git_tables() -> None:
    op.create_table(
        "git_tip",
        *_leading(),
        sa.Column("repo", WORDS, nullable=False),
        sa.Column("ref", WORDS, nullable=False),
        sa.Column("sha", WORDS, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        *_keys("git_tip", "repo", "ref"),
    )
    op.create_table(
        "git_commit",
        *_leading(),
        sa.Column("sha", WORDS, nullable=False),
        sa.Column("repo", WORDS, nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("authored_at", INSTANT, nullable=False),
        sa.Column("author_name", WORDS, nullable=False),
        sa.Column("author_email", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("parents", PLAIN, nullable=False),
        sa.Column("paths", PLAIN, nullable=False),
        sa.Column("branch", WORDS, nullable=False),
        *_keys("git_commit", "sha"),
    )
    op.create_index("ix_git_commit_authored", "git_commit", ["workspace_id", "authored_at"])


def _make_counter_tables() -> None:
    op.create_table(
        "counter_reading",
        *_leading(),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("probe", WORDS, nullable=False),
        sa.Column("stage_key", WORDS, nullable=True),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("done", WHOLE, nullable=True),
        sa.Column("total", WHOLE, nullable=True),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("line", WORDS, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        *_keys("counter_reading", "key"),
    )
    op.create_index(
        "ix_counter_reading_stage", "counter_reading", ["workspace_id", "stage_key", "read_at"]
    )
    op.create_table(
        "probe_mark",
        *_leading(),
        sa.Column("probe", WORDS, nullable=False),
        sa.Column("mark", PLAIN, nullable=False),
        *_keys("probe_mark", "probe"),
    )


def _leading() -> list[sa.Column[object]]:
    return [sa.Column("workspace_id", WORDS, nullable=False)]


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
    ]


def _keys(table: str, *names: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f(f"fk_{table}_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", *names, name=op.f(f"pk_{table}")),
    ]
