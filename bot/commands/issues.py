"""`bqx issues …`: the brief's issue_tracker_sync, the dashboard, and the report of one issue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.shared import opened_plans, plainly
from bot.domain.effects import EffectKind, EffectState
from bot.domain.host_connection import HostConnection
from bot.errors import OutageError, RefusedError, SettingsError, UserError
from bot.ports import PlanDatabase
from bot.ports.code_host import CodeHost
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.usecases.code_issues.doing import HostWork

_UNSET = (
    "There is nothing to keep in step with: set PROJECT_REPO to the path of the project's clone,"
    " and CODE_HOST_REPO and CODE_HOST_TOKEN for a code host."
)
_LEFT_ALONE = timedelta(minutes=2)  # a running product may be writing it at this very moment


@click.group()
def issues() -> None:
    """Show the issues, and keep them in step with the code and its host."""


@issues.command()
@click.argument("key", required=False)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@plainly
def report(*, key: str | None, out: Path | None) -> None:
    """Write the status dashboard as Markdown, or the report of one issue: KEY, such as ISS-004."""
    from bot.reports.issue_dashboard import issue_dashboard_report  # noqa: PLC0415
    from bot.reports.issue_report import issue_report  # noqa: PLC0415
    from bot.usecases.issue_dashboard import take_dashboard  # noqa: PLC0415
    from bot.usecases.issue_report import take_issue_report  # noqa: PLC0415

    plans, workspace_id = opened_plans()
    now = datetime.now(UTC)
    with plans.reading(workspace_id) as plan:
        if key:
            text = issue_report(take_issue_report(plan, key.upper(), now))
        else:
            text = issue_dashboard_report(take_dashboard(plan, now).snapshot)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{out} can't be written ({error.strerror}).") from error
    click.echo(f"Written: {out}")


@issues.command()
@click.option(
    "--yes", is_flag=True, help="Begin with this code host: you have seen what it brings."
)
@plainly
def sync(*, yes: bool) -> None:
    """
    Read the marks in the code, and bring the plan and the code host in step, once.

    The first time with a code host it only shows what that would take over and make; `--yes` does
    it.
    """
    from bot.adapters.git import GitCode  # noqa: PLC0415
    from bot.reports.host_issue import host_body  # noqa: PLC0415
    from bot.usecases.code_issues.doing import HostWork  # noqa: PLC0415
    from bot.usecases.code_issues.scanning import scan_code  # noqa: PLC0415
    from bot.workspaces import code_hosts_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    project = settings.bqx_project.strip().lower()
    repos = settings.repos_by_project.get(project, ())
    host = code_hosts_of(settings).get(project)
    if not repos and host is None:
        raise SettingsError(_UNSET)
    now = datetime.now(UTC)
    scan = scan_code(plans, GitCode(), repos, workspace_id, now=now)
    for line in scan.not_read:
        click.echo(f"not read: {line}", err=True)
    with plans.reading(workspace_id) as plan:
        waiting = sum(link.waits for link in plan.code_links())
    click.echo(f"code: {len(scan.heads)} of {len(repos)} clones read, {waiting} marks wait")
    if host is None:
        return
    if not _begun(plans, host, workspace_id, now, yes=yes):
        return
    work = HostWork(plans, host, workspace_id, host_body)
    taken = work.read(now)
    written = _write(work, now)
    click.echo(f"{host.name}: {taken.read} read, {taken.changed} taken over, {written} written")


def _begun(
    plans: PlanDatabase, host: CodeHost, workspace_id: str, now: datetime, *, yes: bool
) -> bool:
    """Return whether this host is kept in step; where not, show what a yes would do."""
    from bot.usecases.code_issues.connecting import (  # noqa: PLC0415
        agreed_with,
        begin,
        look_at_host,
    )
    from bot.views.host_text import look_lines  # noqa: PLC0415

    with plans.reading(workspace_id) as plan:
        if agreed_with(plan, host) is not None:
            return True
    look = look_at_host(plans, host, workspace_id)
    connection = HostConnection(host=host.name, repo=host.repo, looked_at=now, look=look)
    for line in look_lines(connection, look):
        click.echo(line)
    if not yes:
        click.echo("Nothing was written on either side. `bqx issues sync --yes` begins.")
        return False
    with plans.changing(workspace_id) as writer:
        # Somebody may have said yes in Slack meanwhile.
        begin(writer, agreed_with(writer, host) or connection, by="command line", now=now)
    return True


def _write(work: "HostWork", now: datetime) -> int:
    """Do what waits for the host, as the running product would; return how much was written."""
    with work.plans.reading(work.workspace_id) as plan:
        waiting = plan.deliveries(EffectState.PENDING, kind=EffectKind.CODE_HOST)
    tried = {each.effect.key: each.first_tried_at for each in waiting}
    return sum(
        _attempt(work, key, now)
        for key, at in tried.items()
        if at is None or now - at >= _LEFT_ALONE
    )


def _attempt(work: "HostWork", key: str, now: datetime) -> bool:
    """Make one attempt at an effect; returns whether it wrote an issue."""
    from bot.usecases.attempting import begin_attempt, end_attempt  # noqa: PLC0415
    from bot.views.host_message import cure_of  # noqa: PLC0415

    before = begin_attempt(work.plans, work.workspace_id, key, now)
    if before is None:
        return False
    issue = before.effect.payload.get("issue")
    try:
        done = work.do(before, now)
    except OutageError as error:
        end_attempt(work.plans, work.workspace_id, key, EffectState.PENDING, now, error=str(error))
        raise
    except RefusedError as error:
        click.echo(f"not written: {issue}: {error} {cure_of(error.status)}", err=True)
        end_attempt(work.plans, work.workspace_id, key, EffectState.PARKED, now, error=error.code)
        work.refused(before.effect, error, now)
        return False
    end_attempt(work.plans, work.workspace_id, key, EffectState.DONE, now, result=done)
    return bool(issue and done)
