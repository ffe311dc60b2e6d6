"""Escalations in Slack: the direct message, the line in the thread, receipts, mail troubles."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.escalations import Escalation
from bot.domain.issues import Issue, IssueStatus, Severity
from bot.views.issue_message import ACKNOWLEDGE, OWN, RESOLVE
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    mention,
    message,
    one_line,
    quote,
    section,
    when,
)
from bot.views.wording import count, issue_title, listing

SNOOZE = "escalation_snooze"  # value of both: the issue's key
STILL_ON_IT = "escalation_still"
MAX_DEBT = 40
MAX_NAMING = 9_000  # characters that titles and owners take; the others by their key alone
_ROLES = {
    "owner": "its owner",
    "lead": "the lead",
    "stakeholders": "the stakeholders",
    "admins": "an admin",
}


def asked_message(issue: Issue, escalation: Escalation, *, now: datetime, again: bool) -> Message:
    """
    Return the direct message that asks somebody to have an issue.

    Args:
        again: It was acknowledged, and nothing was recorded since.
    """
    title = issue_title(issue)
    if again:
        said = (
            f"{mention(escalation.acknowledged_by)} has seen it, and nothing was recorded"
            f" for {_span(escalation, now)}. Is somebody on it?"
        )
    else:
        said = f"Nobody has acknowledged it for {_minutes(now, escalation.started_at)}."
        said += " Who acknowledges it says: I have it."
    blocks: list[Block] = [
        section(f":rotating_light: *{issue.severity.label}* · {title}\n{said}"),
    ]
    if issue.description:
        blocks.append(section(quote(issue.description, 600)))
    blocks.append(actions("escalation_ask", _buttons(issue, escalation, again=again)))
    why = "It goes up a chain until a person has it, whatever the hour. `/bqx settings` has the"
    blocks.append(context(f"{why} chain; {_owner(issue)}, filed by {mention(issue.reporter_id)}."))
    if issue.visible_to:
        blocks.append(
            context("It is restricted: of the chain only those who may see it are asked.")
        )
    asks = "is somebody on it?" if again else "nobody has acknowledged it"
    return message(f"{issue.severity.label}: {issue.key}: {asks}", blocks)


def _buttons(issue: Issue, escalation: Escalation, *, again: bool) -> list[Block]:
    shown = []
    if again:
        shown.append(button("Still on it", STILL_ON_IT, issue.key, style="primary"))
    else:
        shown.append(button("Acknowledge", ACKNOWLEDGE, issue.key, style="primary"))
    if issue.status is IssueStatus.OPEN or again:
        shown.append(button("Take ownership", OWN, issue.key))
    if again:
        shown.append(button("Resolve", RESOLVE, issue.key))
    if not escalation.snoozed_by:
        shown.append(button("Snooze", SNOOZE, issue.key))
    return shown


def _owner(issue: Issue) -> str:
    return f"owned by {mention(issue.owner_id)}" if issue.owner_id else "nobody owns it yet"


def _span(escalation: Escalation, now: datetime) -> str:
    return _minutes(now, escalation.acknowledged_at or escalation.started_at)


def _minutes(now: datetime, since: datetime) -> str:
    minutes = max(1, int((now - since).total_seconds() // 60))
    return count(minutes, "minute") if minutes < 120 else count(minutes // 60, "hour")  # noqa: PLR2004 - two hours


def burst_message(issues: Sequence[Issue]) -> Message:
    """Return the one message that names many issues at once, each of which gets its own."""
    lines: list[str] = []
    for issue in issues:
        title = "restricted" if issue.visible_to else one_line(issue.title, 60)
        owner = mention(issue.owner_id) if issue.owner_id else "no owner"
        line = f"• *{issue.key}* · {title} · {owner}"
        if sum(map(len, lines)) + len(line) > MAX_NAMING:
            break
        lines.append(line)
    many = len(issues) > 1
    kind = "of Level 1" if all(i.severity is Severity.BLOCKER for i in issues) else "to escalate"
    head = (
        f"{count(len(issues), 'issue')} {kind}, all within seconds"
        if many
        else f"One more issue {kind}"
    )
    blocks: list[Block] = [section(f":rotating_light: *{head}*")]
    blocks += [section("\n".join(lines[at : at + 8])) for at in range(0, len(lines), 8)]
    if more := [issue.key for issue in issues[len(lines) :]]:
        blocks.append(section(f"and {', '.join(more[:200])}"))
    each = "Each" if many else "It"
    blocks.append(context(f"{each} gets a message of its own; Slack takes one a second."))
    keys = ", ".join(issue.key for issue in issues[:300])
    return message(f"{count(len(issues), 'issue')} {kind}: {keys}", blocks)


def step_note(payload: Mapping[str, Any], escalation: Escalation) -> Message:
    """Return the line in an issue's thread: who was asked, who was passed over and why."""
    at = datetime.fromtimestamp(payload["at"], UTC)
    if by := payload.get("by"):
        until = when(escalation.snoozed_until) if escalation.snoozed_until else "later"
        text = f"{mention(by)} postponed the next question until {until}; that works once."
        return message(f"{escalation.key}: postponed", [section(text)])
    parts = [
        f"{mention(who) if who else _ROLES.get(word, mention(word))} is passed over: {escape(why)}"
        if who
        else f"{_ROLES.get(word, mention(word))}: {escape(why)}"
        for word, who, why in payload["skipped"]
    ]
    if payload["members"]:
        parts.append(f"I wrote to {listing(mention(each) for each in payload['members'])}")
    if payload["mailed"]:
        parts.append(f"I sent an e-mail to {count(payload['mailed'], 'stakeholder')}")
    if not payload["members"] and not payload["mailed"]:
        parts.append("nobody could be asked now")
    start = "Nothing was recorded since" if payload["again"] else "Not acknowledged"
    text = f"{start}: " + "; ".join(parts) + f" · {when(at)}"
    return message(f"{escalation.key}: {start.lower()}", [section(text)])


