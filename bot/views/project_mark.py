"""
The mark of a project on what is shown of it, so that a click is about the same project.

Only a team's further projects are marked: the first one's messages stay as they are.
"""

from collections.abc import Mapping
from typing import Any

from bot.views.mrkdwn import MAX_BLOCKS, Message, context, title_text

_MARK = "@"


def marked(message: Mapping[str, Any], project: str) -> Message:
    """Return a message with the project in each block that can be clicked, and named below."""
    shown = dict(message)
    if not project or not message.get("blocks"):
        return shown
    blocks = [_marked(block, number, project) for number, block in enumerate(message["blocks"])]
    if len(blocks) < MAX_BLOCKS:
        blocks.append(context(f"Project *{title_text(project)}*"))
    return {**shown, "blocks": blocks}


def _marked(block: Mapping[str, Any], number: int, project: str) -> dict[str, Any]:
    if block["type"] != "actions" and "accessory" not in block:
        return dict(block)
    return {**block, "block_id": f"{block.get('block_id') or f'b{number}'}{_MARK}{project}"}


def project_of_block(block_id: str) -> str:
    """Return the project that a clicked block is marked with, "" for the first one."""
    _, mark, project = block_id.rpartition(_MARK)
    return project if mark else ""
