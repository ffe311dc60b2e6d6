"""What a formula is made of, and how each part is computed for a row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.sandbox.airtable.formulas.comparing import COMPARISONS
from bot.sandbox.airtable.formulas.contract import Row
from bot.sandbox.airtable.formulas.functions import Function
from bot.sandbox.airtable.formulas.values import (
    ERROR,
    ErrorValue,
    Value,
    finite,
    from_cell,
    joined,
    number,
)

FAULTS = (ValueError, ArithmeticError, LookupError)
"""What an operation raises on values it cannot work with: the row shows an error."""

OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    **COMPARISONS,
    "&": lambda left, right: joined([left, right]),
    "+": lambda left, right: finite(number(left) + number(right)),
    "-": lambda left, right: finite(number(left) - number(right)),
    "*": lambda left, right: finite(number(left) * number(right)),
    "/": lambda left, right: finite(number(left) / number(right)),
}


class Node(Protocol):
    """A part of a formula."""

    @property
    def depth(self) -> int:
        """How many parts stand inside each other here."""

    def evaluate(self, row: Row) -> Value:
        """Return the part's value for a row; raises nothing, an error is a value."""


@dataclass(frozen=True)
class Literal:
    """A number or a text as written."""

    value: Value
    depth: int = 0

    def evaluate(self, row: Row) -> Value:
        """Return the written value."""
        del row
        return self.value


@dataclass(frozen=True)
class FieldRef:
    """A field, by its name or id."""

    name: str
    depth: int = 0

    def evaluate(self, row: Row) -> Value:
        """Return the row's cell."""
        try:
            return from_cell(row.cell(self.name))
        except FAULTS:
            return ERROR


@dataclass(frozen=True)
class Modified:
    """LAST_MODIFIED_TIME, of some fields or of any."""

    fields: tuple[str, ...]
    depth: int = 0

    def evaluate(self, row: Row) -> Value:
        """Return when the row was last edited."""
        try:
            return row.modified(self.fields)
        except FAULTS:
            return ERROR


@dataclass(frozen=True)
class RowFact:
    """What a row knows about itself, such as its id."""

    read: Callable[[Row], Value]
    depth: int = 0

    def evaluate(self, row: Row) -> Value:
        """Return the fact."""
        return self.read(row)


@dataclass(frozen=True)
class Negated:
    """A part after a minus."""

    operand: Node
    depth: int

    def evaluate(self, row: Row) -> Value:
        """Return the part's number with the other sign."""
        value = self.operand.evaluate(row)
        try:
            return -number(value)
        except FAULTS:
            return ERROR


@dataclass
class Chain:
    """Parts joined from left to right by operators of one rank; flat, however long it is."""

    rank: int
    first: Node
    depth: int
    rest: list[tuple[str, Node]] = field(default_factory=list)

    def add(self, operator: str, operand: Node) -> None:
        """Put one more operand at the end."""
        self.rest.append((operator, operand))
        self.depth = max(self.depth, operand.depth + 1)

    def evaluate(self, row: Row) -> Value:
        """Return what the operators make of the parts."""
        result = self.first.evaluate(row)
        for operator, operand in self.rest:
            value = operand.evaluate(row)
            if isinstance(result, ErrorValue) or isinstance(value, ErrorValue):
                return ERROR
            try:
                result = OPERATIONS[operator](result, value)
            except FAULTS:
                return ERROR
        return result


@dataclass(frozen=True)
class Call:
    """A function with its arguments, all of which are computed."""

    function: Function
    arguments: tuple[Node, ...]
    depth: int

    def evaluate(self, row: Row) -> Value:
        """Return the function's result; an error among the arguments is the result."""
        values: list[Value] = []
        for argument in self.arguments:
            value = argument.evaluate(row)
            if isinstance(value, ErrorValue) and not self.function.takes_errors:
                return value
            values.append(value)
        try:
            return self.function.call(values)
        except FAULTS:
            return ERROR
