"""The plan and a code host are kept in step both ways, over real HTTP and a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.code_issues import CodeLink, CodeSource, host_key
from bot.domain.effects import EffectKind, EffectState
from bot.domain.issues import IssueStatus, Severity
from bot.errors import OutageError
from bot.reports.host_issue import host_body
from bot.usecases.code_issues.connecting import agree, propose_host
from bot.usecases.code_issues.from_host import send_what_differs, take_from_host
from bot.usecases.code_issues.questions import keep_open, settle_title
from bot.usecases.code_issues.to_host import HostWriter
from tests.builders import ANA, SmallPlan
from tests.code_host.server import Fault
from tests.conftest import MONDAY


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, lead_id=ANA))
    return small


@pytest.fixture
def pair(small, there, host):
    """A plan and a code host that a person agreed to."""
    pair = Pair(small, there, host)
    pair.agree()
    return pair


class Pair:
    """A plan and a code host, brought in step by hand."""

    def __init__(self, small, there, host):
        self.small, self.there, self.host = small, there, host
        self.now = MONDAY

    def agree(self):
        """Say yes to what is there now."""
        propose_host(self.small.plans, self.host, self.small.workspace_id, now=self.now)
        agree(self.small.plans, self.host, self.small.asker(now=self.now))
        self.taken()

    def taken(self):
        """Finish what a yes begins with: in these tests each step is made by hand."""
        for delivery in self.waiting(EffectKind.CODE_HOST):
            if "issue" not in delivery.effect.payload:
                with self.small.plans.changing(self.small.workspace_id) as plan:
                    plan.record_delivery(delivery.effect.key, state=EffectState.DONE, now=self.now)

    def step(self):
        """What the job does, with all effects it causes; returns the host's calls."""
        self.now += timedelta(minutes=10)
        self.there.counted()
        take_from_host(self.small.plans, self.host, self.small.workspace_id, now=self.now)
        send_what_differs(self.small.plans, self.host, self.small.workspace_id, now=self.now)
        self.send()
        return self.there.counted()

    def send(self, tried_at=None):
        writer = HostWriter(self.small.plans, self.host, self.small.workspace_id, host_body)
        for delivery in self.waiting(EffectKind.CODE_HOST):
            writer.write(delivery.effect.payload["issue"], now=self.now, tried_at=tried_at)
            with self.small.plans.changing(self.small.workspace_id) as plan:
                plan.record_delivery(delivery.effect.key, state=EffectState.DONE, now=self.now)

    def waiting(self, kind):
        with self.small.plans.reading(self.small.workspace_id) as plan:
            rows = plan.deliveries(EffectState.PENDING)
        return [each for each in rows if each.effect.kind is kind]

    def asked(self):
        return [each.effect.payload["what"] for each in self.waiting(EffectKind.CODE_QUESTION)]

    def issues(self):
        with self.small.plans.reading(self.small.workspace_id) as plan:
            return plan.issues()

    @property
    def issue(self):
        [issue] = self.issues()
        return issue

    def change(self, **fields):
        with self.small.plans.changing(self.small.workspace_id) as plan:
            plan.save(replace(self.issue, **fields), self.small.asker(now=self.now).why())

    def file_from_mark(self, **fields):
        """File an issue from a comment in the code, as the form does."""
        link = CodeLink(
            key="mark",
            source=CodeSource.TODO,
            repo="etl",
            path="a.py",
            line=3,
            text="TODO: x",
            seen_at=self.now,
        )
        from bot.domain.entries import IssueEntry  # noqa: PLC0415
        from bot.usecases.file_issue import file_issue  # noqa: PLC0415

        with self.small.plans.changing(self.small.workspace_id) as plan:
            plan.put_code_links([link])
        entry = IssueEntry(title="Retry", severity=Severity.DEBT, code_key="mark", **fields)
        return file_issue(self.small.plans, entry, self.small.asker(now=self.now)).issue


def test_a_new_issue_there_is_one_here_with_its_level_and_address(pair):
    pair.there.add("Sum  is <!channel> wrong", labels=["Level 2"], body="text <!-- hidden -->")
    pair.there.add("closed long ago", state="closed")

    pair.step()

    issue = pair.issue
    assert (issue.title, issue.severity) == ("Sum is <!channel> wrong", Severity.MAJOR)
    assert (issue.description, issue.source_url[-9:]) == ("text", "/issues/1")


def test_nothing_new_is_one_call_and_no_change(pair):
    pair.there.add()
    pair.step()
    pair.step()

    assert pair.step() == ["GET 304"]
    assert pair.issue.revision == 1


def test_a_level_3_closed_there_is_resolved_here_with_the_evidence(pair):
    number = pair.there.add()
    pair.step()
    pair.there.change(number, state="closed")
    pair.step()

    assert pair.issue.status is IssueStatus.RESOLVED
    assert pair.issue.evidence.endswith("/issues/1")
    pair.there.change(number, state="open")
    pair.step()
    assert pair.issue.status is IssueStatus.OPEN
    assert pair.issue.resolved_at is None


