"""Lay the whole schema of the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Text is ordered by code point on both databases; instants are UTC; JSON is kept as text.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLAIN = sa.Text()
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "cursor",
        sa.Column("schedule", WORDS, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("schedule", name=op.f("pk_cursor")),
    )
    op.create_table(
        "workspace",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("team_id", WORDS, nullable=True),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("zone", WORDS, nullable=False),
        sa.Column("bot_user_id", WORDS, nullable=True),
        sa.Column("channel", WORDS, nullable=False),
        sa.Column("critical_channel", WORDS, nullable=False),
        sa.Column("digest_at", WORDS, nullable=False),
        sa.Column("lead_id", WORDS, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_index("ix_workspace_team_id", "workspace", ["team_id"], unique=True)
    op.create_table(
        "airtable_link",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("base_id", WORDS, nullable=False),
        sa.Column("table_id", WORDS, nullable=False),
        sa.Column("record_id", WORDS, nullable=False),
        sa.Column("field_ids", PLAIN, nullable=False),
        sa.Column("last_seen", PLAIN, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_airtable_link_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "key", name=op.f("pk_airtable_link")),
    )
    op.create_index(
        "ix_airtable_link_record",
        "airtable_link",
        ["workspace_id", "base_id", "record_id"],
        unique=True,
    )
    op.create_table(
        "call_budget",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("service", WORDS, nullable=False),
        sa.Column("month", WORDS, nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_call_budget_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "service", "month", name=op.f("pk_call_budget")),
    )
    op.create_table(
        "cause",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("cause", WORDS, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_cause_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "cause", name=op.f("pk_cause")),
    )
    op.create_table(
        "change",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("operation", WORDS, nullable=False),
        sa.Column("actor_id", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("evidence", WORDS, nullable=False),
        sa.Column("undoes", WORDS, nullable=True),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("before", PLAIN, nullable=True),
        sa.Column("after", PLAIN, nullable=False),
        sa.Column("undone_by", WORDS, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_change_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_actor", "change", ["workspace_id", "actor_id", "id"], unique=False)
    op.create_index("ix_change_item", "change", ["workspace_id", "kind", "key", "id"], unique=False)
    op.create_index(
        "ix_change_operation", "change", ["workspace_id", "operation", "id"], unique=False
    )
    op.create_table(
        "channel",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("channel_id", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_channel_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_channel")),
    )
    op.create_table(
        "debt_item",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("stage_keys", PLAIN, nullable=False),
        sa.Column("impact", WORDS, nullable=True),
        sa.Column("estimate_minutes", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_debt_item_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_debt_item")),
    )
    op.create_table(
        "draft",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("typed", PLAIN, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_draft_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_draft")),
    )
    op.create_table(
        "effect",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("payload", PLAIN, nullable=False),
        sa.Column("lane", WORDS, nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.Column("not_after", INSTANT, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("first_tried_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("result", PLAIN, nullable=False),
        sa.Column("error", WORDS, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_effect_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_effect")),
    )
    op.create_index(
        "ix_effect_state", "effect", ["workspace_id", "state", "position"], unique=False
    )
    op.create_table(
        "finding",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("refs", PLAIN, nullable=False),
        sa.Column("record_keys", PLAIN, nullable=False),
        sa.Column("commits", PLAIN, nullable=False),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("owner_text", WORDS, nullable=True),
        sa.Column("evidence", PLAIN, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("verdict", WORDS, nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_finding_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "fingerprint", name=op.f("pk_finding")),
    )
    op.create_table(
        "forecast",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("record_kind", WORDS, nullable=False),
        sa.Column("record_key", WORDS, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("method", WORDS, nullable=False),
        sa.Column("low_at", INSTANT, nullable=True),
        sa.Column("likely_at", INSTANT, nullable=True),
        sa.Column("high_at", INSTANT, nullable=True),
        sa.Column("actual_at", INSTANT, nullable=True),
        sa.Column("basis", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_forecast_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_forecast")),
    )
    op.create_index(
        "ix_forecast_record",
        "forecast",
        ["workspace_id", "record_kind", "record_key", "made_at"],
        unique=False,
    )
    op.create_table(
        "gap_check",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("bundle", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("question", WORDS, nullable=False),
        sa.Column("record_kind", WORDS, nullable=False),
        sa.Column("record_key", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer", WORDS, nullable=True),
        sa.Column("answered_by", WORDS, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("operation", WORDS, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_gap_check_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_gap_check")),
    )
    op.create_index("ix_gap_check_bundle", "gap_check", ["workspace_id", "bundle"], unique=False)
    op.create_table(
        "issue",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("severity", sa.BigInteger(), nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("stage_keys", PLAIN, nullable=False),
        sa.Column("root_cause", WORDS, nullable=False),
        sa.Column("remediation_task_keys", PLAIN, nullable=False),
        sa.Column("discovered_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("reporter_id", WORDS, nullable=True),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("prevention_actions", WORDS, nullable=False),
        sa.Column("acknowledged_by", WORDS, nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("permalink", WORDS, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_issue_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_issue")),
    )
    op.create_table(
        "kpi_snapshot",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("local_date", WORDS, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("numbers", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_kpi_snapshot_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "local_date", name=op.f("pk_kpi_snapshot")),
    )
    op.create_table(
        "member",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("zone", WORDS, nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("aliases", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_member")),
    )
    op.create_table(
        "metric",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", WORDS, nullable=False),
        sa.Column("reported_by", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_metric_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", "subject", "at", name=op.f("pk_metric")),
    )
    op.create_table(
        "phase",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("ref", WORDS, nullable=True),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_phase_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_phase")),
    )
    op.create_table(
        "post",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("channel_id", WORDS, nullable=False),
        sa.Column("ts", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_post_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "subject", name=op.f("pk_post")),
    )
    op.create_table(
        "progress_update",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("stage_key", WORDS, nullable=False),
        sa.Column("member_id", WORDS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("progress_permille", sa.BigInteger(), nullable=True),
        sa.Column("progress_done", sa.BigInteger(), nullable=True),
        sa.Column("progress_total", sa.BigInteger(), nullable=True),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_progress_update_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_progress_update")),
    )
    op.create_index(
        "ix_progress_update_stage",
        "progress_update",
        ["workspace_id", "stage_key", "at"],
        unique=False,
    )
    op.create_table(
        "report",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("local_date", WORDS, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("snapshot", PLAIN, nullable=False),
        sa.Column("path", WORDS, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_report_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_report")),
    )
    op.create_index("ix_report_kind", "report", ["workspace_id", "kind", "as_of"], unique=False)
    op.create_table(
        "risk",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("probability", WORDS, nullable=True),
        sa.Column("impact", WORDS, nullable=True),
        sa.Column("mitigation", WORDS, nullable=False),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("identified_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_risk_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_risk")),
    )
    op.create_table(
        "sequence",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_sequence_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_sequence")),
    )
    op.create_table(
        "slot",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("job", WORDS, nullable=False),
        sa.Column("local_date", WORDS, nullable=False),
        sa.Column("instant", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("late_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_slot_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "job", "local_date", name=op.f("pk_slot")),
    )
    op.create_table(
        "stage",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("ref", WORDS, nullable=True),
        sa.Column("code", WORDS, nullable=True),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("progress_permille", sa.BigInteger(), nullable=True),
        sa.Column("progress_done", sa.BigInteger(), nullable=True),
        sa.Column("progress_total", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("owner_text", WORDS, nullable=True),
        sa.Column("phase_key", WORDS, nullable=True),
        sa.Column("docs_url", WORDS, nullable=True),
        sa.Column("duration_text", WORDS, nullable=True),
        sa.Column("duration_low_s", sa.BigInteger(), nullable=True),
        sa.Column("duration_high_s", sa.BigInteger(), nullable=True),
        sa.Column("description", WORDS, nullable=False),
        sa.Column("notes", WORDS, nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("last_progress_at", INSTANT, nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("search_text", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_stage_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_stage")),
    )
    op.create_index("ix_stage_ref", "stage", ["workspace_id", "ref"], unique=False)
    op.create_index(
        "ix_stage_search",
        "stage",
        ["workspace_id", "removed_at", "sort_key", "status", "owner_id", "search_text", "key"],
        unique=False,
    )
    op.create_table(
        "task",
        sa.Column("workspace_id", WORDS, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("ref", WORDS, nullable=True),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("stage_key", WORDS, nullable=True),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("estimate_minutes", sa.BigInteger(), nullable=True),
        sa.Column("actual_minutes", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", WORDS, nullable=True),
        sa.Column("owner_text", WORDS, nullable=True),
        sa.Column("created_at", INSTANT, nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", WORDS, nullable=False),
        sa.Column("source", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_task_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_task")),
    )
    op.create_index("ix_task_stage", "task", ["workspace_id", "stage_key"], unique=False)
