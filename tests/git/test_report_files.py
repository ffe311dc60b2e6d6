"""What GitReportFiles promises: our file, once, inside the repository, never over a person's."""

import os
import stat

import pytest

from bot.adapters.git import GitReportFiles
from bot.adapters.git.report_place import is_untouched
from bot.errors import RefusedError
from tests.git.repos import make_repo

PATH = "docs/gap_assessments/2025-11-17_gap_assessment.md"
FILES = GitReportFiles()


@pytest.fixture
def repo(tmp_path):
    return make_repo(tmp_path / "project").path


def refusal(repo, path=PATH) -> str:
    with pytest.raises(RefusedError) as caught:
        FILES.write(repo, path, "# Report\n")
    return str(caught.value)


def test_a_report_is_written_and_its_folder_made(repo):
    place = FILES.write(repo, PATH, "# Report ✓\n")

    assert place == repo.resolve() / PATH
    assert place.read_text().startswith("# Report ✓\n<!-- bqx-cadence sha256:")
    assert stat.S_IMODE(place.stat().st_mode) & 0o077 <= 0o044
    assert list(place.parent.iterdir()) == [place]


def test_a_remediation_plan_has_a_folder_of_its_own(repo):
    place = FILES.write(repo, "docs/issues/ISSUE-7.md", "# Plan\n")

    assert place == repo.resolve() / "docs/issues/ISSUE-7.md"
    assert is_untouched(place.read_bytes())


def test_the_same_text_again_is_no_change(repo):
    before = FILES.write(repo, PATH, "text").stat()

    after = FILES.write(repo, PATH, "text").stat()

    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_our_own_untouched_file_is_replaced(repo):
    FILES.write(repo, PATH, "first")

    assert FILES.write(repo, PATH, "second").read_text().startswith("second\n")


def test_our_file_checked_out_with_windows_line_ends_is_still_ours(repo):
    place = FILES.write(repo, PATH, "first\nline")
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))

    assert is_untouched(place.read_bytes())


@pytest.mark.parametrize("edit", ["above", "below", "gone", "foreign"])
def test_a_file_that_a_person_edited_is_left_alone(repo, edit):
    place = FILES.write(repo, PATH, "- [ ] all stages are right")
    text = place.read_text()
    edited = {
        "above": text.replace("[ ]", "[x]"),
        "below": text + "My note\n",
        "gone": text.splitlines()[0],
        "foreign": "somebody's own file",
    }[edit]
    place.write_text(edited)

    assert "was edited by hand" in refusal(repo)
    assert place.read_text() == edited


@pytest.mark.parametrize(
    "path",
    [
        "../outside.md",
        "docs/gap_assessments/../../x.md",
        "/etc/x.md",
        "docs/gap_assessments/.hidden.md",
        "docs/gap_assessments/a\0b.md",
        "docs/gap_assessments/x.sh",
        f"docs/gap_assessments/{'x' * 300}.md",
        "docs/gap_assessments/sub/x.md",
        "docs/issues/../x.md",
        "docs/issues/.x.md",
        "docs/x.md",
        "docs/issues//x.md",
        "README.md",
        "",
    ],
)
def test_a_place_outside_the_folder_is_refused(repo, path):
    assert "reports go into docs/gap_assessments/" in refusal(repo, path)


def test_a_link_out_of_the_repository_is_refused(repo, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo / "docs").symlink_to(outside)

    assert "leads out of the repository" in refusal(repo)
    assert list(outside.iterdir()) == []


def test_a_link_inside_the_repository_is_followed(repo):
    (repo / "documentation").mkdir()
    (repo / "docs").symlink_to("documentation")

    assert FILES.write(repo, PATH, "x").is_relative_to(repo.resolve() / "documentation")


def test_a_link_into_the_git_folder_is_refused(repo):
    (repo / "docs").symlink_to(".git")

    assert "leads out of the repository" in refusal(repo)


def test_a_link_in_the_place_of_the_file_is_refused(repo, tmp_path):
    target = tmp_path / "precious"
    target.write_text("mine")
    (repo / PATH).parent.mkdir(parents=True)
    (repo / PATH).symlink_to(target)

    assert "can't be written" in refusal(repo)
    assert target.read_text() == "mine"


def test_a_folder_or_a_pipe_in_the_place_of_the_file_is_refused(repo):
    (repo / PATH).mkdir(parents=True)
    assert refusal(repo)

    (repo / PATH).rmdir()
    os.mkfifo(repo / PATH)
    assert "is no plain file" in refusal(repo)


def test_a_bare_repository_a_plain_folder_and_no_folder_are_refused(tmp_path):
    bare = make_repo(tmp_path / "bare.git", "--bare").path
    (tmp_path / "plain").mkdir()

    assert "is bare or no git repository" in refusal(bare)
    assert "is bare or no git repository" in refusal(tmp_path / "plain")
    assert "there is no folder" in refusal(tmp_path / "absent")


def test_a_file_in_the_place_of_the_folder_is_refused(repo):
    (repo / "docs").write_text("a file")

    assert "can't be written" in refusal(repo)
