"""The errors of BQX Cadence: what happened, what was kept, what to do next."""


class BotError(Exception):
    """Anything the product says to a person instead of doing what was asked."""


class UserError(BotError):
    """
    The member can mend it: the text is shown word for word and says what to do.

    It is mrkdwn of our own making: mentions may stand in it, a person's words may not. Under a
    form's box, which knows no mrkdwn, `bot.views.mrkdwn.in_box` says it.
    """


class FormError(BotError):
    """
    A form was filled in wrongly; each message belongs under its box.

    Args:
        fields: Message by the Block Kit block_id of the box it belongs under.
    """

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class OutageError(BotError):
    """
    Another service does not answer. Claims nothing about what was saved.

    Args:
        service: Name for people, such as "Slack".
        retry_after_s: Seconds until another try makes sense; None where nobody knows.
        what: What it does instead, such as "can't be reached".
        maybe_done: True when the call may have taken effect all the same (a lost answer).
    """

    def __init__(
        self,
        service: str,
        *,
        retry_after_s: float | None = None,
        maybe_done: bool = False,
        what: str = "isn't answering",
    ) -> None:
        when = f" Try again in {retry_after_s:.0f} s." if retry_after_s else ""
        super().__init__(f"{service} {what}, so I stopped.{when}")
        self.service = service
        self.retry_after_s = retry_after_s
        self.maybe_done = maybe_done


class RefusedError(BotError):
    """
    Another service refused for good, or until a person changes something there.

    Args:
        service: Name for people, such as "Slack".
        code: The service's own word, such as "not_in_channel".
        detail: The service's own sentence, "" where it gives none; names of the plan may be in it.
        status: The HTTP status, 0 where the service has none.
    """

    def __init__(self, service: str, code: str, *, detail: str = "", status: int = 0) -> None:
        super().__init__(f"{service} refused: {code}.")
        self.service = service
        self.code = code
        self.detail = detail
        self.status = status


class NotAssessedError(BotError):
    """Something could not be read, so nothing is claimed about it; the text says why."""


class SettingsError(BotError):
    """The set-up is wrong; the text names the setting and what to write there."""


class BudgetSpentError(OutageError):
    """
    Airtable's monthly calls are used up: waiting helps only past the month's end, or an upgrade.

    See contracts, airtable 1.2: recognised by the type PUBLIC_API_BILLING_LIMIT_EXCEEDED.
    """

    def __init__(self, service: str) -> None:
        super().__init__(service, what="refuses: the month's calls are used up")
