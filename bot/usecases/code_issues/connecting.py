"""A code host is kept in step once a person has seen what that takes over, and said yes."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.code_issues import CodeSource
from bot.domain.effects import Effect, EffectKind
from bot.domain.host_connection import (
    Candidate,
    FirstLook,
    HostConnection,
    first_look,
    not_there_yet,
)
from bot.domain.host_steps import severity_of, title_here
from bot.domain.prompts import PromptKind
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.ports.code_host import CodeHost
from bot.usecases.asking import Asker
from bot.usecases.code_issues.marks import HOST_LANE, make_at_host
from bot.usecases.prompting import send_prompt
from bot.usecases.rights import admins, need

LOOK_AGAIN = timedelta(days=1)  # what a person is shown is no older


def agreed_with(plan: PlanReader, host: CodeHost) -> HostConnection | None:
    """Return the connection with this very repository, if a person has agreed to it."""
    known = known_of(plan, host)
    return known if known is not None and known.is_agreed else None


def known_of(plan: PlanReader, host: CodeHost) -> HostConnection | None:
    """Return what is known of this very repository, agreed to or not."""
    wanted = (host.name, host.repo)
    return next((each for each in plan.code_hosts() if (each.host, each.repo) == wanted), None)


def look_at_host(plans: PlanDatabase, host: CodeHost, workspace_id: str) -> FirstLook:
    """
    Return what the first connection would take over and make; nothing is written anywhere.

    Raises:
        OutageError, RefusedError: see `CodeHost`.
    """
    found = [
        Candidate(number=each.number, title=title_here(each.title), level=severity_of(each.labels))
        for page in host.open_issues()
        for each in page
    ]
    with plans.reading(workspace_id) as plan:
        issues, links = plan.issues(), plan.code_links()
    return first_look(found, issues, [link for link in links if link.source is not CodeSource.HOST])


def propose_host(plans: PlanDatabase, host: CodeHost, workspace_id: str, *, now: datetime) -> bool:
    """
    Look at a host that nobody has agreed to yet, and ask those who run the project: once.

    What they are shown is looked at anew each day, without a word.

    Returns whether it was looked at.

    Raises:
        OutageError, RefusedError: see `CodeHost`.
    """
    with plans.reading(workspace_id) as plan:
        known = known_of(plan, host)
    if known is not None and not _is_due(known, now):
        return False
    look = look_at_host(plans, host, workspace_id)
    with plans.changing(workspace_id) as writer:
        if agreed_with(writer, host) is not None:
            return False  # somebody was faster
        writer.put_code_host(
            HostConnection(host=host.name, repo=host.repo, looked_at=now, look=look)
        )
        # Looked at before, they were asked then: however long ago, nobody is asked twice.
        is_first = known is None or known.look is None
        for member_id in admins(writer) if is_first else ():
            send_prompt(writer, _asking(host, member_id), member_id, PromptKind.NOTICE, now)
    return True


def agree(plans: PlanDatabase, host: CodeHost, asker: Asker) -> HostConnection:
    """
    Keep a code host in step from now on: somebody has seen what that takes over.

    Raises:
        UserError: the member may not, or nobody has looked yet.
    """
    with plans.changing(asker.workspace_id) as plan:
        need(plan, asker.member_id, Right.CONNECT)
        known = known_of(plan, host)
        if known is None or known.look is None:
            raise UserError(
                f"I have not looked at `{host.repo}` yet; within ten minutes `/bqx code` shows what"
                " is there."
            )
        return begin(plan, known, by=asker.member_id, now=asker.now)


def begin(plan: PlanWriter, known: HostConnection, *, by: str, now: datetime) -> HostConnection:
    """
    Write the yes down, and have both directions begun; said twice it changes nothing.

    Where another repository was kept in step before, what was tied to its numbers is let go.
    """
    if known.is_agreed:
        return known
    for left in (each for each in plan.code_hosts() if each.is_agreed):
        plan.put_code_host(replace(left, agreed_at=None, agreed_by=None, seen_until=None))
        tied = [link for link in plan.code_links() if link.source is CodeSource.HOST]
        plan.put_code_links(replace(link, issue_key=None, gone_at=now, text="") for link in tied)
    agreed = replace(known, agreed_at=now, agreed_by=by)
    plan.put_code_host(agreed)
    plan.emit(_taking(agreed.repo, now), now)
    same = agreed.look.same if agreed.look else {}
    for issue in not_there_yet(plan.issues(), plan.code_links()):
        if issue.key not in same:
            plan.emit(make_at_host(issue.key, agreed.repo), now)
    return agreed


def _is_due(known: HostConnection, now: datetime) -> bool:
    return not known.is_agreed and (known.look is None or now - known.looked_at >= LOOK_AGAIN)


def _asking(host: CodeHost, member_id: str) -> Effect:
    return Effect(
        key=f"code_host:ask:{host.name}:{host.repo}:{member_id}",
        kind=EffectKind.CODE_HOST_NOTICE,
        payload={"member": member_id},
        lane=f"dm:{member_id}",
    )


def _taking(repo: str, now: datetime) -> Effect:
    return Effect(
        key=f"code_host:take:{repo}:{now.isoformat()}",
        kind=EffectKind.CODE_HOST,
        payload={},
        lane=HOST_LANE,
    )
