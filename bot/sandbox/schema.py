"""A small language for shapes of JSON, and its checker with Slack's own error sentences."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Flaw:
    """
    One thing wrong with a payload.

    `pointer` is a JSON pointer such as "/blocks/0/text/text"; `expected` what would do.
    """

    message: str
    pointer: str
    code: str = "failed_constraint"
    kind: str = ""
    expected: Any = None

    def __str__(self) -> str:
        """Return it as Slack's messages put it."""
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(frozen=True)
class Str:
    """A string; `choices` are all it may be, `form` a pattern it must match as a whole."""

    most: int | None = None
    least: int = 0
    choices: tuple[str, ...] = ()
    form: str | None = None


@dataclass(frozen=True)
class Num:
    """A number; `whole` refuses fractions."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    whole: bool = True


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Free:
    """Any object, read by nobody here."""


@dataclass(frozen=True)
class Many:
    """A list whose items follow one rule."""

    item: "Rule"
    most: int | None = None
    least: int = 0


@dataclass(frozen=True)
class Part:
    """
    An object with known fields.

    `one_of`: of each group exactly one field; `some_of`: at least one. `also` checks what a
    rule for one field cannot say.
    """

    fields: Mapping[str, "Rule"]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    some_of: tuple[tuple[str, ...], ...] = ()
    also: Callable[[dict[str, Any], str], Iterable[Flaw]] | None = None


@dataclass(frozen=True)
class Kinds:
    """An object told apart by its "type"; `parts` may be filled in later, for recursion."""

    parts: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Either:
    """Any of several rules; the last one's flaws are reported when none fits."""

    rules: tuple["Rule", ...]


Rule = Str | Num | Flag | Free | Many | Part | Kinds | Either


def check(rule: Rule, value: Any, pointer: str) -> Iterator[Flaw]:
    """Yield what is wrong with `value`, the outermost first."""
    yield from _CHECKS[type(rule)](rule, value, pointer)


def _check_str(rule: Str, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, str):
        yield Flaw("must provide a string", pointer, kind="type", expected="string")
        return
    # Slack counts code points, so an emoji is one character.
    if rule.most is not None and len(value) > rule.most:
        text = f"must be less than {rule.most + 1} characters"
        yield Flaw(text, pointer, kind="max_length", expected=rule.most)
    if len(value) < rule.least:
        text = f"must be more than {rule.least - 1} characters"
        yield Flaw(text, pointer, kind="min_length", expected=rule.least)
    if rule.choices and value not in rule.choices:
        yield Flaw(
            f"must be a valid enum value: {value}",
            pointer,
            kind="enum",
            expected=list(rule.choices),
        )
    if rule.form and not re.fullmatch(rule.form, value):
        yield Flaw("must match the expected format", pointer, kind="pattern", expected=rule.form)


def _check_num(rule: Num, value: Any, pointer: str) -> Iterator[Flaw]:
    numbers = int if rule.whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, numbers):
        wanted = "an integer" if rule.whole else "a number"
        yield Flaw(f"must provide {wanted}", pointer, kind="type", expected=wanted)
        return
    if rule.least is not None and value < rule.least:
        text = f"must be greater than or equal to {rule.least}"
        yield Flaw(text, pointer, kind="minimum", expected=rule.least)
    if rule.above is not None and value <= rule.above:
        text = f"must be greater than {rule.above}"
        yield Flaw(text, pointer, kind="minimum", expected=rule.above)
    if rule.most is not None and value > rule.most:
        text = f"must be less than or equal to {rule.most}"
        yield Flaw(text, pointer, kind="maximum", expected=rule.most)


def _check_flag(_rule: Flag, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, bool):
        yield Flaw("must provide a boolean", pointer, kind="type", expected="boolean")


def _check_free(_rule: Free, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield Flaw("must provide an object", pointer, kind="type", expected="object")


def _check_many(rule: Many, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, list):
        yield Flaw("must provide an array", pointer, kind="type", expected="array")
        return
    if rule.most is not None and len(value) > rule.most:
        text = f"no more than {rule.most} items allowed"
        yield Flaw(text, pointer, kind="max_items", expected=rule.most)
    if len(value) < rule.least:
        text = f"no fewer than {rule.least} items allowed"
        yield Flaw(text, pointer, kind="min_items", expected=rule.least)
    for position, item in enumerate(value):
        yield from check(rule.item, item, f"{pointer}/{position}")


def _check_part(rule: Part, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield Flaw("must provide an object", pointer, kind="type", expected="object")
        return
    flaws = [*_check_names(rule, value, pointer), *_check_groups(rule, value, pointer)]
    for name, item in value.items():
        if name in rule.fields:
            flaws += check(rule.fields[name], item, f"{pointer}/{name}")
    # What fields say together only means something once each is right.
    if not flaws and rule.also is not None:
        flaws += rule.also(value, pointer)
    yield from flaws


def _check_names(rule: Part, value: dict[str, Any], pointer: str) -> Iterator[Flaw]:
    for name in rule.required:
        if name not in value:
            yield Flaw(f"missing required field: {name}", pointer, kind="required", expected=name)
    for name in value:
        if name not in rule.fields:
            yield Flaw(f"invalid additional property: {name}", pointer, kind="additional")


def _check_groups(rule: Part, value: dict[str, Any], pointer: str) -> Iterator[Flaw]:
    for names in rule.one_of:
        if len([name for name in names if name in value]) != 1:
            text = f"must define exactly one of {_either(names)}"
            yield Flaw(text, pointer, kind="one_of", expected=list(names))
    for names in rule.some_of:
        if not any(name in value for name in names):
            text = f"must define either {_either(names)}"
            yield Flaw(text, pointer, kind="any_of", expected=list(names))


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _check_kinds(rule: Kinds, value: Any, pointer: str) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield Flaw("must provide an object", pointer, kind="type", expected="object")
        return
    if "type" not in value:
        yield Flaw("missing required field: type", pointer, kind="required", expected="type")
        return
    kind = value["type"]
    if not isinstance(kind, str) or kind not in rule.parts:
        known = sorted(rule.parts)
        yield Flaw(f"unsupported type: {kind}", f"{pointer}/type", kind="enum", expected=known)
        return
    yield from _check_part(rule.parts[kind], value, pointer)


def _check_either(rule: Either, value: Any, pointer: str) -> Iterator[Flaw]:
    flaws: list[Flaw] = []
    for one in rule.rules:
        flaws = list(check(one, value, pointer))
        if not flaws:
            return
    yield from flaws


_CHECKS: dict[type[Any], Callable[[Any, Any, str], Iterator[Flaw]]] = {
    Str: _check_str,
    Num: _check_num,
    Flag: _check_flag,
    Free: _check_free,
    Many: _check_many,
    Part: _check_part,
    Kinds: _check_kinds,
    Either: _check_either,
}
