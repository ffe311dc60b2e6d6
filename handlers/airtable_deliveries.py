"""Deliveries about the base: writes, conflict cards, notices to admins."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.airtable.budget import month_of
from bot.domain.airtable.state import AirtableBase, Conflict
from bot.domain.effects import EffectKind
from bot.domain.issues import Issue
from bot.domain.plan import Stage, Task
from bot.ports import PlanReader
from bot.usecases.airtable.announcing import addressee, conflict_subject
from bot.usecases.airtable.keeping import warn_of_budget
from bot.usecases.airtable.push import push_changes
from bot.views import airtable_notice, conflict_card
from bot.views.mrkdwn import Message, title_text
from bot.views.wording import issue_title, stage_title, task_title
from handlers.attempt import Attempt, Result
from handlers.desk import Desk


@dataclass(frozen=True)
class AirtableDeliveries:
    """One method for each kind of effect about the base."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.AIRTABLE_PUSH: self._push,
            EffectKind.AIRTABLE_CONFLICT: self._conflict,
            EffectKind.AIRTABLE_NOTICE: self._notice,
        }

    def _push(self, job: Attempt) -> Result:
        """Write all that waits, this change among it; an outage leaves the effect pending."""
        ports = self.desk.ports
        if ports.airtable is None:
            return {}
        push_changes(ports.plans, ports.airtable, job.workspace_id, clock=ports.clock.now)
        warn_of_budget(ports.plans, ports.airtable, job.workspace_id, job.now)
        return {}

    def _conflict(self, job: Attempt) -> Result:
        with job.reading() as plan:
            conflict = plan.conflict(job.payload["conflict"])
            if conflict is None:
                return {}
            post = plan.post(conflict_subject(conflict))
            shown = card_of(plan, conflict)
            member_id, channel = addressee(plan, conflict), plan.workspace.channel
        is_early = member_id is not None and not job.is_asking
        if post is None and (conflict.choice is not None or is_early):
            return {}  # gone before anybody saw it, or the asking itself is yet to come
        place = (
            (lambda: job.messenger.direct_channel(member_id))
            if member_id
            else (lambda: job.channel_id(channel))
        )
        return job.show(conflict_subject(conflict), shown, place, post)

    def _notice(self, job: Attempt) -> Result:
        with job.reading() as plan:
            base = plan.airtable_base()
            shown = self._notice_of(plan, base, job.payload["notice"]) if base else None
        return job.post_direct(shown, job.payload["member"]) if shown else {}

    def _notice_of(self, plan: PlanReader, base: AirtableBase, notice: str) -> Message | None:
        """Return what a notice says now; None where its reason is over."""
        kind, _, rest = notice.partition(":")
        if kind == "trouble":
            trouble = next((each for each in base.troubles if each.key == rest), None)
            return airtable_notice.trouble_notice(base, trouble) if trouble else None
        if kind == "row":
            held = next(
                (
                    p
                    for p in plan.queued_pushes()
                    if p.error and rest.startswith(f"{p.kind}:{p.key}:")
                ),
                None,
            )
            return airtable_notice.row_notice(base, held) if held else None
        if kind == "spent":
            return airtable_notice.spent_notice(base)
        return self._budget(base, int(rest.rpartition(":")[2]))

    def _budget(self, base: AirtableBase, mark: int) -> Message | None:
        airtable = self.desk.ports.airtable
        if airtable is None:
            return None
        month = month_of(self.desk.ports.clock.now())
        used = sum(airtable.gate.calls(base.base_id, month).values())
        return airtable_notice.budget_notice(base, mark, used, airtable.monthly_calls)


def card_of(plan: PlanReader, conflict: Conflict, *, moved: bool = False) -> Message:
    """Return a conflict's card with the names of what it speaks of."""
    item = plan.item(conflict.kind, conflict.item_key)
    title, names = _title(item, conflict), _names(plan, conflict)
    return conflict_card.conflict_card(conflict, title, names, moved=moved)


def _title(item: Any, conflict: Conflict) -> str:
    if isinstance(item, Stage):
        return stage_title(item)
    if isinstance(item, Task):
        return task_title(item)
    if isinstance(item, Issue):
        return issue_title(item)
    return f"*{title_text(getattr(item, 'name', conflict.item_key))}*"


def _names(plan: PlanReader, conflict: Conflict) -> dict[str, str]:
    names = {member.id: member.name for member in plan.members()}
    for key in _linked((*conflict.ours.values(), *conflict.theirs.values())):
        found: Any = plan.item("stage", key) or plan.item("task", key) or plan.item("phase", key)
        if found is not None:
            names[key] = str(getattr(found, "ref", None) or getattr(found, "name", key))
    return names


def _linked(values: Iterable[Any]) -> list[str]:
    keys: list[str] = []
    for value in values:
        keys += [str(part) for part in value] if isinstance(value, list) else [str(value)]
    return [key for key in keys if key.startswith(("STG-", "TASK-", "PHASE-"))]