def test_a_level_1_closed_there_is_asked_about_once_and_may_stay_open(pair):
    number = pair.there.add(labels=["sev1"])
    pair.step()
    pair.there.change(number, state="closed")
    pair.step()
    pair.there.change(number, body="a word more")
    pair.step()

    assert pair.issue.status is IssueStatus.OPEN
    assert pair.asked() == ["closed"]

    keep_open(pair.small.plans, host_key(number), pair.small.asker(now=pair.now))
    pair.step()
    assert pair.there.issues[number]["state"] == "open"
    pair.there.change(number, state="closed")
    pair.step()
    assert pair.asked() == ["closed", "closed"]


def test_what_we_change_goes_there_and_does_not_come_back(pair):
    number = pair.there.add()
    pair.step()
    pair.change(title="Sum was wrong", status=IssueStatus.RESOLVED, evidence="test_sum")

    assert pair.step() == ["GET 200", "GET 200", "POST 201", "PATCH 200"]
    row = pair.there.issues[number]
    assert (row["title"], row["state"]) == ("Sum was wrong", "closed")
    assert "test\\_sum" in pair.there.comments[0][1] or "test_sum" in pair.there.comments[0][1]
    revision = pair.issue.revision
    for _ in range(3):
        pair.step()
    assert pair.issue.revision == revision
    assert pair.step() == ["GET 304"]


def test_different_fields_merge(pair):
    number = pair.there.add()
    pair.step()
    pair.there.change(number, title="Their title")
    pair.change(status=IssueStatus.CLOSED)
    pair.step()

    assert pair.issue.title == "Their title"
    assert pair.there.issues[number]["state"] == "closed"
    assert pair.asked() == []


@pytest.mark.parametrize("keep_theirs", [True, False])
def test_a_title_changed_on_both_sides_is_asked_about_and_written_on_neither(pair, keep_theirs):
    number = pair.there.add()
    pair.step()
    pair.there.change(number, title="Theirs")
    pair.change(title="Ours")
    pair.step()
    pair.step()

    assert pair.asked() == ["title"]
    assert (pair.issue.title, pair.there.issues[number]["title"]) == ("Ours", "Theirs")

    asker = pair.small.asker(now=pair.now)
    settle_title(pair.small.plans, host_key(number), "Theirs" if keep_theirs else None, asker)
    pair.step()
    expected = "Theirs" if keep_theirs else "Ours"
    assert {pair.issue.title, pair.there.issues[number]["title"]} == {expected}


@pytest.mark.parametrize("fields", [{"visible_to": (ANA,)}, {"is_security": True}])
def test_a_restricted_issue_never_leaves(pair, fields):
    number = pair.there.add("public words")
    pair.step()
    pair.change(title="secret words", **fields)
    pair.step()

    assert pair.there.issues[number]["title"] == "public words"


def test_an_issue_filed_from_the_code_is_made_there_once(pair):
    issue = pair.file_from_mark(description="see @ada & <b>\nsecond line")
    pair.send()
    pair.step()

    [row] = pair.there.issues.values()
    assert row["title"] == "Retry"
    assert "a.py:3" in row["body"]
    assert "@ada" not in row["body"]
    assert f"<!-- bqx:{issue.key} -->" in row["body"]
    assert len(pair.issues()) == 1


def test_a_restricted_one_filed_from_the_code_is_not_made_there(pair):
    pair.file_from_mark()
    pair.change(visible_to=(ANA,))
    pair.send()

    assert pair.there.issues == {}


def test_a_lost_answer_makes_no_second_one(pair):
    issue = pair.file_from_mark()
    pair.there.now = pair.now
    [delivery] = pair.waiting(EffectKind.CODE_HOST)
    with pair.small.plans.changing(pair.small.workspace_id) as plan:
        plan.mark_attempt(delivery.effect.key, pair.now)
    pair.there.faults.append(Fault(502, late=True))
    writer = HostWriter(pair.small.plans, pair.host, pair.small.workspace_id, host_body)
    with pytest.raises(OutageError):
        writer.write(issue.key, now=pair.now, tried_at=None)

    pair.send(tried_at=pair.now)

    assert len(pair.there.issues) == 1
    with pair.small.plans.reading(pair.small.workspace_id) as plan:
        assert host_key(1) in {link.key for link in plan.code_links(issue_key=issue.key)}


def test_a_lost_answer_is_known_again_by_the_poll_too(pair):
    issue = pair.file_from_mark()
    pair.there.now = pair.now
    [delivery] = pair.waiting(EffectKind.CODE_HOST)
    with pair.small.plans.changing(pair.small.workspace_id) as plan:
        plan.mark_attempt(delivery.effect.key, pair.now)
    pair.there.add("Retry", body=f"x <!-- bqx:{issue.key} -->")

    take_from_host(pair.small.plans, pair.host, pair.small.workspace_id, now=pair.now)

    assert len(pair.issues()) == 1


