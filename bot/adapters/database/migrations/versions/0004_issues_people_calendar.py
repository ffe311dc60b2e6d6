"""Issues through their whole life, escalations, people and their calendar, a chained trail."""

import json
from dataclasses import asdict
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.trail import COVERED, Head, chained

revision = "0004"
down_revision = "0003"

# As in 0001: text by code point, instants in UTC, JSON as text.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PLAIN = sa.Text()
WHOLE = sa.BigInteger()
FLAG = sa.Boolean()


def upgrade() -> None:
    """Widen issues, tasks, effects and changes, then make the new tables."""
    _widen()
    _make_team()
    _make_calendar()
    _make_issue_life()
    _make_code_links()
    _chain_trail()
    # Turns have an end now; those of a process that has stopped are nobody's.
    op.execute("UPDATE airtable_gate SET recent = '[]'")


def _widen() -> None:
    _add("issue", WORDS, "evidence", default="''")
    _add("issue", INSTANT, "triaged_at", "closed_at", "touched_at", "counted_from")
    _add("issue", WORDS, "closed_by", "source_url")
    _add("issue", PLAIN, "visible_to", default="'[]'")
    no = sa.false()
    op.add_column("issue", sa.Column("is_security", FLAG, nullable=False, server_default=no))
    _add("task", INSTANT, "due_at")
    _add("effect", WORDS, "about")
    op.create_index("ix_effect_about", "effect", ["workspace_id", "about", "position"])
    _add("change", WORDS, "digest", default="''")
    _add("member", WORDS, "real_name", default="''")
    op.create_index("ix_change_newest", "change", ["workspace_id", "id"])
    op.create_index("ix_change_at", "change", ["workspace_id", "at", "id"])


def _make_team() -> None:
    op.create_table(
        "team",
        *_leading(),
        *_needed(WORDS, "key"),
        *_needed(PLAIN, "work_days"),
        *_needed(WORDS, "work_from", "work_to", "country"),
        *_needed(FLAG, "counts_working_time"),
        *_needed(WORDS, "quiet_from", "quiet_to", "prompt_at"),
        *_needed(WHOLE, "prompts_a_day"),
        *_needed(WORDS, "review_anchor", "review_at"),
        *_needed(PLAIN, "stakeholders", "chain"),
        *_needed(WHOLE, "ask_again_minutes", "snooze_minutes"),
        *_kept(),
        *_keys("team", "key"),
    )
    op.create_table(
        "person",
        *_leading(),
        *_needed(WORDS, "key"),
        *_maybe(WORDS, "role"),
        *_needed(PLAIN, "aliases"),
        *_maybe(WORDS, "zone"),
        *_maybe(PLAIN, "work_days"),
        *_maybe(WORDS, "country", "quiet_from", "quiet_to", "prompt_at"),
        *_maybe(WHOLE, "prompts_a_day"),
        *_needed(PLAIN, "muted"),
        *_maybe(INSTANT, "away_since", "away_until"),
        *_needed(WORDS, "away_reason"),
        *_maybe(WORDS, "away_by"),
        *_maybe(INSTANT, "toured_at"),
        *_kept(),
        *_keys("person", "key"),
    )


def _make_calendar() -> None:
    op.drop_table("slot")  # nothing has written there yet
    op.create_table(
        "pause",
        *_leading(),
        *_needed(WORDS, "key", "job", "first"),
        *_maybe(WORDS, "last"),
        *_needed(WORDS, "reason", "by"),
        *_needed(INSTANT, "at"),
        *_kept(),
        *_keys("pause", "key"),
    )
    op.create_table(
        "run",
        *_leading(),
        *_needed(WORDS, "job", "subject", "local_date"),
        *_needed(INSTANT, "due_at", "at"),
        *_needed(WORDS, "state"),
        *_needed(WHOLE, "late_s"),
        *_needed(WORDS, "reason"),
        *_keys("run", "job", "subject", "local_date"),
    )
    op.create_index("ix_run_due_at", "run", ["workspace_id", "due_at"])
    op.create_table(
        "prompt",
        *_leading(),
        *_needed(WORDS, "key", "member_id", "kind", "local_date"),
        *_needed(INSTANT, "at"),
        *_needed(WORDS, "effect_key"),
        *_needed(FLAG, "sent"),
        *_needed(PLAIN, "waiting"),
        *_keys("prompt", "key"),
    )
    op.create_index("ix_prompt_day", "prompt", ["workspace_id", "member_id", "local_date"])
    op.create_index("ix_prompt_sent", "prompt", ["workspace_id", "sent", "at"])


def _make_issue_life() -> None:
    _add("workspace", PLAIN, "stakeholders", default="'[]'")
    op.create_table(
        "issue_reply",
        *_leading(),
        *_needed(WORDS, "key", "issue_key", "member_id", "text"),
        *_needed(INSTANT, "at"),
        *_maybe(WORDS, "permalink"),
        *_kept(),
        *_keys("issue_reply", "key"),
    )
    op.create_index("ix_issue_reply_issue", "issue_reply", ["workspace_id", "issue_key", "at"])
    op.create_table(
        "escalation",
        *_leading(),
        *_needed(WORDS, "key", "cause"),
        *_needed(INSTANT, "started_at"),
        *_needed(WHOLE, "step"),
        *_maybe(INSTANT, "next_at"),
        *_maybe(WORDS, "acknowledged_by"),
        *_maybe(INSTANT, "acknowledged_at"),
        *_needed(WHOLE, "asked_again"),
        *_maybe(WORDS, "snoozed_by"),
        *_maybe(INSTANT, "snoozed_until", "ended_at"),
        *_needed(WORDS, "ended_why"),
        *_maybe(INSTANT, "stepped_at", "looked_at"),
        *_needed(WORDS, "text"),
        *_needed(PLAIN, "evidence"),
        *_keys("escalation", "key"),
    )
    op.create_index("ix_escalation_next_at", "escalation", ["workspace_id", "next_at"])


