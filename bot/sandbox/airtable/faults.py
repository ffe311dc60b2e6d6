"""Faults that can be switched on: what breaks real clients of the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.airtable.refusals import (
    ApiError,
    bad_credentials,
    hidden,
    invalid,
    invalid_request,
    over_the_month,
    rate_limited,
    refuse,
)

# They do the request's work first.
AFTER_COMMIT = frozenset({"drop_after_commit", "timeout_after_commit", "slow", "truncated"})
# They cut the connection instead of answering.
DROPPING = frozenset({"drop_before", "crash_mid_batch"})
REFUSING = frozenset(
    {"500", "502", "503", "429", "429_plural", "403", "422", "401", "billing"},
)
KINDS = AFTER_COMMIT | DROPPING | REFUSING
TIMEOUT_S = 60.0


@dataclass
class Fault:
    """
    One fault and the requests it hits.

    Args:
        times: How many it still hits.
        method: Only requests of this method; None for all.
        path: Only those with this in their path and query; None for all.
        after: How many matching requests pass first.
        details: `seconds` for "slow" and "timeout_after_commit", `retry_after` for 503 and 429,
            `type` and `message` for 422; a type without a message makes shape B.
    """

    kind: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    after: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)

    def hits(self, method: str, path: str) -> bool:
        """Tell whether it takes this request, and count it."""
        if self.times <= 0 or self.method not in {None, method}:
            return False
        if self.path is not None and self.path not in path:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True

    def refusal(self) -> ApiError:
        """Return what a refusing fault answers."""
        return _REFUSALS[self.kind](self.details)

    @property
    def seconds(self) -> float:
        """How long it keeps a request waiting."""
        return float(self.details.get("seconds", TIMEOUT_S))


class Faults:
    """The faults that are on; a request meets one at most, the one that was set first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, wanted: Mapping[str, Any]) -> None:
        """
        Switch a fault on.

        Raises:
            ValueError: there is no fault of this kind.
        """
        given = dict(wanted)
        kind = str(given.pop("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"There is no fault called {kind!r}; there are {sorted(KINDS)}.")
        named = {
            name: given.pop(name) for name in ("times", "method", "path", "after") & given.keys()
        }
        self._faults.append(Fault(kind, **named, details=given))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits a request."""
        return next((fault for fault in self._faults if fault.hits(method, path)), None)

    def clear(self) -> None:
        """Switch all off."""
        self._faults.clear()


def _waiting(details: Mapping[str, Any]) -> dict[str, str]:
    wait = details.get("retry_after")
    return {} if wait is None else {"Retry-After": str(wait)}


def _server_error(_details: Mapping[str, Any]) -> ApiError:
    return refuse(500, "SERVER_ERROR", "An unexpected error occurred")


def _bad_gateway(_details: Mapping[str, Any]) -> ApiError:
    return refuse(502, "BAD_GATEWAY", "Airtable's servers are restarting; safe to retry")


def _unavailable(details: Mapping[str, Any]) -> ApiError:
    error = refuse(
        503,
        "RETRIABLE_ERROR",
        "The server could not process your request in time, it is safe to retry the request",
    )
    error.headers = _waiting(details)
    return error


def _limited(details: Mapping[str, Any]) -> ApiError:
    return rate_limited(_waiting(details))


def _limited_plural(details: Mapping[str, Any]) -> ApiError:
    said = {
        "error": "RATE_LIMIT_REACHED",
        "message": "Rate limit exceeded. Please try again later",
    }
    return ApiError(429, {"errors": [said]}, _waiting(details))


def _unprocessable(details: Mapping[str, Any]) -> ApiError:
    if "type" not in details:
        return invalid_request(details.get("message"))
    return invalid(str(details["type"]), details.get("message"))


_REFUSALS: dict[str, Callable[[Mapping[str, Any]], ApiError]] = {
    "500": _server_error,
    "502": _bad_gateway,
    "503": _unavailable,
    "429": _limited,
    "429_plural": _limited_plural,
    "422": _unprocessable,
    "403": lambda _details: hidden(),
    "401": lambda _details: bad_credentials(),
    "billing": lambda _details: over_the_month(),
}
