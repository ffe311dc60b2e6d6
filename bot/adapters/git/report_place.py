"""Where reports belong in a project repo, and how a file of ours is known again."""

import hashlib
import re

from bot.errors import RefusedError

FOLDERS = ("docs/gap_assessments", "docs/issues", "docs/debt")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.md")
_MARK = re.compile(rb"<!-- bqx-cadence sha256:([0-9a-f]{64}) -->\n?\Z")


def checked_place(path: str) -> tuple[str, str]:
    """
    Return folder and name of a report's path, relative to the repository.

    Raises:
        RefusedError: it lies elsewhere, or the name is not a plain one.
    """
    folder, _, name = path.rpartition("/")
    if folder not in FOLDERS or not _NAME.fullmatch(name):
        places = " or ".join(f"{place}/" for place in FOLDERS)
        raise refused(f"reports go into {places}, under a plain name that ends in .md")
    return folder, name


def marked(text: str) -> bytes:
    """Return the bytes of a report with our checksum below it."""
    body = (text.rstrip("\n") + "\n").encode("utf-8", errors="replace")
    return body + f"<!-- bqx-cadence sha256:{_checksum(body)} -->\n".encode()


def is_untouched(content: bytes) -> bool:
    """Whether a file is one of ours that nobody has edited."""
    content = content.replace(b"\r\n", b"\n")  # git may have checked it out that way
    match = _MARK.search(content)
    return match is not None and match[1].decode() == _checksum(content[: match.start()])


def refused(reason: str) -> RefusedError:
    """Return the error of a report that can't be put into its place."""
    return RefusedError("The project repo", reason)


def edited_by_hand(path: str) -> RefusedError:
    """Return the error of a report whose place holds what a person wrote."""
    return refused(f"{path} was edited by hand, so I leave it as it is")


def _checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
