"""A report's frozen snapshot as everybody may see it, once issues in it were restricted."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.domain.visibility import VEILED

_ISSUE_FACTS = ("open_issues", "resolved_issues")
_QUOTED = re.compile("“.*”", re.DOTALL)


def mentions(snapshot: Mapping[str, Any], issue_key: str) -> bool:
    """Whether a report says anything of an issue."""
    return any(one["key"] == issue_key for name in _ISSUE_FACTS for one in _facts(snapshot, name))


def veiled_snapshot(
    snapshot: Mapping[str, Any], issue_keys: Collection[str], task_keys: Collection[str]
) -> Mapping[str, Any]:
    """
    Return a snapshot without the words of issues that are restricted by now.

    Args:
        task_keys: Their remediation tasks.
    """
    hidden = {*issue_keys, *task_keys}
    nothing = {"title": VEILED, "prevention": "", "stages": [], "remediation": []}
    facts = {
        name: [one | nothing if one["key"] in hidden else one for one in _facts(snapshot, name)]
        for name in _ISSUE_FACTS
    }
    findings = [
        {**one, "text": _QUOTED.sub(VEILED, one["text"])}
        if hidden.intersection(one.get("record_keys", ()))
        else one
        for one in snapshot.get("findings", ())
    ]
    return {**snapshot, "facts": {**snapshot["facts"], **facts}, "findings": findings}


def _facts(snapshot: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot["facts"].get(name, [])
    return found
