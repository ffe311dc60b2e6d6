"""What a mail server does to the mails of an issue, and what the admins hear of it."""

from dataclasses import replace

import pytest

from bot.adapters.mail import FolderMailer, SmtpMailer, read_server_address
from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import IssueEntry
from bot.domain.issues import Severity
from bot.domain.plan import Why
from bot.usecases.asking import Asker
from bot.usecases.file_issue import file_issue
from handlers.deliveries import Deliveries
from handlers.desk import Desk
from handlers.replies import Replies
from tests.e2e.looking import words
from tests.escalation.killed import ports_of
from tests.escalation.test_kills import STAKEHOLDERS, begun
from tests.product import ANA, BEN


class House:
    """A workspace with mail, in which effects are done by hand."""

    def __init__(self, folder, sandbox, mail, plans, workspace_id):
        self.sandbox, self.mail, self.plans, self.workspace_id = sandbox, mail, plans, workspace_id
        self.ports = ports_of(folder, sandbox.base_url, mail.url())
        self.minutes = 0

    def deliver(self, mailer=None):
        """Do all that is due; return the outcomes of the mails by address."""
        ports = replace(self.ports, mailer=mailer) if mailer else self.ports
        desk = Desk(ports)
        deliveries = Deliveries(desk, Replies(desk))
        states = {}
        for each in self.pending():
            effect = each.effect
            if effect.not_before is None or effect.not_before <= ports.clock.now():
                outcome = deliveries.run(self.workspace_id, effect.key)
                if effect.kind is EffectKind.MAIL:
                    states[effect.payload["to"]] = outcome
        return states

    def pending(self):
        with self.plans.reading(self.workspace_id) as plan:
            return plan.deliveries(EffectState.PENDING)

    def later(self, minutes):
        self.minutes += minutes
        self.sandbox.move_clock(self.minutes * 60)

    def filed(self, title="Loader is slow"):
        asker = Asker(
            workspace_id=self.workspace_id,
            member_id=BEN,
            cause=title,
            words="test",
            now=self.ports.clock.now(),
        )
        entry = IssueEntry(title=title, severity=Severity.MAJOR, owner_id=BEN)
        key = file_issue(self.plans, entry, asker).issue.key
        self.later(11)
        return key

    def told(self):
        """What Ana, the admin, heard about mail."""
        member = self.sandbox.member(ANA)
        shown = member.messages(member.channel("bot"))
        return [words(m) for m in shown if "E-mail does not go out" in words(m)]

    def log(self, key):
        with self.plans.reading(self.workspace_id) as plan:
            log = plan.deliveries_about(key)
        return {d.effect.payload["to"]: d for d in log if d.effect.kind is EffectKind.MAIL}


@pytest.fixture
def house(tmp_path):
    with begun(tmp_path) as (sandbox, mail, plans, workspace_id):
        house = House(tmp_path, sandbox, mail, plans, workspace_id)
        yield house
        house.ports.plans.close()


def test_without_a_server_mails_are_files_and_the_admins_are_told_once(house, tmp_path):
    folder = FolderMailer(tmp_path / "outbox")
    first = house.filed("First")
    house.deliver(folder)
    house.filed("Second")
    house.deliver(folder)
    house.deliver(folder)

    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2 * len(STAKEHOLDERS)
    [said] = house.told()
    assert str(tmp_path / "outbox") in said
    assert house.log(first)[STAKEHOLDERS[0]].result["file"].endswith(".eml")


def test_a_refused_address_keeps_nobody_from_their_mail(house):
    house.mail.box.refused.add(STAKEHOLDERS[0])
    key = house.filed()

    house.deliver()
    house.deliver()

    assert [mail["To"] for mail in house.mail.box.mails] == [STAKEHOLDERS[1]]
    assert house.log(key)[STAKEHOLDERS[0]].state is EffectState.PARKED
    [said] = house.told()
    assert STAKEHOLDERS[0] in said


def test_a_wrong_password_is_told_once_and_the_mails_go_once_it_is_mended(house):
    refused = SmtpMailer(
        read_server_address(house.mail.url(user="bqx", password="no"))  # it takes no log-in
    )
    key = house.filed()

    for _ in range(3):
        house.deliver(refused)
    assert len(house.told()) == 1
    assert {d.state for d in house.log(key).values()} == {EffectState.PENDING}
    house.deliver()

    assert sorted(mail["To"] for mail in house.mail.box.mails) == sorted(STAKEHOLDERS)


def test_a_lost_answer_gives_the_same_mail_once_more(house):
    house.mail.box.fault = "drop_after_data"
    key = house.filed()

    house.deliver()
    house.deliver()

    mails = house.mail.box.mails
    assert len(mails) == len(STAKEHOLDERS) + 1
    assert len({(mail["Message-ID"], mail["To"]) for mail in mails}) == len(STAKEHOLDERS)
    assert {d.state for d in house.log(key).values()} == {EffectState.DONE}


def test_a_level_given_by_mistake_and_corrected_mails_nobody(house):
    key = house.filed()
    with house.plans.changing(house.workspace_id) as plan:
        why = Why(operation="fix", actor_id=BEN, at=house.ports.clock.now(), reason="test")
        plan.save(replace(plan.issue(key), severity=Severity.MINOR), why)

    house.deliver()

    assert house.mail.box.mails == []
    assert {d.result["skipped"] for d in house.log(key).values()} == {"lowered"}


def test_a_mail_says_what_the_issue_is(house):
    house.filed("Größe falsch <b>")
    house.deliver()

    mail = house.mail.box.mails[0]
    assert mail["Subject"].startswith("[ISS-001] Level 2: Major issue: Größe falsch")
    html = mail.get_body(("html",)).get_content()
    assert "Größe falsch &lt;b&gt;" in html
    assert "<b>" not in html


def test_a_mail_about_a_major_issue_that_became_a_blocker_says_so(house):
    key = house.filed()
    with house.plans.changing(house.workspace_id) as plan:
        why = Why(operation="rose", actor_id=BEN, at=house.ports.clock.now(), reason="test")
        plan.save(replace(plan.issue(key), severity=Severity.BLOCKER), why)

    house.deliver()

    mail = next(m for m in house.mail.box.mails if "Level 1" in m["Subject"])
    text = mail.get_body(("plain",)).get_content()
    assert "is a blocker by now" in text
    assert "within a week" not in text
