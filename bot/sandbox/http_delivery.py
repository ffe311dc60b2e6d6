"""Signed HTTP deliveries to a request URL."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TooManyRedirects

from bot.sandbox.delivery import COMMANDS, EVENTS, Parcel
from bot.sandbox.faults import Faults
from bot.sandbox.ids import new_token
from bot.sandbox.refusals import DeliveryError
from bot.sandbox.shapes import TOKEN

HTTP_OK = 200
REDIRECTS = 2
# Signatures older than 300 s must be refused; a stale one is sent older than that.
STALE_S = 360
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the v0 signature of a raw body."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """
    Delivers to the product's request URL.

    Args:
        url: Where everything goes: events, commands, interactivity, options.
        secret: The app's signing secret.
        ack_timeout_s: How long an answer may take.
        faults: Wrong and stale signatures.
    """

    def __init__(self, url: str, secret: str, ack_timeout_s: float, faults: Faults) -> None:
        self._url = url
        self._secret = secret
        self._timeout = ClientTimeout(total=ack_timeout_s)
        self._faults = faults
        self._session: ClientSession | None = None

    def connections(self) -> int:
        """Return 0: there are no sockets."""
        return 0

    async def send(self, parcel: Parcel) -> Any:
        """Post the parcel; see `Delivery.send`."""
        body, content_type = _body(parcel)
        headers = {"Content-Type": content_type, **self._signed(body)}
        if parcel.retry:
            headers |= {
                "x-slack-retry-num": str(parcel.retry),
                "x-slack-retry-reason": parcel.reason,
            }
        if self._session is None:
            self._session = ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, max_redirects=REDIRECTS
            ) as response:
                return await _answer(response)
        except TimeoutError as error:
            raise DeliveryError("http_timeout") from error
        except TooManyRedirects as error:
            raise DeliveryError("too_many_redirects") from error
        except ClientError as error:
            raise DeliveryError("connection_failed") from error

    async def verify(self) -> bool:
        """
        Ask the product to echo a challenge, as Slack does when a request URL is saved.

        Raises:
            DeliveryError: it did not answer.
        """
        challenge = new_token()
        body = {"token": TOKEN, "challenge": challenge, "type": "url_verification"}
        answer = await self.send(Parcel(EVENTS, body))
        return isinstance(answer, dict) and challenge in {
            answer.get("challenge"),
            answer.get("text"),
        }

    def _signed(self, body: bytes) -> dict[str, str]:
        late = STALE_S if self._faults.take("stale_signature") else 0
        timestamp = str(int(time.time()) - late)
        secret = "wrong" if self._faults.take("bad_signature") else self._secret
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret, timestamp, body),
        }

    async def close(self) -> None:
        """Close the connections kept open."""
        if self._session is not None:
            await self._session.close()


def _body(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == EVENTS:
        return json.dumps(parcel.payload).encode(), JSON_TYPE
    fields = parcel.payload if parcel.kind == COMMANDS else {"payload": json.dumps(parcel.payload)}
    return urlencode(fields).encode(), FORM_TYPE


async def _answer(response: ClientResponse) -> Any:
    text = await response.text()
    if response.status != HTTP_OK:
        retry = response.headers.get("x-slack-no-retry") != "1"
        raise DeliveryError("http_error", retry=retry)
    if not text:
        return None
    if response.content_type != JSON_TYPE:
        return {"text": text}
    try:
        return json.loads(text)
    except ValueError as error:
        raise DeliveryError("http_error") from error
