"""
One git process: hardened, timed, and read to its end.

A repository is untrusted: its own configuration may name programs (core.fsmonitor, gpg.program,
hooks, a promisor remote), so everything that could start one is switched off on each call, and
nothing here touches the network.
"""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from bot.errors import NotAssessedError

_CHUNK_BYTES = 1 << 16
_STDERR_CHARS = 300
_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),  # a partial clone would fetch what it lacks
    *("-c", "log.showSignature=false"),  # would start gpg.program
    *("-c", "commit.gpgSign=false"),
    *("-c", "core.splitIndex=false"),  # a temporary index stays in its own folder
    *("-c", "core.pager=cat"),
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_COUNT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_FLUSH": "0",  # not after each commit: 100,000 small writes and reads
}


class GitFailedError(NotAssessedError):
    """
    Git ended with an error, so nothing it printed before is used.

    Args:
        stderr: What git said, one line.
        status: Its exit status.
    """

    def __init__(self, stderr: str, status: int) -> None:
        super().__init__(f"git could not read it: {stderr}")
        self.stderr = stderr
        self.status = status


def git_folder(repo: Path) -> Path:
    """
    Return the folder that holds the repository's objects, for a work tree or a bare repository.

    Only this very folder counts, never a repository somewhere above it.

    Raises:
        NotAssessedError: there is no such folder, or it is no git repository.
    """
    try:
        if not repo.is_dir():
            raise NotAssessedError(f"there is no folder {repo}.")
        inner = repo / ".git"
        if inner.exists():
            return inner
        if (repo / "HEAD").is_file() and (repo / "objects").is_dir():
            return repo
    except (OSError, ValueError) as error:  # not allowed to look; a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else "no such path"
        raise NotAssessedError(f"the folder can't be opened ({reason}).") from error
    raise NotAssessedError(f"{repo} is not a git repository.")


def run_git(
    repo: Path,
    *arguments: str,
    timeout_s: float,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> str:
    """
    Return what a short git command prints.

    Raises:
        NotAssessedError: see `stream_git`.
    """
    output = b"".join(
        stream_git(repo, *arguments, timeout_s=timeout_s, stdin=stdin, environment=environment)
    )
    return output.decode("utf-8", errors="replace").strip()


def stream_git(
    repo: Path,
    *arguments: str,
    timeout_s: float,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """
    Yield the output of `git <arguments>` as it comes.

    Whoever reads must read to the end: only then is it certain that git did not fail half-way.

    Args:
        repo: A work tree or a bare repository.
        arguments: Written by us; a person's words only behind `--end-of-options`.
        timeout_s: Then git and its children are killed.
        stdin: What git reads.
        environment: Beside the hardened one, such as who commits and in which index.

    Raises:
        GitFailedError: git ended with an error, after however much output.
        NotAssessedError: no repository, no git, or no end within `timeout_s`.
    """
    # The wrapper closes the pipes when it is forgotten, so it is kept.
    wrapper = _start(repo, arguments, stdin, environment or {})
    process = wrapper.proc
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(timeout_s, give_up)
    timer.daemon = True
    timer.start()
    errors: list[bytes] = []
    # A chatty stderr would fill its pipe and stop git for ever, so it is read beside.
    reader = threading.Thread(target=lambda: errors.append(_read_errors(process.stderr)))
    reader.start()
    try:
        while chunk := process.stdout.read(_CHUNK_BYTES):
            yield chunk
        status = process.wait()
        reader.join()
    finally:
        timer.cancel()
        _close(process, reader)
    if late.is_set():
        raise NotAssessedError(f"git took longer than {timeout_s:.0f} s.")
    if status != 0:
        raise GitFailedError(_one_line(b"".join(errors)) or f"exit status {status}", status)


def _start(
    repo: Path, arguments: tuple[str, ...], stdin: bytes, environment: Mapping[str, str]
) -> Any:
    folder = git_folder(repo)
    try:
        # Importing GitPython looks for the git program and fails without it; all that needs
        # no repository should run all the same.
        from git import Git  # noqa: PLC0415
        from git.exc import GitCommandNotFound  # noqa: PLC0415
    except ImportError as error:
        raise NotAssessedError("git is not installed here.") from error
    command = [Git.GIT_PYTHON_GIT_EXECUTABLE, *_OPTIONS, f"--git-dir={folder.absolute()}"]
    try:
        with _input(stdin) as given:
            return Git(str(repo.absolute())).execute(
                [*command, *arguments],
                istream=given,
                as_process=True,
                env={**environment, **_ENVIRONMENT},
                start_new_session=True,  # so that git's own children end with it
            )
    except (GitCommandNotFound, OSError) as error:
        raise NotAssessedError("git can't be started here.") from error


@contextmanager
def _input(stdin: bytes) -> Iterator[BinaryIO | None]:
    """Offer what git reads as a file: nobody has to write while git prints."""
    if not stdin:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        yield cast("BinaryIO", file)


def _read_errors(stream: IO[bytes]) -> bytes:
    kept = stream.read(_CHUNK_BYTES)
    while stream.read(_CHUNK_BYTES):  # drained, not kept
        pass
    return kept


def _kill(process: Any) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _close(process: Any, reader: threading.Thread) -> None:
    if process.poll() is None:  # the reader gave up early
        _kill(process)
        process.wait()
    reader.join()
    process.stdout.close()
    process.stderr.close()


def _one_line(stderr: bytes) -> str:
    words = stderr.decode("utf-8", errors="replace").split()
    text = "".join(sign if sign.isprintable() else "�" for sign in " ".join(words))
    return text if len(text) <= _STDERR_CHARS else text[: _STDERR_CHARS - 1] + "…"
