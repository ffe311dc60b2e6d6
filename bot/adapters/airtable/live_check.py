"""
The open questions that only a real base can answer (contracts, airtable 7), asked of one.

Everything happens in a table of its own, "BQX live check"; no other is read or written. The API
can't delete a table, so the last answer says to.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
from pyairtable import Api

from bot.adapters.airtable.client import TIMEOUT_S, error_of

TABLE = "BQX live check"
_FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "type": "singleLineText"},
    {"name": "Number", "type": "number", "options": {"precision": 0}},
]
_COMPUTED: dict[str, dict[str, Any]] = {
    "formula": {"formula": "{Number} * 2"},
    "autoNumber": {},
    "createdTime": {},
    "lastModifiedTime": {},
    "rollup": {},
}
_NO_TABLE = "the table could not be made"
_PAUSE_S = 0.4  # well under five a second, for the product may ask the same base
_BURST = 8
_LONGEST_PENALTY_S = 45
_LONG_FORMULA = 16_500


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a real base answered.

    Args:
        failed: The question could not be asked.
    """

    question: str
    found: str
    failed: bool = False


def run_live_check(token: str, url: str, base_id: str) -> Iterator[Answer]:
    """Yield an answer to each question, in order; a question that fails stops no other."""
    check = _Check(token, url, base_id)
    for question, ask in check.questions():
        try:
            yield Answer(question, ask())
        except (requests.RequestException, LookupError, ValueError) as error:
            yield Answer(question, f"could not be asked: {_said(error)}", failed=True)


def _said(error: Exception) -> str:
    response = getattr(error, "response", None)
    if isinstance(error, LookupError):
        return str(error)
    if response is None:
        return type(error).__name__
    kind, message = error_of(response)
    return f"{response.status_code} {kind} {message}".strip()


