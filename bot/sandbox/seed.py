"""Workspaces built from a seed file."""

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.manifest import Manifest
from bot.sandbox.refusals import SeedError
from bot.sandbox.workspace import PRIVATE, PUBLIC, Channel, Member, Team, Workspace

APP_ID = "A0BQXAPP1"


def read_seed(path: Path, manifest: Manifest, bot_token: str, now: int) -> list[Workspace]:
    """
    Build the workspaces of a seed file: one object, or a list of them under "teams".

    Args:
        path: JSON; see `seed.json` beside this module for the shape. A second team names its own
            `bot_token` and ids.
        manifest: Gives the bot its name and scopes.
        bot_token: The first team's.
        now: When it was all created, in epoch seconds.

    Raises:
        SeedError: the file cannot be read, or names a member or a zone that does not exist.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        teams = raw.get("teams", [raw])
        return [
            _workspace(one, manifest, str(one.get("bot_token", bot_token)), now) for one in teams
        ]
    except (OSError, ValueError, KeyError, TypeError, ZoneInfoNotFoundError) as error:
        raise SeedError(f"{path}: {error!r}") from error


def _workspace(raw: dict[str, Any], manifest: Manifest, bot_token: str, now: int) -> Workspace:
    team = Team(**raw["team"])
    suffix = team.id.removeprefix("T")
    bot = Member(
        id=str(raw.get("bot_user_id", f"U{suffix}B")),
        # Slack makes a user name of the display name.
        name=re.sub(r"[^a-z0-9]+", "_", manifest.bot_name.lower()).strip("_"),
        real_name=manifest.bot_name,
        tz=team.zone,
        is_bot=True,
    )
    members = {one["id"]: Member(**one) for one in raw["members"]}
    for member in members.values():
        ZoneInfo(member.tz)
    members[bot.id] = bot
    workspace = Workspace(
        team=team,
        bot=bot,
        bot_id=str(raw.get("bot_id", f"B{suffix}")),
        app_id=APP_ID,
        bot_token=bot_token,
        members=members,
        channels={},
        scopes=manifest.scopes,
    )
    for one in raw["channels"]:
        channel = _channel(one, workspace, now)
        workspace.channels[channel.id] = channel
    for position, member_id in enumerate(members):
        if member_id != bot.id:
            direct = workspace.open_direct(member_id, now)
            _rename(workspace, direct, f"D{suffix}{position}")
    return workspace


def _channel(raw: dict[str, Any], workspace: Workspace, now: int) -> Channel:
    members = list(raw["members"])
    if missing := [one for one in members if one not in workspace.members]:
        raise SeedError(f"channel {raw['name']}: no such members: {', '.join(missing)}")
    if raw.get("bot"):
        members.append(workspace.bot.id)
    return Channel(
        id=raw["id"],
        name=raw["name"],
        kind=PRIVATE if raw.get("private") else PUBLIC,
        members=members,
        created=now,
        creator=members[0],
        topic=raw.get("topic", ""),
        is_general=bool(raw.get("is_general")),
    )


def _rename(workspace: Workspace, channel: Channel, channel_id: str) -> None:
    """Give a seeded direct message an id that is the same at every start."""
    del workspace.channels[channel.id]
    channel.id = channel_id
    workspace.channels[channel_id] = channel
