"""From a formula's text to something that can be asked about a row."""

import math
from collections.abc import Callable, Collection

from bot.sandbox.airtable.formulas.contract import INVALID, FormulaError, Row
from bot.sandbox.airtable.formulas.function_table import FUNCTIONS, LAST_MODIFIED, ROW_FACTS
from bot.sandbox.airtable.formulas.functions import Function
from bot.sandbox.airtable.formulas.nodes import (
    Call,
    Chain,
    FieldRef,
    Literal,
    Modified,
    Negated,
    Node,
    RowFact,
)
from bot.sandbox.airtable.formulas.tokens import Kind, Token, tokens

DEEPEST = 100  # parts inside each other
_RANKS = {
    **dict.fromkeys(["=", "!=", "<", ">", "<=", ">="], 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
}


def compile_formula(text: str, *, field_names: Collection[str]) -> Callable[[Row], object]:
    """
    Return a function that computes the formula for a row, and raises nothing.

    Args:
        text: A formula; an empty one is none, and refused.
        field_names: The names a formula may use, ids among them if it may use those.

    Raises:
        FormulaError: Airtable would refuse the formula: it cannot be parsed, calls a function
            that does not exist or with too few or many arguments, or names unknown fields.
    """
    parser = _Parser(tokens(text))
    root = parser.formula()
    unknown = [name for name in parser.fields if name not in field_names]
    if unknown:
        raise FormulaError(f"Unknown field names: {', '.join(unknown)}")
    return root.evaluate


class _Parser:
    """Reads tokens from left to right; `fields` are the names met, each once."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._position = 0
        self._depth = 0
        self.fields: dict[str, None] = {}

    def formula(self) -> Node:
        """Return the whole formula."""
        root = self._expression()
        if self._peek().kind is not Kind.END:
            raise FormulaError(INVALID)
        return root

    def _peek(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._peek()
        if token.kind is not Kind.END:
            self._position += 1
        return token

    def _next_is(self, sign: str) -> bool:
        return self._peek() == Token(Kind.SIGN, sign)

    def _skip(self, sign: str) -> None:
        if self._take() != Token(Kind.SIGN, sign):
            raise FormulaError(INVALID)

    def _expression(self) -> Node:
        """Read operands and operators, binding the higher ranks first, until neither follows."""
        self._depth += 1
        if self._depth > DEEPEST + 1:
            raise FormulaError(INVALID)
        operands, operators = [self._operand()], list[str]()
        while self._peek().kind is Kind.SIGN and (rank := _RANKS.get(self._peek().text)):
            _reduce(operands, operators, rank)
            operators.append(self._take().text)
            operands.append(self._operand())
        _reduce(operands, operators, 1)
        self._depth -= 1
        return operands[0]

    def _operand(self) -> Node:
        signs = 0
        while self._next_is("-"):
            self._take()
            signs += 1
        operand = self._atom(self._take())
        for _ in range(signs):
            operand = Negated(operand, _checked(operand.depth + 1))
        return operand

    def _atom(self, token: Token) -> Node:
        match token.kind:
            case Kind.NUMBER:
                return _number(token.text)
            case Kind.TEXT:
                return Literal(token.text)
            case Kind.FIELD:
                return self._field(token.text)
            case Kind.WORD:
                return self._call(token.text) if self._next_is("(") else self._field(token.text)
            case Kind.SIGN if token.text == "(":
                inner = self._expression()
                self._skip(")")
                return inner
        raise FormulaError(INVALID)

    def _field(self, name: str) -> FieldRef:
        self.fields.setdefault(name)
        return FieldRef(name)

    def _call(self, written: str) -> Node:
        name = written.upper()
        arguments = self._arguments()
        if name == LAST_MODIFIED:
            return _modified(arguments)
        if name in ROW_FACTS and not arguments:
            return RowFact(ROW_FACTS[name])
        return _call(FUNCTIONS.get(name), arguments)

    def _arguments(self) -> list[Node]:
        self._skip("(")
        found: list[Node] = []
        while not (self._next_is(")") and not found):
            found.append(self._expression())
            if not self._next_is(","):
                break
            self._skip(",")
        self._skip(")")
        return found


def _number(text: str) -> Literal:
    value = float(text)
    if not math.isfinite(value):
        raise FormulaError(INVALID)
    return Literal(value)


def _modified(arguments: list[Node]) -> Modified:
    fields = [argument.name for argument in arguments if isinstance(argument, FieldRef)]
    if len(fields) != len(arguments):
        raise FormulaError(INVALID)
    return Modified(tuple(fields))


def _call(function: Function | None, arguments: list[Node]) -> Call:
    if function is None or not function.accepts(len(arguments)):
        raise FormulaError(INVALID)
    depth = max((argument.depth for argument in arguments), default=0) + 1
    return Call(function, tuple(arguments), _checked(depth))


def _reduce(operands: list[Node], operators: list[str], rank: int) -> None:
    """Join what binds at least as strongly as `rank`, the operators last read first."""
    while operators and _RANKS[operators[-1]] >= rank:
        operator, right = operators.pop(), operands.pop()
        own = _RANKS[operator]
        left = operands.pop()
        if not isinstance(left, Chain) or left.rank != own:
            left = Chain(own, left, left.depth + 1)
        left.add(operator, right)
        _checked(left.depth)
        operands.append(left)


def _checked(depth: int) -> int:
    if depth > DEEPEST:
        raise FormulaError(INVALID)
    return depth
