"""Functions that compute with numbers."""

import decimal
import math
from collections.abc import Callable
from decimal import Decimal

from bot.sandbox.airtable.formulas.functions import (
    Arguments,
    Function,
    given,
    taking,
    taking_any,
)
from bot.sandbox.airtable.formulas.values import Value, finite, flat, number, whole

_MOST_PLACES = 330  # more decimals than a float has, on either side of the point
_EXACT = decimal.Context(prec=2 * _MOST_PLACES)


def _numbers(arguments: Arguments) -> list[float]:
    """Return the numbers among the arguments and inside their lists; others do not count."""
    return [float(item) for item in flat(arguments) if isinstance(item, float | bool)]


def _average(arguments: Arguments) -> Value:
    found = _numbers(arguments)
    return finite(sum(found) / len(found))


def _filled(arguments: Arguments) -> Value:
    return float(sum(item not in (None, "") for item in flat(arguments)))


def _rounding(mode: Callable[[float], str]) -> Callable[[Arguments], Value]:
    """Return a function that rounds to a number of decimals, in the way `mode` names."""

    def rounded(arguments: Arguments) -> Value:
        value = number(arguments[0])
        places = max(-_MOST_PLACES, min(whole(given(arguments, 1, 0.0)), _MOST_PLACES))
        step = Decimal((0, (1,), -places))
        exact = Decimal(repr(value)).quantize(step, rounding=mode(value), context=_EXACT)
        return finite(float(exact))

    return rounded


def _half_up(value: float) -> str:
    """Name the way that breaks ties toward positive infinity."""
    return decimal.ROUND_HALF_UP if value > 0 else decimal.ROUND_HALF_DOWN


def _stepping(toward: Callable[[float], int]) -> Callable[[Arguments], Value]:
    """Return a function that goes to a multiple of its second argument."""

    def stepped(arguments: Arguments) -> Value:
        value, step = number(arguments[0]), number(given(arguments, 1, 1.0))
        return finite(toward(value / step) * step)

    return stepped


def _odd(value: float) -> float:
    """Return the next odd number away from zero."""
    size = math.ceil(abs(value))
    return math.copysign(size + 1 - size % 2, value)


def _log(arguments: Arguments) -> Value:
    return finite(math.log(number(arguments[0]), number(given(arguments, 1, 10.0))))


def _of_one(compute: Callable[[float], float]) -> Function:
    return taking(1, lambda arguments: finite(float(compute(number(arguments[0])))))


def _of_two(compute: Callable[[float, float], float]) -> Function:
    return taking(2, lambda arguments: finite(compute(number(arguments[0]), number(arguments[1]))))


NUMBER_FUNCTIONS: dict[str, Function] = {
    "SUM": taking_any(1, lambda arguments: finite(sum(_numbers(arguments), 0.0))),
    "AVERAGE": taking_any(1, _average),
    "MIN": taking_any(1, lambda arguments: min(_numbers(arguments), default=None)),
    "MAX": taking_any(1, lambda arguments: max(_numbers(arguments), default=None)),
    "COUNT": taking_any(1, lambda arguments: float(len(_numbers(arguments)))),
    "COUNTA": taking_any(1, _filled),
    "ROUND": taking(1, _rounding(_half_up), optional=1),
    "ROUNDUP": taking(1, _rounding(lambda _: decimal.ROUND_UP), optional=1),
    "ROUNDDOWN": taking(1, _rounding(lambda _: decimal.ROUND_DOWN), optional=1),
    "CEILING": taking(1, _stepping(math.ceil), optional=1),
    "FLOOR": taking(1, _stepping(math.floor), optional=1),
    "INT": _of_one(math.floor),
    "ABS": _of_one(abs),
    "EVEN": _of_one(lambda value: math.ceil(value / 2) * 2),
    "ODD": _of_one(_odd),
    "SQRT": _of_one(math.sqrt),
    "EXP": _of_one(math.exp),
    "LOG": taking(1, _log, optional=1),
    "MOD": _of_two(lambda value, divisor: value % divisor),
    "POWER": _of_two(math.pow),
}
