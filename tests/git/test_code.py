"""Comments of the code at HEAD: read from real repositories, bare ones too."""

import os
import subprocess
from datetime import UTC, datetime

import pytest

from bot.adapters.git import GitCode
from bot.adapters.git.code import MAX_FILE_BYTES
from bot.errors import NotAssessedError
from tests.git.repos import git, make_repo

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def repo(tmp_path):
    return make_repo(tmp_path / "clone")


def put(repo, files, message="work", at=NOON):
    """Commit files by their contents; return the sha."""
    for name, text in files.items():
        place = repo.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(repo.path, "add", "-A")
    git(repo.path, "commit", "-q", "--allow-empty", "-m", message, at=at)
    return git(repo.path, "rev-parse", "HEAD")


def told(found):
    return [(each.path, each.line, each.word, each.text) for each in found.comments]


def test_comments_are_found_at_head_and_not_in_the_work_tree(repo):
    sha = put(repo, {"etl/retry.py": "x = 1\n# TODO: retry on 503\n", "README.md": "# TODO: no\n"})
    (repo.path / "etl/retry.py").write_text("# TODO: not committed\n")

    found = GitCode().at_head(repo.path)

    assert told(found) == [("etl/retry.py", 2, "TODO", "retry on 503")]
    assert found.sha == sha
    assert found.is_whole


def test_a_bare_clone_is_read_as_well(repo, tmp_path):
    put(repo, {"a.c": "/* FIXME leak, see ISS-004 */\n"})
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", repo.path, bare], check=True)

    [comment] = GitCode().at_head(bare).comments

    assert (comment.word, comment.issue_keys) == ("FIXME", ("ISS-004",))


@pytest.mark.parametrize(
    "name",
    ["vendor/a.py", "web/node_modules/x/a.js", "a.min.js", "lib/gen/a.py", "x_pb2.py", "notes.txt"],
)
def test_what_the_team_did_not_write_is_left_out(repo, name):
    put(repo, {name: "# TODO: no\n// TODO: no\n", ".gitattributes": "lib/** linguist-vendored\n"})

    assert told(GitCode().at_head(repo.path)) == []


def test_binary_large_and_linked_files_are_left_out(repo):
    (repo.path / "link.py").symlink_to("# TODO: no")
    put(
        repo,
        {
            "a.py": b"\0\0# TODO: no\n",
            "b.py": "# TODO: no\n" + "x = 1\n" * (MAX_FILE_BYTES // 6),
            "c.py": "# TODO: yes\n",
        },
    )

    found = GitCode().at_head(repo.path)

    assert told(found) == [("c.py", 1, "TODO", "yes")]
    assert found.unread == {"b.py"}


@pytest.mark.parametrize(
    "name", ["a\nb.py", "--help.py", ":(top)x.py", "ü\u202e.py", 'q"uote.py', "a:b.py"]
)
def test_a_path_may_be_called_anything(repo, name):
    put(repo, {name: "# TODO: here\n"})

    [comment] = GitCode().at_head(repo.path).comments

    assert comment.text == "here"
    assert comment.path.isprintable()


def test_a_path_that_is_no_text_is_read_too(repo):
    (repo.path / os.fsdecode(b"\xff.py")).write_bytes(b"# TODO: \xff here\n")
    put(repo, {})

    [comment] = GitCode().at_head(repo.path).comments

    comment.path.encode()
    assert comment.text.endswith("here")


def test_the_repository_runs_nothing_of_its_own(repo, tmp_path):
    """A hostile clone names programs in its attributes and configuration."""
    proof = tmp_path / "ran"
    put(repo, {"a.py": "# TODO: here\n", ".gitattributes": "*.py diff=evil filter=evil\n"})
    for name in ("diff.evil.textconv", "filter.evil.smudge", "core.pager", "core.fsmonitor"):
        git(repo.path, "config", name, f"touch {proof}; cat")

    code = GitCode()
    found = code.at_head(repo.path)
    code.blame(repo.path, found.sha, "a.py", 1)
    code.removed_in(repo.path, found.sha, "a.py", "here")

    assert len(found.comments) == 1
    assert not proof.exists()


def test_nothing_to_find_and_nothing_to_read(repo, tmp_path):
    with pytest.raises(NotAssessedError):
        GitCode().at_head(repo.path)
    put(repo, {"a.py": "x = 1\n"})

    assert GitCode().at_head(repo.path).comments == ()
    with pytest.raises(NotAssessedError):
        GitCode().at_head(tmp_path / "nowhere")


def test_the_same_head_is_read_once(repo):
    put(repo, {"a.py": "# TODO: one\n"})
    code = GitCode()
    first = code.at_head(repo.path)

    assert code.at_head(repo.path) is first
    put(repo, {"a.py": "# TODO: two\n"})
    assert told(code.at_head(repo.path)) == [("a.py", 1, "TODO", "two")]


def test_who_wrote_it_and_who_took_it_out(repo):
    put(repo, {"a.py": "x = 1\n# TODO: retry on 503\n"})
    code = GitCode()
    sha = code.at_head(repo.path).sha

    who = code.blame(repo.path, sha, "a.py", 2)
    assert (who.author, who.email, who.at) == ("Ada", "ada@example.org", NOON)

    gone = put(repo, {"a.py": "x = 1\n"})
    last = put(repo, {"b.py": "y = 1\n"})
    assert code.removed_in(repo.path, last, "a.py", "retry on 503") == gone
    assert code.removed_in(repo.path, last, "a.py", "") == ""
    assert code.blame(repo.path, last, "a.py", 99) is None
