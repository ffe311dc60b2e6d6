"""`bqx issues …`: the brief's issue_tracker_sync, the dashboard, and the report of one issue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot.commands.shared import opened_plans, plainly
from bot.domain.effects import EffectKind, EffectState
from bot.domain.host_connection import READING, HostConnection
from bot.errors import RefusedError, SettingsError, UserError
from bot.ports import PlanDatabase
from bot.ports.code_host import CodeHost
from bot.settings import Settings

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
    from bot.usecases.code_issues.from_host import (  # noqa: PLC0415
        send_what_differs,
        take_from_host,
    )
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
    taken = take_from_host(plans, host, workspace_id, now=now)
    send_what_differs(plans, host, workspace_id, now=now)
    written = _write(plans, host, workspace_id, now)
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


def _write(plans: PlanDatabase, host: CodeHost, workspace_id: str, now: datetime) -> int:
    """Do what waits for the host, as the running product would; return how much was written."""
    from bot.reports.host_issue import host_body  # noqa: PLC0415
    from bot.usecases.code_issues.refusals import clear_refusal, note_refusal  # noqa: PLC0415
    from bot.usecases.code_issues.to_host import HostWriter  # noqa: PLC0415
    from bot.views.host_message import cure_of  # noqa: PLC0415

    writer, written = HostWriter(plans, host, workspace_id, host_body), 0
    with plans.reading(workspace_id) as plan:
        waiting = plan.deliveries(EffectState.PENDING)
    for delivery in waiting:
        tried, effect = delivery.first_tried_at, delivery.effect
        if effect.kind is not EffectKind.CODE_HOST or (tried and now - tried < _LEFT_ALONE):
            continue
        with plans.changing(workspace_id) as plan:
            plan.mark_attempt(effect.key, now)
        key = effect.payload.get("issue", READING)
        # What is to be taken over was taken a moment ago.
        try:
            done = {} if key == READING else writer.write(key, now=now, tried_at=tried)
        except RefusedError as error:
            click.echo(f"not written: {key}: {error} {cure_of(error.status)}", err=True)
            note_refusal(plans, host, workspace_id, error, now=now, key=key)
            with plans.changing(workspace_id) as plan:
                state = EffectState.PARKED
                plan.record_delivery(effect.key, state=state, now=now, error=error.code)
            continue
        clear_refusal(plans, host, workspace_id, now=now, key=key)
        with plans.changing(workspace_id) as plan:
            plan.record_delivery(effect.key, state=EffectState.DONE, now=now, result=done)
        written += bool(done)
    return written
