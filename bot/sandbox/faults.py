"""Faults that can be switched on: what a network and a platform do to a product."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.refusals import PageError


@dataclass
class Faults:
    """
    Counts are "for the next n", one taken at each use.

    Web API, only `method` when it is given: `lost_response` does the call and cuts the
    connection, `http_500` and `rate_limit` (429) refuse it, `no_answer` keeps it waiting,
    `delay_s` has every answer come late, after the call is done. Deliveries: `duplicate_event`
    sends twice, `reorder_events` holds an event back until the next one went, `bad_signature` and
    `stale_signature` sign HTTP requests wrongly or six minutes ago.
    """

    lost_response: int = 0
    http_500: int = 0
    rate_limit: int = 0
    no_answer: int = 0
    delay_s: float = 0.0
    method: str = ""
    duplicate_event: int = 0
    reorder_events: int = 0
    bad_signature: int = 0
    stale_signature: int = 0

    def switch(self, wanted: dict[str, Any]) -> None:
        """
        Set the faults named in `wanted` and clear the others.

        Raises:
            PageError: a fault we do not have, or a value that is not its kind.
        """
        fresh = asdict(Faults())
        for name, value in wanted.items():
            if name not in fresh:
                raise PageError(f"There is no fault called {name}.")
            if isinstance(value, bool) or not isinstance(value, (type(fresh[name]), int)):
                raise PageError(f"The fault {name} cannot be {value!r}.")
            fresh[name] = value
        for name, value in fresh.items():
            setattr(self, name, value)

    def take(self, name: str, method: str | None = None) -> bool:
        """Use up one count of a fault; a Web API fault only counts for its method."""
        if method is not None and not self.concerns(method):
            return False
        left = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True

    def concerns(self, method: str) -> bool:
        """Tell whether the Web API faults hit this method."""
        return self.method in {"", method}

    def to_json(self) -> dict[str, Any]:
        """Return the faults that are on."""
        return {name: value for name, value in asdict(self).items() if value}
