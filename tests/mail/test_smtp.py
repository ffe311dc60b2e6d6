"""Mail over the wire: what arrives, and what each way to fail comes to."""

import smtplib

import pytest

from bot.adapters.mail import FolderMailer, SmtpMailer, read_server_address
from bot.domain.mails import Mail, thread_id
from bot.errors import OutageError, RefusedError, SettingsError
from bot.ports.mail import SETUP_CODES
from tests.mail.server import (
    PASSWORD,
    SENDER,
    USER,
    make_certificate,
    running_mail,
    silent_server,
)
from tests.waiting import until

TO = "chief@example.org"


def a_mail(**said):
    plain = {
        "to": TO,
        "subject": "[ISS-004] Level 1: Blocker: Aurora writer down",
        "text": "Text.\n.\n.. dots",
        "html": "<p>Häd</p>",
        "id": "abc123",
    }
    return Mail(**{**plain, **said})


def mailer(url, timeout_s=60.0):
    return SmtpMailer(read_server_address(url), timeout_s)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def clear():
    with running_mail() as server:
        yield server


@pytest.fixture(scope="module")
def safe(certificate):
    with running_mail(certificate=certificate, auth=True) as server:
        yield server


def test_text_and_html_arrive_as_written(clear):
    where = mailer(clear.url()).send(a_mail())

    [mail] = clear.box.mails
    assert mail["To"] == TO
    assert mail["From"] == f"BQX Cadence <{SENDER}>"
    assert mail["Message-ID"] == where["message_id"] == "<abc123@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.splitlines() == ["Text.", ".", ".. dots"]
    assert html.rstrip() == "<p>Häd</p>"


def test_a_later_mail_hangs_on_the_first(clear):
    mailer(clear.url()).send(a_mail(id="later", thread="first"))

    [mail] = clear.box.mails
    assert mail["In-Reply-To"] == mail["References"] == "<first@example.com>"


@pytest.mark.parametrize(
    "title",
    [
        "Down\r\nBcc: thief@example.net\r\n\r\nBody",
        "Down\nX-Evil: yes",
        "Down\u2028Bcc: thief@example.net",
        "\x00\x0b\x0c\x85Down",
        "\ud800 half a character",
        "Größe 中文 🚨 " * 30,
        "x" * 5000,
        "",
    ],
    ids=["crlf", "lf", "separator", "controls", "surrogate", "unicode", "long", "empty"],
)
def test_no_title_becomes_a_header(clear, title):
    mailer(clear.url()).send(a_mail(subject=title, text=title, html=title))

    [raw], [mail] = clear.box.raw, clear.box.mails
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\r\nBcc:" not in raw.partition(b"\r\n\r\n")[0]
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "a@b\r\nRCPT TO:<x@y.z>",
        "a b@c.de",
        "a@b.c\n",
        "<a@b.c>",
        "ü@b.c",
        "a@" + "b" * 300,
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(clear, to):
    if to.strip() == "a@b.c":
        to = "a@b.c,d@e.f"

    with pytest.raises(RefusedError) as refused:
        mailer(clear.url()).send(a_mail(to=to))

    assert refused.value.code == "bad_address"
    assert clear.box.raw == []


def test_tls_and_log_in(safe):
    safe.box.raw.clear()
    mailer(safe.url(user=USER, password=PASSWORD)).send(a_mail())

    assert safe.box.tls[-1]
    assert len(safe.box.raw) == 1


def test_smtps(certificate):
    with running_mail(certificate=certificate, smtps=True) as server:
        mailer(server.url(tls=True)).send(a_mail())

        assert len(server.box.raw) == 1


def test_a_certificate_nobody_signed_is_refused(safe):
    url = safe.url(user=USER, password=PASSWORD).replace("ca=", "unused=")

    with pytest.raises(RefusedError) as refused:
        mailer(url).send(a_mail())

    assert refused.value.code == "bad_certificate"


def test_a_server_without_tls_gets_no_password(clear):
    with pytest.raises(RefusedError) as refused:
        mailer(clear.url(user=USER, password=PASSWORD)).send(a_mail())

    assert refused.value.code == "no_starttls"


def test_a_wrong_password_is_refused_and_said_nowhere(safe, caplog):
    caplog.set_level("DEBUG")

    with pytest.raises(RefusedError) as refused:
        mailer(safe.url(user=USER, password="wrong-and-secret")).send(a_mail())

    error = refused.value
    assert error.code == "auth_failed" in SETUP_CODES
    said = f"{error!r} {error.detail} {error.__cause__!r} {error.__context__!r}"
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.log")]
    assert "wrong-and-secret" not in said + str(ours)
    assert "wrong-and-secret" not in repr(mailer(safe.url(user=USER, password="wrong-and-secret")))


