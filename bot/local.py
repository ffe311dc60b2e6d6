"""Start the local workspace, with the product beside it as a process of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
from pydantic import SecretStr

from bot.adapters.plan_files import read_plan_file
from bot.errors import SettingsError
from bot.sandbox.airtable.base_file import BaseFileError
from bot.sandbox.airtable.config import AirtableConfig, load_base
from bot.sandbox.airtable.server import running_airtable
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import running_sandbox
from bot.settings import LOCAL_FOLDER, Settings
from bot.usecases.plan_files import import_plan
from bot.workspaces import connect_workspace, messenger_of, open_plans

SAMPLE_PLAN = Path(__file__).with_name("sandbox") / "sample_plan.json"
MANIFEST = Path(__file__).parents[1] / "manifest.yml"
SAMPLE_BASE = Path(__file__).with_name("sandbox") / "sample_base.json"
SAMPLE_DAY = date(2025, 11, 17)  # the day on which the sample plan is as it is written
STOP_S = 25.0
POLL_S = 0.5
ZONE = "America/New_York"  # the sample team's, as the local workspace is seeded

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def run_local_workspace(settings: Settings, *, only: bool, plan_file: Path | None) -> None:
    """
    Serve the page until interrupted; the product runs as `bqx run` against it.

    Args:
        only: Serve the workspace alone, for a product that is started by hand.
        plan_file: The plan to begin with instead of the sample; only into an empty database.

    Raises:
        SettingsError: the port is taken.
    """
    LOCAL_FOLDER.mkdir(exist_ok=True)
    config = SandboxConfig(
        manifest=MANIFEST,
        port=settings.bqx_sandbox_port,
        clock_file=LOCAL_FOLDER.resolve() / "clock_offset_s",
    )
    url = f"http://127.0.0.1:{config.port}"
    environment = product_environment(settings, config)
    with _workspace(config):
        if not only:
            _begin_plan(environment, plan_file)
        click.echo(f"The local workspace is open: {url}  (Ctrl-C stops it)")
        if only:
            click.echo(f"Start the product with SLACK_API_URL={url}/api/ and its tokens.")
            wait_for_stop()
        else:
            with _product(environment) as product:
                wait_for_stop(product)


def run_local_airtable(settings: Settings, base_files: Sequence[Path]) -> None:
    """
    Serve bases from JSON files until interrupted; what is written there lives in memory.

    Raises:
        SettingsError: a file can't be read as a base, or the port is taken.
    """
    try:
        bases = tuple(load_base(file) for file in base_files or (SAMPLE_BASE,))
    except BaseFileError as error:
        raise SettingsError(str(error)) from error
    ids = [str(base["id"]) for base in bases]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        raise SettingsError(f"Two of the files hold the base {twice}; a base is there once.")
    config = AirtableConfig(bases=bases, port=settings.bqx_airtable_port)
    try:
        with running_airtable(config) as server:
            click.echo(f"The local Airtable answers at {server.base_url}  (Ctrl-C stops it)")
            click.echo("With these the product finds it; then `bqx airtable connect`:")
            click.echo(f"AIRTABLE_API_URL={server.base_url} AIRTABLE_API_KEY={config.token}")
            for base in bases:
                click.echo(f"AIRTABLE_BASE_ID={base['id']}  ({base.get('name') or 'no name'})")
            wait_for_stop()
    except OSError as error:
        raise SettingsError(
            f"Port {config.port} is taken. Stop what uses it, or set BQX_AIRTABLE_PORT."
        ) from error


def product_environment(settings: Settings, config: SandboxConfig) -> dict[str, str]:
    """Return the environment in which the product finds the local workspace instead of Slack."""
    return {
        **os.environ,
        "DATABASE_URL": settings.url,
        "SLACK_BOT_TOKEN": config.bot_token,
        "SLACK_APP_TOKEN": config.app_token,
        "SLACK_SIGNING_SECRET": config.signing_secret,
        "SLACK_API_URL": f"http://127.0.0.1:{config.port}/api/",
        "BQX_CLOCK_FILE": str(config.clock_file),
        "BQX_TIMEZONE": settings.bqx_timezone or ZONE,
        "PROJECT_REPO": settings.project_repo or _sample_repo(),
    }


def _sample_repo() -> str:
    """
    Return a clone of this very repository, as the project whose history is compared.

    A clone, because the Monday report is written into it. Without git history there is none,
    and the assessment says so.
    """
    place = LOCAL_FOLDER.resolve() / "project"
    source = Path(__file__).parents[1]
    if shutil.which("git") and not (place / ".git").exists() and (source / ".git").exists():
        from git import Repo  # noqa: PLC0415 - it can't be imported where git is missing

        Repo.clone_from(source.as_posix(), place.as_posix(), local=True).close()
    return str(place)


def _begin_plan(environment: Mapping[str, str], plan_file: Path | None) -> None:
    """Give the local workspace a plan, unless it has one."""
    settings = Settings(
        database_url=environment["DATABASE_URL"],
        slack_bot_token=SecretStr(environment["SLACK_BOT_TOKEN"]),
        slack_api_url=environment["SLACK_API_URL"],
        bqx_timezone=environment["BQX_TIMEZONE"],
    )
    plans = open_plans(settings)
    workspace = connect_workspace(plans, messenger_of(settings).identity(), settings)
    with plans.reading(workspace.id) as plan:
        if plan.stages():
            return
    now = datetime.now(UTC)
    drafts = read_plan_file(plan_file or _recent_sample(now))
    import_plan(plans, workspace.id, drafts, actor_id="import", now=now)


def _recent_sample(now: datetime) -> Path:
    """Return the sample plan with its dates moved so that it was last touched days ago."""
    days = now.date() - SAMPLE_DAY

    def moved(match: re.Match[str]) -> str:
        return (datetime.fromisoformat(match[0]) + days).isoformat()

    recent = LOCAL_FOLDER / "sample_plan.json"
    recent.write_text(_TIMESTAMP.sub(moved, SAMPLE_PLAN.read_text("utf-8")), "utf-8")
    return recent


@contextmanager
def _product(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the product beside the page until the block is left."""
    child = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if child.poll() is None:
            child.kill()


@contextmanager
def _workspace(config: SandboxConfig) -> Iterator[None]:
    try:
        with running_sandbox(config):
            yield
    except OSError as error:
        raise SettingsError(
            f"Port {config.port} is taken. Stop what uses it, or set BQX_SANDBOX_PORT."
        ) from error


def wait_for_stop(product: subprocess.Popen[bytes] | None = None) -> None:
    """Return on Ctrl-C or SIGTERM, or when the product has ended by itself."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(POLL_S):
        if product is not None and product.poll() is not None:
            raise SettingsError("The product stopped by itself; its last words are above.")
