"""One Web API call, and the checks methods share."""

import base64
from dataclasses import dataclass
from typing import Any

from bot.sandbox.refusals import ApiError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import DIRECT, PRIVATE, PUBLIC, Channel, Workspace

Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A call that passed authentication, scope and argument checks."""

    sandbox: Sandbox
    workspace: Workspace
    args: dict[str, Any]

    def text(self, name: str) -> str:
        """Return an argument as a string, "" when it is missing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return an argument as a truth value, as forms and JSON write it."""
        return str(self.args.get(name)).lower() in {"1", "true"}

    def whole(self, name: str, default: int) -> int:
        """
        Return an argument as a whole number.

        Raises:
            ApiError: invalid_limit or invalid_arguments.
        """
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError as error:
            if name == "limit":
                raise ApiError("invalid_limit") from error
            text = f"must provide an integer [json-pointer:/{name}]"
            raise ApiError.invalid_arguments(text) from error


def need_scope(workspace: Workspace, *scopes: str) -> None:
    """
    Refuse a call that none of the granted scopes covers.

    Raises:
        ApiError: missing_scope, with what is needed and what was granted.
    """
    if scopes and not workspace.scopes.intersection(scopes):
        raise ApiError(
            "missing_scope", needed=",".join(scopes), provided=",".join(sorted(workspace.scopes))
        )


def need_scope_for(workspace: Workspace, channel: Channel, act: str) -> None:
    """
    Refuse reading a kind of channel without its scope; `act` is "read" or "history".

    Raises:
        ApiError: missing_scope.
    """
    family = {PUBLIC: "channels", PRIVATE: "groups", DIRECT: "im"}[channel.kind]
    need_scope(workspace, f"{family}:{act}")


def page_of(call: Call, items: list[Any], default: int, most: int) -> tuple[list[Any], str]:
    """
    Cut a page out of a list.

    Returns:
        The page and the cursor of the next one, "" at the end.

    Raises:
        ApiError: invalid_limit or invalid_cursor.
    """
    limit = call.whole("limit", default) or default
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    start = _position(call.text("cursor"))
    if start > len(items):
        raise ApiError("invalid_cursor")
    end = start + limit
    return items[start:end], _cursor(end) if end < len(items) else ""


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except ValueError:
        pass
    raise ApiError("invalid_cursor")
