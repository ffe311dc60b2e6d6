"""The command `bqx`: parse, call one use case, print."""

import json
import logging
import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.commands.airtable import airtable
from bot.commands.history import history
from bot.commands.issues import issues
from bot.commands.shared import FAILED, opened_plans, plainly
from bot.settings import LOCAL_FOLDER, Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bqx-cadence")
@click.option("--project", default="", help="Which project, where a team has several.")
def main(*, project: str) -> None:
    """Keep a project's plan true. Settings come from the environment or ./.env."""
    if project:
        os.environ["BQX_PROJECT"] = project


@main.command()
@plainly
def run() -> None:
    """Run the app: Socket Mode, scheduler and worker in one process."""
    from bot.running import run_socket_mode  # noqa: PLC0415 - heavy, only where it is needed
    from bot.wiring import set_up_logging  # noqa: PLC0415

    set_up_logging()
    run_socket_mode(Settings.load())


@main.command()
@plainly
def web() -> None:
    """Run the app behind signed HTTP on PORT instead of Socket Mode."""
    from bot.running import run_web  # noqa: PLC0415
    from bot.wiring import set_up_logging  # noqa: PLC0415

    set_up_logging()
    run_web(Settings.load())


@main.command()
@plainly
def worker() -> None:
    """Run scheduler and worker only, beside a `bqx web` on the same PostgreSQL."""
    from bot.running import run_worker  # noqa: PLC0415
    from bot.wiring import set_up_logging  # noqa: PLC0415

    set_up_logging()
    run_worker(Settings.load())


@main.command()
@click.option("--only", is_flag=True, help="Serve the workspace without starting the product.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Plan to begin with.")
@click.option("--airtable", "as_airtable", is_flag=True, help="Serve a local Airtable instead.")
@click.option(
    "--load",
    "base_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="With --airtable: a base as JSON; several make several bases.",
)
@plainly
def sandbox(
    *, only: bool, plan_file: Path | None, as_airtable: bool, base_files: tuple[Path, ...]
) -> None:
    """Try the product in a local workspace with a page, without a Slack account."""
    from bot.local import run_local_airtable, run_local_workspace  # noqa: PLC0415

    if as_airtable:
        run_local_airtable(Settings.load(), base_files)
    else:
        run_local_workspace(Settings.load(), only=only, plan_file=plan_file)


@main.command()
@click.pass_context
@plainly
def start(context: click.Context) -> None:
    """Start what `make run` starts: real Slack when tokens are set, else the local workspace."""
    LOCAL_FOLDER.mkdir(exist_ok=True)  # the database goes there from now on
    context.invoke(run if Settings.load().has_slack else sandbox)


main.add_command(airtable)
main.add_command(history)
main.add_command(issues)


@main.group()
def plan() -> None:
    """Bring a plan in, or take it out."""


@plan.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def import_file(file: Path) -> None:
    """Read FILE: an Airtable export (JSON), a CSV, or `bqx plan export`'s own."""
    from bot.adapters.plan_files import read_plan_file  # noqa: PLC0415
    from bot.usecases.plan_files import import_plan  # noqa: PLC0415
    from bot.views.import_summary import describe_import  # noqa: PLC0415

    plans, workspace_id = opened_plans()
    result = import_plan(
        plans, workspace_id, read_plan_file(file), actor_id="import", now=datetime.now(UTC)
    )
    for line in describe_import(result):
        click.echo(line)


@plan.command("export")
@click.option("--json", "as_json", is_flag=True, help="JSON, which is also the default.")
@plainly
def export(*, as_json: bool) -> None:  # noqa: ARG001 - one format, named for scripts
    """Write the whole plan to standard output; `bqx plan import` reads it back."""
    from bot.usecases.plan_files import export_plan  # noqa: PLC0415

    plans, workspace_id = opened_plans()
    click.echo(json.dumps(export_plan(plans, workspace_id), indent=2, ensure_ascii=False))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As of 09:00 of that day.")
@plainly
def gaps(*, as_json: bool, as_of: datetime | None) -> None:
    """Show what the plan and git disagree on, now."""
    from bot.usecases.assess_gaps import assess_gaps  # noqa: PLC0415
    from bot.views.gaps_text import describe_gaps, gaps_object  # noqa: PLC0415
    from bot.workspaces import sources_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    now = _moment(as_of.date(), settings.zone) if as_of else datetime.now(UTC)
    found = assess_gaps(plans, sources_of(settings), workspace_id, now=now, is_now=as_of is None)
    if as_json:
        click.echo(json.dumps(gaps_object(found), indent=2, ensure_ascii=False))
        return
    for line in describe_gaps(found):
        click.echo(line)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@plainly
def probes(*, as_json: bool) -> None:
    """Show what every declared progress probe reads now; nothing is written."""
    from bot.domain.probe_offers import stage_keys  # noqa: PLC0415
    from bot.views.probes_text import NO_PROBES, describe_probes, probes_object  # noqa: PLC0415
    from bot.workspaces import probes_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    with plans.reading(workspace_id) as plan:
        refs = stage_keys(plan.stages())
    read = probes_of(settings).read(now=datetime.now(UTC), marks={}, refs=refs)
    if as_json:
        click.echo(json.dumps(probes_object(read, refs), indent=2, ensure_ascii=False))
    elif settings.bqx_probes is None:
        click.echo(NO_PROBES)
    else:
        for line in describe_probes(read, refs):
            click.echo(line)
    sys.exit(FAILED if read.not_assessed else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for scripts.")
@click.option("--from", "start_on", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 400))
@click.option("--member", "member_id", default="", help="Slack id: with this member's prompts.")
@plainly
def schedule(*, as_json: bool, start_on: datetime | None, days: int, member_id: str) -> None:
    """Show what will run when, and why something does not."""
    from bot.domain.cadences import NO_ANCHOR  # noqa: PLC0415
    from bot.usecases.coming_runs import coming_runs  # noqa: PLC0415
    from bot.views.mrkdwn import unquoted  # noqa: PLC0415
    from bot.views.schedule_message import schedule_lines, schedule_rows  # noqa: PLC0415
    from bot.workspaces import workspace_by_settings  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    with plans.reading(workspace_id) as plan:
        workspace = workspace_by_settings(plan.workspace, settings)
        zone = ZoneInfo(workspace.zone)
        first = start_on.replace(tzinfo=zone) if start_on else datetime.now(zone)
        runs = coming_runs(
            plan,
            now=first - timedelta(microseconds=1),
            until=first + timedelta(days=days),
            member_id=member_id,
            workspace=workspace,
        )
        is_reviewed = bool(plan.team().review_anchor)
    rows = schedule_rows(runs, zone)
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for line in schedule_lines(rows):
        click.echo(line)
    if not is_reviewed:
        click.echo(unquoted(NO_ANCHOR))


@main.command()
@plainly
def doctor() -> None:
    """Check tokens, scopes, channels, database, clock and git; say what to do about each."""
    from bot.doctor import examine  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    findings = examine(Settings.load())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_well else 'FAIL'} {finding.what}")
        if finding.cure:
            click.echo(f"     → {finding.cure}")
    sys.exit(0 if all(finding.is_well for finding in findings) else FAILED)


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(UTC)
