"""The code host in Slack: what a yes would take over, and what the host refuses."""

from collections.abc import Sequence

from bot.domain.host_connection import READING, FirstLook, HostConnection, HostTrouble
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    message,
    one_line,
    section,
    when,
)
from bot.views.wording import count

CONNECT = "code_host_connect"  # value of both: the repository
RETRY = "code_host_retry"
SHOWN = 10
_WIDTH = 90  # characters of a title in a list
_SCOPE = (
    "Let the token read and write issues (fine-grained: “Issues: Read and write”; classic:"
    " `repo`, or `public_repo` for a public one), put it into `CODE_HOST_TOKEN` and restart."
)
_CURES = {
    301: "Write the new name into `CODE_HOST_REPO` and restart.",
    401: "Make a new token, put it into `CODE_HOST_TOKEN` and restart.",
    403: _SCOPE,
    404: "Check `CODE_HOST_REPO` and `CODE_HOST_URL`, and that the token's user may see it.",
    410: "Switch issues on in the repository's settings.",
    422: "Look at what the host says of it; change the title here, or close it.",
}


def cure_of(status: int) -> str:
    """Return what a person does about a refusal of the code host."""
    return _CURES.get(status, "Look at what the host says; once that is mended, try again.")


def host_blocks(
    connection: HostConnection | None, name: str, *, channel: str, may_connect: bool
) -> list[Block]:
    """
    Return how the code host stands, for `/bqx code`.

    Args:
        name: The host and its repository, "GitHub acme/etl".
        channel: The critical channel's name.
        may_connect: Whether the reader may say yes, and have things tried again.
    """
    if connection is None:
        return [context(f"{one_line(name)}: not looked at yet; that takes ten minutes at most.")]
    blocks: list[Block] = []
    if connection.is_agreed:
        blocks.append(context(f"{one_line(name)} is kept in step."))
    elif connection.look is not None:
        blocks += _look_blocks(connection, connection.look, channel)
        if may_connect:
            blocks.append(_yes(connection))
    if connection.troubles:
        blocks += [section(text) for text in _trouble_texts(connection.troubles)]
        if may_connect:
            blocks.append(_retry(connection))
    return blocks


def ask_message(connection: HostConnection, look: FirstLook, channel: str) -> Message:
    """Ask whether a code host is to be kept in step: once, and `/bqx code` has it any time."""
    blocks = [
        *_look_blocks(connection, look, channel),
        _yes(connection),
        context("I ask once. `/bqx code` shows this any time, as it is then."),
    ]
    return message(f"Keep {_name(connection)} in step?", blocks)


def agreed_message(connection: HostConnection) -> Message:
    """Return the receipt of a yes."""
    text = (
        f"*{_name(connection)}* is kept in step from now on. Its issues arrive in the next minutes."
    )
    return message("Kept in step", [section(text)])


def refused_notice(connection: HostConnection, troubles: Sequence[HostTrouble]) -> Message:
    """Tell what the code host refuses, what waits for it, and the cure."""
    blocks = [section(text) for text in _trouble_texts(troubles)]
    head = f"{_name(connection)} refuses: {one_line(troubles[0].why, 120)}"
    return message(head, [section(f"*{_name(connection)}*"), *blocks, _retry(connection)])


def retried_message(number: int) -> Message:
    """Return the receipt of "Try again"."""
    text = f"Trying {count(number, 'thing')} again. What is refused again, I say again."
    return message("Trying again", [section(text)])


def _look_blocks(connection: HostConnection, look: FirstLook, channel: str) -> list[Block]:
    what = f"{count(look.count, 'open issue')} there would become issues here"
    lines = [
        f"*{_name(connection)}* is not kept in step yet.",
        "Until somebody says yes, nothing is written on either side.",
        f"{what}{_levels(look, channel)}.",
    ]
    if look.same:
        pairs = [f"#{number} = {key}" for key, number in list(look.same.items())[:SHOWN]]
        more = _more(len(look.same), len(pairs))
        have = "has" if len(look.same) == 1 else "have"
        lines.append(
            f"{len(look.same)} {have} the title of an issue here, and would become one with it:"
            f" {', '.join(pairs)}{more}."
        )
    if look.outward:
        lines.append(f"{count(look.outward, 'issue')} filed from the code would be made there.")
    lines.append("From then on titles, states and levels follow both ways.")
    blocks = [section("\n".join(lines))]
    if look.titles:
        titles = [f"{number} {one_line(title, _WIDTH)}" for number, title in look.titles]
        blocks.append(section("\n".join(titles) + _more(look.count, len(titles), "\n")))
    if look.alike:
        pairs = [
            f"{number} {one_line(theirs, _WIDTH)} ~ {key} {one_line(ours, _WIDTH)}"
            for number, theirs, key, ours in look.alike
        ]
        head = "*Look like issues that are here already* (they would come beside them)\n"
        more = _more(look.alike_count, len(pairs), "\n")
        blocks.append(section(head + "\n".join(pairs) + more))
    blocks.append(context(f"Looked at {when(connection.looked_at)}"))
    return blocks


def _levels(look: FirstLook, channel: str) -> str:
    parts = [f"{number} Level {level}" for level, number in sorted(look.levels.items())]
    loud = look.levels.get("1")
    told = f"; a Level 1 is announced in #{escape(channel)} at once" if loud else ""
    return f" ({', '.join(parts)}{told})" if parts else ""


def _more(total: int, shown: int, before: str = " ") -> str:
    return f"{before}and {total - shown} more" if total > shown else ""


def _trouble_texts(troubles: Sequence[HostTrouble]) -> list[str]:
    """Return a text for each cause, with the issues that wait for its cure."""
    causes: dict[str, list[HostTrouble]] = {}
    for each in troubles:
        causes.setdefault(each.cause, []).append(each)
    return [_trouble_text(each) for each in list(causes.values())[:SHOWN]]


def _trouble_text(troubles: Sequence[HostTrouble]) -> str:
    first = troubles[0]
    detail = f" (“{one_line(first.detail, 200)}”)" if first.detail else ""
    if first.key == READING:
        what = "Its issues can't be read."
    else:
        keys = [each.key for each in troubles[:SHOWN]]
        more = _more(len(troubles), len(keys))
        what = f"Not written there: {escape(', '.join(keys))}{more} (all is kept here)."
    return (
        f"{what} The host's answer since {when(first.at)}: {one_line(first.why, 200)}{detail}."
        f"\n→ {cure_of(first.status)}"
    )


def _yes(connection: HostConnection) -> Block:
    return actions(
        "code_host_ask", [button("Keep in step", CONNECT, connection.repo, style="primary")]
    )


def _retry(connection: HostConnection) -> Block:
    return actions("code_host_refused", [button("Try again", RETRY, connection.repo)])


def _name(connection: HostConnection) -> str:
    return one_line(f"{connection.host} {connection.repo}", 120)
