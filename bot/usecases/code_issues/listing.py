"""The marks in the code, those that wait for somebody first."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.domain.code_comments import mentioned_keys
from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.code_lists import Blame, CodeList, IssueCode, Mark
from bot.domain.issues import Issue
from bot.domain.visibility import may_see
from bot.ports import PlanDatabase, PlanReader
from bot.ports.code import CodeReader
from bot.usecases.code_issues.scanning import Scan, scan_code

PER_PAGE = 8


def list_code(
    plans: PlanDatabase,
    code: CodeReader,
    repos: Sequence[Path],
    workspace_id: str,
    *,
    member_id: str,
    page: int,
    now: datetime,
) -> CodeList:
    """Read the code at HEAD and return a page of what it marks; blamed are only those shown."""
    scan = scan_code(plans, code, repos, workspace_id, now=now)
    with plans.reading(workspace_id) as plan:
        links = sorted(plan.code_links(), key=lambda link: (link.repo, link.path, link.line))
        tied = tuple(_tied(plan, links, member_id))
    waiting = [link for link in links if link.waits]
    pages = max(1, -(-len(waiting) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = waiting[(page - 1) * PER_PAGE : page * PER_PAGE]
    return CodeList(
        marks=tuple(Mark(link=link, blame=_blame(code, scan, link)) for link in shown),
        total=len(waiting),
        page=page,
        pages=pages,
        tied=tied,
        dismissed=sum(link.dismissed_by is not None and link.gone_at is None for link in links),
        has_repos=bool(repos),
        not_read=scan.not_read,
    )


def _tied(
    plan: PlanReader, links: Sequence[CodeLink], member_id: str
) -> list[tuple[CodeLink, Issue]]:
    found = []
    for link in links:
        issue = plan.issue(link.issue_key) if link.issue_key else None
        if issue is None or issue.removed_at is not None or link.gone_at is not None:
            continue
        if link.source is CodeSource.TODO and may_see(issue, member_id, plan.workspace.lead_id):
            found.append((link, issue))
    return found


def _blame(code: CodeReader, scan: Scan, link: CodeLink) -> Blame | None:
    place = scan.heads.get(link.repo)
    return code.blame(*place, link.path, link.line) if place else None


def code_of_issue(plan: PlanReader, issue_key: str) -> IssueCode:
    """Return the comments and the commits that name an issue, or stand for it."""
    naming = [
        seen
        for seen in plan.memory().commits
        if issue_key in mentioned_keys(f"{seen.commit.subject}\n{seen.commit.body}")
    ]
    naming.sort(key=lambda seen: seen.commit.authored_at, reverse=True)
    return IssueCode(links=tuple(plan.code_links(issue_key=issue_key)), commits=tuple(naming))
