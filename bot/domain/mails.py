"""E-mails: what one says, whom it goes to, and how those about one issue hang together."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_SUBJECT = 180  # of a header's 998 characters (RFC 5322, 2.1.1); readers show about 60
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"
)
_MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
# Controls, line and paragraph separators, and what changes the direction of writing.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """
    One e-mail to one address.

    Args:
        to: A bare address; checked again by who sends it.
        subject: Any text: who sends it makes one line of it.
        id: Left part of its Message-ID: the same mail has the same one at each attempt.
        thread: `id` of the mail that began the thread; "" where this one begins it.
    """

    to: str
    subject: str
    text: str
    html: str
    id: str
    thread: str = ""


def read_address(text: str) -> str | None:
    """Return an e-mail address without the blanks around it; None where it is none."""
    address = text.strip()
    fits = len(address) <= _MAX_ADDRESS and _ADDRESS.fullmatch(address)
    return address if fits else None


def read_addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses among these, each once whatever its case; what is none is left out."""
    found: dict[str, str] = {}
    for text in texts:
        if address := read_address(text):
            found.setdefault(address.lower(), address)
    return tuple(found.values())


def subject_line(text: str) -> str:
    """Return a text as one header line: no line breaks, no controls, not too long."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1] + "…"


def mail_id(key: str) -> str:
    """Return the left part of the Message-ID of the mail that an effect sends."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def thread_id(workspace_id: str, about: str, to: str) -> str:
    """Return the left part of the Message-ID of the first mail about something to an address."""
    key = f"{workspace_id} {about} {to.lower()}"
    return f"thread-{hashlib.sha256(key.encode()).hexdigest()[:24]}"
