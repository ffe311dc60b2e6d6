"""Reading on from the tips of the last assessment."""

from datetime import timedelta

import pytest

from bot.adapters.git import GitActivity
from bot.domain.activity import Activity
from bot.errors import NotAssessedError
from tests.conftest import MONDAY
from tests.git.repos import SmallRepo, git, make_repo

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MAIN = "refs/heads/main"


@pytest.fixture
def repo(tmp_path):
    return make_repo(tmp_path / "project")


def read(repo: SmallRepo, seen: dict[str, str] | None, since=None, until=None) -> Activity:
    return GitActivity().read(repo.path, seen=seen, since=since, until=until)


def subjects(activity: Activity) -> list[str]:
    return [commit.subject for commit in activity.commits]


def merge_week(repo: SmallRepo, number: int) -> str:
    """Merge a branch that was written weeks before; return the tip."""
    at = MONDAY + number * WEEK
    start = "HEAD~1" if number > 2 else "HEAD"
    git(repo.path, "checkout", "-q", "-b", f"feature/{number}", start)
    repo.commit(f"work {number}", at - 5 * WEEK, f"a{number}")
    repo.commit(f"more {number}", at - 4 * WEEK, f"b{number}")
    git(repo.path, "checkout", "-q", "main")
    repo.commit(f"main {number}", at - DAY, f"c{number}")
    message = f"Merge branch 'feature/{number}'"
    git(repo.path, "merge", "-q", "--no-ff", "-m", message, f"feature/{number}", at=at)
    return git(repo.path, "rev-parse", "HEAD")


def test_week_by_week_the_set_is_what_rev_list_names(repo):
    """The dates of merged work lie weeks back: nothing is missed, nothing comes twice."""
    seen = {MAIN: repo.commit("root", MONDAY - 9 * WEEK, "a")}
    everything: list[str] = []
    for number in range(1, 7):
        tip = merge_week(repo, number)

        activity = read(repo, seen)

        told = git(repo.path, "rev-list", f"{seen[MAIN]}..HEAD").split()
        assert [commit.sha for commit in activity.commits] == told
        assert activity.remarks == ()
        seen = dict(activity.tips)
        assert seen == {MAIN: tip}
        everything += told
    assert len(set(everything)) == len(everything) == 6 * 4


def test_merged_commits_carry_the_name_of_their_branch(repo):
    seen = {MAIN: repo.commit("root", MONDAY - 9 * WEEK, "a")}
    merge_week(repo, 1)

    branches = {commit.subject: commit.branch for commit in read(repo, seen).commits}

    assert branches["work 1"] == branches["more 1"] == "feature/1"
    assert branches["main 1"] == branches["Merge branch 'feature/1'"] == ""


def test_nothing_new_is_an_empty_activity_with_the_same_tips(repo):
    seen = {MAIN: repo.commit("root", MONDAY, "a")}

    activity = read(repo, seen)

    assert (activity.commits, activity.tips, activity.remarks) == ((), seen, ())


def test_without_seen_tips_and_date_the_whole_history_is_read(repo):
    repo.commit("one", MONDAY - 90 * WEEK, "a")
    repo.commit("two", MONDAY, "a")

    assert subjects(read(repo, None)) == ["two", "one"]


def test_what_was_seen_counts_and_not_the_date(repo):
    first = repo.commit("long ago", MONDAY - 9 * WEEK, "a")
    repo.commit("between", MONDAY - 8 * WEEK, "a")

    assert subjects(read(repo, {MAIN: first}, since=MONDAY)) == ["between"]


def test_streaming_yields_the_same_commits(repo):
    repo.commit("one", MONDAY - DAY, "a")
    repo.commit("two", MONDAY, "b")

    streamed = tuple(GitActivity().stream(repo.path, since=None))

    assert streamed == read(repo, None).commits


def test_metadata_alone_has_no_paths(repo):
    repo.commit("one", MONDAY, "a")

    [commit] = GitActivity().read(repo.path, since=None, with_paths=False).commits

    assert (commit.subject, commit.paths) == ("one", ())


def test_rewritten_history_is_read_from_the_common_base_and_said(repo):
    base = repo.commit("base", MONDAY - WEEK, "a")
    old = repo.commit("rewritten later", MONDAY - DAY, "b")
    git(repo.path, "reset", "-q", "--hard", base)
    repo.commit("in its place", MONDAY, "b")

    activity = read(repo, {MAIN: old})

    assert subjects(activity) == ["in its place"]
    [remark] = activity.remarks
    assert remark.startswith("history was rewritten since the last assessment (force-push)")
    assert f"I read from the common base {base[:7]} on" in remark


