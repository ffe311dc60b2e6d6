"""What the local Airtable is started with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox.airtable.base_file import BaseFileError, build_base

DEFAULT_PORT = 8151
ALL_SCOPES = frozenset(
    {
        "data.records:read",
        "data.records:write",
        "schema.bases:read",
        "schema.bases:write",
        "webhook:manage",
        "user.email:read",
    }
)
USER = {"id": "usrBQXCADENCE0001", "email": "cadence@example.com", "name": "BQX Cadence"}

__all__ = ["ALL_SCOPES", "DEFAULT_PORT", "USER", "AirtableConfig", "BaseFileError", "load_base"]


@dataclass(frozen=True)
class AirtableConfig:
    """
    What there is, who may do what with it, and how strict the limits are.

    Args:
        bases: Each `{"id", "name"?, "tables": [{"id"?, "name", "primaryFieldId"?, "fields":
            [{"id"?, "name", "type", "options"?}], "records": [{"id"?, "createdTime"?, "fields":
            {name: value}}]}], "collaborators"?: [{"id", "email", "name"}]}`. Ids that are
            missing are made up, the same ones at each start.
        port: On the loopback interface; 0 takes a free one.
        token: Opens /v0.
        scopes: What the token may do; a missing one gives 403.
        permission: What its user may do in the bases: "read", "edit" (write records) or "create"
            (make tables, fields and webhooks).
        user: Whose token it is.
        requests_per_s: For each base; 0 for no limit.
        penalty_s: How long a base refuses after a breach.
        monthly_cap: Calls of a month, /v0/meta aside; None for no cap.
        offset_life_s: How long the offset of a list can be used.
    """

    bases: tuple[Mapping[str, Any], ...]
    port: int = DEFAULT_PORT
    token: str = "pat-local-airtable"  # noqa: S105 - opens nothing but this server
    scopes: frozenset[str] = ALL_SCOPES
    permission: str = "create"
    user: Mapping[str, str] = field(default_factory=lambda: dict(USER))
    requests_per_s: int = 5
    penalty_s: float = 30.0
    monthly_cap: int | None = None
    offset_life_s: float = 120.0


def load_base(path: Path) -> Mapping[str, Any]:
    """
    Read a base from a JSON file.

    Raises:
        BaseFileError: the file does not describe a base; says what is wrong, and where.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaseFileError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BaseFileError(f"{path} is not JSON: {error}.") from error
    try:
        build_base(content, USER, datetime.now(UTC))
    except BaseFileError as error:
        raise BaseFileError(f"{path}: {error}") from error
    base: Mapping[str, Any] = content
    return base
