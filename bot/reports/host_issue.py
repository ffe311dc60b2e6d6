"""What an issue of ours says at the code host."""

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.host_steps import host_mark
from bot.domain.issues import Issue
from bot.reports.markdown import escape

_NOT_A_MENTION = "@\u2060"  # a word joiner: nobody is called because a text holds an "@"
MAX_LINES = 60


def host_body(issue: Issue, link: CodeLink) -> str:
    """
    Return the first text of an issue, or what is said below it when it was resolved here.

    Every word of it is escaped; nobody is mentioned.

    Args:
        link: The comment in the code it was filed from, or what it is at the host.
    """
    if link.source is CodeSource.HOST:
        return f"Resolved as {issue.key} in BQX Cadence: {_safe(issue.evidence)}\n"
    lines = [f"Marked in the code at `{_code(link.place)}`:", "", f"> {_safe(link.text)}", ""]
    lines += [_safe(line) for line in issue.description.split("\n")[:MAX_LINES]]
    lines += ["", f"{issue.severity.label} · {issue.key} in BQX Cadence", host_mark(issue)]
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    return escape(text).replace("@", _NOT_A_MENTION)


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split()).replace("@", _NOT_A_MENTION)
