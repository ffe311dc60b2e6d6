"""Read the audit trail: who changed what, when and why, as far as the asker may see it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.history import (
    HistoryAsk,
    HistoryPage,
    HistoryTextError,
    keyword_like,
    parse_history,
)
from bot.domain.identities import MYSELF, called, find_person, folded
from bot.domain.outcomes import Ambiguous, Unknown
from bot.domain.own_time import zone_of
from bot.domain.plan import Change, Stage
from bot.domain.rights import Right
from bot.domain.team import TEAM
from bot.domain.trail import Selection
from bot.domain.typed import shown
from bot.domain.visibility import may_see
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader
from bot.usecases.choosing import choose_stage
from bot.usecases.rights import may
from bot.usecases.seeing import check_visible

PAGE = 8  # operations of one message
SHOWN = 5  # rows of one operation that a message shows
_OWN_ACTORS = {"import": "import", "cadence": "cadence", "airtable": "airtable"}


def read_history(
    plans: PlanDatabase,
    workspace_id: str,
    text: str,
    *,
    member_id: str,
    now: datetime,
    after: int | None = None,
) -> HistoryPage | Unknown:
    """
    Return the newest operations of what is asked for.

    Args:
        after: `older` of the page before.

    Raises:
        UserError: it can't be read, nobody is called that, or the issue is restricted.
    """
    with plans.reading(workspace_id) as plan:
        chosen = choose(plan, text, member_id=member_id, now=now)
        if isinstance(chosen, Unknown):
            return chosen
        title, selection = chosen
        found = plan.operations(selection, after=after, limit=PAGE + 1, shown=SHOWN)
        page = tuple(found[:PAGE])
        rows = [change for each in page for change in each.changes]
        items = {(row.kind, row.key): plan.item(row.kind, row.key) for row in rows}
        all_of_them = may(plan, member_id, Right.UNDO_OTHERS)
        return HistoryPage(
            title=title,
            operations=page,
            names={key: item for key, item in items.items() if item},
            undoable=frozenset(
                each.why.operation
                for each in page
                if not each.undone_by and (all_of_them or each.why.actor_id == member_id)
            ),
            older=page[-1].newest if len(found) > PAGE else None,
        )


def changes_of(
    plan: PlanReader, text: str, *, member_id: str | None, now: datetime
) -> Iterator[Change]:
    """
    Yield the rows of what is asked for, oldest first.

    Args:
        member_id: Who asks; None for whoever has the database anyway.

    Raises:
        UserError: it can't be read, or nothing is called that.
    """
    chosen = choose(plan, text, member_id=member_id, now=now)
    if isinstance(chosen, Unknown):
        raise no_such_thing(chosen)
    return plan.walk_changes(chosen[1])


def no_such_thing(unknown: Unknown) -> UserError:
    """Return that nothing is called what was typed, with what looks like it."""
    near = ", ".join(f"`{stage.ref}`" for stage in unknown.near if stage.ref)
    guess = f" Did you mean {near}?" if near else ""
    typed = shown(unknown.typed)
    return UserError(f"No stage, task, issue or person is called “{typed}”.{guess}")


def choose(
    plan: PlanReader, text: str, *, member_id: str | None, now: datetime
) -> tuple[str, Selection] | Unknown:
    """
    Return what somebody asks for in words and as a selection of rows.

    Raises:
        UserError: it can't be read, nobody is called that, or the issue is restricted.
    """
    try:
        ask = parse_history(text, now, _zone(plan, member_id))
    except HistoryTextError as error:
        raise UserError(f"{error} For example: `/bqx history 1.5.4 by me since Monday`.") from error
    selection = Selection(since=ask.since, until=ask.until, hidden=_hidden(plan, member_id))
    if ask.who:
        selection = replace(selection, actor_id=_person(plan, ask.who, member_id))
    if ask.settings:
        return "the team's settings", replace(selection, kinds=("team", "pause"))
    if ask.about:
        who = _person(plan, ask.about, member_id)
        return f"{_called(plan, who)}'s settings", replace(selection, items=(("person", who),))
    if not ask.subject:
        return _called(plan, selection.actor_id), selection
    return _of_subject(plan, ask, selection, member_id)


def _of_subject(
    plan: PlanReader, ask: HistoryAsk, selection: Selection, member_id: str | None
) -> tuple[str, Selection] | Unknown:
    word = ask.subject
    if issue := plan.issue(word):
        if member_id is not None:
            check_visible(plan, issue, member_id)
        replies = (("issue_reply", reply.key) for reply in plan.issue_replies(issue.key))
        return issue.key, replace(selection, items=(("issue", issue.key), *replies))
    if task := plan.task(word.upper()):
        return task.ref or task.key, replace(selection, items=(("task", task.key),))
    found = choose_stage(plan, word)
    if isinstance(found, Unknown):
        return _of_name(plan, word, selection) or found
    stages: tuple[Stage, ...] = found.stages if isinstance(found, Ambiguous) else (found,)
    title = found.ref if isinstance(found, Ambiguous) else found.ref or found.key
    return title or "", replace(selection, items=tuple(("stage", each.key) for each in stages))


def _of_name(plan: PlanReader, word: str, selection: Selection) -> tuple[str, Selection] | None:
    """Return a member's changes where the word is a name, or says how it was probably meant."""
    if folded(word) in MYSELF:
        raise UserError("Whose changes? `/bqx history by me` shows yours.")
    members = plan.members()
    if called(members, word):
        actor_id = find_person(word, members, None, gone=True).id
        return _called(plan, actor_id), replace(selection, actor_id=actor_id)
    if word.casefold() == TEAM:
        return None
    if near := keyword_like(word.split(maxsplit=1)[0]):
        raise UserError(f"I don't know “{shown(word)}”. Did you mean `{near}`?")
    return None


def _person(plan: PlanReader, word: str, member_id: str | None) -> str:
    if own := _OWN_ACTORS.get(word.removeprefix("@").lower()):
        return own
    return find_person(word, plan.members(), member_id, gone=True).id


def _called(plan: PlanReader, member_id: str | None) -> str:
    if member_id is None:
        return ""
    member = plan.member(member_id)
    return member.name if member and member.name else member_id


def _zone(plan: PlanReader, member_id: str | None) -> ZoneInfo:
    reader = member_id or ""  # nobody: the workspace's zone
    return zone_of(plan.person(reader), plan.member(reader), plan.workspace)


def _hidden(plan: PlanReader, member_id: str | None) -> tuple[tuple[str, str], ...]:
    """Return what a member may not see: restricted issues and all that was said about them."""
    if member_id is None:
        return ()
    lead_id = plan.workspace.lead_id
    hidden = [each for each in plan.restricted_issues() if not may_see(each, member_id, lead_id)]
    if not hidden:
        return ()
    keys = {each.key for each in hidden}
    findings = [each.key for each in plan.findings() if keys.intersection(each.record_keys)]
    return (
        *(("issue", key) for key in sorted(keys)),
        *(("issue_reply", row.key) for key in sorted(keys) for row in plan.issue_replies(key)),
        *(("task", key) for each in hidden for key in each.remediation_task_keys),
        *(("finding", key) for key in findings),
        *(("gap_check", row.key) for key in findings for row in plan.gap_checks(finding_key=key)),
    )
