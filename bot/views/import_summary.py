"""What an import did, as plain lines for a terminal."""

from collections import Counter
from collections.abc import Mapping

from bot.domain.import_result import ImportResult
from bot.domain.plan_file import KINDS, NoteKind

_MAX_NOTES = 200  # more than anybody reads; the count says how many there are
_PLURALS = {"phase": "phases", "stage": "stages", "task": "tasks", "issue": "issues"}


def describe_import(result: ImportResult) -> list[str]:
    """Return the lines that `bqx plan import` prints, one thing a line, counts first."""
    counts = f"{_sum(result.added)} added, {_sum(result.changed)} changed"
    lines = [f"{result.file_name}: {counts}, {_sum(result.unchanged)} unchanged."]
    lines += [f"  {line}" for kind in KINDS if (line := _of_kind(result, kind))]
    if result.kept:
        lines.append(f"Kept as people wrote it since the last import ({len(result.kept)}):")
        lines += [
            f"  {kept.key} {kept.label}: {', '.join(_words(name) for name in kept.fields)}"
            for kept in result.kept
        ]
    return lines + _notes(result)


def _of_kind(result: ImportResult, kind: str) -> str:
    counts = {
        "added": result.added.get(kind, 0),
        "changed": result.changed.get(kind, 0),
        "unchanged": result.unchanged.get(kind, 0),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{_PLURALS[kind]}: {told}" if told else ""


def _notes(result: ImportResult) -> list[str]:
    titles: dict[NoteKind, str] = {
        "unreadable": "Could not be read",
        "ambiguous": "To be cleared up",
    }
    counts = Counter(note.kind for note in result.notes)
    lines = []
    for kind, title in titles.items():
        if counts[kind]:
            lines.append(f"{title} ({counts[kind]}):")
        told = [note for note in result.notes if note.kind == kind]
        lines += [f"  {note.where}: {note.text}" for note in told[:_MAX_NOTES]]
        if len(told) > _MAX_NOTES:
            lines.append(f"  … and {len(told) - _MAX_NOTES} more")
    return lines


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _words(name: str) -> str:
    return name.replace("_", " ")
