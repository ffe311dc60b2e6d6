"""The whole product, running against a local workspace in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.domain.cadences import ALL
from bot.domain.plan import Why
from bot.domain.team import Pause
from bot.ports import PlanDatabase
from bot.running import close
from bot.sandbox.config import DEFAULT_SEED, SandboxConfig
from bot.sandbox.remote import RemoteMember, RemoteSandbox
from bot.sandbox.server import running_sandbox
from bot.settings import Settings
from bot.wiring import Product, build
from tests.plans import fresh_file

# What is proved here is what is said; on a machine that is busy with other things three seconds
# of Slack's are no measure of the product.
ACK_S = 30.0
MANIFEST = Path(__file__).parents[1] / "manifest.yml"
ANA, BEN, CHEN = "U0ANA0001", "U0BEN0002", "U0CHEN003"


@dataclass
class World:
    """A local workspace with the product in it."""

    sandbox: RemoteSandbox
    product: Product
    clock_file: Path

    @property
    def plans(self) -> PlanDatabase:
        return self.product.ports.plans

    @property
    def workspace_id(self) -> str:
        return self.product.workspace.id

    def as_member(self, member_id: str = ANA) -> RemoteMember:
        return self.sandbox.member(member_id)

    def bqx(self, text: str, member_id: str = ANA, channel: str = "bqx-ml") -> dict:
        """
        Type a /bqx command and return the first message it is answered with.

        What is said of other things in the meantime is no answer, however late it comes.
        """
        member = self.as_member(member_id)
        place = member.channel(channel)
        before = {m["ts"] for m in member.messages(place)}
        typed = f"/bqx {text}".strip()
        said = member.say(place, typed)
        assert said.get("ok"), said
        return member.wait_for(
            lambda: next(
                (
                    m
                    for m in member.messages(place)
                    if m["ts"] not in before and m.get("answers") == typed
                ),
                None,
            )
        )


def settings_for(folder: Path, config: SandboxConfig, base_url: str, **more: object) -> Settings:
    """Return the settings with which the product finds a local workspace."""
    return Settings.model_construct(
        **{
            **{name: field.get_default() for name, field in Settings.model_fields.items()},
            "database_url": f"sqlite:///{folder / 'bqx.db'}",
            "slack_bot_token": SecretStr(config.bot_token),
            "slack_app_token": SecretStr(config.app_token),
            "slack_signing_secret": SecretStr(config.signing_secret),
            "slack_api_url": f"{base_url}/api/",
            "bqx_timezone": "Europe/Berlin",
            "bqx_clock_file": folder / "clock",
            **more,
        }
    )


def ask_at_any_hour(plans: PlanDatabase, workspace_id: str, *, recurring: bool) -> None:
    """
    Have no night or Sunday hold back what a test waits for, and no hour bring what it doesn't.

    Args:
        recurring: Monday comes when the clock is moved there; else nothing comes by itself.
    """
    now = datetime.now(UTC)
    why = Why(operation="setup", actor_id="import", at=now, reason="import")
    with plans.changing(workspace_id) as plan:
        team = replace(plan.team(), quiet_from="00:00", quiet_to="00:00", prompts_a_day=50)
        team = replace(team, work_days=tuple(range(7)), prompt_at="", review_anchor="")
        plan.save(team, why)
        if not recurring:
            begun = {"first": "2025-01-01", "last": None, "by": "import", "at": now}
            plan.save(Pause(key="PAUSE-900", job=ALL, reason="tests", **begun), why)


def half_a_day_on(zone: str) -> str:
    """Return a wall time that is far away: what is due then does not come while a test runs."""
    return f"{datetime.now(ZoneInfo(zone)) + timedelta(hours=12):%H:%M}"


@contextmanager
def running_world(
    folder: Path, *, seed: Path = DEFAULT_SEED, recurring: bool = False, **more: object
) -> Iterator[World]:
    """
    Run local workspace and product until the block is left; `more` are settings.

    Args:
        recurring: See `ask_at_any_hour`.
    """
    config = SandboxConfig(
        manifest=MANIFEST,
        port=0,
        clock_file=folder / "clock",
        seed=seed,
        ack_timeout_s=ACK_S,
        trigger_life_s=ACK_S,
    )
    if not (folder / "bqx.db").exists():
        fresh_file(folder)
    with running_sandbox(config) as sandbox:
        product = build(settings_for(folder, config, sandbox.base_url, **more))
        ask_at_any_hour(product.ports.plans, product.workspace.id, recurring=recurring)
        handler = SocketModeHandler(product.bolt, config.app_token)
        product.start()
        handler.connect()
        sandbox.member(ANA).wait_for(lambda: sandbox.get("state")["sockets"])
        try:
            yield World(sandbox, product, folder / "clock")
        finally:
            close(handler)
            product.stop()
