"""Freeze how all issues stand, for the dashboard in Slack and its file in the project repo."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import Report
from bot.domain.issue_dashboard import dashboard_of
from bot.domain.triage import counting_of
from bot.ports import PlanDatabase, PlanReader

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
        report = take_dashboard(plan, now)
        if writes_file:
            report = replace(report, path=dashboard_path(report.local_date))
            plan.emit(_file(report, now), now)
        plan.put_report(report)
        return report


def _file(report: Report, now: datetime) -> Effect:
    return Effect(
        key=f"{report.key}#repo:{now.isoformat()}",
        kind=EffectKind.ISSUE_DASHBOARD,
        payload={"report": report.key},
        lane="repo",
    )
