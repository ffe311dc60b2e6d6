"""Keep what was reported up to date: outcomes and signatures, the messages and the files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import records
from bot.domain.assessment import VERSION
from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import Finding, Report
from bot.domain.kpis import kpis_of_snapshot
from bot.domain.report_paths import remediation_path, report_path
from bot.ports import PlanReader, PlanWriter
from bot.usecases.asking import Asker

REPORT_KIND = "gap_assessment"
NOT_AFTER = timedelta(hours=24)  # a summary that is a day late helps nobody
# A person answers ten findings in as many seconds: the file is written once for all of them.
FILE_AFTER = timedelta(seconds=60)


def refresh_reports(plan: PlanWriter, keys: Collection[str], asker: Asker) -> None:
    """Have every recent report that shows one of these findings tell what became of it."""
    for report in plan.recent_reports(REPORT_KIND):
        if report.snapshot.get("version") != VERSION:
            continue  # of an older version of the product: it has no buttons
        shown = {finding["key"] for finding in report.snapshot["findings"]}
        if shown.intersection(keys):
            refresh_report(plan, report, asker)


def refresh_report(plan: PlanWriter, report: Report, asker: Asker) -> None:
    """Write the outcomes so far into a report's snapshot; its messages and file follow."""
    after = replace(report, snapshot=with_outcomes(plan, report))
    if after.snapshot == report.snapshot:
        return
    plan.put_report(after)
    put_kpis(plan, after)
    for effect in _shown_again(plan, after, asker):
        plan.emit(effect, asker.now)


def with_outcomes(plan: PlanReader, report: Report) -> Mapping[str, Any]:
    """Return a report's snapshot with what became of its findings, and who signed which part."""
    keys = [finding["key"] for finding in report.snapshot["findings"]]
    found = [finding for key in keys if (finding := plan.finding(key))]
    return {
        **report.snapshot,
        "outcomes": {
            finding.key: outcome
            for finding in found
            if (outcome := _outcome_in(plan, finding, report))
        },
        "signed": {
            str(signed.section): {
                "by": signed.signed_by,
                "by_name": _name(plan, signed.signed_by),
                "at": records.in_utc(signed.signed_at).isoformat(),
            }
            for signed in plan.sign_offs(report.key)
        },
    }


def show_links_again(plan: PlanWriter, sha: str, asker: Asker) -> None:
    """Have the threads that show this commit's link show it as it is now."""
    for report in plan.recent_reports(REPORT_KIND):
        if any(link["sha"] == sha for link in report.snapshot.get("links", ())):
            plan.emit(_again(report, "details", EffectKind.GAP_DETAILS, plan, asker), asker.now)


def show_pages_again(plan: PlanWriter, report: Report, asker: Asker) -> None:
    """Have a report's messages made again where they are: some of it may be seen by fewer now."""
    for subject, name, kind in (
        (report.key, "summary", EffectKind.GAP_SUMMARY),
        (report.key, "details", EffectKind.GAP_DETAILS),
        (f"standup:{report.key}", "standup", EffectKind.GAP_STANDUP),
        (f"debt:{report.key}", "debt", EffectKind.GAP_DEBT),
    ):
        if plan.post(subject):
            plan.emit(_again(report, name, kind, plan, asker), asker.now)


def put_kpis(plan: PlanWriter, report: Report) -> None:
    """Keep the KPIs as the answers so far leave them (the brief: measured weekly)."""
    numbers = {kpi.name: records.to_plain(kpi) for kpi in kpis_of_snapshot(report.snapshot)}
    plan.put_kpis(report.local_date, report.as_of, numbers)


def paths_of(report: Report) -> list[str]:
    """Return the files of a report: itself, and the remediation plan where one is due."""
    paths = [report_path(report.local_date)]
    if has_remediation_plan(report.snapshot):
        paths.append(remediation_path(report.local_date))
    return paths


def has_remediation_plan(snapshot: Mapping[str, Any]) -> bool:
    """Whether a Level 1 or 2 was open (the brief: "if critical issues found")."""
    return any(
        issue["severity"].startswith(("Level 1", "Level 2"))
        for issue in snapshot["facts"]["open_issues"]
    )


def channel_effect(
    key: str, kind: EffectKind, report: Report, plan: PlanReader, at: datetime
) -> Effect:
    """Return the effect that shows a part of a report in the channel, on the day of `at`."""
    return Effect(
        key=key,
        kind=kind,
        payload={"report": report.key},
        lane=plan.workspace.channel,
        not_after=at + NOT_AFTER,
    )


def file_effect(report: Report, at: datetime) -> Effect:
    """Return the effect that writes a report's files, once for all answers of a minute."""
    minute = at.replace(second=0, microsecond=0)
    return Effect(
        key=f"{report.key}#repo:{minute.isoformat()}",
        kind=EffectKind.GAP_REPORT,
        payload={"report": report.key},
        lane="repo",
        not_before=minute + FILE_AFTER,
    )


def _shown_again(plan: PlanReader, report: Report, asker: Asker) -> Iterator[Effect]:
    for name, kind in (
        ("summary", EffectKind.GAP_SUMMARY),
        ("details", EffectKind.GAP_DETAILS),
        ("sign", EffectKind.GAP_SIGN),
    ):
        yield _again(report, name, kind, plan, asker)
    yield file_effect(report, asker.now)


def _again(report: Report, name: str, kind: EffectKind, plan: PlanReader, asker: Asker) -> Effect:
    key = f"{asker.operation}#{name}:{report.key}"
    return channel_effect(key, kind, report, plan, asker.now)


def _outcome_in(plan: PlanReader, finding: Finding, report: Report) -> Mapping[str, Any] | None:
    """Return what became of a finding of this report, None while it waits for an answer."""
    if finding.first_seen_at and finding.first_seen_at > report.as_of:
        # Another gap of the same kind came later; this report's own ended as it says.
        ended: Mapping[str, Any] | None = report.snapshot.get("outcomes", {}).get(finding.key)
        return ended
    answered = finding.answer is not None and not finding.state.is_open
    return _outcome(plan, finding) if answered else None


def _outcome(plan: PlanReader, finding: Finding) -> dict[str, Any]:
    return {
        "answer": finding.answer.value if finding.answer else None,
        "verdict": finding.verdict,
        "by": finding.answered_by,
        "by_name": _name(plan, finding.answered_by),
        "at": records.plain_value(finding.answered_at),
        "reason": finding.reason,
        "until": records.plain_value(finding.until),
        "operation": finding.operation,
    }


def _name(plan: PlanReader, member_id: str | None) -> str:
    if member_id in {None, "cadence"}:
        return "BQX Cadence"
    member = plan.member(member_id or "")
    return member.name if member else str(member_id)
