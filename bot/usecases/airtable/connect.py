"""Connect a base: propose, correct, make what is missing, adopt."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.airtable.drift import with_names
from bot.domain.airtable.looking import NO_MEANING, Choice, Look
from bot.domain.airtable.mapping import BaseMapping
from bot.domain.airtable.outcomes import Connected
from bot.domain.airtable.proposing.proposal import (
    Missing,
    Proposal,
    propose_mapping,
    with_choice,
    with_word,
)
from bot.domain.airtable.schema import AirtableTable, BaseSchema
from bot.domain.airtable.state import PULLED, AirtableBase, BaseState, PullMode, QueuedPush
from bot.domain.plan import Why
from bot.domain.plan_file import KINDS, ItemKind
from bot.domain.plan_merge import IMPORT_REASON
from bot.errors import OutageError, RefusedError, UserError
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable, AirtableApi
from bot.usecases.airtable.pull import pull_changes
from bot.usecases.airtable.push import push_changes

MAX_ROUNDS = 4
_FORBIDDEN = 403
_ALL_CHANGES = 100_000  # more than any item has; the port wants a limit


def propose(look: Look, choices: Iterable[Choice] = ()) -> Proposal:
    """
    Return the mapping for a base, with a person's corrections.

    Raises:
        UserError: a correction names nothing of the base, or something that can't hold it.
    """
    proposal = propose_mapping(look.schema, look.samples)
    # Tables first: the fields of a kind are proposed anew when its table changes.
    for choice in sorted(choices, key=lambda each: bool(each.name)):
        proposal = _corrected(proposal, look, choice)
    return proposal


def connect_base(
    plans: PlanDatabase,
    airtable: Airtable,
    workspace_id: str,
    look: Look,
    choices: Iterable[Choice],
    *,
    clock: Callable[[], datetime],
) -> Connected:
    """
    Make what the base lacks, keep the mapping by ids, and read the whole base into the plan.

    Nothing that is in the base is changed. Connected again, the same base keeps its links.

    Raises:
        UserError: the base holds no stages, or a correction makes no sense.
        OutageError: Airtable does not answer; what was made stays, and is found the next time.
    """
    chosen = tuple(choices)
    proposal = propose(look, chosen)
    if proposal.mapping.of_kind("stage") is None:
        raise UserError(
            "I find no table of stages in this base, so there is nothing to keep in step. Say"
            " which it is with `--table stage=NAME`."
        )
    look, created, by_hand = _make(airtable.api(look.base_id, "connect"), look, chosen)
    proposal = propose(look, chosen)
    left = _keep(plans, workspace_id, look, proposal.mapping, _lasting(look, proposal, chosen))
    if left is not None:
        _close_feed(airtable, left)
    pulled = pull_changes(plans, airtable, workspace_id, clock=clock)
    _queue_own(plans, workspace_id, clock())
    pushed = push_changes(plans, airtable, workspace_id, clock=clock)
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    return Connected(look, proposal, created, by_hand, pulled, pushed, base)


def earlier_choices(
    plans: PlanDatabase, workspace_id: str, look: Look, given: Iterable[Choice] = ()
) -> tuple[Choice, ...]:
    """
    Return the corrections with which this base was connected, as far as they still hold.

    Args:
        given: New ones, which come behind them.
    """
    new = tuple(given)
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    if base is None or base.base_id != look.base_id or base.state is BaseState.PROPOSED:
        return ()
    held: tuple[Choice, ...] = ()
    for plain in base.proposal.get("choices", ()):
        try:
            propose(look, (*held, Choice(**plain), *new))
        except UserError:  # the table or field is gone
            continue
        held = (*held, Choice(**plain))
    return held


def keep_proposal(
    plans: PlanDatabase,
    workspace_id: str,
    look: Look,
    choices: Iterable[Choice],
    plain: Mapping[str, Any],
    *,
    sent: str = "",
) -> None:
    """
    Keep what the wizard shows, until an admin takes it or looks again.

    Args:
        sent: Which form's corrections are among the choices now; others' are still on their way.
    """
    mapping = propose(look, choices).mapping
    with plans.changing(workspace_id) as plan:
        known = plan.airtable_base()
        proposal = {**plain, "sent": _sent_beside(known, sent)}
        if known is not None and known.state is not BaseState.PROPOSED:
            plan.put_airtable_base(replace(known, proposal=proposal))
            return
        plan.put_airtable_base(
            AirtableBase(
                base_id=look.base_id,
                name=look.name,
                mapping=mapping,
                user_id=look.user_id,
                proposal=proposal,
            )
        )


def try_choices(
    plans: PlanDatabase, workspace_id: str, sent: str, choices: Iterable[Choice]
) -> None:
    """Keep the corrections of one form until the base was looked at with them; then they count."""
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        if base is not None:
            tried = {**_sent_beside(base, sent), sent: [asdict(choice) for choice in choices]}
            plan.put_airtable_base(replace(base, proposal={**base.proposal, "sent": tried}))


def forget_sent(plans: PlanDatabase, workspace_id: str, sent: str) -> None:
    """Forget the corrections of a form that make no sense."""
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        if base is not None:
            proposal = {**base.proposal, "sent": _sent_beside(base, sent)}
            plan.put_airtable_base(replace(base, proposal=proposal))


def _sent_beside(base: AirtableBase | None, sent: str) -> dict[str, Any]:
    told = base.proposal.get("sent", {}) if base is not None else {}
    return {each: choices for each, choices in told.items() if each != sent}


def disconnect_base(
    plans: PlanDatabase, workspace_id: str, airtable: Airtable | None = None
) -> bool:
    """
    Forget the base; plan and base stay as they are. Returns whether there was one.

    Args:
        airtable: Where its change feed is removed, as far as it answers: a base has room for ten.
    """
    with plans.changing(workspace_id) as plan:
        known = plan.airtable_base()
        plan.put_airtable_base(None)
    if known is not None and airtable is not None:
        _close_feed(airtable, known)
    return known is not None


def _lasting(look: Look, proposal: Proposal, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the last word on each thing, by ids: a choice outlives the names it was made by."""
    last: dict[tuple[str, str, str], Choice] = {}
    for choice in choices:
        kind = _kind(choice.kind)
        if choice.meaning:
            last[kind, choice.name, choice.target] = choice
            continue
        mapped = proposal.mapping.of_kind(kind)
        table = look.schema.table(mapped.table_id) if mapped else None
        target = choice.target
        if target and not choice.name:
            target = _table(look.schema, target).id
        elif target and table is not None:
            target = _field_id(table, target)
        last[kind, choice.name, ""] = replace(choice, target=target)
    return tuple(last.values())


