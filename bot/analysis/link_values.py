"""What goes into the matching of commits and plan, and what comes out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    A task or stage that a commit may belong to.

    Args:
        key: Our key of the record.
        order: Its place in the order of creation; None where nobody knows.
    """

    key: str
    title: str
    description: str = ""
    order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    A commit as the matching sees it.

    Args:
        at: Committer date, aware.
        author: One name for one person, however it is chosen.
        text: The whole message; its first line is the subject.
        paths: Files it changed.
    """

    id: str
    at: datetime
    author: str
    text: str
    paths: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.text.lstrip().split("\n", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A commit and a candidate it belongs to: it names it, or a person said so."""

    work_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    Why the best candidate is the best, for a person to judge.

    Args:
        words: Words that message and candidate share, the most telling first.
        paths: Files of the commit that commits linked to the candidate changed too.
        same_author_hours: Between this commit and the author's nearest one linked to the
            candidate; None where there is none.
        anyone_hours: The same for everybody's commits.
        linked_count: Commits linked to the candidate already.
    """

    words: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    same_author_hours: float | None = None
    anyone_hours: float | None = None
    linked_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """
    The candidates of one commit.

    Args:
        ranked: Keys with the chance that the commit belongs to them, best first.
        undocumented: Chance that the commit belongs to nothing in the plan.
        margin: Chance of the best less that of the second, 0 where there is none.
        evidence: Why the best one; None where nothing is ranked.
    """

    work_id: str
    ranked: tuple[tuple[str, float], ...]
    undocumented: float
    margin: float
    evidence: Evidence | None = None

    @property
    def score(self) -> float:
        """Chance of the best candidate, 0 where there is none."""
        return self.ranked[0][1] if self.ranked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """
    From where on a ranking counts.

    Args:
        link: Least score for a question to the author.
        auto: Least score to write the link unasked; None while that is off.
        margin: Least lead over the second for the same.
        undocumented: Least chance for a question "which task was this?".
    """

    link: float
    auto: float | None
    margin: float
    undocumented: float
