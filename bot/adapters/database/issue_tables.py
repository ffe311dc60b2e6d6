"""Tables around issues: what was said, how far an escalation went, what stands in the code."""

from sqlalchemy import Index, Table

from bot.adapters.database.columns import Instant, Plain, Whole
from bot.adapters.database.table_parts import kept, key, maybe, metadata, needed, owner

issue_reply = Table(
    "issue_reply",
    metadata,
    owner(),
    key(),
    needed("issue_key"),
    needed("member_id"),
    needed("text"),
    needed("at", Instant),
    maybe("permalink"),
    *kept(),
    Index("ix_issue_reply_issue", "workspace_id", "issue_key", "at"),
)
escalation = Table(
    "escalation",
    metadata,
    owner(),
    key(),
    needed("cause"),
    needed("started_at", Instant),
    needed("step", Whole),
    maybe("next_at", Instant),
    maybe("acknowledged_by"),
    maybe("acknowledged_at", Instant),
    needed("asked_again", Whole),
    maybe("snoozed_by"),
    maybe("snoozed_until", Instant),
    maybe("ended_at", Instant),
    needed("ended_why"),
    maybe("stepped_at", Instant),
    maybe("looked_at", Instant),
    needed("text"),
    needed("evidence", Plain),
    Index("ix_escalation_next_at", "workspace_id", "next_at"),
)
code_link = Table(
    "code_link",
    metadata,
    owner(),
    key(),
    needed("source"),
    maybe("issue_key"),
    needed("repo"),
    needed("path"),
    needed("line", Whole),
    needed("text"),
    maybe("number", Whole),
    needed("url"),
    needed("agreed", Plain),
    needed("seen_at", Instant),
    maybe("gone_at", Instant),
    maybe("dismissed_by"),
    Index("ix_code_link_issue", "workspace_id", "issue_key"),
)
code_host = Table(
    "code_host",
    metadata,
    owner(),
    key("repo"),
    needed("host"),
    needed("looked_at", Instant),
    maybe("look", Plain),
    maybe("agreed_at", Instant),
    maybe("agreed_by"),
    maybe("seen_until", Instant),
    needed("troubles", Plain),
)