def _close_feed(airtable: Airtable, base: AirtableBase) -> None:
    if base.webhook_id is None:
        return
    with suppress(RefusedError, OutageError):  # it expires by itself within a week
        airtable.api(base.base_id, "connect").close_feed(base.webhook_id)


def _keep(
    plans: PlanDatabase,
    workspace_id: str,
    look: Look,
    mapping: BaseMapping,
    choices: tuple[Choice, ...],
) -> AirtableBase | None:
    """Keep the mapping; returns another base that was connected until now."""
    with plans.changing(workspace_id) as plan:
        known = left = plan.airtable_base()
        if known is not None and known.base_id != look.base_id:
            plan.put_airtable_base(None)
            known = None
        base = known or AirtableBase(base_id=look.base_id, mapping=mapping)
        plan.put_airtable_base(
            replace(
                base,
                name=look.name,
                user_id=look.user_id,
                state=BaseState.CONNECTED,
                mode=PullMode.FEED,
                mapping=with_names(mapping, look.schema),
                pulled_at=None,  # a new mapping is compared with every record
                troubles=(),
                error="",
                proposal={"choices": [asdict(choice) for choice in choices]},
            )
        )
    return left if left is not None and left.base_id != look.base_id else None


def _queue_own(plans: PlanDatabase, workspace_id: str, now: datetime) -> None:
    """
    Queue what people made here before the base was connected, and the base does not have.

    What an import or another base brought stays out: that is nobody's word here.
    """
    with plans.changing(workspace_id) as plan:
        base = plan.airtable_base()
        for table in base.mapping.tables if base else ():
            for item in plan.unlinked_items(table.kind):
                first = plan.changes(kind=table.kind, key=item.key, limit=_ALL_CHANGES)[-1]
                if not _is_brought(first.why):
                    plan.queue_push(QueuedPush(kind=table.kind, key=item.key, since=now))


