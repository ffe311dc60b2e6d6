"""A Level 1 from its submission until the critical channel names it: singly, and many at once."""

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.plans import planned_database
from benchmarks.processes import local_workspace, port_of, product
from benchmarks.requests import PATH, command
from benchmarks.table import Row, milliseconds, percentile
from bot.sandbox.remote import RemoteSandbox

STAGES = 500
SINGLY = 100
AT_ONCE = 100
SINGLY_S = 1.0
AT_ONCE_S = 2.0
REST_S = 1.2  # between two that are filed singly: Slack takes one message a second and channel
WAIT_S = 30.0
LATEST = 10  # messages that may have changed
CONNECTED = b": connected\n"
MEMBER = "U0ANA0001"


def measure() -> list[Row]:
    """Return a row for each way to file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        database = planned_database(folder, STAGES)
        with local_workspace(folder) as slack, product("web", folder, slack, database):
            seen = _Channel(slack)
            port = port_of(folder)
            _singly(port, slack, seen, "warm up", 3)
            singly = _singly(port, slack, seen, "singly", SINGLY)
            bare = _bare(port, slack)
            at_once = _at_once(port, slack, seen)
    return [
        _row(f"Level 1 from submission to the channel, {SINGLY} singly", singly, SINGLY_S),
        _row(f"Level 1 from submission to the channel, {AT_ONCE} at once", at_once, AT_ONCE_S),
        Row(f"`/bqx help` until acknowledged, {AT_ONCE} at once", _figures(bare)),
    ]


def _row(what: str, taken: list[float], most_s: float) -> Row:
    return Row(what, _figures(taken), f"p99 < {most_s:.0f} s", percentile(taken, 99) < most_s)


def _figures(taken: list[float]) -> str:
    p50, p99 = percentile(taken, 50), percentile(taken, 99)
    return f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}, slowest {milliseconds(max(taken))}"


class _Channel:
    """The critical channel, as somebody sees it on a page that is told of each message."""

    def __init__(self, slack: str) -> None:
        self._member = RemoteSandbox(slack).member(MEMBER)
        self._place = self._member.channel("bqx-ml-critical")
        self._page = f"{slack}/sandbox/stream?as={MEMBER}"

    def first_seen(self, titles: list[str]) -> dict[str, float]:
        """Wait until every title is shown, and return when each was seen."""
        seen: dict[str, float] = {}
        end = time.perf_counter() + WAIT_S
        # Not asked time and again: the workspace would be busy with its spectator.
        with urlopen(self._page, timeout=WAIT_S) as notes:
            for line in notes:
                if line != CONNECTED and self._place.encode() not in line:
                    continue
                shown = json.dumps(self._member.messages(self._place)[-LATEST:])
                now = time.perf_counter()
                seen |= {t: now for t in titles if t not in seen and f"{t}#" in shown}
                if len(seen) == len(titles):
                    return seen
                if now > end:
                    break
        raise TimeoutError(f"{len(titles) - len(seen)} were never shown")


def _singly(port: int, slack: str, seen: _Channel, word: str, many: int) -> list[float]:
    taken = []
    for number in range(many):
        title = f"{word} {number}"
        begun = time.perf_counter()
        _file(port, slack, title)
        taken.append(seen.first_seen([title])[title] - begun)
        time.sleep(REST_S)
    return taken


def _at_once(port: int, slack: str, seen: _Channel) -> list[float]:
    titles = [f"at once {number}" for number in range(AT_ONCE)]
    begun: dict[str, float] = {}

    def file(title: str) -> None:
        begun[title] = time.perf_counter()
        _file(port, slack, title)

    with ThreadPoolExecutor(AT_ONCE + 1) as people:
        watching = people.submit(seen.first_seen, titles)
        list(people.map(file, titles))
        shown = watching.result()
    return [shown[title] - begun[title] for title in titles]


def _bare(port: int, slack: str) -> list[float]:
    """What the way in costs by itself: as many commands at once that write nothing."""

    def ask(_number: int) -> float:
        begun = time.perf_counter()
        _send(port, slack, "help")
        return time.perf_counter() - begun

    with ThreadPoolExecutor(AT_ONCE) as people:
        taken = list(people.map(ask, range(AT_ONCE)))
    time.sleep(REST_S)  # until the last of them is answered
    return taken


def _file(port: int, slack: str, title: str) -> None:
    _send(port, slack, f"issue 1 {title}#")


def _send(port: int, slack: str, text: str) -> None:
    body, headers = command(text, MEMBER, slack)
    with urlopen(Request(f"http://127.0.0.1:{port}{PATH}", body, headers), timeout=30) as answer:
        answer.read()
