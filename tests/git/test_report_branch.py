"""What GitReportBranch promises: a commit on a branch of its own, and nothing else moves."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.git import GitReportBranch
from bot.adapters.git.report_branch import AUTHOR
from bot.adapters.git.report_place import is_untouched, marked
from bot.errors import OutageError, RefusedError
from tests.conftest import MONDAY
from tests.git.repos import git, make_repo

PATH = "docs/gap_assessments/2025-11-17_gap_assessment.md"
OTHER = "docs/issues/ISSUE-7.md"
BRANCH = "bqx/reports"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def repo(tmp_path):
    small = make_repo(tmp_path / "project")
    small.commit("one", MONDAY, "a", "docs/readme.md")
    return small.path


def commit(repo, branch=BRANCH, path=PATH, text="# Report ✓\n", **options) -> str:
    options = {"now": MONDAY, "subject": "Add the gap assessment of 2025-11-17", **options}
    return GitReportBranch().commit(repo, branch, path, text, **options)


def refusal(repo, **options) -> str:
    with pytest.raises(RefusedError) as caught:
        commit(repo, **options)
    return str(caught.value)


def content(repo, branch=BRANCH, path=PATH) -> bytes:
    asked = ["git", "-C", str(repo), "cat-file", "blob", f"{branch}:{path}"]
    return subprocess.run(asked, check=True, capture_output=True).stdout


def picture(repo) -> dict[str, bytes]:
    """Everything in the clone but objects, the branch of reports and its log."""
    ours = (".git/objects", f".git/refs/heads/{BRANCH}", f".git/logs/refs/heads/{BRANCH}")
    return {
        str(path.relative_to(repo)): path.read_bytes() + str(path.stat().st_mtime_ns).encode()
        for path in repo.rglob("*")
        if path.is_file() and not str(path.relative_to(repo)).startswith(ours)
    }


def test_a_report_is_committed_on_a_branch_that_begins_at_the_default_one(repo):
    sha = commit(repo)

    assert git(repo, "rev-parse", BRANCH) == sha
    assert git(repo, "rev-parse", f"{BRANCH}~1") == git(repo, "rev-parse", "main")
    assert content(repo) == marked("# Report ✓\n")
    assert is_untouched(content(repo))
    changed = git(repo, "diff", "--name-status", "main", BRANCH)
    assert changed == f"A\t{PATH}"
    form = "--format=%an <%ae>|%cn <%ce>|%at|%ct|%B"
    at = int(MONDAY.timestamp())
    assert git(repo, "log", "-1", form, BRANCH) == (
        f"{AUTHOR}|{AUTHOR}|{at}|{at}|Add the gap assessment of 2025-11-17"
    )


def test_nothing_else_in_the_clone_changes_however_dirty_it_is(repo):
    (repo / "a").write_text("not yet committed")
    (repo / "staged").write_text("staged")
    git(repo, "add", "staged")
    (repo / "untracked").write_text("untracked")
    (repo / PATH).parent.mkdir(parents=True)
    (repo / PATH).write_text("somebody's draft")
    before, status = picture(repo), git(repo, "status", "--porcelain=v2", "--branch")

    before = picture(repo)  # status itself refreshes the index
    commit(repo)

    assert picture(repo) == before
    assert git(repo, "status", "--porcelain=v2", "--branch") == status


def test_the_same_text_again_makes_no_commit(repo):
    first = commit(repo)

    assert commit(repo, now=datetime(2026, 1, 1, tzinfo=UTC), subject="Again") == first


def test_reports_follow_one_another_on_the_branch(repo):
    first = commit(repo)
    second = commit(repo, path=OTHER, text="# Plan")
    third = commit(repo, text="# Better")

    assert git(repo, "rev-list", f"main..{BRANCH}").split() == [third, second, first]
    assert content(repo) == marked("# Better")
    assert content(repo, path=OTHER) == marked("# Plan")


def test_the_same_in_gives_the_same_commit(repo, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repo), "twin.git")

    assert commit(repo) == commit(tmp_path / "twin.git")


def test_a_bare_clone_is_enough(repo, tmp_path):
    git(tmp_path, "clone", "-q", "--bare", str(repo), "mirror.git")

    commit(tmp_path / "mirror.git")

    assert content(tmp_path / "mirror.git") == marked("# Report ✓\n")


def test_a_new_branch_does_not_begin_at_unfinished_work(repo):
    git(repo, "checkout", "-q", "-b", "feature/half-done")
    git(repo, "commit", "-q", "--allow-empty", "-m", "half done")

    commit(repo)

    assert git(repo, "rev-parse", f"{BRANCH}~1") == git(repo, "rev-parse", "main")


def test_a_clone_knows_the_default_branch_of_its_remote(repo, tmp_path):
    git(repo, "branch", "-m", "main", "product")
    git(tmp_path, "clone", "-q", str(repo), "clone")
    git(tmp_path / "clone", "checkout", "-q", "-b", "mine")
    git(tmp_path / "clone", "branch", "-q", "-D", "product")

    assert "the branch of the project itself" in refusal(tmp_path / "clone", branch="product")
    commit(tmp_path / "clone")
    start = git(tmp_path / "clone", "rev-parse", f"{BRANCH}~1")
    assert start == git(repo, "rev-parse", "product")


def test_a_detached_head_does_not_matter(repo):
    git(repo, "checkout", "-q", "--detach")

    assert commit(repo) == git(repo, "rev-parse", BRANCH)


def test_what_a_person_wrote_over_a_report_stays(repo, tmp_path):
    commit(repo)
    git(repo, "worktree", "add", "-q", str(tmp_path / "tree"), BRANCH)
    (tmp_path / "tree" / PATH).write_text("# Report, put right by hand\n")
    git(tmp_path / "tree", "commit", "-qam", "Put it right")
    git(repo, "worktree", "remove", str(tmp_path / "tree"))

    assert "was edited by hand" in refusal(repo, text="# Newer")
    assert content(repo) == b"# Report, put right by hand\n"


def test_the_branches_people_work_on_are_refused(repo, tmp_path):
    git(repo, "branch", "used")
    git(repo, "worktree", "add", "-q", str(tmp_path / "line\nfeed"), "used")
    git(repo, "branch", "-m", "main", "product")
    git(repo, "symbolic-ref", "refs/heads/alias", "refs/heads/product")
    refs = git(repo, "for-each-ref")

    for branch in ("main", "Master", "develop", "HEAD", "@"):
        assert "is not a branch for reports" in refusal(repo, branch=branch)
    assert "the branch of the project itself" in refusal(repo, branch="product")
    assert "is checked out in a work tree" in refusal(repo, branch="used")
    assert "only another name for refs/heads/product" in refusal(repo, branch="alias")
    assert git(repo, "for-each-ref") == refs


@pytest.mark.parametrize(
    "branch",
    ["", "-x", "--all", "a..b", "a b", "a\nb", "a\0b", "x.lock", "@{-1}", "refs/heads/x", "a~1",
     "x" * 300, "/x", "x/"],
)  # fmt: skip
def test_what_is_no_branch_name_is_refused(repo, branch):
    git(repo, "checkout", "-q", "-b", "other")
    git(repo, "checkout", "-q", "main")

    assert "no name for a branch" in refusal(repo, branch=branch)


@pytest.mark.parametrize(
    "path", ["README.md", "docs/x.md", "../x.md", "docs/issues/../x.md", "/etc/x.md", "",
             "docs/issues/.git/x.md", "docs/issues/a\0.md", "docs/gap_assessments/-x.md"],
)  # fmt: skip
def test_a_place_outside_the_folders_is_refused(repo, path):
    assert "reports go into docs/gap_assessments/" in refusal(repo, path=path)


def test_a_folder_or_link_in_the_place_of_the_report_is_refused(repo):
    (repo / PATH).mkdir(parents=True)
    (repo / PATH / "x").write_text("x")
    (repo / "docs" / "issues").symlink_to("/etc")
    git(repo, "add", "docs")
    git(repo, "commit", "-q", "-m", "odd")

    assert "is no plain file on that branch" in refusal(repo)
    assert "git could not commit" in refusal(repo, path=OTHER)
    assert not (repo / ".git" / "refs" / "heads" / "bqx").exists()


def test_no_repository_and_no_commits_are_refused(tmp_path):
    make_repo(tmp_path / "empty")

    assert "there is no folder" in refusal(tmp_path / "absent")
    assert "is not a git repository" in refusal(tmp_path)
    assert "has no commits yet" in refusal(tmp_path / "empty")


@pytest.mark.parametrize("author", ["", "Ada", "Ada <", "Ada <a@x> <b@x>", "A\nB <a@x>", "<a@x>"])
def test_an_author_is_a_name_and_an_address(repo, author):
    assert "an author is written as" in refusal(repo, author=author)


def test_a_subject_is_one_line(repo):
    commit(repo, subject="First\nSigned-off-by: nobody\0 <x>")

    assert git(repo, "log", "-1", "--format=%B", BRANCH) == "First Signed-off-by: nobody <x>"
    assert "a commit needs a subject" in refusal(repo, subject=" \n")


def test_no_hook_and_no_program_of_the_repository_runs(repo, tmp_path):
    trap = tmp_path / "trap"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for hook in ("reference-transaction", "pre-commit", "post-commit", "post-index-change"):
        place = repo / ".git" / "hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(script)
    for setting in ("core.fsmonitor", "gpg.program", "filter.evil.clean"):
        git(repo, "config", setting, str(script))
    for setting in ("commit.gpgSign", "core.splitIndex"):
        git(repo, "config", setting, "true")
    (repo / ".git" / "info" / "attributes").write_text("* filter=evil text eol=crlf\n")

    commit(repo)

    assert not trap.exists()
    assert content(repo) == marked("# Report ✓\n")
    assert "gpgsig" not in git(repo, "cat-file", "commit", BRANCH)
    assert not list((repo / ".git").glob("sharedindex*"))


def racing_git(tmp_path: Path, times: int) -> Path:
    """Return a git that lets somebody else commit on the branch just before it moves it."""
    racer, project = tmp_path / "racing-git", tmp_path / "project"
    racer.write_text(f"""#!/bin/sh