def _is_brought(why: Why) -> bool:
    by_import = why.reason == IMPORT_REASON or why.actor_id == "import"
    return by_import or why.operation.startswith(PULLED)


def _corrected(proposal: Proposal, look: Look, choice: Choice) -> Proposal:
    kind = _kind(choice.kind)
    if choice.meaning:
        meaning = None if choice.meaning == NO_MEANING else choice.meaning
        return with_word(proposal, kind, choice.name, choice.target, meaning)
    if not choice.name:
        table = _table(look.schema, choice.target) if choice.target else None
        target = table.id if table else None
        return with_choice(proposal, look.schema, look.samples, kind, "", target)
    mapped = proposal.mapping.of_kind(kind)
    inside = look.schema.table(mapped.table_id) if mapped else None
    if inside is None:
        raise UserError(f"The base has no table of {kind}s, so it has no field for them either.")
    field_id = _field_id(inside, choice.target) if choice.target else None
    return with_choice(proposal, look.schema, look.samples, kind, choice.name, field_id)


def _kind(word: str) -> ItemKind:
    found = next((kind for kind in KINDS if word.lower() in {kind, f"{kind}s"}), None)
    if found is None:
        raise UserError(f"“{word}” is none of phase, stage, task, issue.")
    return found


def _table(schema: BaseSchema, word: str) -> AirtableTable:
    folded = word.casefold()
    for table in schema.tables:
        if word == table.id or folded == table.name.casefold():
            return table
    names = ", ".join(table.name for table in schema.tables)
    raise UserError(f"The base has no table “{word}”. It has: {names}.")


def _field_id(table: AirtableTable, word: str) -> str:
    found = table.field(word) or table.field_called(word)
    if found is None:
        names = ", ".join(each.name for each in table.fields)
        raise UserError(f"The table “{table.name}” has no field “{word}”. It has: {names}.")
    return found.id


def _make(
    api: AirtableApi, look: Look, choices: tuple[Choice, ...]
) -> tuple[Look, tuple[str, ...], tuple[Missing, ...]]:
    """
    Make what is missing, as far as the token may; the rest is named with its hand steps.

    A table at a time, because the next one may link to it.
    """
    created: list[str] = []
    by_hand: dict[tuple[str, str], Missing] = {}
    maker = _Maker(api, may=look.permission == "create")
    for _ in range(MAX_ROUNDS):
        proposal = propose(look, choices)
        made = 0
        for missing in proposal.missing:
            if (missing.kind, missing.name) in by_hand or (made and missing.name == ""):
                continue
            if maker.make(proposal.mapping, missing):
                created.append(_called(proposal.mapping, missing))
                made += 1
            else:
                by_hand[missing.kind, missing.name] = missing
        if not made:
            break
        look = replace(look, schema=api.schema())
    return look, tuple(created), tuple(by_hand.values())


def _called(mapping: BaseMapping, missing: Missing) -> str:
    """Return what was made as people find it: "Progress" in "Stages", or the table "Issues"."""
    table = mapping.of_kind(missing.kind)
    if missing.name == "" or table is None:
        return f"the table “{missing.label}”"
    return f"“{missing.label}” in “{table.name}”"


@dataclass
class _Maker:
    """
    Makes tables and fields as long as the token may.

    Args:
        may: Whether it is worth asking; a refusal of the token's is not asked for twice.
    """

    api: AirtableApi
    may: bool

    def make(self, mapping: BaseMapping, missing: Missing) -> bool:
        """Make a table or field; False where the token may not, or the API can't."""
        table = mapping.of_kind(missing.kind)
        if missing.field is None or not self.may:
            return False
        try:
            if missing.name == "":
                self.api.create_table(missing.field)
            elif table is not None:
                self.api.create_field(table.table_id, missing.field)
        except RefusedError as error:  # no scope schema.bases:write, or a type only people make
            self.may = error.status != _FORBIDDEN
            return False
        return True