def snoozed_message(escalation: Escalation) -> Message:
    """Return the receipt of a snooze."""
    until = when(escalation.snoozed_until) if escalation.snoozed_until else "later"
    text = f"Nobody is asked about *{escalation.key}* until {until}. It can be postponed once."
    return message(f"{escalation.key} is postponed", [section(text)])


def still_message(issue: Issue) -> Message:
    """Return the receipt of "still on it"."""
    text = f"Thanks. I wrote down that {issue_title(issue)} is being worked on."
    return message(f"{issue.key} is being worked on", [section(text)])


def mail_trouble(code: str, detail: str) -> Message:
    """Return what an admin has to do so that mail goes out."""
    cures = {
        "no_server": "No mail server is set up, so e-mails about issues are written to files in"
        f" `{escape(detail)}` and reach nobody. Set `SMTP_URL`; `bqx doctor` tries it.",
        "auth_failed": "The mail server refuses the user or password in `SMTP_URL`. Mend it and"
        " restart; what waits is sent then.",
        "no_starttls": "The mail server offers no encryption, and `SMTP_URL` asks for it. Use its"
        " TLS port (`smtps://`), or another server; what waits is sent then.",
        "bad_certificate": "The mail server's certificate is not trusted here. Add `?ca=` with"
        " its authority's file to `SMTP_URL`, or use the name on the certificate; what waits is"
        " sent then.",
        "sender_refused": "The mail server refuses the sender's address. Correct `from=` in"
        " `SMTP_URL`; what waits is sent then.",
    }
    refused = f"The mail server refuses `{escape(detail)}` ({escape(code)}); the others got the"
    text = cures.get(code) or f"{refused} mail. Correct the address in `/bqx settings`."
    return message("E-mail does not go out as it should", [section(f":email: {text}")])