theirs() {{ git -C {project} "$@"; }}
case "$*" in
  *update-ref*)
    n=$(cat {tmp_path}/count 2>/dev/null || echo 0)
    if [ "$n" -lt {times} ]; then
      echo $((n + 1)) > {tmp_path}/count
      tip=$(theirs rev-parse -q --verify {BRANCH} || theirs rev-parse main)
      new=$(echo "theirs $n" | theirs commit-tree "$tip^{{tree}}" -p "$tip")
      theirs update-ref refs/heads/{BRANCH} "$new"
    fi;;
esac
exec git "$@"
""")
    racer.chmod(0o755)
    return racer


def test_a_branch_that_moved_meanwhile_is_built_upon(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("git.Git.GIT_PYTHON_GIT_EXECUTABLE", str(racing_git(tmp_path, 2)))

    sha = commit(repo)

    assert git(repo, "rev-parse", BRANCH) == sha
    subjects = git(repo, "log", "--format=%s", f"main..{BRANCH}").split("\n")
    assert subjects == ["Add the gap assessment of 2025-11-17", "theirs 1", "theirs 0"]


def test_a_branch_that_moves_each_time_is_tried_later(repo, tmp_path, monkeypatch):
    monkeypatch.setattr("git.Git.GIT_PYTHON_GIT_EXECUTABLE", str(racing_git(tmp_path, 99)))

    with pytest.raises(OutageError):
        commit(repo)
    assert "theirs" in git(repo, "log", "-1", "--format=%s", BRANCH)


def test_two_processes_at_once_lose_neither_report(repo):
    code = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from bot.adapters.git import GitReportBranch
print(GitReportBranch().commit(Path(sys.argv[1]), sys.argv[2], sys.argv[3], "text",
    now=datetime(2025, 11, 17, tzinfo=UTC), subject="Add " + sys.argv[3]))
"""
    paths = [PATH, OTHER]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(repo), BRANCH, path], cwd=ROOT, stdout=subprocess.PIPE
        )
        for path in paths
    ]
    shas = [process.communicate()[0].decode().strip() for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert set(git(repo, "rev-list", f"main..{BRANCH}").split()) == set(shas)
    assert all(content(repo, path=path) == marked("text") for path in paths)
