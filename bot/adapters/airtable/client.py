"""
The one governed client: pyairtable's single request point, with turns, counts and plain errors.

pyairtable's own retries are off (contracts, airtable 2): they re-send creates, give up inside
Airtable's thirty seconds, and lose the body that tells a penalty from a spent month.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from pyairtable import Api
from urllib3.exceptions import NewConnectionError

from bot.errors import BotError, BudgetSpentError, OutageError, RefusedError
from bot.ports.airtable import CallGate

SERVICE = "Airtable"
TIMEOUT_S = (5, 30)  # to connect, to answer
PENALTY_S = 30.0  # "need to wait 30 seconds before subsequent requests will succeed"
BILLING = "PUBLIC_API_BILLING_LIMIT_EXCEEDED"
ITERATOR_GONE = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"
_UNREADABLE = "UNREADABLE_ANSWER"
_TOO_MANY = 429
_SERVER_ERROR = 500
_UNAUTHORIZED = 401
_TOKEN = re.compile(r"[!-~]+")
_READS = frozenset({"GET"})
_BASE_ID = re.compile(r"/(app[0-9A-Za-z]{14})(?:/|\?|$)")


class GovernedApi(Api):
    """
    pyairtable's Api whose every request waits its turn, is counted, and fails in our words.

    Args:
        endpoint_url: "https://api.airtable.com", or a local server's.
        base_id: Whose turns are taken; calls about no base (whoami) take this one's.
        feature: What the calls are counted under.
        wait: How to wait for a turn, in seconds.
    """

    def __init__(
        self,
        token: str,
        *,
        endpoint_url: str,
        base_id: str,
        feature: str,
        gate: CallGate,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(token, endpoint_url=endpoint_url, retry_strategy=None, timeout=TIMEOUT_S)
        self._base_id = base_id
        self._feature = feature
        self._gate = gate
        self._wait = wait
        self.server_time: datetime | None = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """
        Send one request.

        Raises:
            OutageError: 429 (every process waits it out), 5xx, or no answer; `maybe_done` when
                it was a write.
            BudgetSpentError: the workspace's monthly calls are used up.
            RefusedError: `code` is Airtable's error type, `detail` its sentence, `status` HTTP's.
        """
        if not _TOKEN.fullmatch(self.api_key):
            # It can't stand in a header, and requests would show it in its complaint.
            raise RefusedError(SERVICE, "UNAUTHORIZED", detail="no token", status=_UNAUTHORIZED)
        found = _BASE_ID.search(url)
        base_id = found[1] if found else self._base_id
        turn = self._gate.take_turn(base_id, self._feature)
        writes = method.upper() not in _READS and not url.endswith("/listRecords")
        try:
            self._wait(turn.wait_s)
            if turn.wait_s > 0:
                turn = self._gate.put_off(turn)
                self._wait(turn.wait_s)
            return super().request(method, url, *args, **kwargs)
        except _AnsweredError as error:
            raise self._told(error.answer, base_id, writes=writes) from None
        except requests.exceptions.JSONDecodeError as error:
            raise OutageError(SERVICE, maybe_done=writes, what="gives half an answer") from error
        except requests.RequestException as error:
            # A request that never reached the other side can't have done anything there.
            if _never_left(error):
                raise OutageError(SERVICE, what="can't be reached from here") from error
            raise OutageError(SERVICE, maybe_done=writes) from error
        finally:
            # What Airtable answered is not lost with it: an unanswered turn ends by itself.
            with suppress(OutageError):
                self._gate.answered(turn)

    def _process_response(self, response: requests.Response) -> Any:
        self._note_time(response)
        if not response.ok:
            raise _AnsweredError(response)
        # Only a deletion may be answered with nothing; else the answer was lost on its way.
        if not response.content and response.request.method == "DELETE":
            return None
        return response.json()

    def _note_time(self, response: requests.Response) -> None:
        if date := response.headers.get("Date"):
            self.server_time = parsedate_to_datetime(date).astimezone(UTC)

    def _told(self, response: requests.Response, base_id: str, *, writes: bool) -> BotError:
        """Return our error for what Airtable answered (contracts, airtable 1.4)."""
        kind, message = error_of(response)
        if kind == BILLING:
            return BudgetSpentError(SERVICE)
        if response.status_code == _TOO_MANY:
            wait_s = _asked_wait(response.headers) or PENALTY_S + random.uniform(0, 2)  # noqa: S311
            self._gate.close(base_id, wait_s)
            return OutageError(SERVICE, retry_after_s=wait_s, what="asks me to wait")
        if response.status_code >= _SERVER_ERROR:
            asked = _asked_wait(response.headers)
            what = f"has a fault of its own (HTTP {response.status_code})"
            return OutageError(SERVICE, retry_after_s=asked, maybe_done=writes, what=what)
        return RefusedError(SERVICE, kind, detail=message, status=response.status_code)


class _AnsweredError(Exception):
    """Airtable answered, and not with what was asked for."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def error_of(response: requests.Response) -> tuple[str, str]:
    """Return type and message of an error body, whichever of its four shapes it has."""
    try:
        body = response.json()
    except ValueError:
        return _UNREADABLE, f"HTTP {response.status_code}"
    if not isinstance(body, Mapping):
        return _UNREADABLE, f"HTTP {response.status_code}"
    error = body.get("error")
    if error is None and isinstance(body.get("errors"), list) and body["errors"]:
        error = body["errors"][0]
    if isinstance(error, Mapping):
        kind = error.get("type") or error.get("error") or _UNREADABLE
        return str(kind), str(error.get("message", ""))
    return str(error or _UNREADABLE), ""


def _never_left(error: requests.RequestException) -> bool:
    """Whether a request can't have reached the other side: no connection was made."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError)


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    asked = headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None
