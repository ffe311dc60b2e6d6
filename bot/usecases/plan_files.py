"""Import a plan file into the plan, and export the plan as one JSON object."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.import_result import ImportResult, Kept
from bot.domain.issues import Issue, Severity
from bot.domain.new_items import SEQUENCES, new_item
from bot.domain.plan import Stage, Why
from bot.domain.plan_file import KINDS, Draft, ItemKind, PlanFile, PlanNote
from bot.domain.plan_items import PlanItem, export_item
from bot.domain.plan_merge import IMPORT_REASON, match_items, merge, title_of
from bot.domain.plan_phases import PhasePlan, plan_phases
from bot.domain.plan_targets import Targets
from bot.ports import PlanDatabase, PlanReader, PlanWriter

_ALL_CHANGES = 100_000  # more than any item has; the port wants a limit


def import_plan(
    db: PlanDatabase, workspace_id: str, plan_file: PlanFile, *, actor_id: str, now: datetime
) -> ImportResult:
    """
    Bring the plan in step with a file, in one transaction; the same file again changes nothing.

    A blank never wipes a value, and what people wrote after the last import stays.

    Args:
        actor_id: Slack user id, or "import" for the command line.
        now: When, aware.
    """
    with db.changing(workspace_id) as plan:
        return _Import(plan, plan_file, actor_id=actor_id, now=now).run()


def export_plan(db: PlanDatabase, workspace_id: str) -> dict[str, Any]:
    """
    Return the whole plan as plain JSON: lists `phases`, `stages`, `tasks`, `issues`.

    Each item has `key`, `name` or `title`, `status`, every other field and `source`, the record
    as it once came. An import of it into an empty plan gives the same plan.
    """
    with db.reading(workspace_id) as plan:
        return {f"{kind}s": [export_item(item) for item in _present(plan, kind)] for kind in KINDS}


class _Import:
    """One run: kind by kind, so that what is pointed at is there before what points at it."""

    def __init__(
        self, plan: PlanWriter, plan_file: PlanFile, *, actor_id: str, now: datetime
    ) -> None:
        self._plan = plan
        self._file = plan_file
        self._now = now
        self._why = Why(
            operation=f"import:{now.isoformat()}",
            actor_id=actor_id,
            at=now,
            reason=IMPORT_REASON,
            evidence=plan_file.name,
        )
        self._targets = {kind: Targets() for kind in KINDS}
        self._counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("added", "changed", "unchanged")
        }
        self._kept: list[Kept] = []
        self._notes = list(plan_file.notes)

    def run(self) -> ImportResult:
        """Import every kind; phases that only stages speak of are made on the way."""
        self._import("phase")
        self._import("stage")
        self._import("task")
        self._import("issue")
        return ImportResult(
            file_name=self._file.name,
            operation=self._why.operation,
            added=dict(self._counts["added"]),
            changed=dict(self._counts["changed"]),
            unchanged=dict(self._counts["unchanged"]),
            kept=tuple(self._kept),
            notes=tuple(self._notes),
        )

    def _import(self, kind: ItemKind) -> None:
        drafts = self._file.of_kind(kind)
        present = _present(self._plan, kind)
        matched = match_items(drafts, present)
        for item in present:
            self._targets[kind].add(item)
        phases = self._phases(drafts, matched) if kind == "stage" else {}
        for position, draft in enumerate(drafts):
            values = {**draft.fields, **self._links(draft)}
            if position in phases:
                values["phase_key"] = phases[position]
            if draft.source:
                values["source"] = draft.source
            item = matched.get(position)
            stored = self._add(draft, values) if item is None else self._update(draft, item, values)
            self._targets[kind].add(stored, draft)

    def _add(self, draft: Draft, values: dict[str, Any]) -> PlanItem:
        key = draft.key if draft.key and self._is_free(draft.kind, draft.key) else None
        item = new_item(draft, key or self._plan.mint(SEQUENCES[draft.kind]), values, self._now)
        if isinstance(item, Issue) and "severity" not in values:
            text = f"The issue has no severity I know; I took {Severity.MINOR.label}."
            self._notes.append(PlanNote("unreadable", draft.where, text))
        self._plan.save(item, self._why)
        self._counts["added"][draft.kind] += 1
        return item

    def _update(self, draft: Draft, item: PlanItem, values: dict[str, Any]) -> PlanItem:
        changes = self._plan.changes(kind=draft.kind, key=item.key, limit=_ALL_CHANGES)
        merged = merge(item, values, changes)
        if merged.changed:
            self._plan.save(merged.item, self._why)
        self._counts["changed" if merged.changed else "unchanged"][draft.kind] += 1
        if merged.kept:
            label = " ".join(filter(None, (getattr(item, "ref", None), title_of(item))))
            self._kept.append(Kept(item.key, label, merged.kept))
        return merged.item

    def _links(self, draft: Draft) -> dict[str, Any]:
        """Return our keys of what a draft points at; the phases of stages are planned apart."""
        found: dict[str, Any] = {}
        for name, words in draft.links.items():
            if name == "phase_key":
                continue
            kind: ItemKind = "task" if name == "remediation_task_keys" else "stage"
            keys = []
            for word in words:
                key, trouble = self._targets[kind].find(word)
                keys += [key] if key else []
                if trouble:
                    text = f"It points at the {kind} “{word[:80]}”, {trouble}."
                    self._notes.append(PlanNote("ambiguous", draft.where, text))
            if keys:
                found[name] = keys[0] if name == "stage_key" else tuple(dict.fromkeys(keys))
        return found

    def _phases(self, drafts: Sequence[Draft], matched: Mapping[int, Stage]) -> dict[int, str]:
        """Return the phase key of each stage by its position; makes the phases that are missing."""
        wanted: PhasePlan = plan_phases(drafts, matched, self._targets["phase"])
        self._notes += wanted.notes
        made = {}
        for new in wanted.new:
            phase = replace(new.phase, key=self._plan.mint(SEQUENCES["phase"]))
            self._plan.save(phase, self._why)
            self._counts["added"]["phase"] += 1
            made.update(dict.fromkeys(new.positions, phase.key))
        return {**wanted.known, **made}

    def _is_free(self, kind: ItemKind, key: str) -> bool:
        finders = {"stage": self._plan.stage, "task": self._plan.task, "issue": self._plan.issue}
        if kind == "phase":
            return all(phase.key != key for phase in self._plan.phases())
        return finders[kind](key) is None


def _present(plan: PlanReader, kind: ItemKind) -> list[Any]:
    lists: dict[ItemKind, Callable[[], Sequence[PlanItem]]] = {
        "phase": plan.phases,
        "stage": plan.stages,
        "task": plan.tasks,
        "issue": plan.issues,
    }
    return list(lists[kind]())
