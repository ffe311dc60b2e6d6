"""Every way in which a call of Slack's Web API can end, as one table (contracts, engine 3.4)."""

from slack_sdk.errors import SlackApiError

from bot.errors import BotError, OutageError, RefusedError

SERVICE = "Slack"
HTTP_TOO_MANY = 429
HTTP_SERVER_ERROR = 500
DEFAULT_WAIT_S = 5.0  # a 429 without a readable Retry-After
LONGEST_WAIT_S = 3600.0

# Slack says itself that the call may have worked in part.
MAYBE_DONE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
LIMITED = {"ratelimited", "rate_limited"}


def our_error(error: SlackApiError) -> BotError:
    """Return what a refusal of Slack's means to us."""
    code = str(error.response.get("error") or "unknown_error")
    status = error.response.status_code
    if status == HTTP_TOO_MANY or code in LIMITED:
        header = error.response.headers.get("Retry-After")
        return OutageError(SERVICE, retry_after_s=read_retry_after(header))
    # The SDK puts a sentence in the place of the code when the answer was not JSON.
    unreadable = " " in code
    if status >= HTTP_SERVER_ERROR or code in MAYBE_DONE or unreadable:
        return OutageError(SERVICE, maybe_done=True)
    return RefusedError(SERVICE, code)


def read_retry_after(header: str | None) -> float:
    """Return the seconds to wait; a missing or unreadable header gives five, a day is cut."""
    try:
        seconds = float(header or "")
    except ValueError:
        return DEFAULT_WAIT_S
    return min(max(seconds, 1.0), LONGEST_WAIT_S)
