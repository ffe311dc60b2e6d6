"""The product as a process of its own, which a test may kill and start again."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.domain.effects import EffectState
from bot.local import product_environment
from bot.sandbox.config import SandboxConfig
from bot.sandbox.remote import RemoteMember, RemoteSandbox
from bot.sandbox.server import running_sandbox
from tests.plans import fresh_file
from tests.product import ACK_S, ANA, MANIFEST, ask_at_any_hour, settings_for

ROOT = Path(__file__).parents[2]
READY = "BQX Cadence is ready"
WAIT_S = 60.0  # a machine that does much else at the same time
HELD_S = 120  # how long an answer of Slack's is kept back: longer than anything waits for it


@dataclass
class ChildWorld:
    """
    A local workspace in this process, and the product beside it.

    Args:
        plans: The product's plan database, opened by the test as well.
        log: What the product wrote to standard error, in all its lives.
    """

    sandbox: RemoteSandbox
    plans: SqlPlanDatabase
    workspace_id: str
    environment: dict[str, str]
    log: Path
    child: subprocess.Popen[bytes] | None = None

    def as_member(self, member_id: str = ANA) -> RemoteMember:
        return self.sandbox.member(member_id)

    def start(self, command: str = "run") -> None:
        """Start the product and wait until it says that it is ready."""
        begins = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                env=self.environment,
                cwd=self.log.parent,
                stdout=log,
                stderr=log,
            )
        self.wait(lambda: READY.encode() in self.log.read_bytes()[begins:])

    def kill(self) -> None:
        """End it as a power cut does."""
        self.child.kill()
        self.child.wait()

    def restart(self) -> None:
        """Start again after a kill, with every fault gone, and wait until all is done."""
        self.sandbox.faults()
        self.start()
        self.wait(lambda: not self.pending())

    def terminate(self) -> int:
        """Ask it to end, wait, and return its status."""
        self.child.terminate()
        return self.child.wait(25)

    def pending(self) -> list[str]:
        """The keys of the effects that are committed and not done."""
        with self.plans.reading(self.workspace_id) as plan:
            return [each.effect.key for each in plan.deliveries(EffectState.PENDING)]

    def tried(self) -> list[str]:
        """The keys of those of them that were tried."""
        with self.plans.reading(self.workspace_id) as plan:
            waiting = plan.deliveries(EffectState.PENDING)
        return [each.effect.key for each in waiting if each.first_tried_at]

    def hold_answers(self, method: str) -> None:
        """Have Slack take every call of a method and keep the answer back."""
        self.sandbox.faults(delay_s=HELD_S, method=method)

    def kill_when(self, seen: Callable[[], Any], *, begun: str) -> None:
        """
        Kill the child where Slack has taken a call whose answer is held back.

        Args:
            seen: Whether the call has taken effect in Slack.
            begun: Part of the effect's key.
        """
        self.wait(seen)
        assert any(begun in key for key in self.tried())
        self.kill()

    def wait(
        self, seen: Callable[[], Any], timeout_s: float = WAIT_S, *, pause_s: float = 0.05
    ) -> Any:
        """Wait until `seen` returns something, as long as the child lives."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if found := seen():
                return found
            assert self.child is None or self.child.poll() is None, self.said()
            time.sleep(pause_s)
        raise TimeoutError(f"{self.pending()}\n{self.said()}")

    def said(self) -> str:
        """What the product logged."""
        return self.log.read_text(errors="replace")


@contextmanager
def child_world(
    folder: Path, request_url: str | None = None, *, recurring: bool = False, **more: Any
) -> Iterator[ChildWorld]:
    """
    Run a local workspace; the product is started by the test, and killed at the end.

    Args:
        recurring: See `ask_at_any_hour`.
    """
    config = SandboxConfig(
        manifest=MANIFEST,
        port=0,
        clock_file=folder / "clock",
        request_url=request_url,
        ack_timeout_s=ACK_S,
        trigger_life_s=ACK_S,
    )
    fresh_file(folder)
    with running_sandbox(config) as sandbox:
        port = int(sandbox.base_url.rsplit(":", 1)[1])
        settings = settings_for(folder, config, sandbox.base_url, **more)
        engine = open_database(settings.url)
        plans = SqlPlanDatabase(engine)
        environment = product_environment(settings, replace(config, port=port))
        world = ChildWorld(
            sandbox=sandbox,
            plans=plans,
            workspace_id=plans.local_workspace(zone="Europe/Berlin").id,
            environment={
                **environment,
                "PYTHONPATH": str(ROOT),
                "HOME": str(folder),
                "PORT": str(settings.port),
                "BQX_DIGEST_AT": settings.bqx_digest_at,
                "SLACK_TIMEOUT_S": str(settings.slack_timeout_s),
            },
            log=folder / "child.log",
        )
        ask_at_any_hour(plans, world.workspace_id, recurring=recurring)
        try:
            yield world
        finally:
            if world.child and world.child.poll() is None:
                world.kill()
            engine.dispose()
