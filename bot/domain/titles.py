"""Titles of stages and tasks, found in the subjects of commits."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.plan import Record, Stage, Task

_TITLE_WORDS = 3  # a shorter title ("Advanced Features") is everyday language
_WORD = re.compile(r"[^\W_]+")
Titles = Mapping[tuple[str, ...], Sequence[tuple[tuple[str, ...], Record]]]


def titles_of(stages: Iterable[Stage], tasks: Iterable[Task]) -> Titles:
    """Return the titles of at least three words that only one record has, by their first two."""
    records: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
    for stage in stages:
        records[_words(stage.name)].append(stage)
    for task in tasks:
        records[_words(task.title)].append(task)
    titles: defaultdict[tuple[str, ...], list[tuple[tuple[str, ...], Record]]]
    titles = defaultdict(list)
    for words, found in records.items():
        if len(words) >= _TITLE_WORDS and len(found) == 1:
            titles[words[:2]].append((words, found[0]))
    return titles


def records_titled(text: str, titles: Titles) -> tuple[Record, ...]:
    """Return the stages and tasks whose whole title stands in a text."""
    words = _words(text)
    found = {
        record.key: record
        for at in range(len(words) - _TITLE_WORDS + 1)
        for title, record in titles.get(words[at : at + 2], ())
        if words[at : at + len(title)] == title
    }
    return tuple(found.values())


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))
