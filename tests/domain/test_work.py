"""Which commits are somebody's own work, and into which pieces they fall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.evidence import RuleKind, WorkRule
from bot.domain.pieces import MAX_PIECE, pieces_of_work
from bot.domain.work import COPY, MACHINE, MERGE, TAKEN_BACK, counted, set_aside, work_type
from tests.conftest import MONDAY
from tests.domain.builders import DAY, HOUR, commit

BERLIN = ZoneInfo("Europe/Berlin")


def rule(kind, pattern, **rest):
    return WorkRule(key="RULE-007", kind=kind, pattern=pattern, reason="vendored", **rest)


def reason(one, *others, rules=()):
    return set_aside([one, *others], rules).get(one.sha)


def revert(of, at=MONDAY, **rest):
    return commit(f'Revert "{of.subject}"', f"This reverts commit {of.sha}.", at=at, **rest)


def pick(of, **rest):
    body = f"(cherry picked from commit {of.sha})"
    return commit(of.subject, body, at=of.authored_at, **rest)


# Set aside


def test_own_work_is_not_set_aside():
    assert set_aside([commit("feat: x"), commit("Merge sort for the loader")], ()) == {}


def test_merges_are_set_aside():
    assert reason(commit("Merge branch 'x'", parents=("a" * 40, "b" * 40))) == MERGE


@pytest.mark.parametrize(
    "who",
    [
        {"author_name": "dependabot[bot]"},
        {"author_name": "Renovate Bot"},
        {"author_email": "49699333+dependabot[bot]@users.noreply.github.com"},
        {"author_name": "GitHub Actions"},
        {"author_email": "ci@example.org"},
        {"author_name": "deploy-bot"},
        {"author_name": "pre-commit-ci"},
    ],
)
def test_machines_are_set_aside(who):
    assert reason(commit("chore: bump", **who)) == MACHINE


@pytest.mark.parametrize("name", ["Abbot", "Robotham", "Cici", "Jenkinson", "Bothe", "Talbot"])
def test_people_are_no_machines(name):
    one = commit("feat: x", author_name=name, author_email=f"{name}@example.org")

    assert reason(one) is None


def test_a_cherry_pick_is_the_same_work_again():
    one = commit("feat: x")
    copy = pick(one)

    assert set_aside([one, copy], ()) == {copy.sha: COPY}


def test_a_cherry_pick_whose_original_is_nowhere_is_work():
    assert reason(pick(commit("feat: x"))) is None


def test_a_rebased_twin_counts_once():
    one = commit("feat: x", paths=("a.py",))
    twin = commit("feat: x", at=one.authored_at, paths=("a.py",))

    assert list(set_aside([one, twin], ()).values()) == [COPY]


def test_the_same_subject_at_another_time_is_other_work():
    assert set_aside([commit("wip"), commit("wip", at=MONDAY)], ()) == {}


def test_a_revert_and_what_it_took_back_come_to_nothing():
    one = commit("feat: x")
    back = revert(one)

    assert set_aside([one, back], ()) == {one.sha: TAKEN_BACK, back.sha: TAKEN_BACK}


def test_a_revert_of_something_unknown_is_work():
    assert reason(revert(commit("feat: x"))) is None


def test_a_revert_taken_back_leaves_the_first_work_standing():
    one = commit("feat: x", at=MONDAY - 3 * DAY)
    back = revert(one, MONDAY - 2 * DAY)
    again = revert(back, MONDAY - DAY)

    assert set_aside([one, back, again], ()) == {back.sha: TAKEN_BACK, again.sha: TAKEN_BACK}


def test_work_that_was_taken_back_and_picked_again_is_work():
    one = commit("feat: x", at=MONDAY - 3 * DAY, paths=("a.py",))
    back = revert(one, MONDAY - 2 * DAY)
    again = pick(one, paths=("a.py",))

    assert again.sha not in set_aside([one, back, again], ())


@pytest.mark.parametrize(
    ("kind", "pattern", "one"),
    [
        (RuleKind.AUTHOR, "ada@example.org", commit("feat: x", author_email="Ada@Example.org")),
        (RuleKind.AUTHOR, "Vendor Sync", commit("x", author_name="vendor sync")),
        (RuleKind.PATH, "vendor/", commit("x", paths=("vendor/a.c", "vendor/b/c.c"))),
        (RuleKind.PATH, "vendor", commit("x", paths=("vendor/a.c",))),
        (RuleKind.PATH, "go.sum", commit("x", paths=("go.sum",))),
        (RuleKind.WORK, "chore", commit("Chore(deps): x")),
    ],
)
def test_what_the_team_excluded_says_so_in_its_words(kind, pattern, one):
    assert reason(one, rules=[rule(kind, pattern)]) == "RULE-007: vendored"


@pytest.mark.parametrize(
    ("kind", "pattern", "one"),
    [
        (RuleKind.AUTHOR, "ad", commit("feat: x")),
        (RuleKind.PATH, "vendor", commit("x", paths=("vendor/a.c", "src/b.c"))),
        (RuleKind.PATH, "vendor", commit("x", paths=("vendored/a.c",))),
        (RuleKind.PATH, "vendor", commit("x")),
        (RuleKind.WORK, "chore", commit("choreography: x")),
        (RuleKind.WORK, "chore", commit("chore the thing")),
        (RuleKind.BELONGS, "vendor", commit("x", paths=("vendor/a.c",))),
    ],
)
def test_a_rule_excludes_nothing_beside_it(kind, pattern, one):
    assert reason(one, rules=[rule(kind, pattern, record_key="STG-1")]) is None


def test_reasons_are_counted_the_most_first():
    assert counted(["b", "a", "b", "a", "c"]) == (("a", 2), ("b", 2), ("c", 1))


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("feat: x", "feat"), ("Fix(db)!: x", "fix"), ("feat x", ""), ("http://x", ""), ("", "")],
)
def test_the_type_of_work_is_read_from_a_conventional_subject(subject, kind):
    assert work_type(commit(subject)) == kind


# Pieces


def pieces(*commits, likely=None, zone=BERLIN):
    groups = pieces_of_work(commits, likely or {}, zone)
    return [[one.subject for one in group] for group in groups]


def test_a_branch_is_one_piece_whoever_works_on_it_and_whenever():
    branch = {"branch": "feature/pool"}
    one = commit("a", at=MONDAY - 9 * DAY, **branch)
    two = commit("b", at=MONDAY, author_email="ben@x.org", **branch)

    assert pieces(two, one) == [["a", "b"]]


@pytest.mark.parametrize("branch", ["develop", "main", "release/2.4", "staging", "origin/master"])
def test_a_branch_that_everybodys_work_goes_through_joins_nothing(branch):
    one = commit("a", at=MONDAY - 9 * DAY, branch=branch)
    two = commit("b", at=MONDAY, author_email="ben@x.org", branch=branch)

    assert pieces(one, two) == [["a"], ["b"]]


def test_a_scope_joins():
    one, two = commit("feat(db): a"), commit("fix(DB)!: b", at=MONDAY)
    other = commit("c(x): d", at=MONDAY + HOUR)

    assert pieces(other, two, one) == [["feat(db): a", "fix(DB)!: b"], ["c(x): d"]]


def test_a_folder_joins_and_a_wide_one_does_not():
    at = MONDAY - 2 * DAY
    one = commit("a", at=at, paths=("src/etl/x.py", "docs/x.md"))
    two = commit("b", at=at + 20 * HOUR, paths=("src/etl/y.py",))
    wide = commit("c", at=at + 30 * HOUR, paths=("docs/y.md",))
    same = commit("d", at=at + 40 * HOUR, paths=("docs/y.md",))

    assert pieces(one, two, wide, same) == [["a", "b"], ["c", "d"]]


def test_commits_further_apart_than_two_days_are_two_pieces():
    at = MONDAY - 9 * DAY
    chain = [commit(str(n), at=at + n * 48 * HOUR, paths=("etl/x",)) for n in range(3)]
    far = commit("far", at=at + 3 * 48 * HOUR + HOUR, paths=("etl/x",))

    assert pieces(*chain, far) == [["0", "1", "2"], ["far"]]


def test_other_authors_are_other_pieces():
    other = commit("b", paths=("etl/x",), author_email="ben@x.org", at=MONDAY)

    assert pieces(commit("a", paths=("etl/x",)), other) == [["a"], ["b"]]


def test_what_likely_belongs_to_one_task_is_one_piece_and_never_mixed():
    one, two = commit("a", paths=("x/1",)), commit("b", at=MONDAY, paths=("y/1",))
    three = commit("c", at=MONDAY + HOUR, paths=("x/2",))

    assert pieces(one, two, three, likely={one.sha: "T1", two.sha: "T1", three.sha: "T2"}) == [
        ["a", "b"],
        ["c"],
    ]


def test_what_is_left_of_an_authors_day_is_one_piece():
    morning = datetime(2025, 11, 12, 8, tzinfo=UTC)
    rest = [commit(str(n), at=morning + n * HOUR, paths=(f"{n}/x",)) for n in range(3)]

    assert pieces(*rest) == [["0", "1", "2"]]


def test_days_are_counted_in_the_zone():
    late = datetime(2025, 11, 12, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    one = commit("a", at=late, paths=("1/x",))
    two = commit("b", at=late + HOUR, paths=("2/x",))

    assert pieces(one, two) == [["a"], ["b"]]
    assert pieces(one, two, zone=ZoneInfo("America/New_York")) == [["a", "b"]]


def test_a_piece_is_not_longer_than_people_read():
    many = [
        commit(f"feat(db): {n}", at=MONDAY - DAY + timedelta(minutes=n))
        for n in range(MAX_PIECE + 5)
    ]

    assert [len(piece) for piece in pieces(*many)] == [MAX_PIECE, 5]


def test_every_commit_is_in_exactly_one_piece():
    commits = [
        commit(
            f"feat({n % 3}): {n}",
            at=MONDAY - n * 7 * HOUR,
            branch="x/y" if n % 5 == 0 else "",
            paths=(f"{n % 4}/a",),
            author_email=f"{n % 2}@x.org",
        )
        for n in range(60)
    ]

    found = [one.sha for group in pieces_of_work(commits, {}, BERLIN) for one in group]

    assert sorted(found) == sorted(one.sha for one in commits)
