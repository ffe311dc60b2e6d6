"""An SMTP server: one connection a mail, TLS where it is asked for, every answer understood."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

from bot.adapters.mail.composing import SERVICE, composed
from bot.adapters.mail.server_address import ServerAddress, StartTls
from bot.domain.mails import Mail, read_address
from bot.errors import OutageError, RefusedError

TIMEOUT_S = 15.0  # of each step of the conversation
_OK = 250
_FORWARDED = 251  # accepted for somebody who moved (RFC 5321, 4.2.3)
_GO_AHEAD = 354
_PERMANENT = 500


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mail over to a server; what is said of a failure never holds a password."""

    address: ServerAddress
    timeout_s: float = TIMEOUT_S

    @property
    def is_server(self) -> bool:
        """Yes: mail leaves the house."""
        return True

    def send(self, mail: Mail) -> Mapping[str, str]:
        """
        Hand over one mail.

        Raises:
            OutageError: the server does not answer, or asks to come again; `maybe_done` where the
                whole mail was sent and no answer came: sent again, it has the same Message-ID.
            RefusedError: it refuses the set-up, the address or the mail.
        """
        message = composed(mail, self.address.sender)
        to = read_address(mail.to) or ""
        with self._connection() as server:
            _answered(server.mail(self.address.sender), "sender_refused")
            _answered(server.rcpt(to), "address_refused")
            self._hand_over(server, message)
        return {"server": self.address.host, "message_id": str(message["Message-ID"])}

    def check(self) -> str:
        """
        Greet the server, with TLS and log-in as for a mail, and return how it was spoken to.

        Raises:
            OutageError: it does not answer.
            RefusedError: it refuses the set-up.
        """
        with self._connection() as server:
            is_safe = isinstance(server.sock, ssl.SSLSocket)
        return "with TLS" if is_safe else "in clear"

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        _answered(server.docmd("DATA"), "message_refused")
        try:
            # What begins with a dot would end the mail (RFC 5321, 4.5.2).
            server.send(smtplib._quote_periods(message.as_bytes()) + b".\r\n")  # type: ignore[attr-defined] # noqa: SLF001
            answer = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise OutageError(SERVICE, maybe_done=True) from error
        _answered(answer, "message_refused")

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """Open a connection that may send; what goes wrong in the block is told as our errors."""
        try:
            server = self._connected()
            try:
                self._log_in(server)
                yield server
            finally:
                with suppress(OSError, smtplib.SMTPException):
                    if server.sock is not None:
                        server.quit()
                server.close()
        except ssl.SSLError as error:
            raise RefusedError(SERVICE, "bad_certificate") from error
        except (OSError, smtplib.SMTPException) as error:
            raise OutageError(SERVICE) from error

    def _connected(self) -> smtplib.SMTP:
        where = self.address
        # Given none, the library asks the DNS for this machine's name, which may take seconds.
        name = where.sender.rpartition("@")[2]
        if where.is_tls:
            return smtplib.SMTP_SSL(
                where.host, where.port, name, timeout=self.timeout_s, context=self._trust()
            )
        return smtplib.SMTP(where.host, where.port, name, timeout=self.timeout_s)

    def _log_in(self, server: smtplib.SMTP) -> None:
        where = self.address
        server.ehlo_or_helo_if_needed()
        if not where.is_tls and where.starttls is not StartTls.NO:
            if server.has_extn("starttls"):
                _answered(server.starttls(context=self._trust()), "no_starttls")
                server.ehlo()
            elif where.starttls is StartTls.REQUIRED:
                raise RefusedError(SERVICE, "no_starttls")
        if not where.password:
            return
        try:
            server.login(where.user, where.password)
        except smtplib.SMTPNotSupportedError:
            raise RefusedError(SERVICE, "auth_failed") from None
        except smtplib.SMTPAuthenticationError as error:
            # `from None`: the library's error holds what the server echoed.
            code = error.smtp_code
            raise _failed((code, b""), "auth_failed") from None

    def _trust(self) -> ssl.SSLContext:
        file = self.address.ca_file
        return ssl.create_default_context(cafile=str(file) if file else None)


def _answered(answer: tuple[int, bytes], refusal: str) -> None:
    """
    Read an answer.

    Raises:
        OutageError: come again later (4xx).
        RefusedError: `refusal` (5xx).
    """
    if answer[0] in {220, _OK, _FORWARDED, _GO_AHEAD}:
        return
    raise _failed(answer, refusal)


def _failed(answer: tuple[int, bytes], refusal: str) -> OutageError | RefusedError:
    code, words = answer
    if code < _PERMANENT:
        return OutageError(SERVICE, what=f"asks to come again ({code})")
    return RefusedError(SERVICE, refusal, detail=words.decode("utf-8", "replace")[:200])