@pytest.mark.parametrize("gone", ["0" * 39 + "1", "collected"])
def test_a_tip_that_is_gone_is_replaced_by_the_date_and_said(repo, gone):
    repo.commit("base", MONDAY - 2 * WEEK, "a")
    old = repo.commit("collected", MONDAY - DAY, "b")
    git(repo.path, "reset", "-q", "--hard", "HEAD~1")
    git(repo.path, "reflog", "expire", "--expire=now", "--all")
    git(repo.path, "gc", "-q", "--prune=now")
    repo.commit("new", MONDAY, "b")
    seen = {MAIN: old if gone == "collected" else gone}

    by_date, whole = read(repo, seen, since=MONDAY - WEEK), read(repo, seen)

    assert subjects(by_date) == ["new"]
    assert "(force-push)" in by_date.remarks[0]
    assert "I read by date, from 2025-11-10 on" in by_date.remarks[0]
    assert subjects(whole) == ["new", "base"]
    assert "I read all that there is" in whole.remarks[0]


def test_a_history_begun_anew_is_read_by_date_and_said(repo):
    old = repo.commit("old world", MONDAY - 2 * WEEK, "a")
    git(repo.path, "checkout", "-q", "--orphan", "fresh")
    repo.commit("new world", MONDAY, "b")
    git(repo.path, "branch", "-M", "main")

    activity = read(repo, {MAIN: old}, since=MONDAY - WEEK)

    assert subjects(activity) == ["new world"]
    assert "shares no commit with what I read then" in activity.remarks[0]


def test_a_branch_set_back_brings_nothing_and_says_so(repo):
    base = repo.commit("base", MONDAY - WEEK, "a")
    old = repo.commit("taken back", MONDAY, "a")
    git(repo.path, "reset", "-q", "--hard", base)

    activity = read(repo, {MAIN: old})

    assert (activity.commits, activity.tips) == ((), {MAIN: base})
    assert "history was rewritten" in activity.remarks[0]


def test_another_branch_is_read_without_what_was_seen_on_the_first(repo):
    main = repo.commit("on main", MONDAY - DAY, "a")
    git(repo.path, "checkout", "-q", "-b", "develop")
    develop = repo.commit("on develop", MONDAY, "b")

    activity = read(repo, {MAIN: main, "refs/heads/gone": "1" * 40})

    assert subjects(activity) == ["on develop"]
    assert activity.remarks[0].endswith("this one reads develop")
    assert activity.tips["refs/heads/develop"] == develop
    assert activity.tips[MAIN] == main


def test_a_shallow_clone_that_hides_what_was_seen_says_so(repo, tmp_path):
    old = repo.commit("seen", MONDAY - WEEK, "a")
    repo.commit("hidden", MONDAY - DAY, "a")
    repo.commit("shown", MONDAY, "a")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo.path}", "shallow")

    activity = read(SmallRepo(tmp_path / "shallow"), {MAIN: old})

    assert subjects(activity) == ["shown"]
    assert activity.remarks[0].startswith(
        "shallow clone: it does not reach back to the last assessment"
    )
    assert "force-push" not in activity.remarks[0]


def test_a_reading_as_of_a_day_ends_there(repo):
    first = repo.commit("one", MONDAY - 2 * DAY, "a")
    second = repo.commit("two", MONDAY - DAY, "a")
    repo.commit("three", MONDAY + DAY, "a")

    activity = read(repo, {MAIN: first}, until=MONDAY)

    assert (subjects(activity), activity.tip, activity.remarks) == (["two"], second, ())


@pytest.mark.parametrize("tip", ["--all", "HEAD", "", "main", "x" * 40, "^" + "0" * 39])
def test_what_is_no_sha_is_no_tip(repo, tip):
    repo.commit("one", MONDAY, "a")

    assert subjects(read(repo, {MAIN: tip})) == ["one"]


def test_at_most_five_processes_read_a_repository(repo, tmp_path, monkeypatch):
    """Even where everything has to be asked: another branch, gone tips, and an end."""
    for number in range(20):
        repo.commit(f"{number}", MONDAY - DAY, f"a{number}")
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    seen = {"refs/heads/a": "1" * 40, "refs/heads/b": "2" * 40}

    activity = read(repo, seen, since=MONDAY - WEEK, until=MONDAY)

    assert len(activity.commits) == 20
    assert trace.read_text().count('"event":"start"') <= 5


