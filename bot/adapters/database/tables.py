"""
The tables (see the design, section 5).

Every row but those of `workspace` and `cursor` belongs to a workspace, and its id leads each
primary key and index, so that no question about one plan can meet another's rows. The one key
without it is `change.id`, which counts up over the whole database.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, MetaData, Table

from bot.adapters.database.columns import Counted, Instant, Plain, Whole, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _owner() -> Column[Any]:
    return Column("workspace_id", Words, ForeignKey("workspace.id"), primary_key=True)


def _key(name: str = "key") -> Column[Any]:
    return Column(name, Words, primary_key=True)


def _needed(name: str, kind: Any = Words) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _maybe(name: str, kind: Any = Words) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _progress() -> list[Column[Any]]:
    return [_maybe(f"progress_{part}", Whole) for part in ("permille", "done", "total")]


def _kept() -> list[Column[Any]]:
    """Return the columns that every item of the plan has beside its own."""
    return [_maybe("removed_at", Instant), _needed("revision", Whole), _needed("sort_key")]


workspace = Table(
    "workspace",
    metadata,
    _key("id"),
    _maybe("team_id"),
    _needed("name"),
    _needed("zone"),
    _maybe("bot_user_id"),
    _needed("channel"),
    _needed("critical_channel"),
    _needed("digest_at"),
    _maybe("lead_id"),
    Index("ix_workspace_team_id", "team_id", unique=True),
)

member = Table(
    "member",
    metadata,
    _owner(),
    _key("id"),
    _needed("name"),
    _needed("zone"),
    _needed("is_admin", Boolean),
    _needed("is_bot", Boolean),
    _needed("is_active", Boolean),
    _needed("aliases", Plain),
)

phase = Table(
    "phase",
    metadata,
    _owner(),
    _key(),
    _maybe("ref"),
    _needed("name"),
    _needed("status"),
    *_kept(),
    _needed("source", Plain),
)

stage = Table(
    "stage",
    metadata,
    _owner(),
    _key(),
    _maybe("ref"),
    _maybe("code"),
    _needed("name"),
    _needed("status"),
    *_progress(),
    _maybe("owner_id"),
    _maybe("owner_text"),
    _maybe("phase_key"),
    _maybe("docs_url"),
    _maybe("duration_text"),
    _maybe("duration_low_s", Whole),
    _maybe("duration_high_s", Whole),
    _needed("description"),
    _needed("notes"),
    _maybe("started_at", Instant),
    _maybe("last_progress_at", Instant),
    _maybe("completed_at", Instant),
    *_kept(),
    _needed("search_text"),
    _needed("source", Plain),
    Index("ix_stage_ref", "workspace_id", "ref"),
    # Holds all that the typeahead asks about, so that it never reads the wide rows themselves.
    Index(
        "ix_stage_search",
        "workspace_id",
        "removed_at",
        "sort_key",
        "status",
        "owner_id",
        "search_text",
        "key",
    ),
)

task = Table(
    "task",
    metadata,
    _owner(),
    _key(),
    _maybe("ref"),
    _needed("title"),
    _maybe("stage_key"),
    _needed("status"),
    _maybe("estimate_minutes", Whole),
    _maybe("actual_minutes", Whole),
    _maybe("owner_id"),
    _maybe("owner_text"),
    _maybe("created_at", Instant),
    _maybe("completed_at", Instant),
    *_kept(),
    _needed("source", Plain),
    Index("ix_task_stage", "workspace_id", "stage_key"),
)

issue = Table(
    "issue",
    metadata,
    _owner(),
    _key(),
    _needed("title"),
    _needed("description"),
    _needed("severity", Whole),
    _needed("status"),
    _needed("stage_keys", Plain),
    _needed("root_cause"),
    _needed("remediation_task_keys", Plain),
    _needed("discovered_at", Instant),
    _maybe("resolved_at", Instant),
    _maybe("reporter_id"),
    _maybe("owner_id"),
    _needed("prevention_actions"),
    _maybe("acknowledged_by"),
    _maybe("acknowledged_at", Instant),
    _maybe("permalink"),
    *_kept(),
    _needed("source", Plain),
)

progress_update = Table(
    "progress_update",
    metadata,
    _owner(),
    _key(),
    _needed("stage_key"),
    _needed("member_id"),
    _needed("at", Instant),
    *_progress(),
    _needed("note"),
    _needed("status"),
    *_kept(),
    Index("ix_progress_update_stage", "workspace_id", "stage_key", "at"),
)

gap_check = Table(
    "gap_check",
    metadata,
    _owner(),
    _key(),
    _needed("bundle"),
    _needed("member_id"),
    _needed("question"),
    _needed("record_kind"),
    _needed("record_key"),
    _needed("text"),
    _needed("asked_at", Instant),
    _maybe("answer"),
    _maybe("answered_by"),
    _maybe("answered_at", Instant),
    _maybe("snoozed_until", Instant),
    _maybe("operation"),
    *_kept(),
    Index("ix_gap_check_bundle", "workspace_id", "bundle"),
)

change = Table(
    "change",
    metadata,
    Column("id", Counted, primary_key=True, autoincrement=True),
    Column("workspace_id", Words, ForeignKey("workspace.id"), nullable=False),
    _needed("operation"),
    _needed("actor_id"),
    _needed("at", Instant),
    _needed("reason"),
    _needed("evidence"),
    _maybe("undoes"),
    _needed("kind"),
    _needed("key"),
    _maybe("before", Plain),
    _needed("after", Plain),
    _maybe("undone_by"),
    Index("ix_change_item", "workspace_id", "kind", "key", "id"),
    Index("ix_change_operation", "workspace_id", "operation", "id"),
    Index("ix_change_actor", "workspace_id", "actor_id", "id"),
    # Without this SQLite may give an id of the newest rows away again.
    sqlite_autoincrement=True,
)

finding = Table(
    "finding",
    metadata,
    _owner(),
    _key("fingerprint"),
    _needed("kind"),
    _needed("text"),
    _needed("refs", Plain),
    _needed("record_keys", Plain),
    _needed("commits", Plain),
    _maybe("owner_id"),
    _maybe("owner_text"),
    _needed("evidence", Plain),
    _needed("state"),
    _needed("verdict"),
    _maybe("first_seen_at", Instant),
    _needed("revision", Whole),
)

report = Table(
    "report",
    metadata,
    _owner(),
    _key(),
    _needed("kind"),
    _needed("local_date"),
    _needed("as_of", Instant),
    _needed("snapshot", Plain),
    _maybe("path"),
    _needed("revision", Whole),
    Index("ix_report_kind", "workspace_id", "kind", "as_of"),
)

effect = Table(
    "effect",
    metadata,
    _owner(),
    _key(),
    _needed("position", Whole),
    _needed("kind"),
    _needed("payload", Plain),
    _needed("lane"),
    _maybe("not_before", Instant),
    _maybe("not_after", Instant),
    _needed("urgent", Boolean),
    _needed("verified", Boolean),
    _needed("state"),
    _needed("attempts", Whole),
    _needed("created_at", Instant),
    _maybe("first_tried_at", Instant),
    _maybe("done_at", Instant),
    _needed("result", Plain),
    _maybe("error"),
    Index("ix_effect_state", "workspace_id", "state", "position"),
)

post = Table("post", metadata, _owner(), _key("subject"), _needed("channel_id"), _needed("ts"))

cause = Table("cause", metadata, _owner(), _key("cause"), _needed("claimed_at", Instant))

draft = Table(
    "draft",
    metadata,
    _owner(),
    _key(),
    _needed("member_id"),
    _needed("typed", Plain),
    _needed("kept_at", Instant),
)

sequence = Table("sequence", metadata, _owner(), _key("name"), _needed("last", Whole))

channel = Table("channel", metadata, _owner(), _key("name"), _needed("channel_id"))

cursor = Table("cursor", metadata, _key("schedule"), _needed("until", Instant))

slot = Table(
    "slot",
    metadata,
    _owner(),
    _key("job"),
    _key("local_date"),
    _needed("instant", Instant),
    _needed("claimed_at", Instant),
    _needed("late_s", Whole),
)

kpi_snapshot = Table(
    "kpi_snapshot",
    metadata,
    _owner(),
    _key("local_date"),
    _needed("as_of", Instant),
    _needed("numbers", Plain),
)

forecast = Table(
    "forecast",
    metadata,
    _owner(),
    _key(),
    _needed("record_kind"),
    _needed("record_key"),
    _needed("made_at", Instant),
    _needed("method"),
    _maybe("low_at", Instant),
    _maybe("likely_at", Instant),
    _maybe("high_at", Instant),
    _maybe("actual_at", Instant),
    _needed("basis", Plain),
    Index("ix_forecast_record", "workspace_id", "record_kind", "record_key", "made_at"),
)

risk = Table(
    "risk",
    metadata,
    _owner(),
    _key(),
    _needed("title"),
    _needed("description"),
    _maybe("probability"),
    _maybe("impact"),
    _needed("mitigation"),
    _maybe("owner_id"),
    _needed("status"),
    _needed("identified_at", Instant),
    _maybe("closed_at", Instant),
    *_kept(),
    _needed("source", Plain),
)

debt_item = Table(
    "debt_item",
    metadata,
    _owner(),
    _key(),
    _needed("title"),
    _needed("description"),
    _needed("stage_keys", Plain),
    _maybe("impact"),
    _maybe("estimate_minutes", Whole),
    _maybe("owner_id"),
    _needed("status"),
    _needed("created_at", Instant),
    _maybe("paid_at", Instant),
    *_kept(),
    _needed("source", Plain),
)

metric = Table(
    "metric",
    metadata,
    _owner(),
    _key("name"),
    _key("subject"),
    Column("at", Instant, primary_key=True),
    _needed("value", Float),
    _needed("unit"),
    _needed("reported_by"),
)

airtable_link = Table(
    "airtable_link",
    metadata,
    _owner(),
    _key("kind"),
    _key(),
    _needed("base_id"),
    _needed("table_id"),
    _needed("record_id"),
    _needed("field_ids", Plain),
    _needed("last_seen", Plain),
    _maybe("seen_at", Instant),
    Index("ix_airtable_link_record", "workspace_id", "base_id", "record_id", unique=True),
)

call_budget = Table(
    "call_budget",
    metadata,
    _owner(),
    _key("service"),
    _key("month"),
    _needed("calls", Whole),
)
