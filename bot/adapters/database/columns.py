"""Column types that mean the same on SQLite and PostgreSQL."""

# ruff: noqa: ARG002 - the hooks of TypeDecorator are given a dialect, needed or not

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.records import in_utc, plain_value

# PostgreSQL stores neither NUL nor half a surrogate pair, and both come in from people.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Whole = BigInteger
# SQLite counts up a column on its own only when it is exactly INTEGER PRIMARY KEY.
Counted = BigInteger().with_variant(Integer, "sqlite")


def storable(text: str) -> str:
    """Return `text` with U+FFFD for the characters that no database takes."""
    return _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text of any length, compared and ordered by code point on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return PostgreSQL's text in the order that SQLite has by itself."""
        if dialect.name == "postgresql":
            return postgresql.TEXT(collation="C")
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it can be stored; the same for what is looked for."""
        return None if value is None else storable(value)


class Instant(TypeDecorator[datetime]):
    """An instant: aware going in, UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC; SQLite's text has no room for a zone."""
        if value is None:
            return None
        moment = in_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Plain(TypeDecorator[Any]):
    """
    Plain JSON, kept as text.

    Escaped to ASCII: text that PostgreSQL would refuse in its own JSON type (NUL, half a
    surrogate pair) comes back as it went in.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the JSON text; None is the database's NULL."""
        return None if value is None else json.dumps(plain_value(value), separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return what the text says."""
        return None if value is None else json.loads(value)
