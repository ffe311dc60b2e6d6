"""Airtable's own word that something changed: checked, then the base is looked at at once."""

import base64
import binascii
import hmac
import json
from dataclasses import replace
from hashlib import sha256

from bot.domain.airtable.state import BaseState
from bot.errors import BotError
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable

MAX_BODY_BYTES = 10_000  # a notification names a base and a hook, and carries no data
_PREFIX = "hmac-sha256="


def take_notification(plans: PlanDatabase, body: bytes, signature: str) -> bool:
    """
    Have the base looked at that a notification is about; False where it is not Airtable's.

    The signature is an HMAC-SHA-256 over the raw body with the hook's secret (contracts,
    airtable 1.6). Notifications come twice, late or for nothing: each only asks for a look.

    Args:
        signature: The header X-Airtable-Content-MAC.
    """
    hook_id = _hook_id(body)
    for workspace in plans.workspaces() if hook_id else ():
        with plans.reading(workspace.id) as plan:
            base = plan.airtable_base()
        if base is None or base.webhook_id != hook_id:
            continue
        if not is_signed(body, signature, base.webhook_secret):
            return False
        with plans.changing(workspace.id) as writer:
            known = writer.airtable_base()
            if known is not None and not known.poke:
                writer.put_airtable_base(replace(known, poke=True))
        return True
    return False


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether a body was signed with a hook's secret (base64); compared in constant time."""
    try:
        key = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return False
    wanted = _PREFIX + hmac.new(key, body, sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(wanted.encode(), signature.encode())


def renew_notifications(plans: PlanDatabase, airtable: Airtable, workspace_id: str) -> None:
    """
    Ask Airtable to notify again: it stops after a day of failures, such as a long outage of ours.

    Without an answer nothing is lost: the base is looked at every half an hour all the same.
    """
    with plans.reading(workspace_id) as plan:
        base = plan.airtable_base()
    connected = base is not None and base.state is BaseState.CONNECTED
    if base is None or not connected or not base.webhook_id or not airtable.notify_url:
        return
    try:
        airtable.api(base.base_id, "pull").wake_feed(base.webhook_id)
    except BotError:
        return


def _hook_id(body: bytes) -> str:
    if len(body) > MAX_BODY_BYTES:
        return ""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    hook = told.get("webhook") if isinstance(told, dict) else None
    return str(hook.get("id", "")) if isinstance(hook, dict) else ""
