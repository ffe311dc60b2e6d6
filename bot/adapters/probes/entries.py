"""The entries of the probes file, as people write them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.adapters.probes.patterns import PatternError, pattern_finder

MOST_TIMEOUT_S = 60
_DEFAULT_TIMEOUT_S = 10


def _quoted(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("quotes", "has to stand in quotes: YAML reads 2.10 as 2.1")
    return value.strip()


Ref = Annotated[str, BeforeValidator(_quoted), Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=4096)]
Total = Annotated[int, Field(gt=0, le=10**15, strict=True)]
Timeout = Annotated[float, Field(gt=0, le=MOST_TIMEOUT_S)]


class Entry(BaseModel):
    """What every probe has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Ref
    total: Total | None = None
    writes: Annotated[bool, Field(strict=True)] = False
    every: Annotated[int, Field(gt=0, le=60 * 24 * 31, strict=True)] | None = None


def _refused(field: str, reason: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{reason}", {"reason": reason, "field": field})


def _needs_total(entry: Entry) -> None:
    if entry.total is None:
        raise _refused("total", "is missing: nothing else says how many there are in all")


def _check_pattern(pattern: str | None, total: int | None) -> None:
    if pattern is None:
        return
    try:
        pattern_finder(pattern, total)
    except PatternError as error:
        raise _refused("pattern", f"can't be used: {error}") from error


class LogEntry(Entry):
    """The newest progress in a log."""

    kind: Literal["log"]
    path: Text
    pattern: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> "LogEntry":
        _check_pattern(self.pattern, self.total)
        return self


class GlobEntry(Entry):
    """The number of files that match."""

    kind: Literal["glob"]
    pattern: Text

    @model_validator(mode="after")
    def _check(self) -> "GlobEntry":
        _needs_total(self)
        return self


class JsonEntry(Entry):
    """Fields of a JSON file."""

    kind: Literal["json"]
    path: Text
    done: Text | None = None
    of: Text | None = None
    percent: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> "JsonEntry":
        if (self.done is None) == (self.percent is None):
            raise _refused("done", "or `percent` has to name a field, one of them")
        if self.done is not None and self.of is None:
            _needs_total(self)
        return self


class CsvEntry(Entry):
    """A column of a CSV file."""

    kind: Literal["csv"]
    path: Text
    column: Text | None = None
    where: Annotated[str, Field(max_length=4096)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "CsvEntry":
        _needs_total(self)
        if self.where is not None and self.column is None:
            raise _refused("column", "is missing: `where` is a value of it")
        return self


class SqlEntry(Entry):
    """One SELECT."""

    kind: Literal["sql"]
    database: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,79}$")]
    query: Text
    timeout: Timeout = _DEFAULT_TIMEOUT_S

    @model_validator(mode="after")
    def _check(self) -> "SqlEntry":
        words = self.query.split(maxsplit=1)
        if not words or words[0].lower() not in {"select", "with"}:
            raise _refused("query", "has to start with SELECT or WITH")
        if ";" in self.query.rstrip().rstrip(";"):
            raise _refused("query", "has to be one statement, without a semicolon in it")
        return self


class CommandEntry(Entry):
    """What a program prints."""

    kind: Literal["command"]
    argv: Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]
    folder: Text = "."
    pattern: Text | None = None
    timeout: Timeout = _DEFAULT_TIMEOUT_S

    @model_validator(mode="after")
    def _check(self) -> "CommandEntry":
        _check_pattern(self.pattern, self.total)
        return self


class GitTagEntry(Entry):
    """The number of tags that match."""

    kind: Literal["git_tag"]
    repo: Text
    pattern: Text

    @model_validator(mode="after")
    def _check(self) -> "GitTagEntry":
        _needs_total(self)
        return self


AnyEntry = Annotated[
    LogEntry | GlobEntry | JsonEntry | CsvEntry | SqlEntry | CommandEntry | GitTagEntry,
    Field(discriminator="kind"),
]


class WatchEntry(BaseModel):
    """Logs in which progress is found by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Text
    stage: Ref | None = None


def _as_watch(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class ProbesFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folders: tuple[Text, ...] = (".",)
    probes: tuple[AnyEntry, ...] = ()
    watch: tuple[Annotated[WatchEntry, BeforeValidator(_as_watch)], ...] = ()
