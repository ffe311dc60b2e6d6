"""The kind of probe that starts a program: no shell, little environment, a deadline."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from bot.adapters.probes.counters import Counter, of_count, with_total
from bot.adapters.probes.patterns import pattern_finder
from bot.domain.probes import CommandSource
from bot.domain.progress_lines import read_progress
from bot.errors import NotAssessedError

MOST_OUTPUT_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 16
_STDERR_CHARS = 200
_KEPT = ("PATH", "HOME", "LANG", "TZ")  # what a program needs to find others and itself
_NUMBERS = 2


def read_command(
    source: CommandSource, *, total: int | None, environment: Mapping[str, str]
) -> Counter:
    """
    Return what a program says: `done`, `done total`, or any line that tells progress.

    Args:
        environment: Of the product; the program gets the few variables it needs of it.

    Raises:
        NotAssessedError: it can't be started, fails, takes too long, or says nothing of the kind.
    """
    output = _run(source, {name: environment[name] for name in _KEPT if name in environment})
    name = " ".join(source.argv)
    lines = output.split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    words = last.replace("/", " ").split()
    if source.pattern is None and words and all(word.isdecimal() for word in words[:3]):
        return _numbers(words, total, name, last)
    find = pattern_finder(source.pattern, total) if source.pattern else None
    reading = find(output, True) if find else read_progress(output)  # noqa: FBT003 - a callback
    if reading is None:
        raise NotAssessedError(f"`{name}` printed nothing that tells progress.")
    counter = Counter(
        done=reading.done,
        total=reading.total,
        fraction=reading.fraction,
        unit=reading.unit,
        source=name,
        line=reading.line,
    )
    return with_total(counter, total)


def _numbers(words: list[str], total: int | None, name: str, line: str) -> Counter:
    if len(words) > _NUMBERS or (len(words) < _NUMBERS and total is None):
        raise NotAssessedError(f"`{name}` printed {line[:80]!r}; I need done, or done and total.")
    stated = total if total is not None else words[1]
    return of_count(words[0], stated, source=name, line=line)


def _run(source: CommandSource, environment: dict[str, str]) -> str:
    try:
        # A group of its own, so that the program's children end with it.
        process = subprocess.Popen(  # noqa: S603 - the operator's own words, no shell
            source.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=source.folder,
            env=environment,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a NUL in it"
        raise NotAssessedError(f"`{source.argv[0]}` can't be started ({reason}).") from error
    with process:
        return _output(process, source)


def _output(process: subprocess.Popen[bytes], source: CommandSource) -> str:
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(source.timeout_s, give_up)
    timer.daemon = True
    timer.start()
    errors: list[bytes] = []
    reader = threading.Thread(target=lambda: errors.append(_capped(process.stderr)))
    reader.start()
    try:
        output = _capped(process.stdout)
        status = process.wait()
    finally:
        timer.cancel()
        _kill(process)  # children that outlive it would hold its pipes open
        reader.join()
    if late.is_set():
        raise NotAssessedError(f"`{source.argv[0]}` took longer than {source.timeout_s:g} s.")
    if status != 0:
        said = " ".join(b"".join(errors).decode("utf-8", "replace").split())[:_STDERR_CHARS]
        raise NotAssessedError(
            f"`{source.argv[0]}` ended with status {status}: {said or 'no word'}."
        )
    return output.decode("utf-8", "replace")


def _capped(stream: IO[bytes] | None) -> bytes:
    """Return the last part of what is printed, reading all of it."""
    if stream is None:
        return b""
    kept = b""
    while chunk := stream.read(_CHUNK_BYTES):
        kept = (kept + chunk)[-MOST_OUTPUT_BYTES:]
    return kept


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
