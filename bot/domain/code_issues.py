"""Issues that also stand elsewhere: in the code as TODO or FIXME, or at a code host."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from bot.domain.code_comments import MARKERS, CodeComment, named_numbers

ALIKE = 80  # of 100: two wordings of one comment in one file
ASKED = "asked"  # in `agreed`: the owner was asked about it
SEEN_AGAIN = timedelta(days=1)  # how old "last seen" may become before it is written anew
_NO_WORDS = re.compile(r"[\W_]+")


class CodeSource(StrEnum):
    """Where else an issue stands."""

    TODO = "todo"
    REFERENCE = "reference"  # a comment that only names it
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLink:
    """
    What ties an issue to a comment in the code, or to an issue of a code host.

    Args:
        key: The fingerprint of a comment (its repo, path and words) when it was first seen, or
            "host:{number}".
        issue_key: Ours; None while nobody took it over.
        path, line: Where it stands at HEAD; a line counts from 1.
        text: Its words; a mark before them: "TODO: retry on 503".
        url: Its web address at the host.
        agreed: What both sides said when they last agreed: (title, state, level), and `ASKED`
            behind it while the owner is asked about a state; `text` is a title that waits.
            Of a comment: (ASKED,) once the owner was asked why it is gone.
        seen_at: When it was last seen there (UTC), to a day.
        gone_at: Since when it is missed at HEAD (UTC).
    """

    key: str
    source: CodeSource
    issue_key: str | None = None
    repo: str = ""
    path: str = ""
    line: int = 0
    text: str = ""
    number: int | None = None
    url: str = ""
    agreed: tuple[str, ...] = ()
    seen_at: datetime
    gone_at: datetime | None = None
    dismissed_by: str | None = None

    @property
    def place(self) -> str:
        """Where it stands: "etl/retry.py:12", or "#12" at the host."""
        return f"#{self.number}" if self.source is CodeSource.HOST else f"{self.path}:{self.line}"

    @property
    def words(self) -> str:
        """Its words without the mark."""
        mark, colon, rest = self.text.partition(":")
        return rest.strip() if colon and mark in MARKERS else self.text

    @property
    def waits(self) -> bool:
        """Whether somebody has to say what it is: in the code, and nobody took it over."""
        return (
            self.source is CodeSource.TODO
            and self.issue_key is None
            and self.gone_at is None
            and self.dismissed_by is None
        )


def host_key(number: int) -> str:
    """Return the key of what ties an issue to one of the code host."""
    return f"host:{number}"


def normalised(text: str) -> str:
    """Return words by which a comment is known again: case, signs and blanks don't count."""
    return _NO_WORDS.sub(" ", text.casefold()).strip()


def follow(
    kept: Iterable[CodeLink],
    comments: Iterable[CodeComment],
    *,
    repo: str,
    now: datetime,
    unread: frozenset[str] = frozenset(),
    is_whole: bool = True,
) -> list[CodeLink]:
    """
    Return the links of one repository that are new or differ, as the comments at HEAD have them.

    A comment is the one it was where path and words are the same, whatever its line; else where
    it is worded alike in the same file; else where the same words stand in another file.

    Args:
        kept: This repository's links from comments, gone ones too.
        unread: Paths about which nothing is known now.
        is_whole: False where more comments may be there than were read.
    """
    links = sorted(kept, key=lambda link: link.key)
    left = list(comments)
    matched: dict[str, CodeComment] = {}
    for rule in (_same_line, _same_words, _alike, _moved):
        left = _match(rule, links, left, matched)
    found = [_seen(link, matched[link.key], now) for link in links if link.key in matched]
    found += [
        replace(link, gone_at=now)
        for link in links
        if link.key not in matched and link.gone_at is None and is_whole and link.path not in unread
    ]
    known = {link.key: link for link in links}
    found += _new(left, known.keys(), repo=repo, now=now)
    return [link for link in found if known.get(link.key) != link]


def _match(
    rule: "type[_Rule]",
    links: list[CodeLink],
    comments: list[CodeComment],
    matched: dict[str, CodeComment],
) -> list[CodeComment]:
    """Give comments to links by one rule, each to one; return the comments that are left."""
    free = [link for link in links if link.key not in matched]
    # What is still there was there a moment ago; what is gone may come back.
    free.sort(key=lambda link: link.gone_at is not None)
    by: dict[object, list[CodeLink]] = {}
    for link in free:
        by.setdefault(rule.of_link(link), []).append(link)
    left = []
    for comment in comments:
        waiting = by.get(rule.of_comment(comment), [])
        best = rule.best(waiting, comment)
        if best is None:
            left.append(comment)
        else:
            waiting.remove(best)
            matched[best.key] = comment
    return left