def test_a_damaged_branch_is_not_an_empty_repository(repo):
    repo.commit("one", MONDAY, "a")
    (repo.path / ".git" / "refs" / "heads" / "main").write_text("damaged\n")

    with pytest.raises(NotAssessedError, match="git could not read it"):
        read(repo, None)


def test_a_branch_that_points_at_nothing_is_not_an_empty_repository(repo):
    repo.commit("one", MONDAY, "a")
    (repo.path / ".git" / "refs" / "heads" / "main").write_text("1" * 40 + "\n")

    with pytest.raises(NotAssessedError, match="git could not read it"):
        read(repo, None)


def test_an_alternate_that_went_away_is_not_a_quiet_week(repo, tmp_path):
    repo.commit("one", MONDAY, "a")
    git(tmp_path, "clone", "-q", "--shared", str(repo.path), "borrower")
    (repo.path / ".git" / "objects").rename(tmp_path / "moved")

    with pytest.raises(NotAssessedError, match="git could not read it"):
        read(SmallRepo(tmp_path / "borrower"), None)


def test_a_partial_clone_is_not_completed_from_the_network(repo, tmp_path):
    """A clone without trees can't name paths: it is not assessed, and nothing is fetched."""
    repo.commit("one", MONDAY - DAY, "a/b")
    repo.commit("two", MONDAY, "a/b")
    git(repo.path, "config", "uploadpack.allowFilter", "true")
    origin = f"file://{repo.path}"
    git(tmp_path, "clone", "-q", "--bare", "--filter=tree:0", origin, "partial")
    before = sorted((tmp_path / "partial" / "objects").rglob("*"))

    with pytest.raises(NotAssessedError):
        read(SmallRepo(tmp_path / "partial"), None)

    assert sorted((tmp_path / "partial" / "objects").rglob("*")) == before


def test_a_mailmap_in_a_bare_repository_names_the_author(repo, tmp_path):
    (repo.path / ".mailmap").write_text("Ada Lovelace <ada@bqx.example> <ada@example.org>\n")
    repo.commit("with a map", MONDAY, ".mailmap")
    git(tmp_path, "clone", "-q", "--bare", str(repo.path), "mirror.git")
    git(repo.path, "rm", "-q", "--cached", ".mailmap")

    for clone in (repo, SmallRepo(tmp_path / "mirror.git")):
        [commit] = read(clone, None).commits
        assert (commit.author_name, commit.author_email) == ("Ada Lovelace", "ada@bqx.example")


def test_a_mailmap_counts_in_a_linked_work_tree_and_from_any_folder(repo, tmp_path, monkeypatch):
    repo.commit("one", MONDAY, "a")
    git(repo.path, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    (tmp_path / "tree" / ".mailmap").write_text("Ada L. <ada@bqx.example> <ada@example.org>\n")
    monkeypatch.chdir("/")

    [commit] = read(SmallRepo(tmp_path / "tree"), None).commits

    assert commit.author_name == "Ada L."


def test_the_settings_of_a_repository_do_not_bend_what_is_read(repo):
    repo.commit("root", MONDAY - DAY, "a")
    repo.commit("two", MONDAY, "sub/b")
    plain = read(repo, None).commits
    for setting, value in {
        "log.showRoot": "false",
        "diff.relative": "true",
        "log.diffMerges": "first-parent",
        "format.pretty": "oneline",
        "i18n.logOutputEncoding": "UTF-16",
        "diff.noprefix": "true",
        "color.ui": "always",
        "log.follow": "true",
        "diff.renames": "copies",
        "log.decorate": "full",
        "format.notes": "*",
    }.items():
        git(repo.path, "config", setting, value)

    assert read(repo, None).commits == plain
    assert plain[1].paths == ("a",)


@pytest.mark.parametrize("name", ["--upload-pack=touch", "line\nfeed", "ünï 'q'"])
def test_a_repository_may_have_any_name(tmp_path, name):
    odd = make_repo(tmp_path / name)
    odd.commit("one", MONDAY, "a")

    activity = read(odd, None)

    assert activity.repo == name.replace("\n", "�")
    assert subjects(activity) == ["one"]
