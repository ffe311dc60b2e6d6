"""Slack's requests, signed, as the wire has them."""

import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import urlencode

from benchmarks.processes import WORKSPACE

PATH = "/slack/events"
TEAM = "T0BQX0001"
Signed = tuple[bytes, dict[str, str]]


def command(text: str, member_id: str, answers_url: str) -> Signed:
    """Return the body and headers of `/bqx <text>`; answers go to `answers_url`."""
    return _signed(
        {
            "command": "/bqx",
            "text": text,
            "team_id": TEAM,
            "team_domain": "bqx",
            "channel_id": "C0BQXML01",
            "channel_name": "bqx-ml",
            "user_id": member_id,
            "user_name": member_id.lower(),
            "api_app_id": "A0BQX0001",
            "is_enterprise_install": "false",
            "trigger_id": f"{time.time_ns()}.{secrets.token_hex(8)}",
            "response_url": f"{answers_url}/answers/{member_id}",
        }
    )


def suggestion(typed: str, member_id: str) -> Signed:
    """Return the body and headers of a search for a stage in the progress form."""
    return _signed(
        {
            "payload": json.dumps(
                {
                    "type": "block_suggestion",
                    "team": {"id": TEAM, "domain": "bqx"},
                    "user": {"id": member_id, "name": member_id.lower(), "team_id": TEAM},
                    "api_app_id": "A0BQX0001",
                    "container": {"type": "view", "view_id": "V0BENCH01"},
                    "view": {"id": "V0BENCH01", "type": "modal", "callback_id": "progress"},
                    "block_id": "stage",
                    "action_id": "value",
                    "value": typed,
                }
            )
        }
    )


def _signed(fields: dict[str, str]) -> Signed:
    body = urlencode(fields).encode()
    stamp = str(int(time.time()))
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(WORKSPACE.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