def test_a_mark_that_somebody_else_wrote_ties_nothing(pair):
    issue = pair.file_from_mark()
    pair.send()
    pair.there.add("Copied", body=f"<!-- bqx:{issue.key} -->")
    pair.step()

    assert {each.title for each in pair.issues()} == {"Retry", "Copied"}


def test_one_that_was_deleted_there_is_let_go(pair):
    number = pair.there.add()
    pair.step()
    pair.there.gone.add(number)
    pair.change(title="Still ours")
    pair.step()

    assert pair.issue.title == "Still ours"
    assert pair.step() == ["GET 304"]


def test_a_thousand_issues_are_taken_in_pages(pair):
    for number in range(1000):
        pair.there.add(f"Issue {number}")
    calls = pair.step()

    assert len(pair.issues()) == 1000
    assert len(calls) <= 12


def test_an_outage_on_the_way_keeps_what_was_taken(pair):
    for _ in range(150):
        pair.there.add()
    pair.there.during.append(lambda: pair.there.faults.append(Fault(503)))

    with pytest.raises(OutageError):
        pair.step()
    assert len(pair.issues()) == 100
    pair.step()
    assert len(pair.issues()) == 150


def test_a_made_issue_carries_its_level_and_its_stage(pair):
    pair.file_from_mark(stage_keys=("STG-901",))
    pair.send()

    [number] = pair.there.issues
    assert pair.there.labels(number) == ["level 4"]
    assert "Stage 1.5.4" in pair.there.issues[number]["body"]


def test_a_level_changed_here_is_a_label_there_and_the_other_labels_stay(pair):
    number = pair.there.add(labels=["bug", "sev:3"])
    pair.step()
    pair.change(severity=Severity.MAJOR)

    assert pair.step() == ["GET 200", "GET 200", "POST 200", "DELETE 200"]
    assert pair.there.labels(number) == ["bug", "level 2"]
    pair.step()
    pair.step()
    assert pair.step() == ["GET 304"]
    assert pair.issue.severity is Severity.MAJOR


def test_an_issue_without_a_level_there_gets_no_label_until_it_is_changed_here(pair):
    number = pair.there.add(labels=["bug"])
    pair.step()
    pair.there.change(number, body="more")
    pair.step()

    assert pair.there.labels(number) == ["bug"]


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        (["level 3"], ["level 1"], Severity.BLOCKER),
        (["level 4"], ["level 3"], Severity.MINOR),
        (["level 3"], ["level 4"], Severity.DEBT),
        (["level 1"], ["level 4"], Severity.BLOCKER),
        (["level 2"], [], Severity.MAJOR),
        (["level 4"], [], Severity.DEBT),
    ],
)
def test_the_host_raises_a_level_and_makes_no_level_1_or_2_less(pair, before, after, level):
    number = pair.there.add(labels=before)
    pair.step()
    pair.there.change(number, labels=after)
    pair.step()
    pair.step()

    assert pair.issue.severity is level
    assert pair.there.labels(number) == after
    assert pair.step() == ["GET 304"]


def test_a_level_changed_on_both_sides_is_written_on_neither_unless_it_is_worse(pair):
    number = pair.there.add(labels=["level 2"])
    pair.step()
    pair.there.change(number, labels=["level 4"])
    pair.change(severity=Severity.MINOR)
    pair.step()

    assert pair.issue.severity is Severity.MINOR
    assert pair.there.labels(number) == ["level 4"]
    pair.there.change(number, labels=["level 1"])
    pair.change(severity=Severity.DEBT)
    pair.step()
    assert pair.issue.severity is Severity.BLOCKER


def test_one_that_was_reopened_here_while_it_was_closed_there_is_asked_about(pair):
    number = pair.there.add()
    pair.step()
    pair.there.change(number, state="closed")
    pair.change(counted_from=pair.there.now + timedelta(minutes=1))
    pair.step()

    assert pair.issue.status is IssueStatus.OPEN
    assert pair.asked() == ["closed"]


@pytest.mark.parametrize(
    ("title", "here"),
    [
        ("Two\nlines\r\nand more", "Two lines and more"),
        ("*bold* _x_ `y` <!here> @everyone", "*bold* _x_ `y` <!here> @everyone"),
        ("\n\t ", "#1 at GitHub"),
    ],
)
def test_an_odd_title_arrives_in_one_line_and_is_not_sent_back(pair, title, here):
    number = pair.there.add(title)
    pair.step()
    pair.step()

    assert pair.issue.title == here
    assert pair.there.issues[number]["title"] == title
    assert pair.step() == ["GET 304"]
