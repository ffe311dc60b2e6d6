"""What the page is told as it happens (server-sent events)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.sandbox.workspace import Channel, Message, Workspace

Note = dict[str, Any]


class Hub:
    """Hands notes to the open pages of the members they concern."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[Note], str] = {}

    @contextmanager
    def page(self, member_id: str) -> Iterator[asyncio.Queue[Note]]:
        """Give the queue of notes for a page opened as a member."""
        queue: asyncio.Queue[Note] = asyncio.Queue()
        self._pages[queue] = member_id
        try:
            yield queue
        finally:
            del self._pages[queue]

    def tell(self, member_id: str, note: Note) -> None:
        """Send a note to the pages of one member."""
        for queue, owner in self._pages.items():
            if owner == member_id:
                queue.put_nowait(note)

    def tell_all(self, note: Note) -> None:
        """Send a note to every page."""
        for queue in self._pages:
            queue.put_nowait(note)

    def changed(self, workspace: Workspace, channel: Channel, message: Message) -> None:
        """Tell who can see a message that something about it changed."""
        note: Note = {"type": "messages", "channel": channel.id}
        if message.is_reply:
            note["thread_ts"] = message.thread_ts
        if message.ephemeral_to:
            self.tell(message.ephemeral_to, note)
            return
        # A public channel can be read without being in it.
        watchers = workspace.members if channel.kind == "channel" else channel.members
        for member_id in watchers:
            self.tell(member_id, note)
