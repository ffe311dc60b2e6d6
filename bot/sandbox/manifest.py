"""The app manifest, read as strictly as Slack reads it and a little more."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.refusals import ManifestError

NAME_LENGTH = 35
COMMAND_LENGTH = 32
COMMANDS = 50
SHORTCUTS = 10
SHORTCUT_NAME_LENGTH = 24

# Events the workspace can send, and the scopes of which one must be granted.
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
}

# Bot scopes of the methods and events served here, and their neighbours.
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "bookmarks:read",
        "bookmarks:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "channels:write.invites",
        "channels:write.topic",
        "chat:write",
        "chat:write.customize",
        "chat:write.public",
        "commands",
        "emoji:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "links.embed:write",
        "links:read",
        "links:write",
        "metadata.message:read",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "usergroups:write",
        "users.profile:read",
        "users:read",
        "users:read.email",
        "users:write",
    }
)


@dataclass(frozen=True)
class Command:
    """A slash command; `should_escape` turns typed @names and #names into ids."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut; `type` is "global" or "message"."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """
    What the app is called, what it may do and what it is told.

    `messages_tab` lets the app write to people, `members_write` lets them write to it.
    """

    name: str
    bot_name: str
    scopes: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    events: frozenset[str]
    interactivity: bool
    home_tab: bool
    messages_tab: bool
    members_write: bool

    def command(self, name: str) -> Command | None:
        """Return the slash command called `name`, such as "/bqx"."""
        return next((one for one in self.commands if one.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """Return the shortcut with this callback_id."""
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


def read_manifest(path: Path) -> Manifest:
    """
    Read and check the manifest at `path`.

    Raises:
        ManifestError: it cannot be read, or Slack would refuse it, or it asks for an event or a
            scope the workspace does not know.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ManifestError(f"{path}: cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise ManifestError(f"{path}: not a mapping")
    manifest = _manifest(raw)
    _check(manifest)
    return manifest


def _manifest(raw: dict[str, Any]) -> Manifest:
    features = raw.get("features") or {}
    settings = raw.get("settings") or {}
    home = features.get("app_home") or {}
    name = str((raw.get("display_information") or {}).get("name") or "")
    scopes = ((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
    return Manifest(
        name=name,
        bot_name=str((features.get("bot_user") or {}).get("display_name") or name),
        scopes=frozenset(scopes),
        commands=tuple(_command(one) for one in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(one) for one in features.get("shortcuts") or ()),
        events=frozenset(events),
        interactivity=bool((settings.get("interactivity") or {}).get("is_enabled")),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
        members_write=bool(home.get("messages_tab_enabled"))
        and not home.get("messages_tab_read_only_enabled", True),
    )


def _command(raw: dict[str, Any]) -> Command:
    return Command(
        command=str(raw.get("command", "")),
        description=str(raw.get("description", "")),
        usage_hint=str(raw.get("usage_hint", "")),
        should_escape=bool(raw.get("should_escape", False)),
    )


def _shortcut(raw: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=str(raw.get("name", "")),
        type=str(raw.get("type", "")),
        callback_id=str(raw.get("callback_id", "")),
        description=str(raw.get("description", "")),
    )


def _check(manifest: Manifest) -> None:
    if wrong := list(_mistakes(manifest)):
        raise ManifestError("manifest: " + "; ".join(wrong))


def _mistakes(manifest: Manifest) -> Iterable[str]:
    if not 1 <= len(manifest.name) <= NAME_LENGTH:
        yield f"display_information.name must have 1 to {NAME_LENGTH} characters"
    for scope in sorted(manifest.scopes - SCOPES):
        yield f"unknown bot scope {scope}"
    if (manifest.commands or manifest.shortcuts) and "commands" not in manifest.scopes:
        yield "slash commands and shortcuts need the scope commands"
    if manifest.shortcuts and not manifest.interactivity:
        yield "shortcuts need settings.interactivity.is_enabled"
    yield from _command_mistakes(manifest.commands)
    yield from _shortcut_mistakes(manifest.shortcuts)
    yield from _event_mistakes(manifest)


def _command_mistakes(commands: tuple[Command, ...]) -> Iterable[str]:
    if len(commands) > COMMANDS:
        yield f"at most {COMMANDS} slash commands"
    for one in commands:
        if not one.command.startswith("/") or len(one.command) > COMMAND_LENGTH:
            yield f"slash command {one.command!r} must start with / and stay within 32 characters"
        if not one.description:
            yield f"slash command {one.command} has no description"


def _shortcut_mistakes(shortcuts: tuple[Shortcut, ...]) -> Iterable[str]:
    if len(shortcuts) > SHORTCUTS:
        yield f"at most {SHORTCUTS} shortcuts"
    for one in shortcuts:
        if one.type not in {"global", "message"}:
            yield f"shortcut {one.name!r} has the unknown type {one.type!r}"
        if not 1 <= len(one.name) <= SHORTCUT_NAME_LENGTH or not one.callback_id:
            yield f"shortcut {one.name!r} needs a callback_id and a name of 1 to 24 characters"


def _event_mistakes(manifest: Manifest) -> Iterable[str]:
    for event in sorted(manifest.events):
        if event not in EVENT_SCOPES:
            yield f"the workspace does not send the event {event}"
            continue
        needed = EVENT_SCOPES[event]
        if needed and not manifest.scopes.intersection(needed):
            yield f"the event {event} needs the scope {' or '.join(needed)}"
