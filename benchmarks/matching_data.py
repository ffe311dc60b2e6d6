"""The matching data and what `score.py mask` leaves of it, as the product's values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.analysis.link_values import Candidate, Known, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingSet:
    """
    A plan, its commits in time order and the links that may be seen.

    Args:
        evaluate_from: Commits before this index are for training; 0 where none are.
    """

    name: str
    candidates: tuple[Candidate, ...]
    works: tuple[Work, ...]
    known: tuple[Known, ...]
    evaluate_from: int


def as_set(data: dict[str, Any]) -> MatchingSet:
    """Return data of that format as values."""
    commits = data["commits"]
    return MatchingSet(
        name=data.get("name", ""),
        candidates=tuple(
            Candidate(
                key=task["id"],
                title=task.get("title") or "",
                description=task.get("description") or "",
                order=task.get("order"),
            )
            for task in data["tasks"]
        ),
        works=tuple(_work(commit) for commit in commits),
        known=tuple(
            Known(work_id=commit["id"], key=key)
            for commit in commits
            for key in commit.get("tasks") or ()
        ),
        evaluate_from=data.get("evaluate_from") or 0,
    )


def _work(commit: dict[str, Any]) -> Work:
    return Work(
        id=commit["id"],
        at=datetime.fromisoformat(commit["time"]),
        author=commit.get("author") or "",
        text=commit.get("text") or "",
        paths=tuple(commit.get("paths") or ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """
    A set of which a part is hidden, and the truth about the hidden commits.

    Args:
        truth: By commit, its candidates that are still in the plan.
    """

    shown: MatchingSet
    truth: dict[str, frozenset[str]]


def masked(
    data: dict[str, Any], *, seed: int, visible: float, delete: float, last: int | None = None
) -> Masked:
    """
    Return what a program may see, drawn as `score.py mask` draws it.

    Args:
        last: Commits from this index on are left out.
    """
    commits = data["commits"][:last]
    used = {key for commit in data["commits"] for key in commit["tasks"]}
    gone = {key for key in used if _draw(seed, "deleted", key) < delete}
    hidden = {c["id"] for c in commits if _draw(seed, "visible", c["id"]) >= visible}
    truth = {c["id"]: frozenset(c["tasks"]) - gone for c in commits if c["id"] in hidden}
    shown = {
        "name": data["name"],
        "evaluate_from": data["evaluate_from"],
        "tasks": [task for task in data["tasks"] if task["id"] not in gone],
        "commits": [_without(commit, gone, commit["id"] in hidden) for commit in commits],
    }
    return Masked(shown=as_set(shown), truth=truth)


def _without(commit: dict[str, Any], gone: set[str], hidden: bool) -> dict[str, Any]:  # noqa: FBT001 - a fact
    keys: Sequence[str] = () if hidden else [key for key in commit["tasks"] if key not in gone]
    return {**commit, "tasks": list(keys)}


def _draw(seed: int, what: str, key: str) -> float:
    digest = hashlib.sha256(f"{seed}/{what}/{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
