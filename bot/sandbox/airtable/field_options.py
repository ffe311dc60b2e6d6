"""The options of field types: what a creation must say, and what a schema always shows."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.airtable.model import (
    COLLABORATOR_TYPES,
    LINK,
    SELECT_TYPES,
    TEXT_TYPES,
    Base,
    Json,
)

DATE_FORMATS = {
    "local": "l",
    "friendly": "LL",
    "us": "M/D/YYYY",
    "european": "D/M/YYYY",
    "iso": "YYYY-MM-DD",
}
TIME_FORMATS = {"12hour": "h:mma", "24hour": "HH:mm"}
DURATION_FORMATS = ("h:mm", "h:mm:ss", "h:mm:ss.S", "h:mm:ss.SS", "h:mm:ss.SSS")
RATING_ICONS = ("star", "heart", "thumbsUp", "flag", "dot")
CHECKBOX_ICONS = ("check", "xCheckbox", *RATING_ICONS)
BRIGHT_COLORS = tuple(
    f"{name}Bright"
    for name in (
        "yellow",
        "orange",
        "red",
        "pink",
        "purple",
        "blue",
        "cyan",
        "teal",
        "green",
        "gray",
    )
)
NUMBER_PRECISION = 8
CURRENCY_PRECISION = 7
RATING_MAX = 10

_DATE: Json = {"dateFormat": {"name": "local", "format": DATE_FORMATS["local"]}}
_MOMENT: Json = {
    **_DATE,
    "timeFormat": {"name": "12hour", "format": TIME_FORMATS["12hour"]},
    "timeZone": "client",
}
_RESULT = {"type": "dateTime", "options": _MOMENT}
# What the metadata API always shows for a type; a base's file may leave it out.
_ALWAYS: dict[str, Json] = {
    "number": {"precision": 1},
    "currency": {"precision": 2, "symbol": "$"},
    "percent": {"precision": 1},
    "duration": {"durationFormat": "h:mm"},
    "rating": {"icon": "star", "color": "yellowBright", "max": 5},
    "checkbox": {"icon": "check", "color": "greenBright"},
    "date": _DATE,
    "dateTime": _MOMENT,
    LINK: {"isReversed": False, "prefersSingleRecordLink": False},
    "multipleAttachments": {"isReversed": False},
    "formula": {"isValid": True, "formula": "", "referencedFieldIds": [], "result": None},
    "rollup": {"isValid": True, "referencedFieldIds": [], "result": None},
    "count": {"isValid": True},
    "multipleLookupValues": {"isValid": True, "result": None},
    "createdTime": {"result": _RESULT},
    "lastModifiedTime": {"isValid": True, "referencedFieldIds": [], "result": _RESULT},
    "button": {},
    "aiText": {"prompt": [], "referencedFieldIds": []},
    "externalSyncSource": {"choices": []},
}


class OptionsError(ValueError):
    """The options do not fit the type; the text says why."""


def complete(kind: str, options: Mapping[str, Any]) -> Json:
    """Return options with everything a schema always shows."""
    return {**_ALWAYS.get(kind, {}), **options}


def checked(base: Base, kind: str, options: Any) -> Json:
    """
    Return the options of a new field.

    Raises:
        OptionsError: something required is missing or is not allowed.
    """
    if options is not None and not isinstance(options, Mapping):
        raise OptionsError("options must be an object")
    given = dict(options or {})
    if kind in SELECT_TYPES:
        return {"choices": _choices(given)}
    if kind == LINK:
        return _link(base, given)
    if kind in TEXT_TYPES | COLLABORATOR_TYPES | {"barcode", "multipleAttachments"}:
        if given and kind in TEXT_TYPES:
            raise OptionsError(f"{kind} fields take no options")
        return complete(kind, {})
    check = _CHECKS[kind]
    check(given)
    if set(given) - set(_ALWAYS[kind]):
        raise OptionsError(f"unknown options {sorted(set(given) - set(_ALWAYS[kind]))}")
    return given


def _choices(given: Json) -> list[Json]:
    choices = given.get("choices")
    if not isinstance(choices, list):
        raise OptionsError("choices are required")
    names = [each.get("name") if isinstance(each, Mapping) else None for each in choices]
    if not all(isinstance(name, str) and name for name in names):
        raise OptionsError("each choice needs a name")
    if len(set(names)) != len(names):
        raise OptionsError("choices must have different names")
    return [dict(each) for each in choices]


def _link(base: Base, given: Json) -> Json:
    if set(given) - {"linkedTableId", "viewIdForRecordSelection"}:
        raise OptionsError("only linkedTableId and viewIdForRecordSelection can be given")
    if given.get("linkedTableId") not in base.tables:
        raise OptionsError("linkedTableId must be the id of a table of the base")
    return complete(LINK, given)


def _precision(most: int) -> Callable[[Json], None]:
    def check(given: Json) -> None:
        _whole(given, "precision", 0, most)

    return check


def _currency(given: Json) -> None:
    _whole(given, "precision", 0, CURRENCY_PRECISION)
    if not isinstance(given.get("symbol"), str):
        raise OptionsError("symbol is required")


def _rating(given: Json) -> None:
    _among(given, "icon", RATING_ICONS)
    _among(given, "color", BRIGHT_COLORS)
    _whole(given, "max", 1, RATING_MAX)


def _checkbox(given: Json) -> None:
    _among(given, "icon", CHECKBOX_ICONS)
    _among(given, "color", BRIGHT_COLORS)


def _duration(given: Json) -> None:
    _among(given, "durationFormat", DURATION_FORMATS)


def _date(given: Json) -> None:
    _format(given, "dateFormat", DATE_FORMATS)


def _moment(given: Json) -> None:
    _date(given)
    _format(given, "timeFormat", TIME_FORMATS)
    zone = given.get("timeZone")
    if not isinstance(zone, str) or not _is_zone(zone):
        raise OptionsError(f'Invalid timezone "{zone}"')


def _is_zone(name: str) -> bool:
    """Tell whether Airtable knows a zone: "UTC" in capitals it does not."""
    if name in {"utc", "client"}:
        return True
    try:
        return "/" in name and ZoneInfo(name) is not None
    except (ZoneInfoNotFoundError, ValueError):
        return False


def _whole(given: Json, name: str, least: int, most: int) -> None:
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise OptionsError(f"{name} must be a number from {least} to {most}")


def _among(given: Json, name: str, allowed: tuple[str, ...]) -> None:
    if given.get(name) not in allowed:
        raise OptionsError(f"{name} must be one of {', '.join(allowed)}")


def _format(given: Json, name: str, allowed: Mapping[str, str]) -> None:
    wanted = given.get(name)
    called = wanted.get("name") if isinstance(wanted, Mapping) else None
    if not isinstance(called, str) or called not in allowed:
        raise OptionsError(f"{name}.name must be one of {', '.join(allowed)}")
    given[name] = {"name": called, "format": allowed[called]}


_CHECKS: dict[str, Callable[[Json], None]] = {
    "number": _precision(NUMBER_PRECISION),
    "percent": _precision(NUMBER_PRECISION),
    "currency": _currency,
    "rating": _rating,
    "checkbox": _checkbox,
    "duration": _duration,
    "date": _date,
    "dateTime": _moment,
}