class _Check:
    def __init__(self, token: str, url: str, base_id: str) -> None:
        self._api = Api(token, endpoint_url=url, retry_strategy=None, timeout=TIMEOUT_S)
        self._meta = f"{url}/v0/meta/bases/{base_id}/tables"
        self._url = f"{url}/v0/{base_id}"
        self._table_id = ""

    def questions(self) -> list[tuple[str, Callable[[], str]]]:
        """Return the questions of section 7 that one client can ask."""
        return [
            ("Can a table be made, and which fields are refused?", self._make_table),
            ("Upsert with two equal keys in one request", self._equal_keys),
            ("Two first upserts of one key at once", self._concurrent_upserts),
            ("Upsert of a key that two rows carry", self._double_match),
            ("Does a failed batch of ten leave anything behind?", self._failed_batch),
            ("Field ids inside filterByFormula", self._ids_in_formulas),
            ("GET of an unknown record", self._unknown_record),
            ("A URL past 16,000 characters", self._long_url),
            ("A burst: the penalty's length, and Retry-After", self._penalty),
            ("What is left to clean up", lambda: f"Delete the table “{TABLE}” by hand."),
        ]

    def _make_table(self) -> str:
        found = [table for table in self._tables() if table["name"] == TABLE]
        made = found[0] if found else self._made({"name": TABLE, "fields": _FIELDS})
        self._table_id = made["id"]
        refused = []
        for kind, options in _COMPUTED.items():
            answer = self._send(
                "POST",
                f"{self._meta}/{self._table_id}/fields",
                json={"name": f"{kind} {secrets.token_hex(2)}", "type": kind, "options": options},
            )
            refused.append(f"{kind}: {_outcome(answer)}")
        return "; ".join(refused)

    def _equal_keys(self) -> str:
        key = secrets.token_hex(6)
        answer = self._upsert([{"Key": key, "Number": 1}, {"Key": key, "Number": 2}])
        return f"{_outcome(answer)}; rows with the key now: {self._count(key)}"

    def _concurrent_upserts(self) -> str:
        key = secrets.token_hex(6)
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(lambda number: self._upsert([{"Key": key, "Number": number}]), (1, 2))
            )
        told = ", ".join(_outcome(answer) for answer in answers)
        return f"{told}; rows with the key now: {self._count(key)}"

    def _double_match(self) -> str:
        key = secrets.token_hex(6)
        self._send(
            "POST", self._records, json={"records": [{"fields": {"Key": key}} for _ in range(2)]}
        )
        return _outcome(self._upsert([{"Key": key, "Number": 3}]))

    def _failed_batch(self) -> str:
        key = secrets.token_hex(6)
        rows: list[dict[str, Any]] = [{"fields": {"Key": key}} for _ in range(9)]
        rows.append({"fields": {"Key": key, "Number": "not a number"}})
        answer = self._send("POST", self._records, json={"records": rows})
        return f"{_outcome(answer)}; rows left behind: {self._count(key)}"

    def _ids_in_formulas(self) -> str:
        fields = [
            field
            for table in self._tables()
            if table["id"] == self._table_id
            for field in table["fields"]
        ]
        field_id = next((field["id"] for field in fields if field["name"] == "Key"), None)
        if field_id is None:
            raise LookupError(_NO_TABLE)
        told = []
        for flag in ({}, {"returnFieldsByFieldId": "true"}):
            params = {"filterByFormula": f"{{{field_id}}}!=''", "pageSize": "1", **flag}
            answer = self._send("GET", self._records, params=params)
            rows = len(answer.json().get("records", ())) if answer.ok else 0
            told.append(
                f"{'with' if flag else 'without'} returnFieldsByFieldId:"
                f" {_outcome(answer)}, {rows} rows"
            )
        return "; ".join(told)

    def _unknown_record(self) -> str:
        return _outcome(self._send("GET", f"{self._records}/rec{'0' * 14}"))

    def _long_url(self) -> str:
        formula = f"{{Key}}='{'x' * _LONG_FORMULA}'"
        return _outcome(self._send("GET", self._records, params={"filterByFormula": formula}))

    def _penalty(self) -> str:
        with ThreadPoolExecutor(_BURST) as pool:
            answers = list(pool.map(lambda _: self._one_row(), range(_BURST)))
        refused = [answer for answer in answers if answer.status_code == requests.codes.too_many]
        if not refused:
            return f"{_BURST} requests at once: none refused"
        asked = refused[0].headers.get("Retry-After", "none")
        waited = self._wait_until_open()
        open_again = f"open again after {waited:.0f} s" if waited else "still refused after a while"
        return f"{_outcome(refused[0])}; Retry-After: {asked}; {open_again}"

    def _wait_until_open(self) -> float | None:
        """Ask once a second; return how long it took, None where it takes longer than expected."""
        began = time.monotonic()
        while (passed := time.monotonic() - began) < _LONGEST_PENALTY_S:
            if passed and self._one_row().ok:
                return time.monotonic() - began
            time.sleep(1)
        return None

    def _tables(self) -> list[dict[str, Any]]:
        answer = self._send("GET", self._meta)
        answer.raise_for_status()
        return list(answer.json()["tables"])

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._send("POST", self._meta, json=body)
        answer.raise_for_status()
        return dict(answer.json())

    @property
    def _records(self) -> str:
        if not self._table_id:
            raise LookupError(_NO_TABLE)
        return f"{self._url}/{self._table_id}"

    def _one_row(self) -> requests.Response:
        return self._send("GET", self._records, params={"pageSize": "1"}, pause_s=0)

    def _upsert(self, rows: list[dict[str, Any]]) -> requests.Response:
        body = {
            "performUpsert": {"fieldsToMergeOn": ["Key"]},
            "records": [{"fields": row} for row in rows],
        }
        return self._send("PATCH", self._records, json=body)

    def _count(self, key: str) -> int:
        params = {"filterByFormula": f"{{Key}}='{key}'"}
        return len(self._send("GET", self._records, params=params).json().get("records", ()))

    def _send(
        self, method: str, url: str, *, pause_s: float = _PAUSE_S, **body: Any
    ) -> requests.Response:
        time.sleep(pause_s)
        return self._api.session.request(method, url, timeout=TIMEOUT_S, **body)


def _outcome(answer: requests.Response) -> str:
    if answer.ok:
        return str(answer.status_code)
    kind, message = error_of(answer)
    return f"{answer.status_code} {kind} {message}".strip()
