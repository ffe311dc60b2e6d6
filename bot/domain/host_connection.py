"""Where a project stands with its code host: what a first look found, who said yes, troubles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.host_steps import leaves, title_here
from bot.domain.issues import Issue, Severity
from bot.domain.lookalikes import LookalikesOfMany

SHOWN = 10  # titles, and pairs, of a first look
READING = "read"  # the key of a trouble with reading; with writing it is the issue's
_FORGIVEN = {401, 403, 404, 410}  # refused to whoever asks, whatever the issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An open issue of the host, as far as a first look shows it; `title` is spelled as ours."""

    number: int
    title: str
    level: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """
    What keeping a code host in step would do at first: nothing was written for it.

    Args:
        count: Open issues there that would become issues here.
        titles: The first of them, as ("#12", "Sum is wrong").
        levels: How many of them are of a level, by "1" to "4".
        same: Numbers there by keys here: of one title, so each pair becomes one issue.
        alike: As ("#12", "Sum is wrong", "ISS-004", "The sum is wrong"): named only.
        alike_count: How many there are; `alike` has the first.
        outward: Issues filed from the code that would be made there.
    """

    count: int = 0
    titles: tuple[tuple[str, str], ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    same: Mapping[str, int] = field(default_factory=dict)
    alike: tuple[tuple[str, str, str, str], ...] = ()
    alike_count: int = 0
    outward: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTrouble:
    """
    Something that the code host refuses until a person mends it.

    Args:
        key: `READING`, or the key of the issue that can't be written.
        status: The HTTP status.
        why: What the host says, in our words; `detail` in its own.
    """

    key: str
    status: int
    why: str
    detail: str = ""
    at: datetime

    @property
    def cause(self) -> str:
        """What several troubles have in common, so that people are told of it once."""
        whose = "" if self.status in _FORGIVEN else self.key
        return f"{self.status}:{'read' if self.key == READING else 'write'}:{whose}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConnection:
    """
    A project's code host, and how far both sides are in step.

    Args:
        host: For people: "GitHub".
        repo: "owner/name".
        looked_at: When `look` was taken, or was tried; None of it where the host refused.
        agreed_at: Since when both sides are kept in step; None until a person says yes.
        seen_until: Until when the host's changes are taken over; None before the first time.
    """

    host: str
    repo: str
    looked_at: datetime
    look: FirstLook | None = None
    agreed_at: datetime | None = None
    agreed_by: str | None = None
    seen_until: datetime | None = None
    troubles: tuple[HostTrouble, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether anything may be written on either side."""
        return self.agreed_at is not None

    def with_trouble(self, trouble: HostTrouble) -> "HostConnection":
        """Return the connection with a trouble, in the place of an earlier one of its key."""
        others = tuple(each for each in self.troubles if each.key != trouble.key)
        return replace(self, troubles=(*others, trouble))

    def without_trouble(self, key: str) -> "HostConnection":
        """Return the connection without the trouble of this key."""
        return replace(self, troubles=tuple(each for each in self.troubles if each.key != key))


def first_look(
    theirs: Iterable[Candidate], issues: Iterable[Issue], marks: Iterable[CodeLink]
) -> FirstLook:
    """
    Return what the first connection would do.

    Restricted issues are compared with nothing: their words are for few, and this is for several.

    Args:
        issues: All issues of the project.
        marks: What ties some of them to comments in the code.
    """
    known, found = list(issues), list(theirs)
    mine = [issue for issue in known if issue.is_live and leaves(issue)]
    by_title = {title_here(issue.title): issue.key for issue in reversed(mine)}
    same: dict[str, int] = {}
    taken = []
    for each in found:
        key = by_title.get(each.title)
        if key is None or key in same:
            taken.append(each)
        else:
            same[key] = each.number
    known_titles = LookalikesOfMany(mine)
    pairs = ((each, known_titles.of(each.title)) for each in taken)
    alike = [(f"#{each.number}", each.title, ours.key, ours.title) for each, ours in pairs if ours]
    levels = Counter(str(each.level.value) for each in taken)
    return FirstLook(
        count=len(taken),
        titles=tuple((f"#{each.number}", each.title) for each in taken[:SHOWN]),
        levels=dict(levels),
        same=same,
        alike=tuple(alike[:SHOWN]),
        alike_count=len(alike),
        outward=sum(issue.key not in same for issue in not_there_yet(known, marks)),
    )


def not_there_yet(issues: Iterable[Issue], links: Iterable[CodeLink]) -> list[Issue]:
    """Return the open issues filed from the code that the host does not have."""
    known = list(links)
    marked = {link.issue_key for link in known if link.source is CodeSource.TODO}
    there = {link.issue_key for link in known if link.source is CodeSource.HOST}
    wanted = marked - there
    return [each for each in issues if each.key in wanted and each.is_live and leaves(each)]
