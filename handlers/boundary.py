"""The error boundary round every listener."""

import inspect
import secrets
from collections.abc import Callable
from typing import Any

from slack_bolt import Args

from bot.errors import BotError, FormError
from bot.views.mrkdwn import quote


def guarded(listener: Callable[..., None]) -> Callable[[Args], None]:
    """
    Return `listener` with the error boundary around it, ready to register.

    Bolt's own `app.error` comes too late: in slack_bolt 1.30 an exception raised just after
    `ack()` wipes the acknowledgement, and the member sees a time-out (contracts 2.2).
    """
    names = list(inspect.signature(listener).parameters)

    def run(args: Args) -> None:
        try:
            listener(**{name: getattr(args, name) for name in names})
        except Exception as error:  # noqa: BLE001 - the boundary
            _answer(error, args)

    return run


def _answer(error: Exception, args: Args) -> None:
    acked = args.ack.response is not None
    if isinstance(error, FormError) and not acked:
        args.ack(response_action="errors", errors=error.fields)
        return
    if not acked:
        args.ack()
    reference = secrets.token_hex(4)
    if isinstance(error, BotError):
        args.logger.warning("%s: %s (%s)", type(error).__name__, error, reference)
    else:
        args.logger.error("Unexpected error (%s)", reference, exc_info=error)
    _tell(error_text(error, reference) + _typed(args.body), args)


def error_text(error: Exception, reference: str) -> str:
    """Return what the member reads: our own words, or that it is our fault and what was kept."""
    if isinstance(error, BotError):
        return str(error)
    return (
        "Something went wrong on my side, and I can't say whether it was saved:"
        " `/bqx status` shows the plan as it is."
        f" Please tell whoever runs me this reference: {reference}."
    )


def _typed(body: dict[str, Any]) -> str:
    """Return what was typed behind a slash command, so that an error never swallows it."""
    if not body.get("command") or not body.get("text"):
        return ""
    return f"\nYou typed:\n{quote(body['command'] + ' ' + body['text'], 3000)}"


def _tell(text: str, args: Args) -> None:
    """Answer where the member looks; when Slack refuses that too, the log has it all."""
    try:
        if args.body.get("response_url"):
            args.respond(text=text, response_type="ephemeral", replace_original=False)
        elif member_id := _member_id(args.body):
            args.client.chat_postMessage(channel=member_id, text=text)
    except Exception:
        args.logger.exception("Could not tell the member about the error")


def _member_id(body: dict[str, Any]) -> str | None:
    user = body.get("user") or {}
    found = user.get("id") or body.get("user_id") or body.get("event", {}).get("user")
    return str(found) if found else None
