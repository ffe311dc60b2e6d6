"""Marks in the code of real repositories, from the first reading to a resolved issue."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.git import GitCode
from bot.domain.code_issues import CodeLink, CodeSource, host_key
from bot.domain.effects import EffectKind, EffectState
from bot.domain.entries import IssueEntry
from bot.domain.issues import IssueStatus, Severity
from bot.errors import UserError
from bot.usecases.code_issues.listing import PER_PAGE, list_code
from bot.usecases.code_issues.marks import dismiss_mark
from bot.usecases.code_issues.scanning import named_repos, scan_code
from bot.usecases.file_issue import file_issue
from tests.builders import ANA, BEN, SmallPlan
from tests.conftest import MONDAY
from tests.git.repos import git, make_repo


class Code:
    """A plan and a clone of its code."""

    def __init__(self, folder):
        self.small = SmallPlan(folder)
        self.repo = make_repo(folder / "etl")
        self.reader = GitCode()
        self.now = MONDAY

    def put(self, **files):
        for name, text in files.items():
            (self.repo.path / f"{name}.py").write_text(text)
        git(self.repo.path, "add", "-A")
        git(self.repo.path, "commit", "-q", "--allow-empty", "-m", "work")
        return git(self.repo.path, "rev-parse", "HEAD")

    def scan(self):
        self.now += timedelta(minutes=10)
        return scan_code(
            self.small.plans, self.reader, [self.repo.path], self.small.workspace_id, now=self.now
        )

    def listed(self, page=1, member_id=ANA):
        return list_code(
            self.small.plans,
            self.reader,
            [self.repo.path],
            self.small.workspace_id,
            member_id=member_id,
            page=page,
            now=self.now,
        )

    def links(self):
        with self.small.plans.reading(self.small.workspace_id) as plan:
            return plan.code_links()

    def file(self, link, **more):
        entry = IssueEntry(title="Retry", severity=Severity.DEBT, code_key=link.key, **more)
        return file_issue(self.small.plans, entry, self.small.asker(ANA, now=self.now)).issue

    def questions(self):
        with self.small.plans.reading(self.small.workspace_id) as plan:
            rows = plan.deliveries(EffectState.PENDING)
        return [e.effect.payload for e in rows if e.effect.kind is EffectKind.CODE_QUESTION]


@pytest.fixture
def code(tmp_path):
    return Code(tmp_path)


def test_marks_are_listed_with_who_wrote_them_and_filed_ones_with_their_issue(code):
    code.put(a="x = 1\n# TODO: retry on 503\n# FIXME: leak\n")
    code.scan()
    [first, _] = code.links() if code.links()[0].line == 2 else reversed(code.links())

    issue = code.file(first)
    found = code.listed()

    assert issue.source_url == "a.py:2"
    assert [mark.link.text for mark in found.marks] == ["FIXME: leak"]
    assert found.marks[0].blame.author == "Ada"
    assert [(link.place, each.key) for link, each in found.tied] == [("a.py:2", issue.key)]


def test_a_restricted_issue_is_not_listed_to_others(code):
    code.put(a="# TODO: secret\n")
    code.scan()
    issue = code.file(code.links()[0])
    with code.small.plans.changing(code.small.workspace_id) as plan:
        plan.save(replace(issue, visible_to=(ANA,)), code.small.asker().why())

    assert len(code.listed(member_id=ANA).tied) == 1
    assert code.listed(member_id=BEN).tied == ()


def test_many_marks_come_in_pages(code):
    code.put(a="".join(f"# TODO: thing number {n} of {n * 7919}\n" for n in range(20)))

    pages = [code.listed(page=page) for page in (1, 2, 3, 99)]

    assert [len(page.marks) for page in pages] == [PER_PAGE, PER_PAGE, 4, 4]
    assert pages[0].total == 20


def test_the_same_mark_is_filed_once(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    [link] = code.links()
    code.file(link)

    with pytest.raises(UserError, match="ISS-001"):
        code.file(link)


def test_one_that_is_no_issue_is_left_alone_until_it_is_put_back(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    [link] = code.links()

    dismiss_mark(code.small.plans, link.key, code.small.asker(), is_issue=False)
    assert code.listed().total == 0
    assert code.listed().dismissed == 1
    dismiss_mark(code.small.plans, link.key, code.small.asker(), is_issue=True)
    assert code.listed().total == 1


def test_an_issue_whose_mark_is_gone_is_asked_about_once(code):
    code.put(a="x = 1\n# TODO: retry\n")
    code.scan()
    issue = code.file(code.links()[0], owner_id=BEN)
    code.put(a="x = 1\ny = 2\n# TODO: retry\n")
    code.scan()
    assert code.questions() == []

    sha = code.put(a="x = 1\n")
    code.put(b="z = 1\n")
    code.scan()
    code.scan()

    [asked] = code.questions()
    assert (asked["issue"], asked["member"], asked["detail"]) == (issue.key, BEN, sha)


def turn_down(code, *member_ids, kinds=("triage",)):
    with code.small.plans.changing(code.small.workspace_id) as plan:
        for member_id in member_ids:
            person = replace(plan.person(member_id), muted=kinds)
            plan.save(person, code.small.asker(member_id).why())


def test_where_its_owner_turned_that_down_who_filed_it_is_asked(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    code.file(code.links()[0], owner_id=BEN)
    turn_down(code, BEN)
    code.put(a="x = 1\n")
    code.scan()

    assert [asked["member"] for asked in code.questions()] == [ANA]


def test_where_everybody_turned_that_down_it_is_asked_once_somebody_listens(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    code.file(code.links()[0], owner_id=BEN)
    turn_down(code, ANA, BEN)
    code.put(a="x = 1\n")
    code.scan()
    code.scan()
    assert code.questions() == []

    turn_down(code, BEN, kinds=())
    code.scan()
    code.scan()

    assert [asked["member"] for asked in code.questions()] == [BEN]


def test_only_the_last_of_several_marks_is_asked_about(code):
    code.put(a="# TODO: retry, see ISS-001\n", b="# FIXME: leak, see ISS-001\n")
    entry = IssueEntry(title="Retry", severity=Severity.DEBT, owner_id=BEN)
    file_issue(code.small.plans, entry, code.small.asker(ANA))
    code.scan()
    code.put(a="x = 1\n")
    code.scan()
    assert code.questions() == []

    code.put(b="x = 1\n")
    code.scan()
    code.scan()

    assert len(code.questions()) == 1


def test_one_that_comes_back_and_goes_again_is_asked_about_again(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    code.file(code.links()[0], owner_id=BEN)
    for text in ("x = 1\n", "# TODO: retry\n", "y = 1\n"):
        code.put(a=text)
        code.scan()

    assert len(code.questions()) == 2


def test_a_resolved_issue_whose_mark_is_gone_is_not_asked_about(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    issue = code.file(code.links()[0])
    with code.small.plans.changing(code.small.workspace_id) as plan:
        plan.save(replace(issue, status=IssueStatus.RESOLVED), code.small.asker().why())
    code.put(a="x = 1\n")
    code.scan()

    assert code.questions() == []


def test_a_clone_that_cant_be_read_takes_nothing_for_gone(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    code.repo.path.rename(code.repo.path.parent / "elsewhere")
    scan = code.scan()

    assert len(scan.not_read) == 1
    assert [link.gone_at for link in code.links()] == [None]


def test_a_number_ties_a_mark_to_the_issue_of_the_code_host(code):
    with code.small.plans.changing(code.small.workspace_id) as plan:
        link = CodeLink(
            key=host_key(12),
            source=CodeSource.HOST,
            issue_key="ISS-007",
            number=12,
            seen_at=MONDAY,
        )
        plan.put_code_links([link])
    code.put(a="# TODO: retry, see #12\n")
    code.scan()

    assert {each.issue_key for each in code.links()} == {"ISS-007"}


def test_nothing_is_written_where_nothing_has_changed(code):
    code.put(a="# TODO: retry\n")
    code.scan()
    before = code.links()
    code.scan()

    assert code.links() == before


def test_clones_of_one_name_are_told_apart(tmp_path):
    one, two = tmp_path / "a" / "etl", tmp_path / "b" / "etl.git"
    for path in (one, two):
        subprocess.run(["git", "init", "-q", path], check=True)

    assert named_repos([one, two]) == {"etl": one, "etl (2)": two}
