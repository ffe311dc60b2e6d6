"""Functions that decide, and those that work on lists."""

from bot.sandbox.airtable.formulas.comparing import equal
from bot.sandbox.airtable.formulas.functions import (
    Arguments,
    Function,
    given,
    taking,
    taking_any,
)
from bot.sandbox.airtable.formulas.values import (
    ERROR,
    ErrorValue,
    Value,
    flat,
    is_true,
    joined,
    text,
)


def _if(arguments: Arguments) -> Value:
    """Return the branch the condition chooses; an error in the other one does no harm."""
    condition = arguments[0]
    if isinstance(condition, ErrorValue):
        return condition
    return arguments[1] if is_true(condition) else given(arguments, 2, None)


def _switch(arguments: Arguments) -> Value:
    """Return the value after the first pattern that equals the expression, or the default."""
    expression, *cases = arguments
    if isinstance(expression, ErrorValue):
        return expression
    for pattern, result in zip(cases[::2], cases[1::2], strict=False):
        if isinstance(pattern, ErrorValue):
            return pattern
        if equal(expression, pattern):
            return result
    return cases[-1] if len(cases) % 2 else None


def _items(value: Value) -> list[Value]:
    return [] if value is None else flat([value])


def _compact(arguments: Arguments) -> Value:
    return [item for item in _items(arguments[0]) if item not in (None, "")]


def _unique(arguments: Arguments) -> Value:
    found: dict[tuple[type, str], Value] = {}
    for item in _items(arguments[0]):
        found.setdefault((type(item), text(item)), item)
    return list(found.values())


def _join(arguments: Arguments) -> Value:
    return joined(_items(arguments[0]), text(given(arguments, 1, ", ")))


LOGIC_FUNCTIONS: dict[str, Function] = {
    "AND": taking_any(1, lambda arguments: all(map(is_true, arguments))),
    "OR": taking_any(1, lambda arguments: any(map(is_true, arguments))),
    "XOR": taking_any(1, lambda arguments: sum(map(is_true, arguments)) % 2 == 1),
    "NOT": taking(1, lambda arguments: not is_true(arguments[0])),
    "TRUE": taking(0, lambda _: True),
    "FALSE": taking(0, lambda _: False),
    "BLANK": taking(0, lambda _: None),
    "ERROR": taking(0, lambda _: ERROR, optional=1),
    "IF": Function(_if, 2, 3, takes_errors=True),
    "SWITCH": Function(_switch, 3, None, takes_errors=True),
    "ISERROR": Function(
        lambda arguments: isinstance(arguments[0], ErrorValue), 1, 1, takes_errors=True
    ),
    "ARRAYCOMPACT": taking(1, _compact),
    "ARRAYUNIQUE": taking(1, _unique),
    "ARRAYJOIN": taking(1, _join, optional=1),
}