def debt_message(issues: Sequence[Issue], now: datetime) -> Message:
    """Return the register of technical debt: the open Level 4 issues, oldest first."""
    if not issues:
        text = "No open technical debt (Level 4)."
        return message(text, [section(f"{text} File it with `/bqx issue 4 What to improve`.")])
    blocks: list[Block] = [section(f"*Technical debt* · {count(len(issues), 'open issue')}")]
    for issue in issues[:MAX_DEBT]:
        age = count(max(0, (now - issue.discovered_at).days), "day")
        blocks.append(
            section(f"{issue_title(issue)}\n{issue.status.value} · {_owner(issue)} · {age}")
        )
    if len(issues) > MAX_DEBT:
        blocks.append(context(f"and {len(issues) - MAX_DEBT} more"))
    return message(f"Technical debt: {count(len(issues), 'open issue')}", blocks)


def triggers_message(escalations: Sequence[Escalation], mailed: int) -> Message:
    """Return what Monday escalated to the stakeholders."""
    blocks: list[Block] = [section(f":warning: *Escalated* · {count(len(escalations), 'finding')}")]
    for each in escalations[:20]:
        lines = "\n".join(f"• {escape(line)}" for line in each.evidence[:6])
        blocks.append(section(f"*{escape(each.text)}*\n{lines}"))
    told = f"{count(mailed, 'stakeholder')} got an e-mail" if mailed else "no stakeholder is set"
    blocks.append(context(f"Said once, and not again while it lasts; {told}."))
    return message(f"Escalated: {count(len(escalations), 'finding')}", blocks)


def standup_message(snapshot: Mapping[str, Any]) -> Message:
    """Return the page for the standup: the Level 3 issues, and what changed since last week."""
    facts = snapshot["facts"]
    opened = [one for one in facts["open_issues"] if one["severity"].startswith("Level 3")]
    done = [one for one in facts["resolved_issues"] if one["severity"].startswith("Level 3")]
    new = [one for one in opened if (one["discovered_at"] or "") >= snapshot["period_start"]]
    head = f"*For the standup* · Level 3: {len(opened)} open, {len(new)} new, {len(done)} resolved"
    blocks: list[Block] = [section(head)]
    blocks += [_fact_row(one, "new" if one in new else "") for one in opened[:MAX_DEBT]]
    if len(opened) > MAX_DEBT:
        blocks.append(context(f"and {len(opened) - MAX_DEBT} more: `/bqx issues`"))
    if done:
        names = [f"{one['key']} {' '.join(one['title'].split())[:60]}" for one in done[:20]]
        blocks.append(context("Resolved: " + escape("; ".join(names))))
    return message(f"For the standup: {count(len(opened), 'Level 3 issue')}", blocks)


def debt_page(snapshot: Mapping[str, Any], path: str | None) -> Message:
    """Return the month's page of technical debt."""
    found = [
        one for one in snapshot["facts"]["open_issues"] if one["severity"].startswith("Level 4")
    ]
    blocks: list[Block] = [
        section(f"*Technical debt register* · {count(len(found), 'open issue')}")
    ]
    blocks += [_fact_row(one, "") for one in found[:MAX_DEBT]]
    if len(found) > MAX_DEBT:
        blocks.append(context(f"and {len(found) - MAX_DEBT} more: `/bqx debt`"))
    if path:
        blocks.append(context(f"In the project repo: `{escape(path)}`"))
    return message(f"Technical debt: {count(len(found), 'open issue')}", blocks)


def _fact_row(fact: Mapping[str, Any], mark: str) -> Block:
    owner = mention(fact["owner_id"]) if fact["owner_id"] else "no owner"
    marked = f" · *{mark}*" if mark else ""
    title = escape(" ".join(fact["title"].split())[:160])
    age = count(fact["days"], "day")
    return section(f"*{fact['key']}* · {title}\n{fact['status']} · {owner} · {age}{marked}")
