"""Large git repositories for the measurements: the same bytes for the same arguments."""

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FILES = 9_600
_DIRECTORIES = (24, 20)  # above the files: 24 parts of 20 modules with 20 files each
_PEOPLE = 300
_BLOBS = 500  # contents; reading history never opens one
_BEGIN = 1_000_000_000
_STEP_S = 5_000  # between two commits
_TOPIC = (2, 6)  # commits on a merged branch
_WORDS = (  # of subjects and messages
    "add fix handle board driver clock reset pinmux buffer cache memory page timer network"
    " device tree support remove unused convert common code the of for when to in is this"
)


@dataclass
class _History:
    """The stream of one history; `number` is the mark of the commit written last."""

    chance: random.Random
    merges: bool
    number: int = 0
    main: int = 0
    files: list[bytes] = field(default_factory=list)
    words: list[str] = field(default_factory=_WORDS.split)

    def chunks(self, commits: int) -> Iterator[bytes]:
        """Yield the whole input of fast-import."""
        parts, modules = _DIRECTORIES
        self.files = [
            b"part%02d/module_%02d/source_%03d.c"
            % (number % parts, number // parts % modules, number // (parts * modules))
            for number in range(FILES)
        ]
        for blob in range(_BLOBS):
            content = b"int value = %d;\n" % blob
            yield b"blob\nmark :%d\ndata %d\n%s\n" % (commits + 1 + blob, len(content), content)
        yield from self._first(commits)
        while self.number < commits:
            if self.merges and self.chance.random() < 0.2:
                yield from self._topic(commits)
            else:
                yield self._commit(self.main, self._message(), commits)
                self.main = self.number
        yield b"reset refs/heads/main\nfrom :%d\n" % self.main

    def _first(self, blobs_from: int) -> Iterator[bytes]:
        """Yield the import of the whole tree, as most projects begin."""
        yield self._head(b"Import the sources\n", ())
        for place, path in enumerate(self.files):
            yield b"M 100644 :%d %s\n" % (blobs_from + 1 + place % _BLOBS, path)
        self.main = self.number

    def _topic(self, commits: int) -> Iterator[bytes]:
        tip = self.main
        for _ in range(self.chance.randint(*_TOPIC)):
            yield self._commit(tip, self._message(), commits)
            tip = self.number
        yield self._commit(self.main, self._message(), commits)  # main goes on meanwhile
        self.main = self.number
        topic = b"Merge branch 'feature/%d.%d' into main\n"
        yield self._head(topic % (self.number % 20, self.number % 9), (self.main, tip))
        self.main = self.number

    def _commit(self, parent: int, message: bytes, blobs_from: int) -> bytes:
        near = self.chance.randrange(FILES)
        changed = (
            b"M 100644 :%d %s\n"
            % (
                blobs_from + 1 + self.chance.randrange(_BLOBS),
                self.files[(near + step * self.chance.randint(1, 40) * 24) % FILES],
            )
            for step in range(min(12, int(self.chance.expovariate(0.45)) + 1))
        )
        return self._head(message, (parent,)) + b"".join(changed)

    def _head(self, message: bytes, parents: tuple[int, ...]) -> bytes:
        self.number += 1
        when = _BEGIN + self.number * _STEP_S
        person = self.chance.randrange(_PEOPLE)
        who = b"Person %d <person.%d@example.org> %d +0100" % (person, person, when)
        lines = [b"commit refs/heads/main\nmark :%d\nauthor %s\n" % (self.number, who)]
        lines.append(b"committer %s\ndata %d\n%s\n" % (who, len(message), message))
        keywords = (b"from", *[b"merge"] * len(parents))
        lines += [b"%s :%d\n" % pair for pair in zip(keywords, parents, strict=False)]
        return b"".join(lines)

    def _message(self) -> bytes:
        subject = " ".join(self.chance.choices(self.words, k=7))
        paragraphs = [
            "\n".join(
                " ".join(self.chance.choices(self.words, k=11))
                for _ in range(self.chance.randint(1, 6))
            )
            for _ in range(self.chance.randint(0, 2))
        ]
        signed = "Signed-off-by: A Person <a.person@example.org>\n"
        return "\n\n".join([f"part: {subject}", *paragraphs, signed]).encode()


def large_repository(folder: Path, commits: int, *, merges: bool = False, seed: int = 1) -> Path:
    """
    Return a new bare repository in `folder` with about so many commits on `main`.

    Its measures are those of a long-lived C project: 9,600 files three deep, two or three changed
    by a commit, messages of some lines with a signature.

    Args:
        merges: Two commits of three come with a merged branch.
        seed: Another one is another history.
    """
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    history = _History(random.Random(seed), merges)
    child = subprocess.Popen(
        ["git", "-C", str(folder), "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE
    )
    with child:
        for chunk in history.chunks(commits):
            child.stdin.write(chunk)  # type: ignore[union-attr]  # a pipe, as asked for above
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, "git fast-import")
    return folder


def git_answer(repo: Path, *arguments: str) -> str:
    """Return what a git command prints."""
    command = ["git", "-C", str(repo), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
