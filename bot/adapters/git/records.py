"""The output of `git log`, one commit after another: bytes in, commits out."""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.activity import Commit
from bot.errors import NotAssessedError

MAX_SUBJECT = 500  # characters; longer ones are no subjects
MAX_BODY = 20_000  # characters
MAX_PATHS = 5_000  # paths of one commit
MAX_RECORD_BYTES = 64 << 20  # one commit's message and paths; more is an attack
_MAX_PEOPLE = 10_000  # names remembered while reading
_FIRST = datetime.fromtimestamp(0, UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_FIELDS = "%H%x00%P%x00%at%x00%aN%x00%aE%x00%B%x00"
_FIELD_COUNT = 6
# C0 and C1 controls and characters that turn the direction of writing; newline and tab stay.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
# The same among the ASCII characters, without the NUL between two fields.
_CONTROLS = bytes([*range(0x01, 0x09), *range(0x0B, 0x20), 0x7F])


@dataclass(frozen=True, slots=True)
class RecordReader:
    """
    Reads what `git log -z --name-only <format>` prints, whether paths are asked for or not.

    Messages and file names hold any byte but NUL: fields end in NUL, and a record begins with a
    word that nobody could have written into a message before this moment.
    """

    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    _people: dict[str, str] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """The option that makes git print what is read here."""
        return f"--format=tformat:{self.mark}{_FIELDS}"

    def commits(self, chunks: Iterable[bytes]) -> Iterator[Commit]:
        """
        Yield the commits in the order in which git prints them.

        Raises:
            NotAssessedError: one of them is larger than `MAX_RECORD_BYTES`.
        """
        mark = self.mark.encode()
        buffer = bytearray()
        for chunk in chunks:
            searched = len(buffer) - len(mark)  # a mark may lie across the border
            buffer += chunk
            end = buffer.rfind(mark, max(0, searched))
            if end > 0:
                yield from self._batch(bytes(buffer[:end]))
                del buffer[:end]
            if len(buffer) > MAX_RECORD_BYTES:
                raise NotAssessedError("one of its commits is larger than 64 MB.")
        yield from self._batch(bytes(buffer))

    def _batch(self, raw: bytes) -> Iterator[Commit]:
        """Yield the commits of whole records; nearly all are plain text, and that is quick."""
        if _is_plain_ascii(raw):
            yield from map(self._plain, filter(None, raw.decode("ascii").split(self.mark)))
        else:
            for record in raw.split(self.mark.encode()):
                if record:
                    yield self._any(record)

    def _any(self, record: bytes) -> Commit:
        if _is_plain_ascii(record):
            return self._plain(record.decode("ascii"))
        if len(record) <= MAX_BODY:
            text = record.decode("utf-8", errors="replace")
            if text.replace("\n", "").replace("\t", "").replace("\0", "").isprintable():
                return self._plain(text)
        return _odd(record)

    def _plain(self, record: str) -> Commit:
        """Return the commit of a record that holds no unwanted character."""
        sha, parents, seconds, name, mail, message, rest = record.split("\0", _FIELD_COUNT)
        subject, _, body = message.strip("\n").partition("\n")
        return Commit(
            sha=sha,
            parents=tuple(parents.split(" ")) if parents else (),
            authored_at=_moment(seconds),
            author_name=self._person(name),
            author_email=self._person(mail),
            subject=_short(subject),
            body=_cut(body.strip("\n"), MAX_BODY),
            paths=_plain_paths(rest),
        )

    def _person(self, name: str) -> str:
        """Return a name for one line; one text for all commits of a person."""
        known = self._people.get(name)
        if known is None:
            known = _short(name)
            if len(self._people) < _MAX_PEOPLE:
                self._people[name] = known
        return known


def clean(text: str) -> str:
    """Return text for one line: control characters and line ends replaced."""
    if text.isprintable():  # nearly all, and far quicker than looking for each sign
        return text
    return _UNWANTED.sub("�", text).replace("\n", "�").replace("\t", "�")


def _is_plain_ascii(raw: bytes) -> bool:
    return raw.isascii() and len(raw.translate(None, _CONTROLS)) == len(raw)


def _plain_paths(rest: str) -> tuple[str, ...]:
    """Return the changed paths; git puts a NUL and a line feed before the first."""
    listed = rest[2:-1]
    if not listed:
        return ()
    paths = listed.split("\0", MAX_PATHS)[:MAX_PATHS]
    if "\n" in listed or "\t" in listed:
        return tuple(map(clean, paths))
    return tuple(paths)


def _odd(record: bytes) -> Commit:
    """Return the commit of a record with any bytes in it."""
    sha, parents, seconds, name, mail, message, rest = record.split(b"\0", _FIELD_COUNT)
    subject, _, body = _text(message).strip("\n").partition("\n")
    paths = rest[2:-1].split(b"\0", MAX_PATHS)[:MAX_PATHS] if len(rest) > 2 else []  # noqa: PLR2004 - as above
    return Commit(
        sha=sha.decode("ascii"),
        parents=tuple(parents.decode("ascii").split()),
        authored_at=_moment(seconds.decode("ascii", errors="replace")),
        author_name=_short(_text(name)),
        author_email=_short(_text(mail)),
        subject=_short(subject),
        body=_cut(body.strip("\n"), MAX_BODY),
        paths=tuple(clean(path.decode("utf-8", errors="replace")) for path in paths),
    )


def _moment(seconds: str) -> datetime:
    # A broken author line has no date, a hostile one has the year 300,000.
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return _LATEST if seconds.isdigit() else _FIRST


def _text(raw: bytes) -> str:
    # Cut before decoding: of a message of a gigabyte the first pages are enough.
    text = raw[: 8 * MAX_BODY].decode("utf-8", errors="replace")
    return _UNWANTED.sub("�", text.replace("\r\n", "\n"))


def _short(text: str) -> str:
    if len(text) <= MAX_SUBJECT and text.isprintable() and "  " not in text:
        return text.strip()  # nearly all
    return _cut(" ".join(text.split()), MAX_SUBJECT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
