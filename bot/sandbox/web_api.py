"""Slack's Web API over HTTP: tokens, bodies, scopes, limits, faults, answers."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.sandbox.calls import Call, need_scope
from bot.sandbox.ids import new_token
from bot.sandbox.methods import APP, JSON_ARGUMENTS, METHODS, NO_TOKEN, Method
from bot.sandbox.rate_limits import RateLimitedError
from bot.sandbox.refusals import ApiError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import Workspace

HISTORY = ("conversations.history", "conversations.replies")
# Longer than any client waits: the call is simply never answered.
NO_ANSWER_S = 600
# Bolt adds the team's id to every call of its client, for installations in an organisation.
COMMON = {"team_id"}


class WebApi:
    """Serves /api/<method>."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call, unless a fault is switched on."""
        name = request.match_info["method"]
        faults = self._sandbox.faults
        response = await self._served(name, request)
        if faults.delay_s and faults.concerns(name):
            await asyncio.sleep(faults.delay_s)
        return response

    async def _served(self, name: str, request: web.Request) -> web.Response:
        faults = self._sandbox.faults
        if faults.take("http_500", name):
            return web.Response(status=500, text="Internal Server Error")
        if faults.take("no_answer", name):
            await asyncio.sleep(NO_ANSWER_S)
        if faults.take("rate_limit", name):
            return _too_many(1)
        response = await self._answer(name, request)
        if faults.take("lost_response", name):
            if request.transport is not None:
                request.transport.abort()
            # Nobody is left to read it.
            return web.Response()
        return response

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        scopes = ""
        try:
            method = _method(name)
            args, token = await _arguments(request, method)
            workspace = self._authorize(method, token)
            scopes = ",".join(sorted(workspace.scopes))
            self._count(workspace, name, method)
            need_scope(workspace, *method.scopes)
            _check_names(method, args)
            answer = {"ok": True, **method.answer(Call(self._sandbox, workspace, args))}
        except RateLimitedError as limit:
            self._sandbox.log.warning("%s: rate limited for %s s", name, limit.retry_after_s)
            return _too_many(limit.retry_after_s)
        except ApiError as refusal:
            self._complain(name, refusal)
            answer = {"ok": False, "error": refusal.error, **refusal.extra}
        headers = {"X-OAuth-Scopes": scopes, "X-Slack-Req-Id": new_token(32)}
        return web.json_response(answer, headers=headers)

    def _complain(self, name: str, refusal: ApiError) -> None:
        reasons = refusal.extra.get("response_metadata", {}).get("messages", [])
        self._sandbox.log.warning("%s: %s %s", name, refusal.error, "; ".join(reasons))

    def _authorize(self, method: Method, token: str) -> Workspace:
        first = self._sandbox.workspaces[0]
        if method.token == NO_TOKEN:
            return first
        if not token:
            raise ApiError("not_authed")
        if method.token == APP:
            return self._authorize_app(token)
        if token == self._sandbox.config.app_token:
            raise ApiError("not_allowed_token_type")
        for workspace in self._sandbox.workspaces:
            if workspace.bot_token == token:
                if workspace.revoked:
                    raise ApiError("token_revoked")
                return workspace
        raise ApiError("invalid_auth")

    def _authorize_app(self, token: str) -> Workspace:
        if token != self._sandbox.config.app_token:
            known = any(one.bot_token == token for one in self._sandbox.workspaces)
            raise ApiError("not_allowed_token_type" if known else "invalid_auth")
        return self._sandbox.workspaces[0]

    def _count(self, workspace: Workspace, name: str, method: Method) -> None:
        slow = self._sandbox.config.unlisted_app and name in HISTORY
        tier = "t1" if slow else method.tier
        self._sandbox.limits.call(workspace.team.id, name, tier)


def _method(name: str) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method", req_method=name)
    return method


def _too_many(retry_after_s: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=429,
        headers={"Retry-After": str(retry_after_s)},
    )


async def _arguments(request: web.Request, method: Method) -> tuple[dict[str, Any], str]:
    """Return a call's arguments and its token, from the header or a form."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token if scheme == "Bearer" else ""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        # A method that takes forms only does not read a JSON body, and neither does Slack.
        body = await _json_body(request)
        args |= body if method.takes_json else {}
    else:
        args |= dict((await request.post()).items())
        token = token or str(args.get("token", ""))
    args.pop("token", None)
    return {key: _read(key, value) for key, value in args.items() if value is not None}, token


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise ApiError("invalid_json") from error
    if not isinstance(body, dict):
        raise ApiError("json_not_object")
    return body


def _read(name: str, value: Any) -> Any:
    if name not in JSON_ARGUMENTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        if name == "blocks":
            raise ApiError("invalid_blocks_format") from error
        if name == "metadata":
            raise ApiError("invalid_metadata_format") from error
        text = f"must provide valid JSON [json-pointer:/{name}]"
        raise ApiError.invalid_arguments(text) from error


def _check_names(method: Method, args: dict[str, Any]) -> None:
    """
    Refuse missing and unknown arguments.

    Slack ignores arguments it does not know; here a misspelt one must not pass unseen.
    """
    missing = [name for name in method.required if args.get(name) in (None, "")]
    unknown = sorted(set(args) - set(method.required) - set(method.optional) - COMMON)
    if missing or unknown:
        raise ApiError.invalid_arguments(
            *(f"missing required field: {name}" for name in missing),
            *(f"invalid additional property: {name} [json-pointer:/]" for name in unknown),
        )
