"""What the local workspace says no with."""

from typing import Any


class ApiError(Exception):
    """
    A Web API method refuses: `{"ok": false, "error": …}`.

    Args:
        error: Slack's own word, such as "channel_not_found".
        extra: What else stands in the answer (`needed`, `errors`, `response_metadata`).
    """

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    @classmethod
    def invalid_arguments(cls, *messages: str) -> "ApiError":
        """Return the refusal that names each wrong argument."""
        return cls(
            "invalid_arguments",
            response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
        )


class PageError(Exception):
    """
    The page asked for something a Slack client would not offer.

    Args:
        text: A sentence for the person at the page.
        status: The HTTP status of the answer.
    """

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class DeliveryError(Exception):
    """
    The product did not take a payload.

    Args:
        reason: Slack's word for `x-slack-retry-reason`, such as "http_timeout".
        retry: False when the product asked not to be asked again.
    """

    def __init__(self, reason: str, *, retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


class ManifestError(ValueError):
    """The app manifest says something Slack would refuse, or that we do not know."""


class SeedError(ValueError):
    """The seed file does not describe a workspace."""