def _make_code_links() -> None:
    op.create_table(
        "code_link",
        *_leading(),
        *_needed(WORDS, "key", "source"),
        *_maybe(WORDS, "issue_key"),
        *_needed(WORDS, "repo", "path"),
        *_needed(WHOLE, "line"),
        *_needed(WORDS, "text"),
        *_maybe(WHOLE, "number"),
        *_needed(WORDS, "url"),
        *_needed(PLAIN, "agreed"),
        *_needed(INSTANT, "seen_at"),
        *_maybe(INSTANT, "gone_at"),
        *_maybe(WORDS, "dismissed_by"),
        *_keys("code_link", "key"),
    )
    op.create_index("ix_code_link_issue", "code_link", ["workspace_id", "issue_key"])
    op.create_table(
        "code_host",
        *_leading(),
        *_needed(WORDS, "repo", "host"),
        *_needed(INSTANT, "looked_at"),
        *_maybe(PLAIN, "look"),
        *_maybe(INSTANT, "agreed_at"),
        *_maybe(WORDS, "agreed_by"),
        *_maybe(INSTANT, "seen_until"),
        *_needed(PLAIN, "troubles"),
        *_keys("code_host", "repo"),
    )


def _chain_trail() -> None:
    """Chain the rows that are there, and let none of them be changed from now on."""
    op.create_table(
        "trail",
        *_leading(),
        *_needed(WHOLE, "changes"),
        *_needed(WORDS, "digest"),
        *_keys("trail"),
    )
    db = op.get_bind()
    heads: dict[str, Head] = {}
    # A page at a time: an old trail may be long.
    last = 0
    while rows := db.execute(_OLD_ROWS, {"last": last}).mappings().all():
        chain = []
        for row in rows:
            home = heads.get(row["workspace_id"], Head())
            digest = chained(home.digest, _content(row))
            heads[row["workspace_id"]] = Head(home.changes + 1, digest)
            chain.append({"row": row["id"], "chained": digest})
        db.execute(_CHAINING, chain)
        last = rows[-1]["id"]
    for workspace_id, head in heads.items():
        db.execute(_TRAIL.insert().values(workspace_id=workspace_id, **asdict(head)))
    for statement in _KEEPING[db.dialect.name]:
        db.execute(sa.text(statement))


def _content(row: Any) -> dict[str, Any]:
    at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
    before = None if row["before"] is None else json.loads(row["before"])
    return {**row, "at": at, "before": before, "after": json.loads(row["after"])}


_CHANGE = sa.table(
    "change",
    sa.column("id", WHOLE),
    sa.column("at", INSTANT),
    *(sa.column(name, WORDS) for name in COVERED if name != "at"),
    sa.column("digest", WORDS),
)
_TRAIL = sa.table(
    "trail",
    sa.column("workspace_id", WORDS),
    sa.column("changes", WHOLE),
    sa.column("digest", WORDS),
)
_OLD_ROWS = (
    sa.select(_CHANGE).where(_CHANGE.c.id > sa.bindparam("last")).order_by(_CHANGE.c.id).limit(1000)
)
_CHAINING = (
    sa.update(_CHANGE)
    .where(_CHANGE.c.id == sa.bindparam("row"))
    .values(digest=sa.bindparam("chained"))
)
_FIXED = (*COVERED, "id", "digest")
_SAID = "the audit trail is append-only"
_CHANGED = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _FIXED)
_REFUSING = f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
_KEEPING = {
    "sqlite": (
        f"CREATE TRIGGER change_is_kept BEFORE DELETE ON change {_REFUSING}",
        f"""CREATE TRIGGER change_is_fixed BEFORE UPDATE ON change
        WHEN OLD.undone_by IS NOT NULL OR {_CHANGED} {_REFUSING}""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION change_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND OLD.undone_by IS NULL
               AND (to_jsonb(NEW) - 'undone_by') = (to_jsonb(OLD) - 'undone_by') THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'restrict_violation';
        END $$""",
        """CREATE TRIGGER change_is_fixed BEFORE UPDATE OR DELETE ON change
        FOR EACH ROW EXECUTE FUNCTION change_is_fixed()""",
        """CREATE TRIGGER change_is_kept BEFORE TRUNCATE ON change
        FOR EACH STATEMENT EXECUTE FUNCTION change_is_fixed()""",
    ),
}


def _add(
    table: str, kind: sa.types.TypeEngine[Any], *names: str, default: str | None = None
) -> None:
    # A default stays: to drop it SQLite makes the table anew, under all that refers to it.
    for name in names:
        told = None if default is None else sa.text(default)
        op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=told))


def _leading() -> list[sa.Column[object]]:
    return _needed(WORDS, "workspace_id")


def _kept() -> list[sa.Column[object]]:
    return [
        *_maybe(INSTANT, "removed_at"),
        *_needed(WHOLE, "revision"),
        *_needed(WORDS, "sort_key"),
    ]


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
