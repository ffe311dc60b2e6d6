"""The folders of reports in the project repo, written so that no link or race leads out of it."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git.report_place import (
    checked_place,
    edited_by_hand,
    is_untouched,
    marked,
    refused,
)

_MAX_BYTES = 10 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = _READ | os.O_DIRECTORY


@dataclass(frozen=True)
class GitReportFiles:
    """
    Writes reports into the work tree of a repository; committing them is the team's own act.

    A file ends in a comment with the checksum of what stands above it. So a file of ours that
    nobody touched is known again, and one that a person edited is never written over.
    """

    def write(self, repo: Path, path: str, text: str) -> Path:
        """
        Write `text` to `path`, in one of the folders of reports; the same text again is no change.

        Raises:
            RefusedError: see `ReportFiles.write`.
        """
        reports, name = checked_place(path)
        content = marked(text)
        try:
            with _folder(repo, reports) as (folder, place):
                _write(folder, name, content, path)
        except OSError as error:
            raise refused(f"{path} can't be written ({error.strerror})") from error
        return place / name


@contextmanager
def _folder(repo: Path, reports: str) -> Iterator[tuple[int, Path]]:
    """Open a folder of reports, made where it is missing; every step stays in the repository."""
    _check_work_tree(repo)
    root = repo.resolve()
    place = (root / reports).resolve()
    steps = place.relative_to(root).parts if place.is_relative_to(root) else ()
    if not steps or ".git" in steps:
        raise refused(f"{reports} leads out of the repository")
    folder = os.open(root, _FOLDER)
    try:
        for step in steps:
            # Links were followed above; one that turns up between then and now is refused.
            inner = _step_into(folder, step)
            os.close(folder)
            folder = inner
        yield folder, place
    finally:
        os.close(folder)


def _check_work_tree(repo: Path) -> None:
    try:
        if not repo.is_dir():
            raise refused(f"there is no folder {repo}")
        if not (repo / ".git").exists():
            raise refused(f"{repo} is bare or no git repository, so a file has no place in it")
    except ValueError as error:  # a NUL in the path
        raise refused("the repository's path is no path") from error


def _step_into(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(name, dir_fd=folder)
        return os.open(name, _FOLDER, dir_fd=folder)


def _write(folder: int, name: str, content: bytes, path: str) -> None:
    there = _read(folder, name, path)
    if there == content:
        return
    if there is not None and not is_untouched(there):
        raise edited_by_hand(path)
    draft = f".{name}.{secrets.token_hex(6)}"
    try:
        _create(folder, draft, content)
        os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        _remove(folder, draft)
        raise
    os.fsync(folder)


def _read(folder: int, name: str, path: str) -> bytes | None:
    try:
        file = os.open(name, _READ | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return None
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise refused(f"{path} is no plain file")
        return stream.read(_MAX_BYTES)


def _create(folder: int, name: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o644, dir_fd=folder), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _remove(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
