"""E-mails about issues and what Monday escalated: text and HTML, readable on a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from urllib.parse import quote

from bot.domain.effects import Post
from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.issues import Issue
from bot.domain.mails import subject_line

MAX_DESCRIPTION = 4000  # characters; the rest stands in Slack
# One column, no tables and no pictures: mail programs on phones lay that out by themselves.
_STYLE = (
    ":root{color-scheme:light dark;supported-color-schemes:light dark}"
    "body{margin:0;padding:16px;background:#ffffff;color:#1d1c1d;"
    "font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif}"
    "main{max-width:600px;margin:0 auto}"
    "h1{font-size:20px;line-height:1.3;margin:0 0 12px;overflow-wrap:anywhere}"
    ".level{display:inline-block;padding:2px 10px;border-radius:12px;background:#b4232a;"
    "color:#ffffff;font-size:14px;font-weight:600;margin-bottom:12px}"
    ".minor{background:#9a5b00}"
    "p{margin:0 0 12px;overflow-wrap:anywhere}"
    "blockquote{margin:0 0 12px;padding-left:12px;border-left:3px solid #8d8d8d;"
    "white-space:pre-wrap;overflow-wrap:anywhere}"
    "dt{font-size:14px;color:#5c5b5d}dd{margin:0 0 8px;overflow-wrap:anywhere}"
    "a{color:#1264a3}.go{display:inline-block;padding:10px 18px;border-radius:6px;"
    "background:#1264a3;color:#ffffff;text-decoration:none;font-weight:600}"
    ".small{font-size:13px;color:#5c5b5d}"
    "@media (prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}"
    "dt,.small{color:#b5b5b6}a{color:#6cb7f2}.go{background:#1d74b8;color:#ffffff}}"
)


@dataclass(frozen=True, slots=True)
class MailWords:
    """What an e-mail says."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """
    What a mail shows beside the issue itself.

    Args:
        names: Names of people by their Slack ids.
        stages: Affected stages in words.
        url: Where it is shown in Slack; "" where it is not.
        project: Name of the workspace or project.
        channel: Name of the critical channel.
    """

    zone: tzinfo
    names: Mapping[str, str]
    stages: Sequence[str] = ()
    url: str = ""
    project: str = ""
    channel: str = ""


def slack_url(team_id: str | None, post: Post | None) -> str:
    """Return an address that opens a message's channel in Slack, "" where there is none."""
    if post is None or not team_id:
        return ""
    return (
        f"https://slack.com/app_redirect?team={quote(team_id)}&channel={quote(post.channel_id)}"
        f"&message_ts={quote(post.ts)}"
    )


def issue_mail(issue: Issue, why: str, around: Around) -> MailWords:
    """
    Return a mail about an issue; a restricted one is named by its key and level alone.

    Args:
        why: Plain sentences: why the reader gets this mail.
    """
    title = "restricted" if issue.visible_to else " ".join(issue.title.split())
    facts = [("Status", issue.status.value), ("Owner", _name(issue.owner_id, around))]
    if not issue.visible_to:
        if around.stages:
            facts.append(("Affects", "; ".join(around.stages)))
        facts.append(("Filed by", _name(issue.reporter_id, around)))
    facts.append(("Filed at", _when(issue.discovered_at, around.zone)))
    if issue.acknowledged_by and issue.acknowledged_at:
        seen = _when(issue.acknowledged_at, around.zone)
        facts.append(("Acknowledged by", f"{_name(issue.acknowledged_by, around)}, {seen}"))
    described = "" if issue.visible_to else issue.description.strip()
    if len(described) > MAX_DESCRIPTION:
        described = described[:MAX_DESCRIPTION] + "… (the rest is in Slack)"
    subject = f"[{issue.key}] {issue.severity.label}: {title}"
    return _mail(
        subject,
        title=f"{issue.key}: {title}",
        badge=issue.severity.label,
        is_minor=issue.severity > 1 and not issue.is_security,
        why=why,
        described=described,
        facts=facts,
        around=around,
    )


def trigger_mail(escalation: Escalation, around: Around) -> MailWords:
    """Return a mail about what an assessment escalated."""
    words = {
        EscalationCause.SLIP: "Over a week late",
        EscalationCause.BOTTLENECK: "One person holds up several stages",
        EscalationCause.BUDGET: "Over budget",
    }
    badge = words.get(escalation.cause, "Escalated")
    return _mail(
        f"[{badge}] {escalation.text}",
        title=escalation.text,
        badge=badge,
        is_minor=True,
        why="The weekly gap assessment found this. You hear of it once, not each week.",
        described="\n".join(escalation.evidence),
        facts=[("Found at", _when(escalation.started_at, around.zone))],
        around=around,
    )


def _mail(
    subject: str,
    *,
    title: str,
    badge: str,
    is_minor: bool,
    why: str,
    described: str,
    facts: Sequence[tuple[str, str]],
    around: Around,
) -> MailWords:
    foot = f"BQX Cadence{f' for {around.project}' if around.project else ''} sends this because"
    foot += " your address is among the stakeholders, or known as yours. Replies are not read;"
    foot += " answer in Slack."
    go = f"Open it in Slack (#{around.channel}): {around.url}" if around.url else ""
    lines = [f"{badge}", title, "", why, ""]
    if described:
        lines += [*(f"> {line}" for line in described.splitlines()), ""]
    lines += [f"{name}: {value}" for name, value in facts]
    lines += ["", *([go, ""] if go else []), "--", foot]
    html = "".join(
        (
            "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
            "<meta name='viewport' content='width=device-width,initial-scale=1'>",
            "<meta name='color-scheme' content='light dark'>",
            f"<title>{escape(subject_line(subject))}</title><style>{_STYLE}</style></head>",
            "<body><main>",
            f"<div class='level{' minor' if is_minor else ''}'>{escape(badge)}</div>",
            f"<h1>{escape(title)}</h1><p>{escape(why)}</p>",
            f"<blockquote>{escape(described)}</blockquote>" if described else "",
            "<dl>",
            *(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts),
            "</dl>",
            f"<p><a class='go' href='{escape(around.url)}'>Open in Slack</a></p>"
            if around.url
            else "",
            f"<p class='small'>{escape(foot)}</p></main></body></html>",
        )
    )
    return MailWords(subject_line(subject), "\n".join(lines), html)


def _name(member_id: str | None, around: Around) -> str:
    return around.names.get(member_id, member_id) if member_id else "nobody yet"


def _when(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
