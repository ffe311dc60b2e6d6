"""What `.gitattributes` calls vendored or generated: not the team's own words."""

import re
from collections.abc import Callable

_MARKS = ("linguist-vendored", "linguist-generated")
_MAX_RULES = 200


def vendored_by(attributes: str) -> Callable[[str], bool]:
    """
    Return what says whether a path is vendored or generated, by the repository's own file.

    Its usual patterns are read: `vendor/**`, `*.gen.go`, `/lib/x.js`. The last that fits counts.
    """
    rules = [rule for line in attributes.split("\n")[:_MAX_RULES] if (rule := _rule(line))]

    def is_vendored(path: str) -> bool:
        said = [verdict for pattern, verdict in rules if pattern.fullmatch(path)]
        return bool(said) and said[-1]

    return is_vendored


def _rule(line: str) -> tuple[re.Pattern[str], bool] | None:
    words = line.split()
    if not words or words[0].startswith(("#", "!", '"')):
        return None
    for word in words[1:]:
        name, _, value = word.lstrip("-!").partition("=")
        if name in _MARKS:
            return _pattern(words[0]), word[0] not in "-!" and value != "false"
    return None


def _pattern(glob: str) -> re.Pattern[str]:
    """Return git's pattern as one for whole paths: without a slash it is about any folder."""
    anywhere = "/" not in glob.rstrip("/")
    parts = re.split(r"(\*\*/|/\*\*$|\*+|\?)", glob.strip("/"))
    told = {"**/": "(?:[^/]+/)*", "/**": "/.*", "?": "[^/]"}
    body = "".join(
        told.get(part, "[^/]*" if part.startswith("*") else re.escape(part)) for part in parts
    )
    return re.compile(("(?:.*/)?" if anywhere else "") + body, re.DOTALL)
