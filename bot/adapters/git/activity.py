"""What arrived in a git repository: one streamed `git log`, whatever its size."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.git.process import GitFailedError, run_git, stream_git
from bot.domain.activity import Activity, Commit
from bot.errors import NotAssessedError

MAX_SUBJECT = 500  # characters; longer ones are no subjects
MAX_BODY = 20_000  # characters
MAX_PATHS = 5_000  # paths of one commit
MAX_RECORD_BYTES = 64 << 20  # one commit's message and paths; more is an attack
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_LOG = (
    "log",
    "-z",
    "--name-only",
    "--no-renames",
    "--no-relative",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--encoding=UTF-8",
)
# C0 and C1 controls and characters that turn the direction of writing; newline and tab stay.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True)
class GitActivity:
    """
    Reads any clone: a work tree or a bare repository. Never writes, never fetches.

    Args:
        timeout_s: Longest time for one git process; there are four a repository.
    """

    timeout_s: float = 60.0

    def read(self, repo: Path, *, since: datetime, until: datetime) -> Activity:
        """
        Return what arrived on the branch that HEAD names in [since, until), newest first.

        What *arrived* is what the tip of the branch can reach now and could not at `since`:
        commits of a merged branch count in the week of the merge, however old their dates are,
        which `git log --since` would miss.

        Raises:
            NotAssessedError: no folder, no repository, no commits yet, or git failed or hung.
        """
        shallow, head = self._head(repo)
        old = self._tip_before(repo, since)
        new = self._tip_before(repo, until)
        remarks = list(_remarks(head, shallow=shallow, reaches_back=old is not None))
        commits = tuple(self._commits(repo, old, new)) if new and new != old else ()
        return Activity(
            repo=_clean(repo.absolute().name) or "repository",
            branch=_clean(head.removeprefix("refs/heads/")),
            tip=new or "",
            commits=commits,
            remarks=tuple(remarks),
        )

    def _head(self, repo: Path) -> tuple[bool, str]:
        """Return whether the clone is shallow and the full name of its branch ("HEAD": none)."""
        try:
            answer = run_git(
                repo,
                *("rev-parse", "--is-shallow-repository", "--symbolic-full-name", "HEAD", "--"),
                timeout_s=self.timeout_s,
            )
        except GitFailedError as error:
            if "bad revision" in error.stderr:
                raise NotAssessedError(f"{repo} has no commits yet.") from error
            raise
        shallow, head, *_ = answer.split("\n")
        return shallow == "true", head

    def _tip_before(self, repo: Path, moment: datetime) -> str | None:
        """Return the newest commit of the branch's own line before a moment."""
        second = int(moment.timestamp()) - 1  # git counts the second itself as before
        sha = run_git(
            repo,
            *(
                "rev-list",
                "-1",
                "--first-parent",
                f"--before={second}",
                "--end-of-options",
                "HEAD",
                "--",
            ),
            timeout_s=self.timeout_s,
        )
        return sha or None

    def _commits(self, repo: Path, old: str | None, new: str) -> Iterator[Commit]:
        # Messages and file names hold any byte but NUL: fields end in NUL, and a record begins
        # with a word nobody could have written into a message before this moment.
        mark = f"\x1e{secrets.token_hex(16)}"
        form = f"--format={mark}%H%x00%P%x00%at%x00%aN%x00%aE%x00%B%x00"
        chosen = f"{old}..{new}" if old else new
        arguments = (*_LOG, form, "--end-of-options", chosen, "--")
        buffer = b""
        for chunk in stream_git(repo, *arguments, timeout_s=self.timeout_s):
            *records, buffer = (buffer + chunk).split(mark.encode())
            yield from (_commit(record) for record in records if record)
            if len(buffer) > MAX_RECORD_BYTES:
                raise NotAssessedError("one of its commits is larger than 64 MB.")
        if buffer:
            yield _commit(buffer)


def _remarks(head: str, *, shallow: bool, reaches_back: bool) -> Iterator[str]:
    if head == "HEAD":
        yield "no branch is checked out (detached HEAD); I read the commit that is"
    if shallow and reaches_back:
        yield "shallow clone: older history is missing"
    if shallow and not reaches_back:
        yield "shallow clone: it does not reach back to the start of the period"


def _commit(record: bytes) -> Commit:
    sha, parents, seconds, name, mail, message, *paths = record.split(b"\0")
    subject, _, body = _text(message).strip("\n").partition("\n")
    return Commit(
        sha=sha.decode("ascii"),
        parents=tuple(parents.decode("ascii").split()),
        authored_at=_moment(seconds),
        author_name=_short(_text(name)),
        author_email=_short(_text(mail)),
        subject=_short(subject),
        body=_cut(body.strip("\n"), MAX_BODY),
        paths=_paths(paths),
    )


def _paths(tokens: list[bytes]) -> tuple[str, ...]:
    """Return the changed paths; git puts a line feed before the first."""
    named = [token for token in tokens if token.strip(b"\n")]
    if named:
        named[0] = named[0].removeprefix(b"\n")
    return tuple(_clean(token.decode("utf-8", errors="replace")) for token in named[:MAX_PATHS])


def _moment(seconds: bytes) -> datetime:
    # A broken author line has no date, a hostile one has the year 300,000.
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return _LATEST if seconds.isdigit() else datetime.fromtimestamp(0, UTC)


def _text(raw: bytes) -> str:
    # Cut before decoding: of a message of a gigabyte the first pages are enough.
    text = raw[: 8 * MAX_BODY].decode("utf-8", errors="replace")
    return _UNWANTED.sub("�", text.replace("\r\n", "\n"))


def _clean(text: str) -> str:
    """Return text for one line: control characters and line ends replaced."""
    if text.isprintable():  # nearly all, and far quicker than looking for each sign
        return text
    return _UNWANTED.sub("�", text).replace("\n", "�").replace("\t", "�")


def _short(text: str) -> str:
    return _cut(" ".join(text.split()), MAX_SUBJECT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
