"""The folder of reports in the project repo, written so that no link or race leads out of it."""

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import RefusedError

FOLDER = "docs/gap_assessments"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.md")
_MARK = re.compile(rb"<!-- bqx-cadence sha256:([0-9a-f]{64}) -->\n?\Z")
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
        Write `text` to `path`, below `docs/gap_assessments/`; the same text again is no change.

        Raises:
            RefusedError: see `ReportFiles.write`.
        """
        name = _checked_name(path)
        content = marked(text)
        try:
            with _folder(repo) as (folder, place):
                _write(folder, name, content)
        except OSError as error:
            raise _refused(f"{path} can't be written ({error.strerror})") from error
        return place / name


def marked(text: str) -> bytes:
    """Return the bytes of a report with our checksum below it."""
    body = (text.rstrip("\n") + "\n").encode("utf-8", errors="replace")
    return body + f"<!-- bqx-cadence sha256:{_checksum(body)} -->\n".encode()


def is_untouched(content: bytes) -> bool:
    """Whether a file is one of ours that nobody has edited."""
    content = content.replace(b"\r\n", b"\n")  # git may have checked it out that way
    match = _MARK.search(content)
    return match is not None and match[1].decode() == _checksum(content[: match.start()])


def _checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _checked_name(path: str) -> str:
    folder, _, name = path.rpartition("/")
    if folder != FOLDER or not _NAME.fullmatch(name):
        raise _refused(f"reports go into {FOLDER}/, under a plain name that ends in .md")
    return name


@contextmanager
def _folder(repo: Path) -> Iterator[tuple[int, Path]]:
    """Open the folder of reports, made where it is missing; every step stays in the repository."""
    _check_work_tree(repo)
    root = repo.resolve()
    place = (root / FOLDER).resolve()
    steps = place.relative_to(root).parts if place.is_relative_to(root) else ()
    if not steps or ".git" in steps:
        raise _refused(f"{FOLDER} leads out of the repository")
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
            raise _refused(f"there is no folder {repo}")
        if not (repo / ".git").exists():
            raise _refused(f"{repo} is bare or no git repository, so a file has no place in it")
    except ValueError as error:  # a NUL in the path
        raise _refused("the repository's path is no path") from error


def _step_into(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(name, dir_fd=folder)
        return os.open(name, _FOLDER, dir_fd=folder)


def _write(folder: int, name: str, content: bytes) -> None:
    there = _read(folder, name)
    if there == content:
        return
    if there is not None and not is_untouched(there):
        raise _refused(f"{FOLDER}/{name} was edited by hand, so I leave it as it is")
    draft = f".{name}.{secrets.token_hex(6)}"
    try:
        _create(folder, draft, content)
        os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        _remove(folder, draft)
        raise
    os.fsync(folder)


def _read(folder: int, name: str) -> bytes | None:
    try:
        file = os.open(name, _READ | os.O_NONBLOCK, dir_fd=folder)
    except FileNotFoundError:
        return None
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise _refused(f"{FOLDER}/{name} is no plain file")
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


def _refused(reason: str) -> RefusedError:
    return RefusedError("The project repo", reason)
