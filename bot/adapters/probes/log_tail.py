"""
Find the newest progress in a log without reading the log.

Backwards in blocks until something is found, at most a megabyte; of a log that was read before,
only what is new (contracts, analysis 5.1).
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import re2

from bot.adapters.probes.files import opened
from bot.domain.probe_movement import names_a_start
from bot.domain.probes import LogMark
from bot.domain.progress_lines import HINT, read_progress
from bot.domain.progress_reading import Reading
from bot.domain.progress_text import SEGMENT_CHARS
from bot.errors import NotAssessedError

BLOCK_BYTES = 1 << 16
MOST_BYTES = (1 << 20) - (1 << 14)  # a megabyte with the head and what is read ahead
OVERLAP_BYTES = 1 << 10  # before what is new, so that a line written in two goes is whole
HEAD_BYTES = 1 << 10
QUIET = timedelta(seconds=60)  # nobody is in the middle of a line of a file as quiet as that
_LINE_ENDS = (b"\n", b"\r")
_HEADER_CHARS = 200
_HEADERS = (b"Epoch ", b"epoch ", b"Fold ", b"fold ")  # a round of training fills many blocks

Finder = Callable[[str, bool], Reading | None]

_TELLING_LINE = re2.compile(rb"[^\r\n]*(?:" + HINT.encode() + rb")[^\r\n]*")
_START_LINE = re2.compile(rb"(?i)[^\r\n]*start[^\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTail:
    """
    The end of a log.

    Args:
        reading: The newest progress, None where there is none.
        mark: To be given the next time.
        changed_at: When the file was last written, UTC.
        restarted: Since the last time the file began anew, or a line said that a run did.
    """

    reading: Reading | None
    mark: LogMark
    changed_at: datetime
    restarted: bool


def default_finder(text: str, whole: bool) -> Reading | None:  # noqa: FBT001 - a callback
    """Return the newest progress that the table of recognisers sees."""
    return read_progress(text, whole=whole)


def read_log(
    path: str,
    folders: Sequence[str],
    *,
    now: datetime,
    mark: LogMark | None = None,
    find: Finder = default_finder,
) -> LogTail:
    """
    Return the newest progress in the log at `path`.

    Args:
        folders: The log has to lie below one of them.
        mark: What the last call returned; only what was written since is read.
        find: Reads one piece of text; the flag says whether its last line is whole.

    Raises:
        NotAssessedError: it can't be opened (see `opened`), or it is no text.
    """
    with opened(path, folders) as file:
        status = os.fstat(file.fileno())
        changed_at = datetime.fromtimestamp(status.st_mtime, UTC)
        head = _read_at(file, 0, min(HEAD_BYTES, status.st_size))
        known = mark if mark and _continues(mark, status, head) else None
        tail = _Tail(file, status.st_size, known.offset if known else 0)
        quiet = now - changed_at >= QUIET
        reading = tail.newest(find, quiet=quiet)
        if b"\0" in head or tail.is_binary:
            raise NotAssessedError(f"{path} holds NUL bytes, so it is no text.")
    began_anew = mark is not None and (known is None or tail.names_a_start)
    return LogTail(
        reading=reading or (known.last if known else None),
        mark=_mark(status, head, reading or (known.last if known else None)),
        changed_at=changed_at,
        restarted=began_anew,
    )


def _mark(status: os.stat_result, head: bytes, last: Reading | None) -> LogMark:
    digest = hashlib.sha256(head).hexdigest()
    return LogMark(
        inode=status.st_ino,
        offset=status.st_size,
        head=digest,
        head_bytes=len(head),
        last=last,
    )


def _continues(mark: LogMark, status: os.stat_result, head: bytes) -> bool:
    """Return whether the file is the one of the mark, grown or as it was: not rotated."""
    if status.st_ino != mark.inode or status.st_size < mark.offset:
        return False
    return hashlib.sha256(head[: mark.head_bytes]).hexdigest() == mark.head


def _read_at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    content = b""
    while size > len(content) and (chunk := file.read(size - len(content))):
        content += chunk
    return content


class _Tail:
    """The last megabyte of a file, read block by block from its end."""

    def __init__(self, file: BinaryIO, size: int, seen: int) -> None:
        self._file = file
        self._size = size
        self._seen = seen
        self._start = size  # of what is in memory
        self._bytes = b""
        self.is_binary = False
        self.names_a_start = False

    def newest(self, find: Finder, *, quiet: bool) -> Reading | None:
        """Return the newest reading in what was not seen yet."""
        if self._size == self._seen:
            return None
        first = max(0, self._size - MOST_BYTES, self._seen - OVERLAP_BYTES)
        carried = b""  # the part of a line that a block began with
        whole = quiet
        while self._start > first:
            block = self._read_block(first)
            if b"\0" in block:
                self.is_binary = True
                return None
            piece, carried = self._whole_lines(block + carried, first)
            self._look_for_a_start(piece)
            reading = self._find(find, piece, whole=whole) if piece else None
            if reading is not None:
                return self._in_context(find, reading, whole=whole)
            whole = whole or bool(piece)
        return None

    def _read_block(self, first: int) -> bytes:
        start = max(first, self._start - BLOCK_BYTES)
        block = _read_at(self._file, start, self._start - start)
        self._bytes = block + self._bytes
        self._start = start
        return block

    def _whole_lines(self, piece: bytes, first: int) -> tuple[bytes, bytes]:
        """Return a piece from its first whole line on, and what stood before that."""
        if self._start == 0:
            return piece, b""
        ends = [at for end in _LINE_ENDS if (at := piece.find(end)) >= 0]
        if self._start <= first:
            return piece[min(ends, default=len(piece)) :], b""
        if not ends:
            return b"", piece[-SEGMENT_CHARS:]
        return piece[min(ends) :], piece[: min(ends)][-SEGMENT_CHARS:]

    def _find(self, find: Finder, piece: bytes, *, whole: bool) -> Reading | None:
        if find is default_finder:
            telling = [match.group() for match in _TELLING_LINE.finditer(piece)]
            whole = whole or not telling or not piece.endswith(telling[-1])
            piece = b"\n".join(telling)
        return find(piece.decode("utf-8", errors="replace"), whole)

    def _look_for_a_start(self, piece: bytes) -> None:
        if self._seen and not self.names_a_start:
            lines = (match.group() for match in _START_LINE.finditer(piece))
            self.names_a_start = any(
                names_a_start(line.decode("utf-8", errors="replace")) for line in lines
            )

    def _in_context(self, find: Finder, reading: Reading, *, whole: bool) -> Reading:
        """Return the reading with what stands before it, where its outer loop may be told."""
        lowest = max(0, self._size - MOST_BYTES)
        if self._start > lowest:
            self._read_block(lowest)
        near = self._bytes
        while self._start > lowest:
            self._read_block(lowest)
        return self._find(find, self._last_header() + b"\n" + near, whole=whole) or reading

    def _last_header(self) -> bytes:
        """Return the last line that names a round, however far back in the megabyte."""
        at = max(self._bytes.rfind(word) for word in _HEADERS)
        if at < 0:
            return b""
        line = self._bytes[at : at + _HEADER_CHARS]
        ends = [end for sign in _LINE_ENDS if (end := line.find(sign)) >= 0]
        return line[: min(ends, default=len(line))]
