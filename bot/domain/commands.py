"""What a member types behind `/bqx`, behind a mention, or in a direct message to the bot."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.domain.issues import Severity

COMMANDS = (
    "progress",
    "issue",
    "issues",
    "own",
    "triage",
    "resolve",
    "close",
    "reopen",
    "assign",
    "severity",
    "ack",
    "snooze",
    "debt",
    "gaps",
    "status",
    "links",
    "rules",
    "code",
    "dashboard",
    "airtable",
    "project",
    "who",
    "claim",
    "unclaim",
    "admins",
    "role",
    "settings",
    "me",
    "tour",
    "schedule",
    "skip",
    "pause",
    "resume",
    "away",
    "back",
    "history",
    "undo",
    "help",
)
# Other words people reach for; each does what its command does.
ALIASES = {
    "log": "progress",
    "update": "progress",
    "file": "issue",
    "take": "own",
    "start": "own",
    "level": "severity",
    "gap": "gaps",
    "acknowledge": "ack",
    "postpone": "snooze",
    "show": "status",
    "audit": "history",
    "commits": "links",
    "todo": "code",
    "todos": "code",
    "projects": "project",
    "people": "who",
    "roles": "admins",
    "preferences": "me",
    "training": "tour",
    "calendar": "schedule",
    "unpause": "resume",
    "ooo": "away",
    "?": "help",
}
_MIN_SIMILARITY = 60  # of 100: "progres" is 93, "isue" 89, "banana" 43 to its nearest

_PROGRESS_WORD = re.compile(
    r"(?P<counter>[+-]?\d[\d.,]{0,20}\s{0,2}(?:/|\bof\b)\s{0,2}[+-]?\d[\d.,]{0,20})(?=\s|$)"
    r"|(?P<percent>[+-]?\d[\d.,]{0,20}\s?%|[+-]?\d[\d.,]{0,20})(?=\s|$)"
    r"|(?P<word>done|complete|completed|nan|[+-]?inf)(?=\s|$)",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"(?:(?:level|l|sev|severity)\s*)?([1-4])\s*[:.]?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """
    One command.

    Args:
        name: One of COMMANDS, or the unknown word as typed.
        rest: Everything behind it, untouched but for the spaces around.
        guess: The nearest command when the word is unknown; None when nothing is near.
    """

    name: str
    rest: str
    known: bool = True
    guess: str | None = None


def parse_command(text: str) -> Command:
    """Return the command in `text`; nothing at all is `help`."""
    words = text.strip().split(maxsplit=1)
    if not words:
        return Command("help", "")
    rest = words[1].strip() if len(words) > 1 else ""
    word = words[0].lower().removeprefix("/")
    name = ALIASES.get(word, word)
    if name in COMMANDS:
        return Command(name, rest)
    nearest, likeness, _ = process.extractOne(word, (*COMMANDS, *ALIASES), scorer=fuzz.ratio)
    guess = ALIASES.get(nearest, nearest) if likeness >= _MIN_SIMILARITY else None
    return Command(words[0], rest, known=False, guess=guess)


@dataclass(frozen=True, slots=True)
class ProgressWords:
    """
    The parts of `/bqx progress 1.5.4 129/336 note`, none of them judged yet.

    Args:
        ref: The word that names the stage, as typed.
        progress: The word that says how far it is, "" when there is none.
        note: The rest.
    """

    ref: str
    progress: str
    note: str


def split_progress(rest: str) -> ProgressWords:
    """Return the parts of what was typed behind `progress`."""
    words = re.sub(r"^stage\s+", "", rest.strip(), flags=re.IGNORECASE)
    ref, _, tail = words.partition(" ")
    tail = tail.strip()
    match = _PROGRESS_WORD.match(tail)
    if not match:
        return ProgressWords(ref.rstrip(":,"), "", tail)
    said = re.sub(r"\s*\bof\b\s*", "/", match[0], flags=re.IGNORECASE)
    return ProgressWords(ref.rstrip(":,"), said, tail[match.end() :].strip())


def split_issue(rest: str) -> tuple[Severity | None, str]:
    """Return the severity and the title of `/bqx issue 1 Aurora writer down`."""
    match = _LEVEL.match(rest + " ")
    if not match:
        return None, rest.strip()
    return Severity(int(match[1])), rest[match.end() - 1 :].strip()
