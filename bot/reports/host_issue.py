"""What an issue of ours says at the code host."""

from collections.abc import Sequence

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.host_steps import host_mark
from bot.domain.issues import Issue
from bot.reports.markdown import escape

_NOT_A_MENTION = "@\u2060"  # a word joiner: nobody is called because a text holds an "@"
MAX_LINES = 60
MAX_STAGES = 10


def host_body(issue: Issue, link: CodeLink, stages: Sequence[str]) -> str:
    """
    Return the first text of an issue, or what is said below it when it was resolved here.

    Every word of it is escaped; nobody is mentioned.

    Args:
        link: The comment in the code it was filed from, or what it is at the host.
        stages: The refs of the stages it affects.
    """
    if link.source is CodeSource.HOST:
        return f"Resolved as {issue.key} in BQX Cadence: {_safe(issue.evidence)}\n"
    lines = [f"Marked in the code at `{_code(link.place)}`:", "", f"> {_safe(link.text)}", ""]
    lines += [_safe(line) for line in issue.description.split("\n")[:MAX_LINES]]
    about = [issue.severity.label, f"{issue.key} in BQX Cadence"]
    if stages:
        about.insert(1, _safe(f"Stage {', '.join(stages[:MAX_STAGES])}"))
    lines += ["", " · ".join(about), host_mark(issue)]
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    return escape(text).replace("@", _NOT_A_MENTION)


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split()).replace("@", _NOT_A_MENTION)
