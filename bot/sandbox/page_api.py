"""The page's own API: what members see, and what they do (JSON on the same origin)."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.sandbox import interactions, modals, speaking
from bot.sandbox.http_delivery import HttpDelivery
from bot.sandbox.ids import new_id
from bot.sandbox.page_shapes import message_for_page, state_for_page
from bot.sandbox.posting import joined, joined_team, left
from bot.sandbox.refusals import DeliveryError, PageError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.socket_mode import DISCONNECT_REASONS
from bot.sandbox.workspace import DIRECT, PUBLIC, Channel, Member, Message, Workspace

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEEP_ALIVE_S = 15.0


class PageApi:
    """Serves /sandbox/…."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page's API."""
        reads: dict[str, Callable[[web.Request], Json]] = {
            "state": self._state,
            "messages": self._messages,
            "home": self._home,
            "view": self._view,
        }
        writes: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "say": self._say,
            "act": self._act,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "open_home": self._open_home,
            "clock": self._clock,
            "channel": self._channel,
            "faults": self._faults,
            "disconnect": self._disconnect,
            "join": self._join,
            "install": self._install,
            "verify_url": self._verify_url,
        }
        return [
            *(web.get(f"/sandbox/{name}", _reading(read)) for name, read in reads.items()),
            *(web.post(f"/sandbox/{name}", _writing(write)) for name, write in writes.items()),
            web.get("/sandbox/stream", self._stream),
            web.get("/sandbox/files/{id}", self._file),
        ]

    # Reading

    def _state(self, request: web.Request) -> Json:
        sandbox = self._sandbox
        # A page opened for the first time acts as somebody until it is told as whom.
        member_id = _acting(request) or next(iter(sandbox.workspaces[0].members))
        workspace = sandbox.workspace_of(member_id)
        clock = {
            "now": sandbox.clock.now(),
            "offset_s": sandbox.clock.offset_s,
            "zone": workspace.team.zone,
        }
        return {
            "as": member_id,
            **state_for_page(workspace, sandbox.manifest, member_id),
            "clock": clock,
            "sockets": sandbox.delivery.connections(),
            "faults": sandbox.faults.to_json(),
        }

    def _messages(self, request: web.Request) -> Json:
        member_id = _acting(request)
        channel = self._sandbox.channel_for(member_id, request.query.get("channel", ""))
        workspace = self._sandbox.workspace_of(member_id)
        thread_ts = request.query.get("thread_ts")
        visible = [
            one
            for one in channel.messages.values()
            if one.ephemeral_to in {None, member_id} and _is_in(one, thread_ts)
        ]
        if thread_ts is None and visible:
            channel.read_up_to[member_id] = visible[-1].ts
        return {
            "messages": [
                message_for_page(workspace, one)
                for one in sorted(visible, key=lambda one: float(one.ts))
            ]
        }

    def _home(self, request: web.Request) -> Json:
        member_id = _acting(request)
        store = self._sandbox.views_of(self._sandbox.workspace_of(member_id))
        home = store.home(member_id)
        return {"view": store.to_json(home) if home else None}

    def _view(self, request: web.Request) -> Json:
        member_id = _acting(request)
        workspace = self._sandbox.workspace_of(member_id)
        return modals.modal_of(self._sandbox, workspace, member_id)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        for workspace in self._sandbox.workspaces:
            file = workspace.files.get(request.match_info["id"])
            if file is not None and file.completed and file.content is not None:
                headers = {
                    "Content-Disposition": f'inline; filename="{_plain_name(file.name)}"',
                    # Uploaded bytes must not become a script of this origin.
                    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'",
                    "X-Content-Type-Options": "nosniff",
                }
                kind = file.mimetype
                return web.Response(body=file.content, content_type=kind, headers=headers)
        return web.json_response({"error": "There is no such file."}, status=404)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        try:
            member_id = _acting(request)
            self._sandbox.workspace_of(member_id)
        except PageError as error:
            return web.json_response({"error": error.text}, status=error.status)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        # A page that was closed is no error: its last note has nowhere to go. Notes are kept from
        # before the page hears that it is connected, because then it reads what was before.
        with self._sandbox.hub.page(member_id) as notes, suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(b": connected\n\n")
            while True:
                try:
                    note = await asyncio.wait_for(notes.get(), KEEP_ALIVE_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                await response.write(b"data: " + json.dumps(note).encode() + b"\n\n")
        return response

    # Doing

    async def _say(self, body: Json) -> Json:
        return await speaking.say(
            self._sandbox,
            _word(body, "as"),
            _word(body, "channel"),
            _word(body, "text"),
            _word(body, "thread_ts") if body.get("thread_ts") else None,
        )

    async def _act(self, body: Json) -> Json:
        return await interactions.act(self._sandbox, self._place(body), body)

    async def _suggest(self, body: Json) -> Json:
        return await interactions.suggest(self._sandbox, self._place(body), body)

    def _place(self, body: Json) -> interactions.Place:
        """Return where the member acts, from `container` or from its fields in the body."""
        member_id = _word(body, "as")
        where = _object(body.get("container") or body)
        if where.get("type") == "home":
            workspace = self._sandbox.workspace_of(member_id)
            home = self._sandbox.views_of(workspace).home(member_id)
            if home is None:
                raise PageError("There is no home tab yet.", 404)
            return interactions.view_place(self._sandbox, member_id, home.id)
        if "view_id" in where:
            return interactions.view_place(self._sandbox, member_id, _word(where, "view_id"))
        channel, ts = _word(where, "channel"), _word(where, "ts")
        return interactions.message_place(self._sandbox, member_id, channel, ts)

    async def _submit(self, body: Json) -> Json:
        place = interactions.view_place(self._sandbox, _word(body, "as"), _word(body, "view_id"))
        return await modals.submit(self._sandbox, place, body.get("values") or {})

    async def _close(self, body: Json) -> Json:
        place = interactions.view_place(self._sandbox, _word(body, "as"), _word(body, "view_id"))
        return await modals.close(self._sandbox, place, everything=bool(body.get("all")))

    async def _shortcut(self, body: Json) -> Json:
        member_id = _word(body, "as")
        place = None
        if body.get("ts"):
            place = interactions.message_place(
                self._sandbox, member_id, _word(body, "channel"), _word(body, "ts")
            )
        return await interactions.shortcut(
            self._sandbox, member_id, _word(body, "callback_id"), place
        )

    async def _open_home(self, body: Json) -> Json:
        return interactions.open_home(self._sandbox, _word(body, "as"), body.get("tab", "home"))

    async def _clock(self, body: Json) -> Json:
        clock = self._sandbox.clock
        if body.get("reset"):
            clock.move(0)
        elif "now" in body:
            clock.move(_number(body, "now") - time.time())
        else:
            clock.move(_number(body, "offset_s"))
        self._sandbox.hub.tell_all({"type": "state"})
        return {"ok": True, "now": clock.now(), "offset_s": clock.offset_s}

    async def _channel(self, body: Json) -> Json:
        member_id = _word(body, "as")
        workspace = self._sandbox.workspace_of(member_id)
        if body.get("do") == "create":
            channel = self._create(workspace, member_id, _word(body, "name"))
        else:
            channel = self._sandbox.channel_for(member_id, _word(body, "channel"))
            self._change_channel(workspace, channel, member_id, str(body.get("do")))
        self._sandbox.hub.tell_all({"type": "state"})
        return {"ok": True, "channel": channel.id}

    def _create(self, workspace: Workspace, member_id: str, name: str) -> Channel:
        if workspace.named(name) is not None:
            raise PageError(f"There already is a channel #{name}.")
        if not name or name != name.lower() or " " in name:
            raise PageError("Channel names are lower case and without spaces.")
        now = int(self._sandbox.clock.now())
        channel = Channel(new_id("C"), name, PUBLIC, [member_id], now, member_id)
        workspace.channels[channel.id] = channel
        return channel

    def _change_channel(
        self, workspace: Workspace, channel: Channel, member_id: str, wanted: str
    ) -> None:
        if channel.kind == DIRECT:
            raise PageError("That cannot be done with a direct message.")
        whom = workspace.bot.id if wanted.endswith("_bot") else member_id
        is_in = whom in channel.members
        if wanted in {"archive", "unarchive"}:
            channel.is_archived = wanted == "archive"
        elif wanted in {"invite_bot", "join"}:
            if not is_in:
                joined(self._sandbox, workspace, channel, whom)
        elif wanted in {"remove_bot", "leave"}:
            if is_in:
                left(self._sandbox, workspace, channel, whom)
        else:
            raise PageError(f"A channel cannot {wanted}.")

    async def _faults(self, body: Json) -> Json:
        self._sandbox.faults.switch(body)
        self._sandbox.hub.tell_all({"type": "state"})
        return {"ok": True, **self._sandbox.faults.to_json()}

    async def _disconnect(self, body: Json) -> Json:
        reason = body.get("reason", "refresh_requested")
        if reason not in DISCONNECT_REASONS:
            raise PageError(f"Slack never disconnects with the reason {reason}.")
        await self._sandbox.sockets.disconnect(reason)
        return {"ok": True}

    async def _join(self, body: Json) -> Json:
        """Let somebody new into the workspace of whoever asks."""
        workspace = self._sandbox.workspace_of(_word(body, "as"))
        name = _word(body, "name")
        member = Member(new_id("U"), name.lower(), name, str(body.get("tz") or "UTC"))
        joined_team(self._sandbox, workspace, member)
        return {"ok": True, "member": member.id}

    async def _install(self, body: Json) -> Json:
        """Take the app's token away (as uninstalling does), or give it back."""
        workspace = self._sandbox.workspace_of(_word(body, "as"))
        wanted = body.get("do")
        if wanted not in {"revoke", "restore"}:
            raise PageError(f"An installation cannot {wanted}.")
        workspace.revoked = wanted == "revoke"
        if workspace.revoked:
            ts = self._sandbox.clock.ts()
            tokens = {"oauth": [], "bot": [workspace.bot.id]}
            event = {"type": "tokens_revoked", "tokens": tokens, "event_ts": ts}
            self._sandbox.events.send(workspace, "tokens_revoked", event)
        return {"ok": True}

    async def _verify_url(self, _body: Json) -> Json:
        """Check the request URL, as saving it at Slack does."""
        delivery = self._sandbox.delivery
        if not isinstance(delivery, HttpDelivery):
            raise PageError("Socket Mode has no request URL.")
        try:
            return {"ok": await delivery.verify()}
        except DeliveryError as error:
            return {"ok": False, "notice": error.reason}


def _reading(read: Callable[[web.Request], Json]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(read(request))
        except PageError as error:
            return web.json_response({"error": error.text}, status=error.status)

    return handle


def _writing(write: Callable[[Json], Awaitable[Json]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await write(_object(await request.json())))
        except ValueError:
            return web.json_response({"error": "The body is not JSON."}, status=400)
        except PageError as error:
            return web.json_response({"error": error.text}, status=error.status)

    return handle


def _object(body: Any) -> Json:
    if not isinstance(body, dict):
        raise PageError("The body must be an object.")
    return body


def _acting(request: web.Request) -> str:
    return request.query.get("as", "")


def _word(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise PageError(f"{name} is missing.")
    return value


def _number(body: Json, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PageError(f"{name} must be a number of seconds.")
    return float(value)


def _plain_name(name: str) -> str:
    return "".join(one for one in name if one.isascii() and one.isprintable() and one != '"')


def _is_in(message: Message, thread_ts: str | None) -> bool:
    if thread_ts is not None:
        return thread_ts in {message.ts, message.thread_ts}
    return not message.is_reply or message.subtype == "thread_broadcast"
