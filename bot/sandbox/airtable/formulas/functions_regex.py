"""Functions that work by regular expressions."""

import re

from bot.sandbox.airtable.formulas.functions import Arguments, Function, taking
from bot.sandbox.airtable.formulas.regex_costs import check_cost
from bot.sandbox.airtable.formulas.values import LONGEST_TEXT, FaultError, Value, text

LONGEST_PATTERN = 500  # characters
LONGEST_SUBJECT = 10_000  # characters
_GROUP = re.compile(r"\$(\d)", re.ASCII)


def _compiled(pattern: str, subject: str) -> re.Pattern[str]:
    """
    Return the pattern, once it is sure that it cannot keep the server busy on this subject.

    Raises:
        FaultError: It is too long or too costly, or Airtable's RE2 does not know it.
    """
    if len(pattern) > LONGEST_PATTERN or len(subject) > LONGEST_SUBJECT:
        raise FaultError
    check_cost(pattern, len(subject))
    try:
        return re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise FaultError from error


def _match(arguments: Arguments) -> Value:
    subject = text(arguments[0])
    return _compiled(text(arguments[1]), subject).search(subject) is not None


def _extract(arguments: Arguments) -> Value:
    """Return what the first group matched, or the pattern where it has none."""
    subject = text(arguments[0])
    found = _compiled(text(arguments[1]), subject).search(subject)
    if found is None:
        raise FaultError
    return found[1] if found.re.groups else found[0]


def _replace(arguments: Arguments) -> Value:
    """Replace every match; $1 in the replacement is what the first group matched."""
    subject, replacement = text(arguments[0]), text(arguments[2])
    parts: list[str] = []
    position = length = 0
    for found in _compiled(text(arguments[1]), subject).finditer(subject):
        parts += [subject[position : found.start()], _filled(replacement, found)]
        position = found.end()
        length += len(parts[-1])
        if length > LONGEST_TEXT:
            raise FaultError
    return "".join([*parts, subject[position:]])


def _filled(replacement: str, found: re.Match[str]) -> str:
    def group(reference: re.Match[str]) -> str:
        index = int(reference[1])
        return (found[index] or "") if index <= found.re.groups else reference[0]

    if len(replacement) // 2 * len(found[0]) > LONGEST_TEXT and "$" in replacement:
        raise FaultError
    return _GROUP.sub(group, replacement)


REGEX_FUNCTIONS: dict[str, Function] = {
    "REGEX_MATCH": taking(2, _match),
    "REGEX_EXTRACT": taking(2, _extract),
    "REGEX_REPLACE": taking(3, _replace),
}
