"""Tables of what is kept in step with an Airtable base (the design, decision 1)."""

from sqlalchemy import Boolean, Column, Index, Table

from bot.adapters.database.columns import Instant, Plain, Whole, Words
from bot.adapters.database.table_parts import key, maybe, metadata, needed, owner

airtable_base = Table(
    "airtable_base",
    metadata,
    owner(),
    needed("base_id"),
    needed("name"),
    needed("state"),
    needed("mode"),
    needed("mapping", Plain),
    needed("user_id"),
    maybe("webhook_id"),
    needed("webhook_secret"),
    needed("cursor", Whole),
    maybe("server_time", Instant),
    maybe("read_at", Instant),
    maybe("pulled_at", Instant),
    maybe("pushed_at", Instant),
    needed("poke", Boolean),
    needed("error"),
    maybe("error_at", Instant),
    maybe("stopped_until", Instant),
    needed("troubles", Plain),
    needed("proposal", Plain),
)
airtable_link = Table(
    "airtable_link",
    metadata,
    owner(),
    key("kind"),
    key(),
    needed("base_id"),
    needed("table_id"),
    needed("record_id"),
    needed("agreed", Plain),
    needed("sent", Plain),
    needed("made_here", Boolean),
    maybe("seen_at", Instant),
    Index("ix_airtable_link_record", "workspace_id", "base_id", "record_id", unique=True),
)
airtable_push = Table(
    "airtable_push",
    metadata,
    owner(),
    key("kind"),
    key(),
    needed("since", Instant),
    needed("state"),
    needed("attempts", Whole),
    maybe("not_before", Instant),
    needed("error"),
    needed("feature"),
)
airtable_conflict = Table(
    "airtable_conflict",
    metadata,
    owner(),
    key(),
    needed("kind"),
    needed("item_key"),
    needed("aspect"),
    needed("ours", Plain),
    needed("theirs", Plain),
    needed("cells", Plain),
    needed("our_actor"),
    maybe("our_at", Instant),
    needed("their_actor"),
    needed("their_at", Instant),
    needed("found_at", Instant),
    needed("overwritten", Boolean),
    maybe("choice"),
    maybe("settled_by"),
    maybe("settled_at", Instant),
)
call_budget = Table(
    "call_budget",
    metadata,
    Column("base_id", Words, primary_key=True),
    Column("feature", Words, primary_key=True),
    Column("month", Words, primary_key=True),
    needed("calls", Whole),
)
# A base is shared by whoever asks it, in any workspace and process: neither of the two tables
# about its limits belongs to a workspace.
airtable_gate = Table(
    "airtable_gate",
    metadata,
    Column("base_id", Words, primary_key=True),
    needed("recent", Plain),
    maybe("closed_until", Instant),
)
