"""Jobs: what is handed to the durable engine, and what one run of it comes to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_KEY_CHARS = 512
MAX_PAYLOAD_BYTES = 64 * 1024  # ids only: a payload that nears this carries content
RESERVED_KEY = "__exc__"  # the engine's own mark for a stored error

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
LONGEST_ASKED_WAIT_S = 3600.0  # a service that asks for more is asked again after this


class JobState(StrEnum):
    """How one run of a job ended."""

    DONE = "done"
    WAIT = "wait"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """
    What one run of a job came to.

    Args:
        wait_s: Seconds until the next run (only with WAIT); None backs off from 1 s to 300 s.
        reason: Why it was parked, in plain words (only with PARKED).
    """

    state: JobState
    wait_s: float | None = None
    reason: str = ""

    @classmethod
    def done(cls) -> "JobOutcome":
        """Return the outcome of a job that needs no other run."""
        return cls(JobState.DONE)

    @classmethod
    def wait(cls, seconds: float | None = None) -> "JobOutcome":
        """Return the outcome of a job to be run again, after `seconds` where they are known."""
        return cls(JobState.WAIT, wait_s=seconds)

    @classmethod
    def parked(cls, reason: str) -> "JobOutcome":
        """Return the outcome of a job that was refused for good."""
        return cls(JobState.PARKED, reason=reason)


class JobRefusedError(ValueError):
    """A job that can't be kept as it is; a mistake of the caller, refused before anything runs."""


def wait_before(run: int, asked_s: float | None) -> float:
    """Return the seconds to wait after run number `run` (from 0) that came to WAIT."""
    if asked_s is not None:
        return min(max(asked_s, 0.0), LONGEST_ASKED_WAIT_S)
    return min(FIRST_WAIT_S * 2.0 ** min(run, 16), LONGEST_WAIT_S)


def check_job(kind: str, key: str, payload: Mapping[str, Any], *, lane: str) -> dict[str, Any]:
    """
    Return the payload as the plain JSON object that every run will be given.

    Raises:
        JobRefusedError: kind, key or lane is empty, too long or holds a character that no
            database keeps; or the payload is not plain JSON, too large, or uses `__exc__`.
    """
    for name, text in (("kind", kind), ("key", key), ("lane", lane)):
        if not text.strip():
            raise JobRefusedError(f"A job's {name} must not be empty.")
        if len(text) > MAX_KEY_CHARS:
            raise JobRefusedError(
                f"A job's {name} has at most {MAX_KEY_CHARS} characters; this one has {len(text)}."
            )
        _check_text(name, text)
    try:
        encoded = json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise JobRefusedError(f"The payload of job {key} is not plain JSON: {error}.") from error
    if len(encoded) > MAX_PAYLOAD_BYTES:
        raise JobRefusedError(
            f"The payload of job {key} has {len(encoded)} bytes; {MAX_PAYLOAD_BYTES} are allowed."
        )
    plain = json.loads(encoded)
    if not isinstance(plain, dict):
        raise JobRefusedError(f"The payload of job {key} must be an object.")
    for text in _texts(plain):
        if text == RESERVED_KEY:
            raise JobRefusedError(f"The payload of job {key} uses the reserved key {RESERVED_KEY}.")
        _check_text("payload", text)
    return plain


def _check_text(name: str, text: str) -> None:
    if "\0" in text:
        raise JobRefusedError(f"A job's {name} must not hold a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise JobRefusedError(
            f"A job's {name} holds half a character (a lone surrogate)."
        ) from error


def _texts(value: Any) -> Iterator[str]:
    """Yield every text inside a JSON value, keys as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
