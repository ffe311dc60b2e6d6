"""Freeze how all issues stand, for the dashboard in Slack and its file in the project repo."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import Report
from bot.domain.issue_dashboard import dashboard_of
from bot.domain.triage import counting_of
from bot.ports import PlanDatabase, PlanReader, PlanWriter

KIND = "issue_dashboard"


def dashboard_path(local_date: str) -> str:
    """Return where the dashboard of a day goes, relative to the project repo."""
    return f"docs/issues/{local_date}_issue_dashboard.md"


def take_dashboard(plan: PlanReader, now: datetime) -> Report:
    """Return how the issues stand; nothing is written."""
    workspace = plan.workspace
    snapshot = dashboard_of(
        plan.issues(),
        plan.code_links(),
        now=now,
        counting=counting_of(plan.team(), workspace),
        zone=workspace.zone,
        names={member.id: member.name for member in plan.members()},
        project=workspace.project,
    )
    day = now.astimezone(ZoneInfo(workspace.zone)).date().isoformat()
    return Report(key=f"{KIND}:{day}", kind=KIND, local_date=day, as_of=now, snapshot=snapshot)


def freeze_dashboard(
    plans: PlanDatabase, workspace_id: str, *, now: datetime, writes_file: bool
) -> Report:
    """
    Keep the dashboard of the day as it is now, in the place of an earlier one of that day.

    Args:
        writes_file: Whether it goes into the project repo, too.
    """
    with plans.changing(workspace_id) as plan:
        if writes_file:
            return write_dashboard(plan, now)
        report = take_dashboard(plan, now)
        plan.put_report(report)
        return report


def write_dashboard(plan: PlanWriter, now: datetime, *, beside: str = "") -> Report:
    """
    Keep the dashboard of the day as it is now, and have its file written.

    Args:
        beside: The key of the report it goes with; its thread hears of a file that can't be.
    """
    report = take_dashboard(plan, now)
    report = replace(report, path=dashboard_path(report.local_date))
    plan.put_report(report)
    plan.emit(
        Effect(
            key=f"{beside}#dashboard" if beside else f"{report.key}#repo:{now.isoformat()}",
            kind=EffectKind.ISSUE_DASHBOARD,
            payload={"report": report.key, "beside": beside},
            lane="repo",
        ),
        now,
    )
    return report