class _Rule:
    """By what a comment is known again."""

    @staticmethod
    def of_link(link: CodeLink) -> object:
        return (_is_mark(link), link.path, normalised(link.words))

    @staticmethod
    def of_comment(comment: CodeComment) -> object:
        return (bool(comment.word), comment.path, normalised(comment.text))

    @staticmethod
    def best(links: list[CodeLink], comment: CodeComment) -> CodeLink | None:
        """Return the nearest: of several that are the same, order in the file decides."""
        return min(links, key=lambda link: abs(link.line - comment.line), default=None)


class _same_line(_Rule):  # noqa: N801 - read as the rule it is
    """Nothing has changed."""

    @staticmethod
    def of_link(link: CodeLink) -> object:
        return (*_Rule.of_link(link), link.line)  # type: ignore[misc]

    @staticmethod
    def of_comment(comment: CodeComment) -> object:
        return (*_Rule.of_comment(comment), comment.line)  # type: ignore[misc]


class _same_words(_Rule):  # noqa: N801 - as above
    """Lines were added or taken away above it."""


class _alike(_Rule):  # noqa: N801 - as above
    """Its words were edited a little."""

    @staticmethod
    def of_link(link: CodeLink) -> object:
        return (_is_mark(link), link.path, link.gone_at is None)

    @staticmethod
    def of_comment(comment: CodeComment) -> object:
        return (bool(comment.word), comment.path, True)

    @staticmethod
    def best(links: list[CodeLink], comment: CodeComment) -> CodeLink | None:
        words = normalised(comment.text)
        alike = [(fuzz.ratio(normalised(link.words), words), link) for link in links if link.words]
        score, best = max(alike, key=lambda pair: (pair[0], pair[1].key), default=(0, None))
        return best if score >= ALIKE else None


class _moved(_Rule):  # noqa: N801 - as above
    """It stands in another file now."""

    @staticmethod
    def of_link(link: CodeLink) -> object:
        # Without words it could be any.
        return (_is_mark(link), normalised(link.words) or link.key)

    @staticmethod
    def of_comment(comment: CodeComment) -> object:
        return (bool(comment.word), normalised(comment.text))


def _is_mark(link: CodeLink) -> bool:
    return link.source is CodeSource.TODO


def _seen(link: CodeLink, comment: CodeComment, now: datetime) -> CodeLink:
    is_fresh = now - link.seen_at < SEEN_AGAIN
    return replace(
        link,
        issue_key=link.issue_key or next(iter(comment.issue_keys), None),
        path=comment.path,
        line=comment.line,
        text=_text(comment),
        seen_at=link.seen_at if is_fresh and link.gone_at is None else now,
        gone_at=None,
        agreed=(),
    )


def _new(
    comments: Iterable[CodeComment], known: Iterable[str], *, repo: str, now: datetime
) -> list[CodeLink]:
    taken = set(known)
    found = []
    for comment in comments:
        key, again = _fingerprint(repo, comment, 0), 0
        while key in taken:
            again += 1
            key = _fingerprint(repo, comment, again)
        taken.add(key)
        found.append(
            CodeLink(
                key=key,
                source=CodeSource.TODO if comment.word else CodeSource.REFERENCE,
                issue_key=next(iter(comment.issue_keys), None),
                repo=repo,
                path=comment.path,
                line=comment.line,
                text=_text(comment),
                seen_at=now,
            )
        )
    return found


def _text(comment: CodeComment) -> str:
    return f"{comment.word}: {comment.text}" if comment.word else comment.text


def _fingerprint(repo: str, comment: CodeComment, again: int) -> str:
    words = "\n".join((repo, comment.path, normalised(comment.text), str(again)))
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:24]


def tied_by_number(links: Iterable[CodeLink]) -> list[CodeLink]:
    """
    Return the comments that name an issue of the code host, tied to the issue it stands for.

    Args:
        links: All links of the project.
    """
    known = list(links)
    ours = {link.number: link.issue_key for link in known if link.source is CodeSource.HOST}
    return [
        replace(link, issue_key=issue_key)
        for link in known
        if link.source is not CodeSource.HOST and link.issue_key is None and link.gone_at is None
        for number in named_numbers(link.text)[:1]
        if (issue_key := ours.get(number))
    ]
