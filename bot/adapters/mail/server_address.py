"""Read SMTP_URL: where the mail server is, and how it is spoken to."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from bot.domain.mails import read_address
from bot.errors import SettingsError

_PORTS = {"smtp": 587, "smtps": 465}
_EXAMPLE = "smtp://user:password@mail.example.com:587/?from=bqx@example.com"


class StartTls(StrEnum):
    """Whether a connection that begins in clear turns to TLS."""

    REQUIRED = "required"
    AUTO = "auto"  # where the server offers it
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """
    A mail server.

    Args:
        sender: The address that mails come from.
        ca_file: Certificates to trust instead of the system's, for a server of one's own.
    """

    host: str
    port: int
    sender: str
    is_tls: bool = False
    starttls: StartTls = StartTls.AUTO
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


def read_server_address(url: str) -> ServerAddress:
    """
    Return what SMTP_URL says; with a password TLS is required, but for a server on this machine.

    Raises:
        SettingsError: it can't be used; the password is never part of the text.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _PORTS.get(parts.scheme, 0)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise _wrong("its parts can't be told") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _wrong("it begins with smtp:// or smtps:// and names a host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    default = StartTls.REQUIRED if password else StartTls.AUTO
    wanted = asked.get("starttls", default)
    if wanted not in set(StartTls):
        raise _wrong("starttls is one of required, auto and no")
    starttls = StartTls(wanted)
    is_open = parts.scheme == "smtp" and starttls is not StartTls.REQUIRED
    if password and is_open and not _is_here(parts.hostname):
        raise _wrong("a password needs starttls=required or smtps://")
    sender = read_address(asked.get("from", user))
    if sender is None:
        raise _wrong("add ?from= with the address that mails come from")
    return ServerAddress(
        host=parts.hostname,
        port=port,
        sender=sender,
        is_tls=parts.scheme == "smtps",
        starttls=starttls,
        user=user,
        password=password,
        ca_file=Path(asked["ca"]) if "ca" in asked else None,
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wrong(why: str) -> SettingsError:
    return SettingsError(f"SMTP_URL can't be used: {why}. Write it like {_EXAMPLE}")
