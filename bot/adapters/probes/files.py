"""Open a file that an operator named: a regular one, below the folders they allowed."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import NotAssessedError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@contextmanager
def opened(path: str, folders: Sequence[str]) -> Iterator[BinaryIO]:
    """
    Open a regular file for reading, without waiting for anybody.

    Args:
        folders: It has to lie below one of them once links are followed.

    Raises:
        NotAssessedError: it is missing, elsewhere, not a regular file, or not readable.
    """
    try:
        real = Path(path).resolve(strict=True)
        _check_place(path, real, folders)
        # A pipe must not make us wait, and a link put there meanwhile must not lead us away.
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, no path
            _check_kind(path, os.fstat(descriptor).st_mode)
            yield file
    except FileNotFoundError as error:
        raise NotAssessedError(f"there is no file {path}.") from error
    except PermissionError as error:
        raise NotAssessedError(f"I may not read {path}.") from error
    except (OSError, ValueError, RuntimeError) as error:  # a loop of links; a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else None
        raise NotAssessedError(f"{path} can't be opened ({reason or 'no such path'}).") from error


def read_small(path: str, folders: Sequence[str], *, at_most: int) -> bytes:
    """
    Return all of a file.

    Raises:
        NotAssessedError: see `opened`; or it holds more than `at_most` bytes.
    """
    with opened(path, folders) as file:
        content = b""
        while chunk := file.read(at_most + 1 - len(content)):
            content += chunk
    if len(content) > at_most:
        raise NotAssessedError(f"{path} is larger than {at_most:,} bytes.")
    return content


def is_below(path: Path, folders: Sequence[str]) -> bool:
    """Return whether a resolved path lies below one of the folders."""
    return any(path.is_relative_to(Path(folder).resolve()) for folder in folders)


def _check_place(path: str, real: Path, folders: Sequence[str]) -> None:
    if not is_below(real, folders):
        raise NotAssessedError(f"{path} leads to {real}, outside the folders I may read.")
    # Opening a device may already do something, so look before.
    _check_kind(path, real.stat().st_mode)


def _check_kind(path: str, mode: int) -> None:
    kind = next((name for test, name in _KINDS if test(mode)), None)
    if kind is not None:
        raise NotAssessedError(f"{path} is {kind}, not a file.")
