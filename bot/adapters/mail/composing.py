"""Make a mail what goes over the wire."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.domain.mails import Mail, read_address, subject_line
from bot.errors import RefusedError

SERVICE = "The mail server"
SENDER_NAME = "BQX Cadence"


def composed(mail: Mail, sender: str) -> EmailMessage:
    """
    Return a mail with text and HTML, its header lines safe whatever its title says.

    Raises:
        RefusedError: "bad_address".
    """
    to = read_address(mail.to)
    if to is None:
        raise RefusedError(SERVICE, "bad_address")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject_line(mail.subject)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(mail.id, sender)
    if mail.thread:
        message["In-Reply-To"] = message_id(mail.thread, sender)
        message["References"] = message_id(mail.thread, sender)
    # Out-of-office replies would come back to a box that nobody reads (RFC 3834, 5).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # 8 bit would need the server's leave, and lines past 998 characters nobody's.
    message.set_content(_storable(mail.text), cte="quoted-printable")
    message.add_alternative(_storable(mail.html), subtype="html", cte="quoted-printable")
    return message


def message_id(left: str, sender: str) -> str:
    """Return a Message-ID at the sender's domain."""
    return f"<{left}@{sender.rpartition('@')[2]}>"


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
