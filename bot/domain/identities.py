"""Who is who: names that are typed, the plan's words and git's authors are Slack's members."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.domain.plan import Member, Stage, Task
from bot.domain.typed import shown
from bot.errors import UserError

MAX_NAME = 150  # characters of a name that can be claimed
MAX_NAMED = 5  # people that one sentence names
MYSELF = frozenset({"me", "myself"})
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]{2,20})(?:\|[^>]*)?>")
_MAX_WORDS = 8  # of one name
_LIKE = 70  # of 100: "kara" is 75 to "cara"
_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})

_Names = Callable[[Member], Iterable[str]]
# The first way in which a word names anybody decides; a mapped name is whose it was mapped to.
_KNOWN_AS: Sequence[_Names] = (
    lambda member: member.aliases,
    lambda member: (member.name,),
    lambda member: (member.real_name,),
)
_SPOKEN_OF: Sequence[_Names] = (
    lambda member: (member.id,),
    *_KNOWN_AS,
    lambda member: (
        first for each in (member.name, member.real_name) for first in each.split()[:1]
    ),
)


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
    """Return a name as names are compared: without case, accents, outer or doubled spaces."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", name).casefold())
    return " ".join(bare.translate(_LETTERS).split())


def holders(members: Iterable[Member], *, gone: bool = False) -> Mapping[str, tuple[str, ...]]:
    """
    Return the Slack ids of everybody who goes by a name, by the folded name.

    A name that was mapped belongs to whom it was mapped to, whoever is called so in Slack, and
    Slack's shorter name comes before anybody's full one. Bots and people who have left go by none
    without `gone`.
    """
    people = [member for member in members if member.is_here or gone]
    found: dict[str, tuple[str, ...]] = {}
    for names in _KNOWN_AS:
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for member in people:
            for name in _folded(names(member)):
                ids[name].append(member.id)
        found = {name: tuple(those) for name, those in ids.items()} | found
    return found


def member_ids(members: Iterable[Member], *, gone: bool = False) -> Mapping[str, str]:
    """Return Slack ids by every folded name of a person; a name of two people is nobody's."""
    held = holders(members, gone=gone)
    return {name: ids[0] for name, ids in held.items() if len(ids) == 1}


def called(members: Iterable[Member], word: str) -> list[Member]:
    """
    Return whom of the members a name means, "@" before it or not: none, one or several.

    By Slack id, a name that was mapped to them, the name Slack shows, their real name, or the
    first name alone.
    """
    wanted, everybody = folded(word.strip().removeprefix("@")), list(members)
    for names in _SPOKEN_OF if wanted else ():
        if found := [member for member in everybody if wanted in _folded(names(member))]:
            return found
    return []


def find_person(
    word: str, members: Sequence[Member], me: str | None, *, then: str = "", gone: bool = False
) -> Member:
    """
    Return the one person whom a mention or a name means; "me" is the asker.

    Args:
        me: Slack id of the asker; None on the command line.
        then: What else to do, said behind a refusal.
        gone: Whether bots, who has left and whom the directory lacks can be meant, too.

    Raises:
        UserError: it means nobody, several or, without `gone`, nobody who is still here; the text
            names who may be meant.
    """
    said = word.strip()
    if folded(said.removeprefix("@")) in MYSELF:
        return _asker(members, me)
    found = _meant(said, members, gone=gone)
    if len(found) != 1:
        raise UserError(f"{_unclear(said, found, members)} {then}".rstrip())
    if not gone:
        check_here(found[0], then)
    return found[0]


def check_here(member: Member, then: str = "") -> None:
    """
    Let those pass who are people of the workspace.

    Raises:
        UserError: it is a bot, or somebody who has left.
    """
    if not member.is_here:
        what = "is a bot" if member.is_bot else "has left the workspace"
        raise UserError(f"<@{member.id}> {what}: choose somebody who is here. {then}".rstrip())


def _meant(said: str, members: Sequence[Member], *, gone: bool) -> list[Member]:
    if mention := _MENTION.fullmatch(said):
        unknown = [Member(id=mention["id"], name=mention["id"])] if gone else []
        return [member for member in members if member.id == mention["id"]] or unknown
    able = [member for member in members if member.is_here or gone]
    return called(able, said) or called(members, said)[:1]


def _asker(members: Iterable[Member], me: str | None) -> Member:
    if me is None:
        raise UserError("“me” is nobody on the command line: give a name.")
    return next((each for each in members if each.id == me), Member(id=me, name=me))


def _unclear(said: str, found: Sequence[Member], members: Iterable[Member]) -> str:
    if found:
        who = " or ".join(f"<@{member.id}>" for member in found[:MAX_NAMED])
        return f"“{shown(said)}” may be {who}: mention one, or write their Slack id."
    if mention := _MENTION.fullmatch(said):
        return f"I don't know <@{mention['id']}> yet: I read Slack's members once a day."
    near = _nearest(folded(said.removeprefix("@")), members)
    guess = f" Did you mean <@{near}>?" if near else ""
    return f"I know nobody called “{shown(said)}”.{guess}"


def _nearest(name: str, members: Iterable[Member]) -> str | None:
    ids = {
        each: member.id
        for names in reversed(_SPOKEN_OF)
        for member in members
        for each in _folded(names(member))
        if member.is_here
    }
    near = process.extractOne(name, list(ids), scorer=fuzz.WRatio, score_cutoff=_LIKE)
    return ids[near[0]] if near else None


def _folded(names: Iterable[str]) -> set[str]:
    return {folded(name) for name in names} - {""}


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


def leading_person(text: str, members: Iterable[Member]) -> tuple[str, str]:
    """
    Return the parts of "@ana reyes until Friday": the person at the beginning, and the rest.

    The longest name that anybody has is taken, one word where nobody has any; ("", text) where
    neither a mention nor "@" begins it.
    """
    said = text.strip()
    if match := _MENTION.match(said):
        return match[0], said[match.end() :].strip()
    if not said.startswith("@"):
        return "", said
    everybody = list(members)
    ends = [word.end() for word in re.finditer(r"\S+", said)][:_MAX_WORDS]
    end = next((each for each in reversed(ends) if called(everybody, said[:each])), ends[0])
    return said[:end], said[end:].strip()


def split_person(rest: str) -> tuple[str, str]:
    """Return the parts of "DATA-001 @ana": the words before the last person, and the person."""
    match = re.search(r"(?:^|\s)(<@[UW][A-Z0-9]+(?:\|[^>]*)?>|@\S.*)$", rest.strip())
    if match is None:
        return rest.strip(), ""
    return rest.strip()[: match.start()].strip(), match[1].strip()
