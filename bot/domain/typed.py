"""What a person typed, where it is said back to them."""

import re


def shown(word: str) -> str:
    """Return a typed word as it may stand in what is said about it, whoever shows that how."""
    return re.sub(r"[<>&`\s]+", " ", word)[:60]
