"""Comments in the code of a clone at HEAD: `git grep` says where to look, blobs are read whole."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.git.attributes import vendored_by
from bot.adapters.git.process import GitFailedError, run_git, stream_git
from bot.adapters.git.records import clean
from bot.domain.code_comments import MARKERS, CodeComment, comments_of
from bot.domain.code_lists import Blame
from bot.domain.comment_syntax import has_comments
from bot.errors import NotAssessedError
from bot.ports.code import CodeAtHead

MAX_FILE_BYTES = 512 << 10
MAX_ALL_BYTES = 64 << 20
MAX_FILES = 5_000
MAX_COMMENTS = 2_000
BLAME_S = 5.0
PICKAXE_S = 20.0
_NAMED = "([Ff]ix(es|ed)?|[Cc]los(es|ed)|[Rr]esolv(es|ed)|[Ss]ee|[Ii]ssues?|[Bb]ug) +#[0-9]"
_PATTERN = "|".join((*MARKERS, "ISS-[0-9][0-9][0-9]", _NAMED))
_GREP = (
    *("grep", "-l", "-z", "-I", "-E", "--full-name", "--no-textconv", "--no-color"),
    "--no-recurse-submodules",
)
_FOREIGN = re.compile(
    r"(?:^|/)(?:node_modules|vendor|vendored|third[_-]party|bower_components|site-packages"
    r"|\.?venv|dist)/|\.min\.(?:js|css)$|_pb2(?:_grpc)?\.pyi?$|(?:^|/)package-lock\.json$"
)
_PLAIN_FILES = (b"100644", b"100755")
_SHA = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True)
class GitCode:
    """
    Reads any clone: a work tree or a bare repository. Never writes, never checks out.

    Args:
        timeout_s: Longest time for one question to git; four are asked where HEAD has moved.
    """

    timeout_s: float = 60.0
    _last: dict[Path, CodeAtHead] = field(default_factory=dict)

    def at_head(self, repo: Path) -> CodeAtHead:
        """Return what the comments say: see `CodeReader.at_head`."""
        sha = self._head(repo)
        known = self._last.get(repo)
        if known is None or known.sha != sha:
            known = self._read(repo, sha)
            self._last[repo] = known
        return known

    def _head(self, repo: Path) -> str:
        asked = ("rev-parse", "-q", "--verify", "HEAD^{commit}")
        try:
            return run_git(repo, *asked, timeout_s=self.timeout_s)
        except GitFailedError as error:
            raise NotAssessedError("it has no commit yet.") from error

    def _read(self, repo: Path, sha: str) -> CodeAtHead:
        paths = self._candidates(repo, sha)
        if not paths:
            return CodeAtHead(sha=sha)
        blobs = self._blobs(repo, sha, paths)
        small = {path: blob for path, (blob, size) in blobs.items() if size <= MAX_FILE_BYTES}
        unread = {_shown(path) for path in blobs.keys() - small.keys()}
        found: list[CodeComment] = []
        is_whole = True
        read, taken = 0, dict(list(small.items())[:MAX_FILES])
        for path, content in zip(taken, self._contents(repo, taken.values()), strict=True):
            read += len(content)
            if read > MAX_ALL_BYTES or len(found) >= MAX_COMMENTS:
                is_whole = False  # the rest is drained: git has to end by itself
                continue
            found += comments_of(_shown(path), content.decode("utf-8", errors="replace"))
        return CodeAtHead(
            sha=sha,
            comments=tuple(found[:MAX_COMMENTS]),
            unread=frozenset(unread),
            is_whole=is_whole and len(taken) == len(small) and len(found) <= MAX_COMMENTS,
        )

    def _candidates(self, repo: Path, sha: str) -> set[str]:
        """Return the paths of the team's own files in which it is worth to look."""
        try:
            output = b"".join(
                stream_git(repo, *_GREP, "-e", _PATTERN, sha, timeout_s=self.timeout_s)
            )
        except GitFailedError as error:
            if error.status == 1:  # nothing found
                return set()
            raise
        paths = (part.split(":", 1)[1] for part in _words(output))
        own = {path for path in paths if has_comments(path) and not _FOREIGN.search(path)}
        is_vendored = vendored_by(self._attributes(repo, sha))
        return {path for path in own if not is_vendored(path)}

    def _attributes(self, repo: Path, sha: str) -> str:
        asked = ("cat-file", "blob", f"{sha}:.gitattributes")
        try:
            return run_git(repo, *asked, timeout_s=self.timeout_s)[:MAX_FILE_BYTES]
        except GitFailedError:
            return ""

    def _blobs(self, repo: Path, sha: str, paths: set[str]) -> Mapping[str, tuple[str, int]]:
        """Return blob and size of those paths that are plain files, in the tree's order."""
        asked = ("ls-tree", "-r", "-z", "-l", "--full-tree", sha)
        output = b"".join(stream_git(repo, *asked, timeout_s=self.timeout_s))
        found = {}
        for row in output.split(b"\0"):
            head, _, name = row.partition(b"\t")
            path = _text(name)
            if path in paths and head.startswith(_PLAIN_FILES):
                _, _, blob, size = head.decode("ascii").split()
                found[path] = (blob, int(size))
        return found

    def _contents(self, repo: Path, blobs: Iterable[str]) -> Iterator[bytes]:
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        chunks = stream_git(repo, "cat-file", "--batch", timeout_s=self.timeout_s, stdin=asked)
        buffer = bytearray()
        for chunk in chunks:
            buffer += chunk
            while (end := buffer.find(b"\n")) >= 0:
                size = int(bytes(buffer[:end]).split()[-1])
                if len(buffer) < end + size + 2:
                    break
                yield bytes(buffer[end + 1 : end + 1 + size])
                del buffer[: end + size + 2]

    def blame(self, repo: Path, sha: str, path: str, line: int) -> Blame | None:
        """Return who wrote a line: see `CodeReader.blame`."""
        place = f"-L{int(line)},{int(line)}"
        asked = ("-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "--no-textconv")
        try:
            told = run_git(repo, *asked, place, _checked(sha), "--", path, timeout_s=BLAME_S)
        except NotAssessedError:
            return None
        said = dict(row.partition(" ")[::2] for row in told.split("\n") if row[:1] != "\t")
        seconds = said.get("author-time", "")
        if not seconds.isdigit() or int(seconds) > datetime(9999, 1, 1, tzinfo=UTC).timestamp():
            return None
        return Blame(
            author=clean(said.get("author", ""))[:100],
            email=clean(said.get("author-mail", "").strip("<>"))[:200],
            at=datetime.fromtimestamp(int(seconds), UTC),
        )

    def removed_in(self, repo: Path, sha: str, path: str, text: str) -> str:
        """Return who took these words out: see `CodeReader.removed_in`."""
        if not text:
            return ""
        asked = (
            "log",
            "-1",
            "--format=%H",
            "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature",
        )
        try:
            said = run_git(
                repo, *asked, f"-S{text}", _checked(sha), "--", path, timeout_s=PICKAXE_S
            )
        except NotAssessedError:
            return ""
        return said if _SHA.fullmatch(said) else ""


def _words(output: bytes) -> Iterator[str]:
    return (_text(part) for part in output.split(b"\0") if part)


def _text(raw: bytes) -> str:
    # A path of any bytes is told from another one, and comes back as these bytes.
    return raw.decode("utf-8", errors="surrogateescape")


def _shown(path: str) -> str:
    """Return a path as text that can be kept and shown."""
    return clean(path.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace"))


def _checked(sha: str) -> str:
    """Return a sha that is one: it may have come from a database."""
    if not _SHA.fullmatch(sha):
        raise NotAssessedError("that is no commit.")
    return sha
