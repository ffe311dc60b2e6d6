"""What a member asks of the audit trail: `1.5.4 by @ana since Monday`, in any order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.domain.identities import MYSELF
from bot.domain.items import Item
from bot.domain.trail import Operation
from bot.domain.typed import shown

MAX_TYPED = 300  # characters; a button carries them to the next page
FORMATS = ("csv", "json")

_WORD = re.compile(r"<@[^>]*>|\S+")
_DATE = re.compile(r"((?:19|20|21)\d\d)-(\d{1,2})-(\d{1,2})")
_COUNT = re.compile(r"\d{1,4}")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}  # hours
_SINCE, _UNTIL = ("since", "from", "after"), ("until", "till", "to", "before")
_KEYWORDS = (*_SINCE, *_UNTIL, "by", "on", "today", "yesterday", "this", "last", "about")
_NOISE = {"of", "for", "the", "stage", "task", "issue", "and", "in"}
_SETTINGS = {"team", "settings"}
_WHEN_HINTS = ("today", "yesterday", *_DAYS)
_LIKE = 70  # of 100: "sinec" is 80 to "since", "yesteday" 94
_WHEN = "Write a date (`2025-11-10`), a day (`Monday`, `yesterday`), or `3 days ago`."


class HistoryTextError(ValueError):
    """What was typed can't be read; the text says where and what was probably meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryAsk:
    """
    What is asked of the audit trail.

    Args:
        subject: A stage, task or issue as it was typed, or a name; "" for the whole project.
        settings: The team's settings and pauses are asked for.
        who: Whose changes: "<@U1>", "@ana", "ana" or "me"; "" for everybody's.
        about: The person whose own settings are asked for, written in the same ways.
        since, until: From this moment, and before that one (UTC).
    """

    subject: str = ""
    settings: bool = False
    who: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """
    One message's worth of the audit trail, newest first.

    Args:
        title: Whose history, plain text; "" for the whole project's.
        names: The items of the rows, by kind and key, as they are now.
        undoable: The operations that the asker may take back.
        older: `newest` of the last operation, where older ones follow; None at the end.
    """

    title: str
    operations: tuple[Operation, ...]
    names: Mapping[tuple[str, str], Item]
    undoable: frozenset[str]
    older: int | None = None


def split_export(text: str) -> tuple[str | None, str]:
    """Return the format of `export csv …` and the rest; None where nothing is to be exported."""
    words = text.split(maxsplit=2)
    if not words or words[0].lower() != "export":
        return None, text.strip()
    if len(words) > 1 and words[1].lower() in FORMATS:
        return words[1].lower(), words[2] if len(words) > 2 else ""  # noqa: PLR2004 - the rest
    return FORMATS[0], " ".join(words[1:])


def parse_history(text: str, now: datetime, zone: ZoneInfo) -> HistoryAsk:
    """
    Return what is asked for.

    Args:
        zone: In which days begin for whoever asks.

    Raises:
        HistoryTextError: it can't be read.
    """
    if len(text) > MAX_TYPED:
        raise HistoryTextError(f"That is more than {MAX_TYPED} characters.")
    return _Reading(_WORD.findall(text), now, zone).ask()


def keyword_like(word: str) -> str | None:
    """Return the word of this grammar that somebody probably meant, None where none is near."""
    found = process.extractOne(word.lower(), _KEYWORDS, scorer=fuzz.ratio, score_cutoff=_LIKE)
    return found[0] if found else None


