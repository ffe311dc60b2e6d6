"""What the core asks of the world of e-mail."""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.mails import Mail


class Mailer(Protocol):
    """E-mail, outward."""

    @property
    def is_server(self) -> bool:
        """Whether mail goes to a server; False where it is written to a folder."""
        ...

    def send(self, mail: Mail) -> Mapping[str, str]:
        """
        Send one mail, and return where it went: {"server": …} or {"file": …}, and "message_id".

        Raises:
            OutageError: the server does not answer, or asks to come again. `maybe_done` where the
                whole mail was sent and the answer was lost.
            RefusedError: it refuses; `code` is one of SETUP_CODES where the set-up is wrong for
                every mail, else it is this mail or address alone that is refused.
        """
        ...


# Refusals that somebody has to mend, and that concern every mail.
SETUP_CODES = frozenset({"auth_failed", "no_starttls", "bad_certificate", "sender_refused"})
