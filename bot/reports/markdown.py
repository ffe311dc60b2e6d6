"""Words from people inside a Markdown page: they stay words, whatever they look like."""

import re

# Controls, line ends and characters that turn the direction of writing.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_ENTITIES = str.maketrans({"<": "&lt;", ">": "&gt;"})  # HTML, autolinks, quotes
# An underscore inside a word, as in reg_bqx, marks nothing and stays readable.
_MARKS = re.compile(r"([\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LEADING = re.compile(r"^([-+=:#])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_LINK = re.compile(r"\b(https?|ftp|mailto|www)([:.])", re.IGNORECASE)


def escape(text: str, limit: int = 500) -> str:
    r"""
    Return a person's words as one line of Markdown that shows just these words.

    No line end, HTML, link, table cell, heading, list or task box can come of them; a web address
    is shown but not made a link, since nobody checked where it leads.

    Args:
        text: Anything: a commit's subject, a stage's name.
        limit: Longest result before escaping, in characters.
    """
    line = " ".join(_UNWANTED.sub(" ", text).split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    line = _ENTITY.sub("&amp;", line).translate(_ENTITIES)
    line = _MARKS.sub(r"\\\1", line)
    line = _LINK.sub(r"\1&#8203;\2", line)
    line = _NUMBERED.sub(r"\1\\\2", line)
    return _LEADING.sub(r"\\\1", line)
