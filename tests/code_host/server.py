"""A strict local GitHub: the part of its REST API about issues, over real HTTP on loopback."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

TOKEN = "ghp_good"
REPO = "acme/etl"
MAX_TITLE = 256
_PATH = re.compile(r"/repos/([^/]+/[^/]+)(/issues(?:/(\d+)(?:/(comments|labels)(?:/(.+))?)?)?)?")
_ALLOWED = {"state", "sort", "direction", "per_page", "page", "since", "labels"}


@dataclass
class Fault:
    """What the next request is answered with instead; `late` does the work and hides the answer."""

    status: int = 0
    headers: dict = field(default_factory=dict)
    body: object = None
    late: bool = False
    hang_s: float = 0.0
    verb: str = ""


@dataclass
class LocalHost:
    """Issues of one repository, and the faults that are to come."""

    url: str = ""
    now: datetime = datetime(2026, 11, 23, 8, tzinfo=UTC)
    issues: dict[int, dict] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    during: list = field(default_factory=list)  # done after the next page was served
    moved: dict[str, str] = field(default_factory=dict)  # paths by where they are redirected to
    repo: dict = field(
        default_factory=lambda: {
            "full_name": REPO,
            "private": True,
            "has_issues": True,
            "permissions": {"pull": True, "triage": True, "push": True},
        }
    )
    scopes: str = ""  # of a classic token
    may_write: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, title="Wrong sum", *, pull=False, **more):
        """Put an issue there as a person would; returns its number."""
        number = len(self.issues) + 1
        self.tick()
        row = {
            "number": number,
            "title": title,
            "body": None,
            "state": "open",
            "labels": [],
            "html_url": f"https://example.org/{REPO}/issues/{number}",
            "created_at": _iso(self.now),
            "updated_at": _iso(self.now),
            "closed_at": None,
            "repository_url": f"https://api.example.org/repos/{self.repo['full_name']}",
            "user": {"login": "ada"},
            **more,
        }
        row["labels"] = [{"name": name} for name in row["labels"]]
        if pull:
            row["pull_request"] = {"url": "x"}
        self.issues[number] = row
        return number

    def change(self, number, **fields):
        """Change an issue as a person would."""
        self.tick()
        if "labels" in fields:
            fields["labels"] = [{"name": name} for name in fields["labels"]]
        if "state" in fields:
            fields["closed_at"] = _iso(self.now) if fields["state"] == "closed" else None
        self.issues[number].update(fields, updated_at=_iso(self.now))

    def labels(self, number):
        """The names of an issue's labels."""
        return [each["name"] for each in self.issues[number]["labels"]]

    def tick(self):
        self.now += timedelta(seconds=1)

    def counted(self):
        """The calls so far as "VERB status", which are then forgotten."""
        calls = [f"{verb} {status}" for verb, _, status in self.calls]
        self.calls.clear()
        return calls


