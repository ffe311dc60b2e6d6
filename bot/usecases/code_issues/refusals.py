"""What the code host refuses for good: kept, told once with its cure, tried again when asked."""

from dataclasses import replace
from datetime import datetime

from bot.domain.effects import Effect, EffectKind
from bot.domain.host_connection import READING, HostConnection, HostTrouble
from bot.domain.prompts import PromptKind
from bot.domain.rights import Right
from bot.errors import RefusedError, UserError
from bot.ports import PlanDatabase, PlanWriter
from bot.ports.code_host import CodeHost
from bot.usecases.asking import Asker
from bot.usecases.code_issues.connecting import known_of
from bot.usecases.code_issues.marks import HOST_LANE
from bot.usecases.prompting import send_prompt
from bot.usecases.rights import admins, need

MAX_DETAIL = 200


def note_refusal(
    plans: PlanDatabase,
    host: CodeHost,
    workspace_id: str,
    error: RefusedError,
    *,
    now: datetime,
    key: str = READING,
) -> None:
    """
    Keep what the host refuses, and tell those who run the project once for each cause.

    Args:
        key: The issue that can't be written; `READING` where nothing can be read.
    """
    trouble = HostTrouble(
        key=key, status=error.status, why=error.code, detail=error.detail[:MAX_DETAIL], at=now
    )
    with plans.changing(workspace_id) as plan:
        known = known_of(plan, host) or HostConnection(
            host=host.name, repo=host.repo, looked_at=now
        )
        is_new = all(each.cause != trouble.cause for each in known.troubles)
        plan.put_code_host(known.with_trouble(trouble))
        if is_new:
            _tell(plan, trouble, now)


def clear_refusal(
    plans: PlanDatabase, host: CodeHost, workspace_id: str, *, now: datetime, key: str = READING
) -> None:
    """Forget what is cured; where nothing could be read, what waits is written after all."""
    with plans.reading(workspace_id) as plan:
        known = known_of(plan, host)
    if known is None or all(each.key != key for each in known.troubles):
        return
    with plans.changing(workspace_id) as writer:
        newest = known_of(writer, host)
        if newest is None:
            return
        cured = newest.without_trouble(key)
        writer.put_code_host(cured)
        if key == READING:
            _again(writer, cured, now)


def try_again(plans: PlanDatabase, host: CodeHost, asker: Asker) -> int:
    """
    Have everything tried again that the host refused; return how much that is.

    Raises:
        UserError: the member may not, or nothing waits.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CONNECT)
        known = known_of(plan, host)
        if known is None or not known.troubles:
            raise UserError("Nothing waits for the code host any more.")
        # Told anew if it is refused again: whoever asks wants to know.
        plan.put_code_host(replace(known, troubles=()))
        _again(plan, known, asker.now)
        return len(known.troubles)


def _again(plan: PlanWriter, known: HostConnection, now: datetime) -> None:
    if any(each.key == READING for each in known.troubles) and known.is_agreed:
        plan.emit(_effect(READING, {}, now), now)
    for each in known.troubles:
        if each.key != READING:
            plan.emit(_effect(each.key, {"issue": each.key}, now), now)


def _effect(key: str, payload: dict[str, str], now: datetime) -> Effect:
    return Effect(
        key=f"code_host:again:{key}:{now.isoformat()}",
        kind=EffectKind.CODE_HOST,
        payload=payload,
        lane=HOST_LANE,
        about=payload.get("issue"),
    )


def _tell(plan: PlanWriter, trouble: HostTrouble, now: datetime) -> None:
    for member_id in admins(plan):
        effect = Effect(
            key=f"code_host:refused:{trouble.cause}:{now.isoformat()}:{member_id}",
            kind=EffectKind.CODE_HOST_NOTICE,
            payload={"cause": trouble.cause, "member": member_id},
            lane=f"dm:{member_id}",
        )
        send_prompt(plan, effect, member_id, PromptKind.NOTICE, now)
