"""Start the local workspace, with the product beside it as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import git

from bot.adapters.plan_files import read_plan_file
from bot.errors import SettingsError
from bot.sandbox.config import SandboxConfig
from bot.sandbox.server import run
from bot.settings import Settings
from bot.usecases.plan_files import import_plan
from bot.wiring import open_plans

FOLDER = Path(".bqx")  # all that a trial leaves behind, below the working directory
SAMPLE_PLAN = Path(__file__).with_name("sandbox") / "sample_plan.json"
MANIFEST = Path(__file__).parents[1] / "manifest.yml"
STOP_S = 25.0
ZONE = "America/New_York"  # the sample team's, as the local workspace is seeded


def run_local_workspace(settings: Settings, *, only: bool, plan_file: Path | None) -> None:
    """
    Serve the page until interrupted; the product runs as `bqx run` against it.

    Args:
        only: Serve the workspace alone, for a product that is started by hand.
        plan_file: The plan to begin with instead of the sample; only into an empty database.

    Raises:
        SettingsError: the port is taken.
    """
    FOLDER.mkdir(exist_ok=True)
    config = SandboxConfig(
        manifest=MANIFEST,
        port=settings.bqx_sandbox_port,
        clock_file=FOLDER.resolve() / "clock_offset_s",
    )
    url = f"http://127.0.0.1:{config.port}"
    environment = product_environment(settings, config)
    if only:
        click.echo(f"The local workspace is at {url} (SLACK_API_URL={url}/api/)")
        _serve(config)
        return
    _begin_plan(environment["DATABASE_URL"], plan_file)
    with _product(environment):
        click.echo(f"BQX Cadence in a local workspace: open {url}  (Ctrl-C stops it)")
        _serve(config)


def product_environment(settings: Settings, config: SandboxConfig) -> dict[str, str]:
    """Return the environment in which the product finds the local workspace instead of Slack."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url or f"sqlite:///{FOLDER.resolve() / 'bqx.db'}",
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
    place = FOLDER.resolve() / "project"
    source = Path(__file__).parents[1]
    if not (place / ".git").exists() and (source / ".git").exists():
        git.Repo.clone_from(source.as_posix(), place.as_posix(), local=True)
    return str(place)


def _begin_plan(database_url: str, plan_file: Path | None) -> None:
    settings = Settings.load().model_copy(update={"database_url": database_url})
    plans = open_plans(settings)
    workspace = plans.local_workspace(zone=ZONE)
    with plans.reading(workspace.id) as plan:
        if plan.stages():
            return
    drafts = read_plan_file(plan_file or SAMPLE_PLAN)
    import_plan(plans, workspace.id, drafts, actor_id="import", now=datetime.now(UTC))


@contextmanager
def _product(environment: dict[str, str]) -> Iterator[None]:
    """Run the product beside the page; when it dies, the page goes on and says so in the log."""
    child = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if child.poll() is None:
            child.kill()


def _serve(config: SandboxConfig) -> None:
    try:
        run(config)
    except OSError as error:
        raise SettingsError(
            f"Port {config.port} is taken. Stop what uses it, or set BQX_SANDBOX_PORT."
        ) from error
