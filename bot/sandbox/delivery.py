"""What is sent to the product, whichever way."""

from dataclasses import dataclass
from typing import Any, Protocol

EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"


@dataclass(frozen=True)
class Parcel:
    """One payload for the product; `retry` counts from 0, `reason` says why it comes again."""

    kind: str
    payload: dict[str, Any]
    retry: int = 0
    reason: str = ""


class Delivery(Protocol):
    """A way to the product."""

    async def send(self, parcel: Parcel) -> Any:
        """
        Hand over a parcel and return what the product answered: None, a text or an object.

        Raises:
            DeliveryError: nobody took it, or nobody answered in time.
        """

    def connections(self) -> int:
        """Return how many sockets the product holds open; 0 over HTTP."""

    async def close(self) -> None:
        """Let go of what is open."""
