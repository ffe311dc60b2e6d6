"""
Concurrent people, in a process of their own: prints how long each request took, as JSON.

Each of them sends a request, waits for its answer, thinks, and begins again; the first requests
are spread over one thinking time, and thinking times vary by half, so that no beat arises.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from aiohttp import ClientSession, TCPConnector

from benchmarks.requests import PATH, Signed, command, suggestion

HTTP_OK = 200


def seconds_taken(
    port: int,
    texts: Sequence[str],
    *,
    kind: str = "command",
    people: int,
    think_s: float,
    last_s: float,
    answers_url: str = "",
) -> list[float]:
    """
    Run the load in a new process and return how long each answer took, in seconds.

    Args:
        texts: What is typed, in turn.
        kind: "command" or "suggestion".
        think_s: Mean pause between an answer and the next request.
        last_s: How long the load lasts.
        answers_url: Where the product sends its answers to commands.
    """
    asked = [f"--port={port}", f"--kind={kind}", f"--people={people}", f"--think-s={think_s}"]
    asked += [f"--last-s={last_s}", f"--answers-url={answers_url}", "--", *texts]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *asked], check=True, stdout=subprocess.PIPE
    )
    taken: list[float] = json.loads(done.stdout)
    return taken


async def person(
    session: ClientSession, url: str, make: Callable[[int], Signed], think_s: float, end: float
) -> list[float]:
    """Act as one person until `end`; return the times of their answers."""
    taken = []
    await asyncio.sleep(random.uniform(0, think_s))
    turn = random.randrange(1000)
    while time.perf_counter() < end:
        body, headers = make(turn)
        begun = time.perf_counter()
        async with session.post(url, data=body, headers=headers) as response:
            await response.read()
        taken.append(time.perf_counter() - begun)
        if response.status != HTTP_OK:
            raise RuntimeError(f"HTTP {response.status}")
        await asyncio.sleep(think_s * random.uniform(0.5, 1.5))
        turn += 1
    return taken


async def load(asked: argparse.Namespace) -> list[float]:
    """Return the times of everybody's answers."""
    url = f"http://127.0.0.1:{asked.port}{PATH}"
    end = time.perf_counter() + asked.last_s

    def maker(number: int) -> Callable[[int], Signed]:
        member = f"U0BENCH{number:02}"
        if asked.kind == "suggestion":
            return lambda turn: suggestion(asked.texts[turn % len(asked.texts)], member)
        return lambda turn: command(asked.texts[turn % len(asked.texts)], member, asked.answers_url)

    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        each = (
            person(session, url, maker(number), asked.think_s, end)
            for number in range(asked.people)
        )
        return [one for times in await asyncio.gather(*each) for one in times]


def main() -> None:
    """Run the load that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kind", choices=("command", "suggestion"), required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--think-s", type=float, required=True)
    parser.add_argument("--last-s", type=float, required=True)
    parser.add_argument("--answers-url", default="")
    parser.add_argument("texts", nargs="+")
    json.dump(asyncio.run(load(parser.parse_args())), sys.stdout)


if __name__ == "__main__":
    main()
