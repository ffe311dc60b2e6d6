"""The front door of /v0: where a path leads, who may go there, and how often."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.airtable import listing, meta_api, records_api, webhook_api
from bot.sandbox.airtable.call import Answer, Call
from bot.sandbox.airtable.faults import AFTER_COMMIT, Fault
from bot.sandbox.airtable.ids import is_id
from bot.sandbox.airtable.ledger import Entry
from bot.sandbox.airtable.refusals import (
    ApiError,
    bad_credentials,
    forbidden,
    no_credentials,
    nothing_here,
    refuse,
)
from bot.sandbox.airtable.world import CrashError, World

# Longer URLs are refused; lists have a POST for that (contracts, airtable 1.2).
URL_CHARACTERS = 16_000
BEARER = "Bearer "
_ID_KINDS = {"base": "app", "record": "rec", "field": "fld", "webhook": "ach"}


@dataclass(frozen=True)
class Route:
    """
    What a method does at a path.

    Args:
        parts: Literal segments, or names in braces; ids among them must look like ids.
        scope: What the token needs; None for nothing.
    """

    method: str
    parts: tuple[str, ...]
    answer: Answer
    scope: str | None

    @property
    def is_metadata(self) -> bool:
        """Whether it is free of the month's cap."""
        return self.parts[0] == "meta"

    def match(self, parts: tuple[str, ...]) -> Mapping[str, str] | None:
        """Return the ids in a path; None when it leads elsewhere."""
        if len(parts) != len(self.parts):
            return None
        ids = {}
        for wanted, given in zip(self.parts, parts, strict=True):
            if not wanted.startswith("{"):
                if wanted != given:
                    return None
                continue
            name = wanted[1:-1]
            kind = _ID_KINDS.get(name)
            if given == "" or (kind is not None and not is_id(kind, given)):
                return None
            ids[name] = given
        return ids


def _route(method: str, path: str, answer: Answer, scope: str | None) -> Route:
    return Route(method, tuple(path.split("/")), answer, scope)


_TABLES = "meta/bases/{base}/tables"
_HOOKS = "bases/{base}/webhooks"
ROUTES = (
    _route("GET", "meta/whoami", meta_api.whoami, None),
    _route("GET", "meta/bases", meta_api.bases, "schema.bases:read"),
    _route("GET", _TABLES, meta_api.tables, "schema.bases:read"),
    _route("POST", _TABLES, meta_api.create_table, "schema.bases:write"),
    _route("PATCH", _TABLES + "/{table}", meta_api.update_table, "schema.bases:write"),
    _route("POST", _TABLES + "/{table}/fields", meta_api.create_field, "schema.bases:write"),
    _route(
        "PATCH", _TABLES + "/{table}/fields/{field}", meta_api.update_field, "schema.bases:write"
    ),
    _route("GET", _HOOKS, webhook_api.list_webhooks, "webhook:manage"),
    _route("POST", _HOOKS, webhook_api.create_webhook, "webhook:manage"),
    _route("DELETE", _HOOKS + "/{webhook}", webhook_api.delete_webhook, "webhook:manage"),
    _route("GET", _HOOKS + "/{webhook}/payloads", webhook_api.payloads, "webhook:manage"),
    _route("POST", _HOOKS + "/{webhook}/refresh", webhook_api.refresh, "webhook:manage"),
    _route("POST", _HOOKS + "/{webhook}/enableNotifications", webhook_api.enable, "webhook:manage"),
    _route("GET", "{base}/{table}", listing.list_records, "data.records:read"),
    _route("POST", "{base}/{table}/listRecords", listing.post_list_records, "data.records:read"),
    _route("GET", "{base}/{table}/{record}", records_api.get_record, "data.records:read"),
    _route("POST", "{base}/{table}", records_api.create_records, "data.records:write"),
    _route("PATCH", "{base}/{table}", records_api.patch_records, "data.records:write"),
    _route("PUT", "{base}/{table}", records_api.put_records, "data.records:write"),
    _route("DELETE", "{base}/{table}", records_api.delete_records, "data.records:write"),
    _route("PATCH", "{base}/{table}/{record}", records_api.patch_record, "data.records:write"),
    _route("PUT", "{base}/{table}/{record}", records_api.put_record, "data.records:write"),
    _route("DELETE", "{base}/{table}/{record}", records_api.delete_record, "data.records:write"),
)


