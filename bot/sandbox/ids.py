"""Identifiers that look like Slack's."""

import secrets
import string

_LETTERS = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 9) -> str:
    """Return an id such as "V0A1B2C3D4": `prefix`, a zero, then letters and digits."""
    return f"{prefix}0{_pick(_LETTERS, length)}"


def new_token(length: int = 24) -> str:
    """Return a random word for URLs and tickets."""
    return _pick(_MIXED, length)


def short_id() -> str:
    """Return a generated block_id or action_id such as "d7eJ2"."""
    return _pick(_MIXED, 5)


def _pick(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
