"""Who is who: the plan's "Assigned To" words and git's authors, matched with Slack's members."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.plan import Member, Stage, Task

MAX_NAME = 150  # characters of a name that can be claimed
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]{2,20})(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class CommitAuthor:
    """Somebody in git, by the name and e-mail of their commits, and how many there are."""

    name: str
    email: str
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """
    A name that stands in the plan or in git and is no member's.

    Args:
        name: What is claimed: an "Assigned To" word, an author's e-mail, else their name.
        also: The author's name beside the e-mail, "" where there is none.
        stages, tasks, commits: How many carry it.
    """

    name: str
    also: str = ""
    stages: int = 0
    tasks: int = 0
    commits: int = 0


def folded(name: str) -> str:
    """Return a name as names are compared: without case and outer or doubled spaces."""
    return " ".join(name.split()).casefold()


def holders(members: Iterable[Member]) -> Mapping[str, tuple[str, ...]]:
    """
    Return the Slack ids of everybody who goes by a name, by the folded name.

    A name that was mapped belongs to whom it was mapped to, whoever is called so in Slack. Bots
    and people who have left go by none.
    """
    people = [member for member in members if member.is_active and not member.is_bot]
    called: dict[str, list[str]] = {}
    for member in people:
        called.setdefault(folded(member.name), []).append(member.id)
    mapped: dict[str, list[str]] = {}
    for member in people:
        for name in {folded(alias) for alias in member.aliases}:
            mapped.setdefault(name, []).append(member.id)
    return {name: tuple(ids) for name, ids in (called | mapped).items() if name}


def unmatched(
    members: Iterable[Member],
    stages: Iterable[Stage],
    tasks: Iterable[Task],
    authors: Iterable[CommitAuthor],
) -> list[Unmatched]:
    """Return the names that are nobody's or several people's: the plan's first, most used first."""
    known = {name for name, ids in holders(members).items() if len(ids) == 1}
    words: dict[str, str] = {}  # as first written, by the folded name
    of_stages: Counter[str] = Counter()
    of_tasks: Counter[str] = Counter()
    for counter, records in ((of_stages, stages), (of_tasks, tasks)):
        for record in records:
            name = folded(record.owner_text or "")
            if name and name not in known and record.owner_id is None:
                words.setdefault(name, " ".join((record.owner_text or "").split()))
                counter[name] += 1
    found = [
        Unmatched(name=word, stages=of_stages[name], tasks=of_tasks[name])
        for name, word in words.items()
    ]
    found.sort(key=lambda one: (-one.stages - one.tasks, folded(one.name)))
    return [*found, *_strangers(authors, known | set(words))]


def _strangers(authors: Iterable[CommitAuthor], known: set[str]) -> list[Unmatched]:
    found: dict[str, Unmatched] = {}
    for author in authors:
        name = " ".join((author.email or author.name).split())
        if not name or {folded(author.email), folded(author.name)} & known:
            continue
        before = found.get(folded(name))
        commits = author.commits + (before.commits if before else 0)
        also = before.also if before else author.name if author.email else ""
        found[folded(name)] = Unmatched(name=name, also=also, commits=commits)
    return sorted(found.values(), key=lambda one: (-one.commits, folded(one.name)))


def members_named(members: Sequence[Member], word: str) -> list[Member]:
    """Return whom a mention, "@ana", "ana" or another known name means: none, one or several."""
    if match := _MENTION.fullmatch(word.strip()):
        return [member for member in members if member.id == match["id"]]
    wanted = folded(word.strip().removeprefix("@"))
    if not wanted:
        return []
    exact = [m for m in members if m.id.casefold() == wanted or folded(m.name) == wanted]
    return exact or [m for m in members if wanted in {folded(alias) for alias in m.aliases}]


def split_person(rest: str) -> tuple[str, str]:
    """Return the parts of "DATA-001 @ana": the words before the last person, and the person."""
    match = re.search(r"(?:^|\s)(<@[UW][A-Z0-9]+(?:\|[^>]*)?>|@\S.*)$", rest.strip())
    if match is None:
        return rest.strip(), ""
    return rest.strip()[: match.start()].strip(), match[1].strip()