class Front:
    """Answers every request to /v0, and notes it in the ledger."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or do to it what a fault wants."""
        path = request.raw_path
        if not path.startswith("/v0/"):
            return web.json_response({"error": "NOT_FOUND"}, status=404)
        entry = self._world.ledger.open(request.method, path)
        fault = self._world.faults.take(request.method, path)
        sent = await request.read()
        if fault is not None and fault.kind == "drop_before":
            return _drop(request)
        try:
            status, body, headers = self._answered(request, sent, entry, fault)
        except CrashError:
            return _drop(request)
        if fault is not None and fault.kind in AFTER_COMMIT:
            if fault.kind in {"slow", "timeout_after_commit"}:
                await asyncio.sleep(fault.seconds)
            if fault.kind in {"drop_after_commit", "timeout_after_commit"}:
                return _drop(request)
            if fault.kind == "truncated":
                body = body[: len(body) // 2]
        entry.status = status
        return web.Response(
            status=status,
            body=body,
            headers={**headers, "Date": self._world.clock.date_header()},
            content_type="application/json",
            charset="utf-8",
        )

    def _answered(
        self, request: web.Request, sent: bytes, entry: Entry, fault: Fault | None
    ) -> tuple[int, bytes, Mapping[str, str]]:
        try:
            answer = self._answer(request, sent, entry, fault)
        except ApiError as error:
            entry.type = error.type
            return error.status, _encode(error.body), error.headers
        return 200, b"" if answer is None else _encode(answer), {}

    def _answer(self, request: web.Request, sent: bytes, entry: Entry, fault: Fault | None) -> Any:
        path = request.raw_path.partition("?")[0]
        parts = tuple(unquote(part) for part in path.removeprefix("/v0/").rstrip("/").split("/"))
        route, ids = _find(request.method, parts)
        entry.base, entry.table = ids.get("base", ""), ids.get("table", "")
        if fault is not None and fault.kind not in AFTER_COMMIT | {"crash_mid_batch"}:
            raise fault.refusal()
        if len(f"{request.scheme}://{request.host}{request.raw_path}") > URL_CHARACTERS:
            raise refuse(414, "REQUEST_URI_TOO_LONG", "The URL of a request is too long")
        self._admit(request, route, ids)
        query = tuple(request.query.items())
        call = Call(self._world, ids, query, _decode(sent))
        if "base" in ids:
            call.find_base()
        if route.scope is not None and route.scope not in self._world.scopes:
            raise forbidden()
        if fault is None or fault.kind != "crash_mid_batch":
            return route.answer(call)
        self._world.crash_next = True
        try:
            route.answer(call)
        finally:
            self._world.crash_next = False
        raise CrashError

    def _admit(self, request: web.Request, route: Route, ids: Mapping[str, str]) -> None:
        header = request.headers.get("Authorization", "")
        if not header.startswith(BEARER):
            raise no_credentials()
        token = header.removeprefix(BEARER)
        if token != self._world.token:
            raise bad_credentials()
        self._world.limits.take(ids.get("base"), token)
        if not route.is_metadata:
            self._world.limits.spend()


def _find(method: str, parts: tuple[str, ...]) -> tuple[Route, Mapping[str, str]]:
    for route in ROUTES:
        ids = route.match(parts) if route.method == method else None
        if ids is not None:
            return route, ids
    raise nothing_here()


def _drop(request: web.Request) -> web.StreamResponse:
    """Cut the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _encode(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _decode(sent: bytes) -> Any:
    if not sent:
        return None
    try:
        return json.loads(sent, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refuse(400, "INVALID_REQUEST_BODY", "Could not parse request body") from error


def _no_constant(name: str) -> None:
    raise ValueError(name)
