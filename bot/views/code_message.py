"""`/bqx code`: what the code marks, what stands for it, and the questions that come of it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.code_lists import CodeList, IssueCode, Mark
from bot.domain.evidence import SeenCommit
from bot.domain.issues import Issue
from bot.views.host_message import host_blocks
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    message,
    one_line,
    section,
    title_text,
    when,
)
from bot.views.wording import ago, count, issue_title

FILE = "code_file"  # value of the three: the mark's key
DISMISS = "code_dismiss"
PUT_BACK = "code_put_back"
PAGE = "code_page"  # value: the number of the page
RESOLVE = "code_resolve"  # value: "{issue key} {evidence}"
KEEP = "code_keep"  # value of the three: the link's key
TAKE_OURS = "code_title_ours"
TAKE_THEIRS = "code_title_theirs"
MAX_TIED = 15
MAX_OF_ISSUE = 15
NO_REPOS = (
    "No clone of the project's code is set up here. An operator sets `PROJECT_REPO`; the README"
    " has the steps."
)


def code_message(found: CodeList, now: datetime) -> Message:
    """Return one page of the marks that wait, each with its buttons, and those that are tied."""
    host: list[Block] = []
    if found.host_name:
        host = host_blocks(
            found.host,
            found.host_name,
            channel=found.critical_channel,
            may_connect=found.may_connect,
        )
    if not found.has_repos:
        return message("No clone of the code is set up", [section(NO_REPOS), *host])
    told = count(found.total, "mark") + " in the code without an issue"
    head = f"*{told}*" if found.total else "Every mark in the code has its issue."
    if found.pages > 1:
        head += f" · page {found.page} of {found.pages}"
    blocks: list[Block] = [section(head)]
    for mark in found.marks:
        blocks += [section(_mark_text(mark, now)), _mark_buttons(mark.link)]
    if turning := _pages(found):
        blocks.append(actions("code_pages", turning))
    if found.tied:
        blocks.append(section("\n".join(_tied_lines(found))))
    if found.dismissed:
        blocks.append(context(f"{count(found.dismissed, 'mark')} said to be no issue."))
    blocks += [context(f"Not read: {one_line(each, 300)}") for each in found.not_read[:5]]
    blocks += host
    return message(told, blocks)


def _mark_text(mark: Mark, now: datetime) -> str:
    by = ""
    if mark.blame is not None:
        by = f" · {one_line(mark.blame.author, 60)}, {ago(mark.blame.at, now)}"
    place = one_line(f"{mark.link.repo} · {mark.link.place}", 160)
    return f"*{title_text(mark.link.text, 160)}*\n{place}{by}"


def _mark_buttons(link: CodeLink) -> Block:
    label = f" {link.place}"
    return actions(
        f"code:{link.key}",
        [
            button("File as issue", FILE, link.key, style="primary", label="File" + label),
            button("Not an issue", DISMISS, link.key, label="No issue:" + label),
        ],
    )


def _pages(found: CodeList) -> list[Block]:
    turning = []
    if found.page > 1:
        turning.append(button("Previous", f"{PAGE}_back", str(found.page - 1)))
    if found.page < found.pages:
        turning.append(button("Next", f"{PAGE}_on", str(found.page + 1)))
    return turning


def _tied_lines(found: CodeList) -> list[str]:
    lines = ["*With an issue*"]
    for link, issue in found.tied[:MAX_TIED]:
        state = issue.status.value.lower()
        lines.append(
            f"{one_line(link.place, 80)} · *{issue.key}* {one_line(issue.title, 60)} · {state}"
        )
    if len(found.tied) > MAX_TIED:
        lines.append(f"and {len(found.tied) - MAX_TIED} more")
    return lines


def dismissed_message(link: CodeLink) -> Message:
    """Return the receipt of "Not an issue"."""
    text = f"Not an issue: {one_line(link.place, 160)}. I won't show it again."
    put_back = actions("code_dismissed", [button("Put back", PUT_BACK, link.key)])
    return message("Not an issue", [section(text), put_back])


def put_back_message(link: CodeLink) -> Message:
    """Return the receipt of taking that back."""
    text = f"{one_line(link.place, 160)} is on the list again."
    return message("On the list again", [section(text)])


def issue_code_message(issue: Issue, found: IssueCode) -> Message:
    """Return where the code and its history speak of an issue."""
    lines = code_lines(found)
    text = "\n".join(lines) if lines else "Nothing in the code or its history names it."
    return message(f"{issue.key} in the code", [section(f"{issue_title(issue)}\n{text}")])


def code_lines(found: IssueCode) -> list[str]:
    """Return a line of mrkdwn for each comment and commit that names an issue."""
    lines = [_link_line(link) for link in found.links[:MAX_OF_ISSUE]]
    lines += [_commit_line(seen) for seen in found.commits[:MAX_OF_ISSUE]]
    left = max(0, len(found.links) - MAX_OF_ISSUE) + max(0, len(found.commits) - MAX_OF_ISSUE)
    return [*lines, f"and {left} more"] if left else lines


def _link_line(link: CodeLink) -> str:
    if link.source is CodeSource.HOST:
        return f"Code host: #{link.number} {one_line(link.url, 200)}"
    gone = f" (gone {when(link.gone_at)})" if link.gone_at else ""
    return f"{one_line(link.place, 120)}: {one_line(link.text, 120)}{gone}"


def _commit_line(seen: SeenCommit) -> str:
    commit = seen.commit
    said = one_line(commit.subject, 100)
    return f"`{commit.sha[:7]}` {said} · {one_line(commit.author_name, 40)}"


def removed_question(issue: Issue, link: CodeLink, sha: str) -> Message:
    """Ask whether an issue is resolved whose mark was taken out of the code."""
    text = (
        f"{issue_title(issue)}\nIts mark is gone from the code: {one_line(link.text, 160)}"
        f" ({one_line(link.path, 120)}, removed in `{sha[:10]}`). Is it resolved?"
    )
    evidence = f"{issue.key} removed in {sha[:10]}"
    return _question(f"Is {issue.key} resolved?", text, _yes_or_keep(evidence, link))


def closed_question(issue: Issue, link: CodeLink) -> Message:
    """Ask whether a Level 1 or 2 is resolved that was closed at the code host."""
    text = (
        f"{issue_title(issue)}\nIt was closed at the code host ({one_line(link.url, 200)})."
        f" A {issue.severity.label} is resolved by a person only. Is it?"
    )
    evidence = f"{issue.key} {link.url}"[:2000]
    return _question(f"Is {issue.key} resolved?", text, _yes_or_keep(evidence, link))


def title_question(issue: Issue, link: CodeLink, theirs: str) -> Message:
    """Ask which title counts, where both sides changed it."""
    text = (
        f"*{issue.key}* · Its title was changed here and at the code host"
        f" ({one_line(link.url, 200)}). Nothing was written on either side."
        f"\nHere: {one_line(issue.title)}\nThere: {one_line(theirs)}"
    )
    buttons = [
        button("Keep ours", TAKE_OURS, link.key, style="primary"),
        button("Take theirs", TAKE_THEIRS, link.key),
    ]
    return _question(f"Two titles of {issue.key}", text, buttons)


def _yes_or_keep(evidence: str, link: CodeLink) -> Sequence[Block]:
    return [
        button("Resolve", RESOLVE, evidence, style="primary"),
        button("Keep open", KEEP, link.key),
    ]


def _question(title: str, text: str, buttons: Sequence[Block]) -> Message:
    why = "You are asked because you take care of it, lead the project, or filed it."
    return message(title, [section(text), actions("code_question", buttons), context(why)])


def kept_open_message(issue: Issue) -> Message:
    """Return the receipt of "Keep open"."""
    return message(f"{issue.key} stays open", [section(f"{issue_title(issue)} stays open.")])


def title_settled_message(issue: Issue) -> Message:
    """Return the receipt of the title that counts."""
    text = f"{issue_title(issue)} is its title on both sides now."
    return message(f"{issue.key}: title settled", [section(text)])