def _iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: LocalHost

    def log_message(self, *_args):
        pass

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def do_DELETE(self):
        self._serve("DELETE")

    def do_PATCH(self):
        self._serve("PATCH")

    def _serve(self, verb):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.host.lock:
            faults = self.host.faults
            fault = faults.pop(0) if faults and faults[0].verb in {"", verb} else None
            status, body, headers = 0, None, {}
            if fault is None or fault.late:
                status, body, headers = self._do(verb, raw)
            if fault is not None:
                status, body, headers = fault.status or status, fault.body or body, fault.headers
            self.host.calls.append((verb, self.path, status))
        if fault is not None and fault.hang_s:
            time.sleep(fault.hang_s)
            self.close_connection = True
            return
        self._answer(status, body, headers)

    def _answer(self, status, body, headers):
        text = body if isinstance(body, bytes) else b"" if status == 304 else _json(body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _do(self, verb, raw):
        if self.headers.get("authorization", "").split(" ")[-1] != TOKEN:
            return 401, {"message": "Bad credentials"}, {}
        parts = urlsplit(self.path)
        if parts.path in self.host.moved:
            place = urljoin(self.host.url, self.host.moved[parts.path])
            return 301, {"message": "Moved"}, {"location": place}
        match = _PATH.fullmatch(parts.path)
        if match is None or match[1] != self.host.repo["full_name"]:
            return 404, {"message": "Not Found"}, {}
        return self._of_repo(verb, match, parts, raw)

    def _of_repo(self, verb, match, parts, raw):
        if match[2] is None:
            return 200, self.host.repo, {"x-oauth-scopes": self.host.scopes}
        if not self.host.repo["has_issues"]:
            return 410, {"message": "Issues are disabled for this repo"}, {}
        if verb != "GET" and not self.host.may_write:
            return 403, {"message": "Resource not accessible by personal access token"}, {}
        if match[3] is None:
            return self._list(parse_qs(parts.query)) if verb == "GET" else self._create(raw)
        return self._one(verb, int(match[3]), match[4], raw, unquote(match[5] or ""))

    def _one(self, verb, number, below, raw, label):
        if number in self.host.gone or number not in self.host.issues:
            gone = number in self.host.gone
            return 410 if gone else 404, {"message": "This issue was deleted"}, {}
        if below == "labels":
            return self._label(verb, number, raw, label)
        if below:
            return self._comment(number, raw)
        return (200, self.host.issues[number], {}) if verb == "GET" else self._patch(number, raw)

    def _list(self, query):
        given = {name: values[0] for name, values in query.items()}
        assert set(given) <= _ALLOWED, given
        per_page, page = min(100, int(given.get("per_page", 30))), int(given.get("page", 1))
        state = given.get("state", "open")
        rows = [row for row in self.host.issues.values() if state in {"all", row["state"]}]
        if "since" in given:
            datetime.strptime(given["since"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            rows = [row for row in rows if row["updated_at"] >= given["since"]]
        order = {"created": "created_at", "updated": "updated_at"}[given.get("sort", "created")]
        rows.sort(key=lambda row: row[order], reverse=given.get("direction", "desc") == "desc")
        shown = rows[(page - 1) * per_page : page * per_page]
        tag = f'W/"{hashlib.sha256(_json(shown)).hexdigest()[:16]}"'
        headers = {"etag": tag, "x-ratelimit-remaining": "4999"}
        if self.headers.get("if-none-match") == tag:
            return 304, None, headers
        if page * per_page < len(rows):
            url = f"{self.host.url}/repos/{REPO}/issues?page={page + 1}&since={quote('x')}"
            headers["link"] = f'<{url}>; rel="next", <{url}>; rel="last"'
        answer = 200, json.loads(_json(shown)), headers
        if self.host.during:
            self.host.during.pop(0)()
        return answer

    def _create(self, raw):
        fields = json.loads(raw)
        if not set(fields) <= {"title", "body", "labels"}:
            return 422, {"message": "Validation Failed"}, {}
        if not fields.get("title", "").strip() or len(fields["title"]) > MAX_TITLE:
            return 422, {"message": "Validation Failed"}, {}
        labels = fields.get("labels", [])
        number = self.host.add(fields["title"], body=fields.get("body"), labels=labels)
        return 201, self.host.issues[number], {}

    def _patch(self, number, raw):
        fields = json.loads(raw)
        if not fields or not set(fields) <= {"title", "state", "body"}:
            return 422, {"message": "Validation Failed"}, {}
        if fields.get("state", "open") not in {"open", "closed"}:
            return 422, {"message": "Validation Failed"}, {}
        self.host.change(number, **fields)
        return 200, self.host.issues[number], {}

    def _label(self, verb, number, raw, label):
        names = self.host.labels(number)
        if verb == "DELETE" and label not in names:
            return 404, {"message": "Label does not exist"}, {}
        if verb == "DELETE":
            names.remove(label)
        else:
            names += [name for name in json.loads(raw)["labels"] if name not in names]
        self.host.change(number, labels=names)
        return 200, self.host.issues[number]["labels"], {}

    def _comment(self, number, raw):
        self.host.comments.append((number, json.loads(raw)["body"]))
        self.host.change(number)
        return 201, {"id": len(self.host.comments)}, {}


def _json(value):
    return json.dumps(value).encode()


@contextmanager
def local_host() -> Iterator[LocalHost]:
    """Serve until the block is left."""
    host = LocalHost()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"host": host}))
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
