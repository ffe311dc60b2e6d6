"""
Reports committed on a branch of their own, with plumbing only.

Neither the work tree nor HEAD nor the index of the clone is touched: the tree is put together in a
temporary index, and the branch moves only if it is still where it was.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.adapters.git.branch_state import BranchState, find_branch
from bot.adapters.git.process import GitFailedError, run_git, stream_git
from bot.adapters.git.report_place import (
    checked_place,
    edited_by_hand,
    is_untouched,
    marked,
    refused,
)
from bot.errors import NotAssessedError, OutageError

AUTHOR = "BQX Cadence <bqx-cadence@localhost>"
_TRIES = 3  # another process may commit at the same moment, hardly three times in a row
_RETRY_S = 5.0
_PLAIN_FILE = "100644"
_MAX_BYTES = 10 << 20  # larger is no report of ours
_MAX_SUBJECT = 200  # characters
_TAKEN = ("but expected", "already exists", "File exists")  # what git says of a branch that moved


@dataclass(frozen=True)
class GitReportBranch:
    """
    Commits reports into any clone, bare or not; nothing is pushed, no hook and no gpg runs.

    Args:
        timeout_s: Longest time for one git process; there are about ten.
    """

    timeout_s: float = 60.0

    def commit(
        self,
        repo: Path,
        branch: str,
        path: str,
        text: str,
        *,
        now: datetime,
        subject: str,
        author: str = AUTHOR,
    ) -> str:
        """
        Commit `text` at `path` on `branch`: see `ReportBranch.commit`.

        Raises:
            RefusedError: see there.
            OutageError: others moved the branch each time.
        """
        checked_place(path)
        work = _Work(
            repo, path, marked(text), _who(author, now), _one_line(subject), self.timeout_s
        )
        try:
            for _ in range(_TRIES):
                state = find_branch(repo, branch, timeout_s=self.timeout_s)
                try:
                    return work.commit(state)
                except _MovedError:
                    continue
        except GitFailedError as error:
            raise refused(f"git could not commit {path} ({error.stderr})") from error
        except NotAssessedError as error:
            raise refused(str(error).rstrip(".")) from error
        raise OutageError("The project repo", retry_after_s=_RETRY_S)


class _MovedError(Exception):
    """The branch is no longer where it was."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One report on its way into a commit."""

    repo: Path
    path: str
    content: bytes
    who: Mapping[str, str]
    subject: str
    timeout_s: float

    def commit(self, state: BranchState) -> str:
        """Return the sha of the new commit, or of the tip where the report is there already."""
        blob = self._git("hash-object", "-w", "--no-filters", "--stdin", stdin=self.content)
        there = self._there(state.start)
        if there == blob and state.tip:
            return state.tip
        if there and there != blob and not is_untouched(self._blob(there)):
            raise edited_by_hand(self.path)
        tree = self._tree(state.start, blob)
        new = self._git(
            *("-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree, "-p", state.start),
            stdin=f"{self.subject}\n".encode("utf-8", errors="replace"),
        )
        self._move(state, new)
        return new

    def _there(self, commit: str) -> str:
        """Return the blob that lies in the report's place, "" for none."""
        answer = self._git("ls-tree", "--full-tree", "--end-of-options", commit, self.path)
        if not answer:
            return ""
        mode, _, sha, *_ = answer.split()
        if mode != _PLAIN_FILE:
            raise refused(f"{self.path} is no plain file on that branch")
        return sha

    def _blob(self, sha: str) -> bytes:
        kept = bytearray()
        for chunk in stream_git(self.repo, "cat-file", "blob", sha, timeout_s=self.timeout_s):
            kept += chunk if len(kept) < _MAX_BYTES else b""
        return bytes(kept)

    def _tree(self, commit: str, blob: str) -> str:
        """Return the tree of a commit with the report in its place."""
        with tempfile.TemporaryDirectory(prefix="bqx-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            entry = f"{_PLAIN_FILE},{blob},{self.path}"
            self._git("read-tree", commit, more=index)
            self._git("update-index", "--add", "--cacheinfo", entry, more=index)
            return self._git("write-tree", more=index)

    def _move(self, state: BranchState, new: str) -> None:
        old = state.tip or "0" * len(new)  # zeros: it must not be there yet
        asked = ("update-ref", "--no-deref", "-m", self.subject, state.ref, new, old)
        try:
            self._git(*asked)
        except GitFailedError as error:
            if any(words in error.stderr for words in _TAKEN):
                raise _MovedError from error
            raise

    def _git(
        self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None
    ) -> str:
        environment = {**self.who, **(more or {})}
        return run_git(
            self.repo,
            *arguments,
            timeout_s=self.timeout_s,
            stdin=stdin,
            environment=environment,
        )


def _who(author: str, now: datetime) -> dict[str, str]:
    name, _, mail = author.partition(" <")
    mail = mail.removesuffix(">")
    if not name.strip() or not mail or not author.isprintable() or set("<>") & set(name + mail):
        raise refused("an author is written as “Name <mail address>”")
    moment = f"@{int(now.timestamp())} +0000"
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", mail), ("DATE", moment))
    }


def _one_line(subject: str) -> str:
    line = " ".join("".join(s if s.isprintable() else " " for s in subject).split())
    if not line:
        raise refused("a commit needs a subject")
    return line[:_MAX_SUBJECT]
