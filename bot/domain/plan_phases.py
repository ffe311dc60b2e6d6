"""Phases that a plan file speaks of only through its stages."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.plan import Phase, Stage, Status
from bot.domain.plan_cells import MAX_NAME
from bot.domain.plan_file import Draft, PlanNote
from bot.domain.plan_merge import common_phase, phase_of_ref, status_of_phase
from bot.domain.plan_targets import Targets
from bot.domain.refs import phase_ref, ref_sort_key

_SHOWN = 12  # refs named in a note
_RECORD_ID = re.compile(r"rec[0-9A-Za-z]{14}")


@dataclass(frozen=True, slots=True)
class NewPhase:
    """A phase to be made (its key is empty until then), for the stages at these positions."""

    phase: Phase
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """
    Where the stages of a file belong.

    Args:
        known: Phase key by the position of the stage's draft.
    """

    known: Mapping[int, str]
    new: tuple[NewPhase, ...]
    notes: tuple[PlanNote, ...]


def plan_phases(
    drafts: Sequence[Draft], matched: Mapping[int, Stage], phases: Targets
) -> PhasePlan:
    """
    Return the phase of each stage: what it is linked to, or else what its ref begins with.

    A base may give no more than a record id of a phase ("recCBNGsoQmxb6zf2"): that phase gets
    the ref its stages have in common. A stage that already has a phase keeps it unless linked.
    """
    known, linked = _by_link(drafts, phases)
    new = {word: _linked_phase(word, at, drafts) for word, at in sorted(linked.items())}
    placed = {*known, *(position for at in linked.values() for position in at)}
    notes = []
    for ref, at in _by_ref(drafts, matched, placed).items():
        present = sorted(phases.with_ref(ref))
        coming = [word for word, phase in new.items() if phase.phase.ref == ref]
        if len(present) + len(coming) > 1:
            notes.append(_unclear(ref, len(present) + len(coming), [drafts[p] for p in at]))
        elif present:
            known.update(dict.fromkeys(at, present[0]))
        elif coming:
            new[coming[0]] = _joined(new[coming[0]], at)
        else:
            new[ref] = NewPhase(_phase(ref, at, drafts, {}), tuple(at))
    ordered = sorted(new.values(), key=lambda phase: ref_sort_key(phase.phase.ref or "~"))
    return PhasePlan(known, tuple(ordered), tuple(notes))


def _by_link(
    drafts: Sequence[Draft], phases: Targets
) -> tuple[dict[int, str], dict[str, list[int]]]:
    """Return the phases that links find, and the positions behind each word that finds none."""
    known: dict[int, str] = {}
    linked: dict[str, list[int]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        if words := draft.links.get("phase_key"):
            key, _ = phases.find(words[0])
            if key:
                known[position] = key
            else:
                linked[words[0]].append(position)
    return known, linked


def _by_ref(
    drafts: Sequence[Draft], matched: Mapping[int, Stage], placed: set[int]
) -> dict[str, list[int]]:
    """Return the stages that no link places, by the phase their ref lies in."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        before = matched.get(position)
        # A draft with our own key comes from an export, which says all there is to say.
        if position in placed or draft.key or (before and before.phase_key):
            continue
        if draft.ref and (ref := phase_of_ref(draft.ref)):
            found[ref].append(position)
    return dict(sorted(found.items(), key=lambda group: ref_sort_key(group[0])))


def _linked_phase(word: str, at: Sequence[int], drafts: Sequence[Draft]) -> NewPhase:
    if _RECORD_ID.fullmatch(word):
        ref = common_phase(ref for position in at if (ref := drafts[position].ref))
        phase = _phase(ref, at, drafts, {"id": word})
    else:
        phase = replace(_phase(phase_ref(word), at, drafts, {}), name=word[:MAX_NAME])
    return NewPhase(phase, tuple(at))


def _phase(
    ref: str | None, at: Sequence[int], drafts: Sequence[Draft], source: Mapping[str, Any]
) -> Phase:
    statuses = (drafts[position].fields.get("status", Status.NOT_STARTED) for position in at)
    name = f"Phase {ref or source.get('id', '')}"
    return Phase(key="", ref=ref, name=name, status=status_of_phase(statuses), source=source)


def _joined(new: NewPhase, at: Sequence[int]) -> NewPhase:
    return replace(new, positions=(*new.positions, *at))


def _unclear(ref: str, count: int, drafts: Sequence[Draft]) -> PlanNote:
    refs = ", ".join(draft.ref or "" for draft in drafts[:_SHOWN])
    more = f" and {len(drafts) - _SHOWN} more" if len(drafts) > _SHOWN else ""
    text = f"{count} phases carry the ref {ref}, so I gave no phase to the stages {refs}{more}."
    return PlanNote("ambiguous", ", ".join(draft.where for draft in drafts[:_SHOWN]), text)