class _Reading:
    """Read words from the left, each of them once."""

    def __init__(self, words: list[str], now: datetime, zone: ZoneInfo) -> None:
        self._words = words
        self._at = 0
        self._now = now.astimezone(zone)
        self._zone = zone

    def ask(self) -> HistoryAsk:
        ask, subject = HistoryAsk(), list[str]()
        while word := self._next():
            if (told := self._clause(word.lower(), ask)) is not None:
                ask = told
            elif is_person(word):
                ask = replace(ask, who=word)
            elif word.lower() in _SETTINGS:
                ask = replace(ask, settings=True)
            elif word.lower() not in _NOISE:
                subject.append(word)
        if ask.since and ask.until and ask.since >= ask.until:
            raise HistoryTextError("That time ends before it begins.")
        return replace(ask, subject=_one(subject))

    def _clause(self, word: str, ask: HistoryAsk) -> HistoryAsk | None:
        """Read what begins with a keyword; None where the word is none."""
        if word == "by":
            return replace(ask, who=self._person())
        if word in {"about", "person"}:
            return replace(ask, about=self._person()) if self._person_follows() else ask
        if word in _SINCE or word in _UNTIL:
            return self._bounded(word, ask)
        if word not in {"on", "today", "yesterday", "this", "last"}:
            return None
        self._at -= word != "on"
        first, last = self._when()
        return replace(ask, since=first, until=last)

    def _bounded(self, word: str, ask: HistoryAsk) -> HistoryAsk:
        first, last = self._when()
        if word in _SINCE:
            return replace(ask, since=last if word == "after" else first)
        return replace(ask, until=first if word == "before" else last)

    def _next(self) -> str:
        self._at += 1
        return self._words[self._at - 1] if self._at <= len(self._words) else ""

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _person_follows(self) -> bool:
        return is_person(self._peek()) or self._peek().lower() in MYSELF

    def _person(self) -> str:
        """Return one mention, or the words of a name up to the next keyword."""
        if self._person_follows():
            return self._next()
        name = []
        while (word := self._peek()) and word.lower() not in _KEYWORDS:
            name.append(self._next())
        if not name:
            raise HistoryTextError("By whom? Write `by @ana`, `by me`, or a name.")
        return " ".join(name)

    def _when(self) -> tuple[datetime, datetime]:
        """Return the first moment of what is named, and the first one behind it."""
        word = self._next().lower()
        if not word:
            raise HistoryTextError(f"When? {_WHEN}")
        if word in {"this", "last"}:
            return self._period(word)
        if _COUNT.fullmatch(word):
            return self._ago(int(word))
        return self._days(self._day(word), 1)

    def _period(self, word: str) -> tuple[datetime, datetime]:
        today, named = self._now.date(), self._next().lower()
        if _COUNT.fullmatch(named):
            hours = self._unit() * int(named)
            return self._back(hours), self._now.astimezone(UTC) + timedelta(seconds=1)
        is_last = word == "last"
        if named == "week":
            monday = today - timedelta(days=today.weekday() + (7 if is_last else 0))
            return self._days(monday, 7)
        if named == "month":
            first = today.replace(day=1)
            before = (first - timedelta(days=1)).replace(day=1)
            if is_last:
                return self._days(before, (first - before).days)
            following = (first + timedelta(days=32)).replace(day=1)
            return self._days(first, (following - first).days)
        if is_last and (day := _weekday(named)) is not None:
            return self._days(today - timedelta(days=(today.weekday() - day - 1) % 7 + 1), 1)
        raise HistoryTextError(
            f"“{word} {shown(named)}” is no time I know."
            f" There are `{word} week`, `{word} month` and `last 3 days`."
        )

    def _ago(self, count: int) -> tuple[datetime, datetime]:
        moment = self._back(self._unit() * count)
        if self._next().lower() != "ago":
            raise HistoryTextError(f"Do you mean `{count} days ago`? {_WHEN}")
        return moment, moment

    def _unit(self) -> int:
        word = self._next().lower()
        if word.removesuffix("s") not in _UNITS:
            raise HistoryTextError(
                f"“{shown(word)}” is no length of time: hours, days, weeks or months."
            )
        return _UNITS[word.removesuffix("s")]

    def _back(self, hours: int) -> datetime:
        return self._now.astimezone(UTC) - timedelta(hours=hours)

    def _day(self, word: str) -> date:
        today = self._now.date()
        if word in {"today", "yesterday"}:
            return today - timedelta(days=word == "yesterday")
        if (day := _weekday(word)) is not None:
            return today - timedelta(days=(today.weekday() - day) % 7)
        if found := _DATE.fullmatch(word):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                raise HistoryTextError(f"{word} is not in the calendar.") from None
        near = process.extractOne(word, _WHEN_HINTS, scorer=fuzz.ratio, score_cutoff=_LIKE)
        guess = f" Did you mean `{near[0]}`?" if near else ""
        raise HistoryTextError(f"“{shown(word)}” is no time I know.{guess} {_WHEN}")

    def _days(self, first: date, many: int) -> tuple[datetime, datetime]:
        days = (first, first + timedelta(days=many))
        start, end = (datetime.combine(day, time(), self._zone).astimezone(UTC) for day in days)
        return start, end


def is_person(word: str) -> bool:
    """Whether a word is a mention, or looks like one: `<@U1>`, `@ana`."""
    return word.startswith(("<@", "@")) and len(word) > 1


def _weekday(word: str) -> int | None:
    matching = [number for number, day in enumerate(_DAYS) if day.startswith(word)]
    return matching[0] if len(matching) == 1 and len(word) >= 3 else None  # noqa: PLR2004 - "mon"


def _one(words: list[str]) -> str:
    """Return the one word that names what is asked about; a name may have several."""
    for word in words[1:]:
        if near := keyword_like(word):
            raise HistoryTextError(f"I don't know “{shown(word)}” there. Did you mean `{near}`?")
    return " ".join(_trimmed(words))


def _trimmed(words: list[str]) -> Iterator[str]:
    return (word.rstrip(":,") for word in words)
