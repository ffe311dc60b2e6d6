"""Webhooks over HTTP."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.airtable.call import Call, text_list, truth
from bot.sandbox.airtable.clock import stamp
from bot.sandbox.airtable.model import Json
from bot.sandbox.airtable.refusals import invalid_request
from bot.sandbox.airtable.webhooks import PAGE, Webhook
from bot.sandbox.loopback import LOOPBACK

DATA_TYPES = frozenset({"tableData", "tableFields", "tableMetadata"})
CHANGE_TYPES = frozenset({"add", "remove", "update"})
FILTERS = frozenset(
    {
        "dataTypes",
        "recordChangeScope",
        "changeTypes",
        "fromSources",
        "sourceOptions",
        "watchDataInFieldIds",
        "watchSchemasOfFieldIds",
    }
)
INCLUDES = frozenset(
    {
        "includeCellValuesInFieldIds",
        "includePreviousCellValues",
        "includePreviousFieldDefinitions",
    }
)


def list_webhooks(call: Call) -> Json:
    """List the webhooks of a base."""
    call.need("read")
    now = call.world.clock.now()
    return {"webhooks": [hook.to_json(now) for hook in call.world.webhooks.of_base(call.base)]}


def create_webhook(call: Call) -> Json:
    """Add a webhook; only now its secret is told."""
    call.need("create")
    body = call.object()
    if set(body) - {"notificationUrl", "specification"}:
        raise invalid_request()
    url = body.get("notificationUrl")
    if url is not None:
        _check_url(url)
    specification = _checked_specification(body.get("specification"))
    return call.world.webhooks.create(call.base, specification, url)


def delete_webhook(call: Call) -> None:
    """Remove a webhook; the answer has no body."""
    call.need("create")
    call.world.webhooks.delete(call.base, call.ids["webhook"])


def refresh(call: Call) -> Json:
    """Let a webhook live for seven more days."""
    call.need("create")
    hook = _hook(call)
    call.world.webhooks.refresh(hook)
    return {"expirationTime": stamp(hook.expires)}


def enable(call: Call) -> None:
    """Switch the pings of a webhook on or off; the answer has no body."""
    call.need("create")
    hook = _hook(call)
    hook.notifies = truth(call.object().get("enable"))


def payloads(call: Call) -> Json:
    """Show what happened since a cursor."""
    call.only("cursor", "limit")
    hook = _hook(call)
    limit = _whole(call.one("limit") or str(PAGE))
    if limit > PAGE:
        raise invalid_request()
    cursor = call.one("cursor")
    return call.world.webhooks.read(hook, None if cursor is None else _whole(cursor), limit)


def _hook(call: Call) -> Webhook:
    return call.world.webhooks.get(call.base, call.ids["webhook"])


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise invalid_request()
    return int(text)


def _check_url(url: Any) -> None:
    """Airtable wants https; plain http is for this machine."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise invalid_request("Notification URLs must use https")


def _checked_specification(given: Any) -> Json:
    options = given.get("options") if isinstance(given, dict) else None
    filters = options.get("filters") if isinstance(options, dict) else None
    if given is None or not isinstance(options, dict) or not isinstance(filters, dict):
        raise invalid_request()
    includes = options.get("includes") or {}
    if not isinstance(includes, dict) or set(filters) - FILTERS or set(includes) - INCLUDES:
        raise invalid_request()
    types = filters.get("dataTypes")
    if not types or not set(text_list(types)) <= DATA_TYPES:
        raise invalid_request()
    if not set(text_list(filters.get("changeTypes") or [])) <= CHANGE_TYPES:
        raise invalid_request()
    for name in ("fromSources", "watchDataInFieldIds", "watchSchemasOfFieldIds"):
        text_list(filters.get(name) or [])
    cells = includes.get("includeCellValuesInFieldIds")
    if cells is not None and cells != "all":
        text_list(cells)
    specification: Json = given
    return specification
