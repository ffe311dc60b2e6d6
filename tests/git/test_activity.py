"""What GitActivity promises, on real repositories."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.git import GitActivity
from bot.adapters.git.records import MAX_BODY, MAX_SUBJECT
from bot.errors import NotAssessedError
from tests.conftest import MONDAY
from tests.customer_repo import build_customer_repo
from tests.git.repos import SmallRepo, git, make_repo

WEEK = timedelta(days=7)
TUESDAY = MONDAY - timedelta(days=6)


@pytest.fixture
def repo(tmp_path):
    return make_repo(tmp_path / "project")


def read(repo: SmallRepo | Path, **options):
    path = repo.path if isinstance(repo, SmallRepo) else repo
    return GitActivity(**options).read(path, since=MONDAY - WEEK, until=MONDAY)


def refusal(path: Path, **options) -> str:
    with pytest.raises(NotAssessedError) as caught:
        read(path, **options)
    return str(caught.value)


def test_a_week_holds_what_arrived_in_it_and_nothing_else(repo):
    repo.commit("before", MONDAY - WEEK - timedelta(seconds=1), "a")
    first = repo.commit("at the very start", MONDAY - WEEK, "b/c.txt", "d")
    last = repo.commit("a second before the end", MONDAY - timedelta(seconds=1))
    repo.commit("at the end", MONDAY)

    activity = read(repo)

    assert [commit.sha for commit in activity.commits] == [last, first]
    assert activity.commits[1].paths == ("b/c.txt", "d")
    assert activity.commits[1].authored_at == MONDAY - WEEK
    assert (activity.repo, activity.branch, activity.tip) == ("project", "main", last)
    assert activity.remarks == ()


def test_a_branch_counts_in_the_week_of_its_merge(repo):
    """`git log --since` would miss it: its commits are older than the week."""
    repo.commit("root", MONDAY - 9 * WEEK, "a")
    git(repo.path, "checkout", "-q", "-b", "topic")
    old = repo.commit("written a month ago", MONDAY - 4 * WEEK, "b")
    git(repo.path, "checkout", "-q", "main")
    repo.commit("main goes on", MONDAY - 2 * WEEK, "c")
    git(repo.path, "merge", "-q", "--no-ff", "-m", "Merge topic", "topic", at=TUESDAY)

    commits = read(repo).commits

    assert {commit.subject for commit in commits} == {"Merge topic", "written a month ago"}
    assert old in {commit.sha for commit in commits}
    merge = next(commit for commit in commits if len(commit.parents) == 2)
    assert merge.subject == "Merge topic"


def test_the_set_is_what_rev_list_says_week_by_week(shared, tmp_path):
    path = build_customer_repo(shared, tmp_path / "customer")
    for days in range(1, 12):
        until = datetime(2025, 11, 8, 12, tzinfo=UTC) + timedelta(days=days)
        seen = GitActivity().read(path, since=until - timedelta(days=1), until=until)
        ends = [
            git(path, "rev-list", "-1", f"--before={int(end.timestamp()) - 1}", "main")
            for end in (until - timedelta(days=1), until)
        ]
        chosen = f"{ends[0]}..{ends[1]}" if ends[0] else ends[1]
        assert [commit.sha for commit in seen.commits] == git(
            path, "rev-list", *([chosen] if ends[1] else ["-0", "main"])
        ).split()


def test_the_customers_week_is_read_whole(shared, tmp_path):
    activity = read(build_customer_repo(shared, tmp_path / "customer"))

    assert len(activity.commits) == 57
    assert activity.commits[0].subject.startswith("feat: Complete Stage 2.12-2.15 foundation")
    assert len(activity.commits[0].paths) == 13


def test_a_week_of_nothing_is_empty_and_not_an_error(repo):
    repo.commit("long ago", MONDAY - 20 * WEEK, "a")

    assert read(repo).commits == ()


def test_a_repository_younger_than_the_week_is_read_from_its_first_commit(repo):
    repo.commit("first", TUESDAY, "a")

    assert [commit.subject for commit in read(repo).commits] == ["first"]


def test_what_came_after_the_end_alone_leaves_an_empty_week(repo):
    repo.commit("future", MONDAY + WEEK, "a")

    assert (read(repo).commits, read(repo).tip) == ((), "")


def test_a_mailmap_names_the_author(repo):
    (repo.path / ".mailmap").write_text("Ada Lovelace <ada@bqx.example> <ada@example.org>\n")
    repo.commit("with a map", TUESDAY, ".mailmap")

    commit = read(repo).commits[0]

    assert (commit.author_name, commit.author_email) == ("Ada Lovelace", "ada@bqx.example")


def test_hostile_messages_stay_text(repo):
    forged = "\x1e" + "0" * 40 + "\x1f\x1f\x1fnobody\x1d"
    repo.commit(f"subject {forged}\n\n\x1b[31mred\x1b[0m \u202egnp.exe".encode(), TUESDAY, "a")
    raw = b"latin \xe9\xff\xfe\n\nbody \xc3"
    repo.raw_commit(b"\xff <a@x> 1 +0000", raw, TUESDAY + timedelta(hours=1))
    repo.commit(b"s" * 5000 + b"\n\n" + b"b" * 1_000_000, TUESDAY + timedelta(hours=2), "c")

    large, latin, controls = read(repo).commits

    assert len(large.subject) == MAX_SUBJECT
    assert len(large.body) == MAX_BODY
    assert latin.subject == "latin ���"
    assert controls.subject.startswith("subject �0000")
    assert not any(sign in controls.subject + controls.body for sign in "\x1b\x1e\x1f\u202e")


def test_odd_file_names_come_back_whole(repo):
    names = ["a b", "ünï", '"q"', "line\nfeed"]
    repo.commit("odd", TUESDAY, *names)

    assert set(read(repo).commits[0].paths) == {"a b", "ünï", '"q"', "line�feed"}


def test_a_commit_without_message_or_files_is_read(repo):
    git(repo.path, "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "", at=TUESDAY)

    commit = read(repo).commits[0]

    assert (commit.subject, commit.body, commit.paths) == ("", "", ())


def test_a_bare_repository_is_read(repo, tmp_path):
    sha = repo.commit("here", TUESDAY, "a")
    git(tmp_path, "clone", "-q", "--bare", str(repo.path), "mirror.git")

    assert read(tmp_path / "mirror.git").commits[0].sha == sha


def test_a_shallow_clone_is_read_with_a_remark(repo, tmp_path):
    repo.commit("one", TUESDAY, "a")
    repo.commit("two", TUESDAY + timedelta(hours=1), "a")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo.path}", "shallow")

    activity = read(tmp_path / "shallow")

    assert [commit.subject for commit in activity.commits] == ["two"]
    assert activity.remarks == ("shallow clone: it does not reach back to the start of the period",)


def test_a_detached_head_is_read_with_a_remark(repo):
    repo.commit("one", TUESDAY, "a")
    git(repo.path, "checkout", "-q", "--detach")

    activity = read(repo)

    assert activity.branch == "HEAD"
    assert "detached" in activity.remarks[0]


def test_a_worktree_is_read(repo, tmp_path):
    repo.commit("one", TUESDAY, "a")
    git(repo.path, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))

    assert read(tmp_path / "tree").branch == "other"


def test_a_missing_folder_says_so(tmp_path):
    assert "there is no folder" in refusal(tmp_path / "absent")


@pytest.mark.parametrize("path", ["--upload-pack=x", "../../etc", "-", "a\0b", "ext::sh -c x"])
def test_a_hostile_path_is_only_a_path(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert refusal(Path(path))


def test_a_plain_folder_is_no_repository_even_inside_one(repo):
    repo.commit("one", TUESDAY, "inner/a")

    assert "is not a git repository" in refusal(repo.path / "inner")


def test_an_empty_repository_says_so(repo):
    assert "has no commits yet" in refusal(repo.path)


def test_an_empty_bare_repository_says_so(tmp_path):
    """A bare folder holds a file named HEAD, which git could take for a path."""
    assert "has no commits yet" in refusal(make_repo(tmp_path / "bare.git", "--bare").path)


def test_a_broken_repository_is_not_assessed(repo):
    """Half a history must never pass for a quiet week."""
    repo.commit("one", TUESDAY, "a")
    repo.commit("two", TUESDAY + timedelta(hours=1), "a")
    tree = git(repo.path, "rev-parse", "HEAD~1^{tree}")
    (repo.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    assert "git could not read it" in refusal(repo.path)


def test_a_repository_cannot_start_programs(repo, tmp_path):
    repo.commit("one", TUESDAY, "a")
    trap = tmp_path / "trap"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for setting in ("core.fsmonitor", "gpg.program", "core.pager", "diff.external"):
        git(repo.path, "config", setting, str(script))
    git(repo.path, "config", "log.showSignature", "true")
    git(repo.path, "config", "core.hooksPath", str(tmp_path))

    read(repo)

    assert not trap.exists()


def test_reading_changes_nothing_in_the_repository(repo):
    repo.commit("one", TUESDAY, "a")
    before = {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")}

    read(repo)

    assert {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")} == before


def test_a_hung_git_is_stopped(repo, tmp_path, monkeypatch):
    repo.commit("one", TUESDAY, "a")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\necho half; sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr("git.Git.GIT_PYTHON_GIT_EXECUTABLE", str(slow))

    assert "took longer than 0 s" in refusal(repo.path, timeout_s=0.2)


def test_a_date_out_of_this_world_or_none_at_all_breaks_nothing(repo):
    repo.raw_commit(b"A <a@x> 99999999999999 +0000", b"odd\n", TUESDAY)
    repo.raw_commit(b"nonsense", b"odder\n", TUESDAY)

    assert [commit.subject for commit in read(repo).commits] == ["odder", "odd"]
