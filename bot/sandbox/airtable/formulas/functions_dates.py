"""Functions that work on dates, all in UTC."""

from bot.sandbox.airtable.formulas.date_texts import ISO_FORMAT, read, written
from bot.sandbox.airtable.formulas.date_units import added, beginning, elapsed, unit_named
from bot.sandbox.airtable.formulas.functions import Arguments, Function, given, taking
from bot.sandbox.airtable.formulas.values import FaultError, Value, moment, number, text

_ENGLISH = "en"


def _parse(arguments: Arguments) -> Value:
    """Read a date: by ISO, or by a format; only English names of months are known."""
    if not text(given(arguments, 2, _ENGLISH)).lower().startswith(_ENGLISH):
        raise FaultError
    if len(arguments) == 1:
        return moment(arguments[0])
    return read(text(arguments[0]), text(arguments[1]))


def _format(arguments: Arguments) -> Value:
    return written(moment(arguments[0]), text(given(arguments, 1, ISO_FORMAT)))


def _difference(arguments: Arguments) -> Value:
    """Count from the second date to the first."""
    unit = unit_named(text(given(arguments, 2, "seconds")))
    return elapsed(moment(arguments[1]), moment(arguments[0]), unit)


def _add(arguments: Arguments) -> Value:
    unit = unit_named(text(arguments[2]))
    return added(moment(arguments[0]), number(arguments[1]), unit)


def _same(arguments: Arguments) -> Value:
    unit = unit_named(text(given(arguments, 2, "milliseconds")))
    return beginning(moment(arguments[0]), unit) == beginning(moment(arguments[1]), unit)


def _weekday(arguments: Arguments) -> Value:
    """Return the day of the week, from 0; the week starts on Sunday unless told otherwise."""
    starts = {"sunday": 0, "monday": 1}
    start = starts[text(given(arguments, 1, "Sunday")).lower()]
    return float((moment(arguments[0]).isoweekday() - start) % 7)


DATE_FUNCTIONS: dict[str, Function] = {
    "DATETIME_PARSE": taking(1, _parse, optional=2),
    "DATETIME_FORMAT": taking(1, _format, optional=1),
    "DATETIME_DIFF": taking(2, _difference, optional=1),
    "DATEADD": taking(3, _add),
    "IS_AFTER": taking(2, lambda dates: moment(dates[0]) > moment(dates[1])),
    "IS_BEFORE": taking(2, lambda dates: moment(dates[0]) < moment(dates[1])),
    "IS_SAME": taking(2, _same, optional=1),
    "YEAR": taking(1, lambda dates: float(moment(dates[0]).year)),
    "MONTH": taking(1, lambda dates: float(moment(dates[0]).month)),
    "DAY": taking(1, lambda dates: float(moment(dates[0]).day)),
    "HOUR": taking(1, lambda dates: float(moment(dates[0]).hour)),
    "MINUTE": taking(1, lambda dates: float(moment(dates[0]).minute)),
    "WEEKDAY": taking(1, _weekday, optional=1),
}
