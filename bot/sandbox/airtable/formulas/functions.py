"""What a function is: how many arguments it takes and what it makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.sandbox.airtable.formulas.values import Value

Arguments: TypeAlias = Sequence[Value]


@dataclass(frozen=True)
class Function:
    """A function; `most` is None where any number of arguments may follow."""

    call: Callable[[Arguments], Value]
    least: int
    most: int | None
    takes_errors: bool = False

    def accepts(self, count: int) -> bool:
        """Tell whether it may be called with so many arguments."""
        return self.least <= count and (self.most is None or count <= self.most)


def taking(count: int, call: Callable[[Arguments], Value], *, optional: int = 0) -> Function:
    """Return a function of so many arguments, and some optional ones."""
    return Function(call, count, count + optional)


def taking_any(least: int, call: Callable[[Arguments], Value]) -> Function:
    """Return a function of at least so many arguments."""
    return Function(call, least, None)


def given(arguments: Arguments, index: int, otherwise: Value) -> Value:
    """Return an optional argument."""
    return arguments[index] if index < len(arguments) else otherwise
