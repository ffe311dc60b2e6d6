"""Read the operator's probes file: programs are started from it, so it is theirs alone."""

import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.adapters.probes.entries import (
    AnyEntry,
    CommandEntry,
    CsvEntry,
    GitTagEntry,
    GlobEntry,
    JsonEntry,
    LogEntry,
    ProbesFile,
    SqlEntry,
)
from bot.domain.probes import (
    CommandSource,
    CsvSource,
    GitTagSource,
    GlobSource,
    JsonSource,
    LogSource,
    Probe,
    Probes,
    Source,
    SqlSource,
    Watch,
)
from bot.errors import SettingsError

MOST_BYTES = 1 << 20
_SHOWN_CHARS = 40


def load_probes(path: Path, repos: Sequence[Path] = ()) -> Probes:
    """
    Return the probes declared in the YAML file at `path`; names in it are relative to its folder.

    Args:
        repos: Repositories whose work is measured: whoever can commit there must not be able to
            start programs here, so the file may not lie in one of them.

    Raises:
        SettingsError: there is no such file, others may write it, or an entry makes no sense;
            names the file, the entry and the field.
    """
    document = _read(path, repos)
    try:
        declared = ProbesFile.model_validate(document or {})
    except ValidationError as error:
        reasons = "\n".join(f"- {_reason(detail, document)}" for detail in error.errors())
        raise SettingsError(f"{path} can't be used:\n{reasons}") from error
    base = path.resolve().parent
    probes = tuple(_probe(entry, base) for entry in declared.probes)
    _check_names(path, probes)
    return Probes(
        folders=tuple(_place(folder, base) for folder in declared.folders),
        probes=probes,
        watches=tuple(
            Watch(pattern=_place(entry.path, base), stage=entry.stage) for entry in declared.watch
        ),
    )


def _read(path: Path, repos: Sequence[Path]) -> Any:
    try:
        real = path.resolve(strict=True)
        inside = next((repo for repo in repos if real.is_relative_to(repo.resolve())), None)
        if inside is not None:
            raise SettingsError(f"{path} lies in the repository {inside}. Move it out of there.")
        if real.stat().st_mode & stat.S_IWOTH:
            raise SettingsError(f"Anybody may write {path}. Take that away: `chmod o-w`.")
        with real.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The probes file {path} can't be read: {error}.") from error
    if len(content) > MOST_BYTES:
        raise SettingsError(f"{path} is larger than {MOST_BYTES:,} bytes.")
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is no YAML: {' '.join(str(error).split())}") from error


def _reason(detail: ErrorDetails, document: Any) -> str:
    where, field = _where(detail["loc"], document)
    field = str(detail.get("ctx", {}).get("field", field))
    message = detail["msg"].removeprefix("Value error, ")
    named = f", field `{field}`" if field else ""
    return f"{where}{named}: {message}"


def _where(place: tuple[int | str, ...], document: Any) -> tuple[str, str]:
    """Return the entry in words, and the field in it."""
    if len(place) < 2 or not isinstance(place[1], int):  # noqa: PLR2004 - list and number
        return "the file", ".".join(str(part) for part in place)
    entry = document[place[0]][place[1]]
    stage = entry.get("stage") if isinstance(entry, dict) else None
    words = f"entry {place[1] + 1} of `{place[0]}`"
    if stage is not None:
        words += f" (stage {str(stage)[:_SHOWN_CHARS]})"
    kinds = ("log", "glob", "json", "csv", "sql", "command", "git_tag")
    rest = [str(part) for part in place[2:] if part not in kinds]
    return words, ".".join(rest)


def _check_names(path: Path, probes: Sequence[Probe]) -> None:
    seen: dict[str, int] = {}
    for number, probe in enumerate(probes, start=1):
        if probe.name in seen:
            raise SettingsError(
                f"{path}: entries {seen[probe.name]} and {number} of `probes` are the same:"
                f" {probe.name}."
            )
        seen[probe.name] = number


def _probe(entry: AnyEntry, base: Path) -> Probe:
    source, what = _source(entry, base)
    return Probe(
        name=f"{entry.stage} {entry.kind} {what}",
        stage=entry.stage,
        source=source,
        total=entry.total,
        writes=entry.writes,
        every=timedelta(minutes=entry.every or 0),
    )


def _source(entry: AnyEntry, base: Path) -> tuple[Source, str]:
    """Return where an entry reads, and the words that tell it from others of its stage."""
    source: Source
    match entry:
        case LogEntry():
            source = LogSource(path=_place(entry.path, base), pattern=entry.pattern)
            what = entry.path
        case GlobEntry():
            source = GlobSource(pattern=_place(entry.pattern, base))
            what = entry.pattern
        case JsonEntry():
            source = _json(entry, base)
            what = f"{entry.path} {entry.done or entry.percent}"
        case CsvEntry():
            source = CsvSource(
                path=_place(entry.path, base), column=entry.column, where=entry.where
            )
            what = f"{entry.path} {entry.column or 'rows'} {entry.where or ''}".strip()
        case SqlEntry():
            source = _sql(entry)
            what = f"{entry.database} {entry.query}"
        case CommandEntry():
            source = _command(entry, base)
            what = " ".join(entry.argv)
        case GitTagEntry():
            source = GitTagSource(repo=_place(entry.repo, base), pattern=entry.pattern)
            what = f"{entry.repo} {entry.pattern}"
    return source, what


def _json(entry: JsonEntry, base: Path) -> JsonSource:
    return JsonSource(
        path=_place(entry.path, base), done=entry.done, total=entry.of, percent=entry.percent
    )


def _sql(entry: SqlEntry) -> SqlSource:
    query = entry.query.strip().rstrip(";")
    return SqlSource(url_variable=entry.database, query=query, timeout_s=entry.timeout)


def _command(entry: CommandEntry, base: Path) -> CommandSource:
    return CommandSource(
        argv=entry.argv,
        timeout_s=entry.timeout,
        folder=_place(entry.folder, base),
        pattern=entry.pattern,
    )


def _place(path: str, base: Path) -> str:
    return str(base / Path(path).expanduser())
