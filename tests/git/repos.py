"""Small real repositories, made with git itself."""

import os
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


def git(folder: Path, *arguments: str, at: datetime | None = None, text: bytes = b"") -> str:
    """Run git in a folder as a fixed person, at a fixed time; return what it prints."""
    moment = f"{int(at.timestamp())} +0000" if at else "1700000000 +0000"
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_DATE": moment,
    }
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=environment,
        input=text,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode(errors="replace").strip()


@dataclass(frozen=True)
class SmallRepo:
    """A repository whose commits a test writes one by one."""

    path: Path

    def commit(self, message: str | bytes, at: datetime, *files: str) -> str:
        """Commit a message with a new line in each file; return the sha."""
        for file in files:
            place = self.path / file
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a") as stream:
                stream.write(f"{at}\n")
            git(self.path, "add", "--", file)
        raw = message if isinstance(message, bytes) else message.encode()
        git(self.path, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", at=at,
            text=raw)  # fmt: skip
        return git(self.path, "rev-parse", "HEAD")

    def raw_commit(self, author_line: bytes, message: bytes, at: datetime) -> str:
        """Put any bytes into a commit, as a careless or hostile tool would."""
        tree = git(self.path, "hash-object", "-t", "tree", "-w", "--stdin")
        head = [line for line in [git(self.path, "for-each-ref", "--format=%(objectname)")] if line]
        raw = b"tree %b\n" % tree.encode()
        raw += b"".join(b"parent %b\n" % line.encode() for line in head)
        raw += b"author %b\n" % author_line
        raw += b"committer Ada <ada@example.org> %d +0000\n\n" % int(at.timestamp())
        kind = ("hash-object", "-t", "commit", "-w", "--stdin", "--literally")
        sha = git(self.path, *kind, text=raw + message)
        git(self.path, "update-ref", "refs/heads/main", sha)
        return sha


def make_repo(path: Path, *options: str) -> SmallRepo:
    """Return a new repository on the branch `main`."""
    subprocess.run(["git", "init", "-q", "-b", "main", *options, str(path)], check=True)
    return SmallRepo(path)
