"""Follow the marks in the code of a project at HEAD."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.domain.code_issues import ASKED, CodeLink, CodeSource, follow, tied_by_number
from bot.domain.issues import Issue
from bot.errors import NotAssessedError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.ports.code import CodeAtHead, CodeReader
from bot.usecases.code_issues.questions import Asked, ask_owner, who_is_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """
    What was read.

    Args:
        heads: The commit that was read and the clone, by the repository's name.
        not_read: Sentences: which repository could not be read, and why.
    """

    heads: dict[str, tuple[Path, str]]
    not_read: tuple[str, ...] = ()


def scan_code(
    plans: PlanDatabase,
    code: CodeReader,
    repos: Sequence[Path],
    workspace_id: str,
    *,
    now: datetime,
) -> Scan:
    """
    Read the marks of all clones of a project; whose mark is gone is asked whether it is resolved.

    A clone that can't be read changes nothing: nothing in it is taken for gone.
    """
    heads: dict[str, tuple[Path, str]] = {}
    not_read = []
    for name, repo in named_repos(repos).items():
        try:
            head = code.at_head(repo)
        except NotAssessedError as error:
            not_read.append(f"{name}: {error}")
            continue
        heads[name] = (repo, head.sha)
        gone = _take_over(plans, workspace_id, name, head, now)
        # Git is asked before the transaction: it may take seconds.
        removed = {
            link.key: code.removed_in(repo, head.sha, link.path, link.words) or head.sha
            for link in gone
        }
        _ask(plans, workspace_id, removed, now)
    return Scan(heads=heads, not_read=tuple(not_read))


def named_repos(repos: Sequence[Path]) -> dict[str, Path]:
    """Return the clones by names of their own: two folders may be called the same."""
    found: dict[str, Path] = {}
    for repo in repos:
        name = repo.absolute().name.removesuffix(".git") or "repository"
        number = sum(known == name or known.startswith(f"{name} (") for known in found)
        found[f"{name} ({number + 1})" if number else name] = repo
    return found


def _take_over(
    plans: PlanDatabase, workspace_id: str, name: str, head: CodeAtHead, now: datetime
) -> list[CodeLink]:
    """Write what is new or differs; return the tied marks that are gone and not asked about."""
    with plans.reading(workspace_id) as plan:
        changed = _changed(plan, name, head, now)
        gone = _to_ask(plan, name, changed)
    if changed:
        with plans.changing(workspace_id) as writer:
            # Read again: somebody may have filed one of them meanwhile.
            writer.put_code_links(_changed(writer, name, head, now))
            writer.put_code_links(tied_by_number(writer.code_links()))
    return gone


def _changed(plan: PlanReader, name: str, head: CodeAtHead, now: datetime) -> list[CodeLink]:
    kept = [link for link in plan.code_links() if link.repo == name and link.number is None]
    return follow(
        kept,
        head.comments,
        repo=name,
        now=now,
        unread=head.unread,
        is_whole=head.is_whole,
    )


def _to_ask(plan: PlanReader, name: str, changed: list[CodeLink]) -> list[CodeLink]:
    """
    Return the marks that were the last ones of an open issue, and of which nobody was asked yet.

    One an issue: where several went, the latest.
    """
    newest = {link.key: link for link in [*plan.code_links(), *changed]}
    marks = [link for link in newest.values() if link.source is CodeSource.TODO and link.issue_key]
    still_there = {link.issue_key for link in marks if link.gone_at is None}
    last: dict[str, CodeLink] = {}
    for link in sorted(marks, key=_by_going):
        if link.repo == name and link.gone_at is not None and ASKED not in link.agreed:
            last[link.issue_key or ""] = link
    return [
        link
        for issue_key, link in last.items()
        if issue_key not in still_there and _somebody_listens(plan, issue_key)
    ]


def _by_going(link: CodeLink) -> tuple[str, str]:
    return (link.gone_at.isoformat() if link.gone_at else "", link.key)


def _somebody_listens(plan: PlanReader, issue_key: str) -> bool:
    """Whether an issue is open and anybody may be asked; who turned it down may change that."""
    issue = _open_issue(plan, issue_key)
    return issue is not None and who_is_asked(plan, issue) is not None


def _open_issue(plan: PlanReader, issue_key: str | None) -> Issue | None:
    issue = plan.issue(issue_key) if issue_key else None
    is_open = issue is not None and issue.removed_at is None and issue.status.is_open
    return issue if is_open else None


def _ask(plans: PlanDatabase, workspace_id: str, removed: dict[str, str], now: datetime) -> None:
    if not removed:
        return
    with plans.changing(workspace_id) as plan:
        for link in plan.code_links():
            if link.key in removed and link.gone_at is not None:
                _ask_one(plan, link, removed[link.key], now)


def _ask_one(plan: PlanWriter, link: CodeLink, sha: str, now: datetime) -> None:
    issue = _open_issue(plan, link.issue_key)
    if issue is None or who_is_asked(plan, issue) is None:
        return
    ask_owner(plan, issue, link, Asked.REMOVED, detail=sha, now=now)
    gone = [
        each for each in plan.code_links(issue_key=issue.key) if each.gone_at and not each.number
    ]
    plan.put_code_links([replace(each, agreed=(ASKED,)) for each in gone])
