"""What people type, as Slack keeps it."""

import re

from bot.sandbox.workspace import PUBLIC, Workspace

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>|<#([A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"(?<![\w.<])#([\w-]+)")


def escaped(workspace: Workspace, text: str) -> str:
    """Return typed text as Slack keeps it: &, < and > escaped, @names and #names as ids."""
    parts: list[str] = []
    position = 0
    for found in _MENTION.finditer(text):
        parts += [_plain(workspace, text[position : found.start()]), _known(workspace, found)]
        position = found.end()
    return "".join([*parts, _plain(workspace, text[position:])])


def _plain(workspace: Workspace, text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return with_ids(workspace, safe)


def _known(workspace: Workspace, found: re.Match[str]) -> str:
    member_id, channel_id = found.groups()
    if member_id in workspace.members:
        return f"<@{member_id}>"
    if channel_id in workspace.channels:
        return f"<#{channel_id}|{workspace.channels[channel_id].name}>"
    return found.group().replace("<", "&lt;").replace(">", "&gt;")


def with_ids(workspace: Workspace, text: str) -> str:
    """
    Return text with @names and #names turned into ids; a private channel shows no name.

    People are found by user name and by full name, in any case.
    """
    people = {one.name.lower(): one.id for one in workspace.members.values()}
    people |= {one.real_name.lower(): one.id for one in workspace.members.values()}
    longest_first = sorted(map(re.escape, people), key=len, reverse=True)
    mention = re.compile(rf"(?<![\w.])@({'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)
    text = mention.sub(lambda found: f"<@{people[found[1].lower()]}>", text)
    return _CHANNEL.sub(lambda found: _channel(workspace, found), text)


def _channel(workspace: Workspace, found: re.Match[str]) -> str:
    channel = workspace.named(found[1])
    if channel is None:
        return found[0]
    return f"<#{channel.id}|{channel.name if channel.kind == PUBLIC else ''}>"
