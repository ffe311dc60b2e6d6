"""What the core asks of the code itself: what its comments mark, and who wrote that."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.code_comments import CodeComment
from bot.domain.code_lists import Blame


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAtHead:
    """
    What the comments of one repository say at HEAD.

    Args:
        sha: The commit that was read.
        unread: Paths that were left out for their size; nothing is claimed about them.
        is_whole: False where a limit ended the reading: what is missed may still be there.
    """

    sha: str
    comments: tuple[CodeComment, ...] = ()
    unread: frozenset[str] = frozenset()
    is_whole: bool = True


class CodeReader(Protocol):
    """The code of a clone, a work tree or bare: read at HEAD, never checked out."""

    def at_head(self, repo: Path) -> CodeAtHead:
        """
        Return what the comments say; the same HEAD again is answered from memory.

        Raises:
            NotAssessedError: the repository is missing, empty, or can't be read; says why.
        """
        ...

    def blame(self, repo: Path, sha: str, path: str, line: int) -> Blame | None:
        """Return who wrote a line of a commit; None where git can't say within some seconds."""
        ...

    def removed_in(self, repo: Path, sha: str, path: str, text: str) -> str:
        """Return the newest commit up to `sha` that took these words out of a file, "" for none."""
        ...
