"""A real SMTP server on loopback, with TLS, log-in and every fault."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.ports import reserved_port

USER, PASSWORD = "bqx", "s3cret/pass@word"  # characters that a URL has to quote
SENDER = "bqx@example.com"


@dataclass
class MailBox:
    """
    What arrived, and what goes wrong.

    Args:
        fault: "" or one of "hang_at_mail", "hang_after_data", "drop_after_data", "refuse_data",
            "busy".
        refused: Addresses that nobody here has.
        delayed: Addresses that have to be tried again.
    """

    fault: str = ""
    refused: set[str] = field(default_factory=set)
    delayed: set[str] = field(default_factory=set)
    raw: list[bytes] = field(default_factory=list)
    tls: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.fault == "hang_at_mail":
            await asyncio.sleep(30)
        if self.fault == "busy":
            return "451 4.3.0 come again later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 no such user here"
        if address in self.delayed:
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802
        if self.fault == "refuse_data":
            return "554 5.7.1 looks like spam"
        self.raw.append(envelope.original_content)
        self.tls.append(session.ssl is not None)
        self.users.append(str(session.authenticated))
        if self.fault == "drop_after_data":
            self.fault = ""
            server.transport.abort()
            return "250 nobody hears this"
        if self.fault == "hang_after_data":
            self.fault = ""
            await asyncio.sleep(30)
        return "250 Message accepted"


@dataclass
class RunningMail:
    """A server that runs."""

    port: int
    box: MailBox
    certificate: Path | None = None

    def url(self, *, user: str = "", password: str = "", more: str = "", tls: bool = False) -> str:
        who = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
        ca = f"&ca={self.certificate}" if self.certificate else ""
        scheme = "smtps" if tls else "smtp"
        return f"{scheme}://{who}localhost:{self.port}/?from={SENDER}{ca}{more}"


@contextmanager
def running_mail(
    *, certificate: tuple[Path, Path] | None = None, auth: bool = False, smtps: bool = False
) -> Iterator[RunningMail]:
    """Run a server until the block is left; `certificate` is the files of certificate and key."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    box = MailBox()

    def authenticate(server, session, envelope, mechanism, data):
        fits = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=fits, handled=fits)

    more = {"ssl_context": context} if smtps else {"tls_context": context}
    with reserved_port() as port:
        controller = Controller(
            box,
            hostname="127.0.0.1",
            port=port,
            ready_timeout=60,
            server_hostname="mail.test",  # else it asks the DNS at each connection
            authenticator=authenticate if auth else None,
            auth_required=auth,
            auth_require_tls=bool(context) and not smtps,
            **more,
        )
        controller.start()
        try:
            yield RunningMail(port, box, certificate[0] if certificate else None)
        finally:
            controller.stop()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, signed by itself."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextmanager
def silent_server() -> Iterator[int]:
    """Take connections and never say a word; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept: list[socket.socket] = []
        stopping = threading.Event()

        def accept() -> None:
            listening.settimeout(0.1)
            while not stopping.is_set():
                try:
                    kept.append(listening.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            thread.join()
            for each in kept:
                each.close()
