"""One Slack team held in memory: members, channels, messages, files."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.ids import new_id
from bot.sandbox.refusals import ApiError

PUBLIC, PRIVATE, DIRECT = "channel", "private", "im"


@dataclass(frozen=True)
class Member:
    """A person or the app's bot user; `tz` is an IANA zone, `color` six hex digits."""

    id: str
    name: str
    real_name: str
    tz: str
    email: str = ""
    title: str = ""
    is_admin: bool = False
    is_bot: bool = False
    color: str = "5f6368"


@dataclass
class Channel:
    """A channel or a direct message; `user` is the person on the other side of the bot's im."""

    id: str
    name: str
    kind: str
    members: list[str]
    created: int
    creator: str
    topic: str = ""
    is_general: bool = False
    is_archived: bool = False
    user: str | None = None
    messages: dict[str, "Message"] = field(default_factory=dict)
    threads: dict[str, list["Message"]] = field(default_factory=dict)
    read_up_to: dict[str, str] = field(default_factory=dict)

    def add(self, message: "Message") -> None:
        """Keep a message; `threads` finds replies without reading the whole channel."""
        self.messages[message.ts] = message
        if message.is_reply:
            self.threads.setdefault(str(message.thread_ts), []).append(message)

    def drop(self, message: "Message") -> None:
        """Forget a message."""
        del self.messages[message.ts]
        if message.is_reply:
            self.threads[str(message.thread_ts)].remove(message)


@dataclass
class Message:
    """
    A message, its `blocks` as checked and filled in.

    `ephemeral_to` is the only member who sees it; such a message can neither be updated nor
    deleted by its ts, as at Slack. `answers` is the slash command that it answers, as typed.
    """

    ts: str
    channel: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edited: str | None = None
    ephemeral_to: str | None = None
    answers: str | None = None
    files: list[str] = field(default_factory=list)
    subtype: str | None = None
    username: str | None = None
    icon_emoji: str | None = None
    client_msg_id: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Tell whether it hangs under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class File:
    """An uploaded file; `shares` lists (channel, ts) once it was shared."""

    id: str
    name: str
    length: int
    ticket: str
    created: int
    user: str
    title: str = ""
    mimetype: str = "application/octet-stream"
    content: bytes | None = None
    completed: bool = False
    shares: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Team:
    """A workspace's name plate; `zone` is the one its clock is shown in."""

    id: str
    name: str
    domain: str
    zone: str


@dataclass
class Workspace:
    """A team with one installation of the app."""

    team: Team
    bot: Member
    bot_id: str
    app_id: str
    bot_token: str
    members: dict[str, Member]
    channels: dict[str, Channel]
    scopes: frozenset[str]
    files: dict[str, File] = field(default_factory=dict)
    revoked: bool = False
    base_url: str = ""

    def channel(self, channel_id: str) -> Channel:
        """
        Return a channel the bot can know of, by id.

        Raises:
            ApiError: channel_not_found: there is none, or it is private and without the bot.
        """
        found = self.channels.get(channel_id)
        if found is None or (found.kind != PUBLIC and self.bot.id not in found.members):
            raise ApiError("channel_not_found")
        return found

    def named(self, name: str) -> Channel | None:
        """Return the channel called `name`, with or without its #."""
        plain = name.removeprefix("#")
        return next(
            (one for one in self.channels.values() if one.kind != DIRECT and one.name == plain),
            None,
        )

    def direct(self, member_id: str) -> Channel | None:
        """Return the bot's direct message with a member."""
        return next((one for one in self.channels.values() if one.user == member_id), None)

    def open_direct(self, member_id: str, created: int) -> Channel:
        """Return the bot's direct message with a member, made when there is none."""
        if found := self.direct(member_id):
            return found
        made = Channel(
            id=new_id("D", 8),
            name="",
            kind=DIRECT,
            members=[member_id, self.bot.id],
            created=created,
            creator=self.bot.id,
            user=member_id,
        )
        self.channels[made.id] = made
        return made

    def roots(self, channel: Channel) -> Iterable[Message]:
        """Yield what everyone sees in a channel outside threads, oldest first."""
        return (
            one
            for one in channel.messages.values()
            if one.ephemeral_to is None and (not one.is_reply or one.subtype == "thread_broadcast")
        )

    def replies(self, channel: Channel, root_ts: str) -> list[Message]:
        """Return the replies everyone sees under a message, oldest first."""
        return [one for one in channel.threads.get(root_ts, ()) if one.ephemeral_to is None]

    def unread(self, channel: Channel, member_id: str) -> int:
        """Count what a member has not seen in a channel: roots by others, and their ephemerals."""
        seen = channel.read_up_to.get(member_id, "")
        return sum(
            1
            for one in channel.messages.values()
            if one.ts > seen
            and one.user != member_id
            and not one.is_reply
            and one.ephemeral_to in {None, member_id}
        )
