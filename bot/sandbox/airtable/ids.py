"""Identifiers that look like Airtable's: three letters for the kind, then fourteen more."""

import hashlib
import re
import secrets
import string

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LENGTH = 14
_SHAPE = re.compile(r"([a-z]{3})[0-9A-Za-z]{14}")


def new_id(kind: str) -> str:
    """Return a random id such as "rec3kDs81jQm0ZbYv"."""
    return kind + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def derived_id(kind: str, *names: str) -> str:
    """Return the same id for the same names, so that a restart keeps what a file leaves out."""
    digest = hashlib.sha256("\n".join((kind, *names)).encode()).digest()
    return kind + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def is_id(kind: str, text: object) -> bool:
    """Tell whether `text` has the shape of an id of this kind."""
    if not isinstance(text, str):
        return False
    found = _SHAPE.fullmatch(text)
    return found is not None and found[1] == kind
