"""What the core asks of the world outside: the clock, the durable engine, Slack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.plan import (
    Member,
)


class Clock(Protocol):
    """Asked by handlers, jobs and the command line only."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class Engine(Protocol):
    """
    The durable engine: a job submitted by key is run once in effect, whatever dies.

    See the design, section 6. Payloads are plain JSON of at most 64 KB, ids only.
    """

    def submit(
        self,
        kind: str,
        key: str,
        payload: Mapping[str, Any],
        *,
        lane: str,
        not_before: datetime | None = None,
        urgent: bool = False,
    ) -> None:
        """Hand over a job; returns after the commit. A known key is left alone."""
        ...

    def start(self) -> None:
        """Start working; unfinished jobs of an earlier life go on."""
        ...

    def stop(self, drain_s: float) -> None:
        """Stop, waiting at most `drain_s` seconds for running jobs."""
        ...

    def unfinished(self) -> list[str]:
        """Return the keys of jobs that wait or run."""
        ...

    def purge(self, before: datetime) -> int:
        """Forget finished jobs older than `before`; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a message went."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a person wrote in a thread.

    Args:
        ts: Slack's timestamp, which tells it from all others of the channel.
        text: As it was typed: Slack's entities for `&`, `<` and `>` are taken out.
    """

    ts: str
    member_id: str
    text: str


class Messenger(Protocol):
    """
    Slack, outward.

    Every method raises RefusedError (Slack said no: `code` is its word), or OutageError
    (`retry_after_s` on 429; `maybe_done` when the answer was lost and the call may have worked).
    """

    def post(
        self, channel: str, message: Mapping[str, Any], *, key: str, thread_ts: str | None = None
    ) -> Sent:
        """Post `message` (text, blocks) to a channel id or user id; `key` goes into metadata."""
        ...

    def update(self, sent: Sent, message: Mapping[str, Any]) -> None:
        """Replace a message of ours in place."""
        ...

    def find(
        self,
        channel_id: str,
        key: str,
        *,
        since: datetime,
        thread_ts: str | None = None,
        after: str | None = None,
    ) -> Sent | None:
        """
        Return where a message with this key already is (verify before a second attempt).

        Args:
            after: Slack's ts of a message that is surely older: only what came later is read, a
                few messages of a long thread.
        """
        ...

    def upload(self, sent: Sent, *, filename: str, title: str, content: str | bytes) -> None:
        """Share a file, text or a picture, in the thread of a message."""
        ...

    def has_file(self, sent: Sent, filename: str) -> bool:
        """Whether the thread of a message already holds a file of this name."""
        ...

    def direct_channel(self, member_id: str) -> str:
        """Return the id of the direct-message channel with a member."""
        ...

    def channels(self) -> dict[str, str]:
        """Return the ids of all channels the bot can see, by name."""
        ...

    def members(self) -> Iterable[Member]:
        """Return everyone in the workspace."""
        ...

    def member_of(self, user: Mapping[str, Any]) -> Member:
        """Return the member that an event of Slack's tells of; asks nobody."""
        ...

    def respond(self, url: str, message: Mapping[str, Any], *, replace: bool = False) -> None:
        """
        Answer at a response_url, for the asker's eyes only.

        Refused with "expired_url" or "used_url" past thirty minutes or five uses. `replace`
        puts the message in the place of the one whose button was clicked.
        """
        ...

    def permalink(self, channel_id: str, ts: str) -> str | None:
        """Return the web address of a message, None where the bot can't see it."""
        ...

    def thread(
        self, channel_id: str, ts: str, *, after: str | None = None
    ) -> tuple[list[Said], str | None]:
        """
        Return the next page of what people wrote under a message, the oldest first.

        Bots are left out. The second value is the `after` of the next page, None at the end.

        Args:
            ts: Slack's ts of the message above the thread.
            after: Only what came later than this ts.
        """
        ...