def test_an_address_nobody_has_is_refused_alone(clear):
    clear.box.refused.add(TO)
    ours = mailer(clear.url())

    with pytest.raises(RefusedError) as refused:
        ours.send(a_mail())
    ours.send(a_mail(to="other@example.org"))

    assert refused.value.code == "address_refused" not in SETUP_CODES
    assert [mail["To"] for mail in clear.box.mails] == ["other@example.org"]


def test_a_mail_taken_for_spam_is_refused(clear):
    clear.box.fault = "refuse_data"

    with pytest.raises(RefusedError) as refused:
        mailer(clear.url()).send(a_mail())

    assert refused.value.code == "message_refused"
    assert "spam" in refused.value.detail


def test_who_asks_to_come_again_is_an_outage(clear):
    clear.box.delayed.add(TO)

    with pytest.raises(OutageError) as outage:
        mailer(clear.url()).send(a_mail())

    assert not outage.value.maybe_done


@pytest.mark.parametrize("fault", ["hang_at_mail", "busy"])
def test_a_server_that_hangs_or_is_busy_before_the_mail(clear, fault):
    clear.box.fault = fault

    with pytest.raises(OutageError) as outage:
        mailer(clear.url(), timeout_s=0.3).send(a_mail())

    assert not outage.value.maybe_done
    assert clear.box.raw == []


@pytest.mark.parametrize("fault", ["hang_after_data", "drop_after_data"])
def test_an_answer_lost_after_the_mail_says_that_it_may_have_arrived(clear, fault, monkeypatch):
    clear.box.fault = fault
    ours = mailer(clear.url())
    send = smtplib.SMTP.send

    def send_and_wait_briefly(server, said):
        send(server, said)
        if said[-5:] == b"\r\n.\r\n":
            until(lambda: clear.box.raw)
            server.sock.settimeout(0.3)

    with monkeypatch.context() as patched:
        patched.setattr(smtplib.SMTP, "send", send_and_wait_briefly)
        with pytest.raises(OutageError) as outage:
            ours.send(a_mail())
    ours.send(a_mail())

    assert outage.value.maybe_done
    assert len({mail["Message-ID"] for mail in clear.box.mails}) == 1


def test_a_server_that_never_says_a_word():
    with silent_server() as port, pytest.raises(OutageError) as outage:
        mailer(f"smtp://127.0.0.1:{port}/?from={SENDER}", timeout_s=0.3).send(a_mail())

    assert not outage.value.maybe_done


def test_no_server_at_all():
    with pytest.raises(OutageError):
        mailer(f"smtp://127.0.0.1:9/?from={SENDER}").send(a_mail())


def test_a_check_sends_nothing(safe):
    safe.box.raw.clear()

    assert mailer(safe.url(user=USER, password=PASSWORD)).check() == "with TLS"
    assert safe.box.raw == []


def test_a_folder_keeps_each_mail_once(tmp_path):
    ours = FolderMailer(tmp_path / "outbox")

    for _ in range(2):
        where = ours.send(a_mail())

    [file] = (tmp_path / "outbox").iterdir()
    assert where["file"] == str(file)
    assert file.name == "abc123.eml"
    assert not ours.is_server


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://host/?from=a@b.c", "smtp://"),
        ("smtp:///?from=a@b.c", "host"),
        ("smtp://host", "from="),
        ("smtp://host/?from=a@b.c%0d%0aX:y", "from="),
        ("smtp://user:hush@host/?from=a@b.c&starttls=no", "password needs"),
        ("smtp://user:hush@host/?from=a@b.c&starttls=maybe", "required, auto"),
        ("smtp://user:hush@host:port/?from=a@b.c", "parts"),
    ],
)
def test_an_address_that_can_not_be_used_is_said_without_its_password(url, why):
    with pytest.raises(SettingsError, match="SMTP_URL") as refused:
        read_server_address(url)

    assert why in str(refused.value)
    assert "hush" not in str(refused.value)


def test_mails_of_one_issue_have_ids_of_their_own_for_each_reader():
    assert thread_id("W1", "ISS-001", TO) == thread_id("W1", "ISS-001", TO.upper())
    assert thread_id("W1", "ISS-001", TO) != thread_id("W1", "ISS-001", "other@example.org")
