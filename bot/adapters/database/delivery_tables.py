"""Tables of what goes out and of what must happen once: effects, posts, causes."""

from sqlalchemy import Boolean, Index, Table

from bot.adapters.database.columns import Instant, Plain, Whole
from bot.adapters.database.table_parts import key, maybe, metadata, needed, owner

effect = Table(
    "effect",
    metadata,
    owner(),
    key(),
    needed("position", Whole),
    needed("kind"),
    needed("payload", Plain),
    needed("lane"),
    maybe("not_before", Instant),
    maybe("not_after", Instant),
    needed("urgent", Boolean),
    needed("verified", Boolean),
    needed("state"),
    needed("attempts", Whole),
    needed("created_at", Instant),
    maybe("first_tried_at", Instant),
    maybe("done_at", Instant),
    needed("result", Plain),
    maybe("error"),
    maybe("about"),
    Index("ix_effect_about", "workspace_id", "about", "position"),
    Index("ix_effect_state", "workspace_id", "state", "position"),
)
post = Table(
    "post",
    metadata,
    owner(),
    key("subject"),
    needed("channel_id"),
    needed("ts"),
    needed("digest"),
)
cause = Table("cause", metadata, owner(), key("cause"), needed("claimed_at", Instant))
draft = Table(
    "draft",
    metadata,
    owner(),
    key(),
    needed("member_id"),
    needed("typed", Plain),
    needed("kept_at", Instant),
)
sequence = Table("sequence", metadata, owner(), key("name"), needed("last", Whole))
channel = Table("channel", metadata, owner(), key("name"), needed("channel_id"))
cursor = Table("cursor", metadata, key("schedule"), needed("until", Instant))
