"""Deliveries of an assessment: message, thread, signatures, files and questions."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.effects import EffectKind, Post
from bot.domain.evidence import LinkVerdict
from bot.domain.findings import Report
from bot.domain.kpis import kpis_of_snapshot
from bot.domain.plan_gaps import record_name
from bot.domain.report_paths import report_path
from bot.ports import PlanReader, Sent
from bot.reports.gap_assessment import gap_assessment_report
from bot.reports.remediation_plan import remediation_plan
from bot.usecases.reporting import paths_of
from bot.usecases.seeing import record_for, snapshot_for_all
from bot.views import gap_check_message, gap_pages, gap_signing, gap_summary
from bot.views.gap_pages import Page
from bot.views.mrkdwn import Message, message, section
from handlers.attempt import Attempt, Result
from handlers.desk import Desk
from handlers.report_writing import write_report

PAGE_REST_S = 1.1  # between two pages: Slack takes one message a second and channel


@dataclass(frozen=True)
class GapDeliveries:
    """One method for each kind of effect of an assessment."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.GAP_SUMMARY: self._summary,
            EffectKind.GAP_DETAILS: self._details,
            EffectKind.GAP_SIGN: self._sign,
            EffectKind.GAP_FILE: self._file,
            EffectKind.GAP_CHART: self._chart,
            EffectKind.GAP_REPORT: self._report,
            EffectKind.GAP_CHECKS: self._checks,
        }

    def _summary(self, job: Attempt) -> Result:
        with job.reading() as plan:
            report = plan.report(job.payload["report"])
            post = plan.post(job.payload["report"])
            channel = plan.workspace.channel
            repos = self.desk.ports.repos_of(plan.workspace)
            snapshot = snapshot_for_all(plan, report) if report else {}
        if report is None:
            return {}
        path = report_path(report.local_date) if repos else None
        shown = gap_summary.gap_summary_message(
            snapshot, report_path=path, kpis=kpis_of_snapshot(report.snapshot)
        )
        return job.show(report.key, shown, lambda: job.channel_id(channel), post)

    def _details(self, job: Attempt) -> Result:
        report, root = _where(job)
        if report is None or root is None:
            return {}
        if reason := job.payload.get("unwritten"):
            shown = _unwritten(reason, job.payload.get("what", ""))
            return job.post_once(shown, root.channel_id, thread_ts=root.ts)
        with job.reading() as plan:
            pages = [
                *gap_pages.detail_pages(snapshot_for_all(plan, report)),
                *_linked(plan, report),
            ]
        sent, newest = 0, root.ts
        for page in pages:
            subject = f"gap_details:{report.key}:{page.name}"
            ts = job.shown(subject, page.message)
            if ts is None:
                if sent:
                    time.sleep(PAGE_REST_S)
                result = job.show_in_thread(subject, page.message, root, after=newest)
                ts, sent = str(result["ts"]), sent + 1
            newest = max(newest, ts)
        return {"pages": len(pages), "sent": sent}

    def _sign(self, job: Attempt) -> Result:
        report, root = _where(job)
        if report is None or root is None:
            return {}
        shown = gap_signing.sign_message(report.snapshot, report.key)
        subject = f"gap_sign:{report.key}"
        if job.shown(subject, shown):
            return {}
        return job.show_in_thread(subject, shown, root)

    def _file(self, job: Attempt) -> Result:
        """Upload the report into the thread, for readers who have only Slack."""
        return _upload(job, report_path, gap_assessment_report, "Gap assessment")

    def _chart(self, job: Attempt) -> Result:
        """Upload the forecast's fan chart into the thread."""
        # Drawing takes most of a second to import, and only this job draws.
        from bot.reports.forecast_chart import forecast_chart  # noqa: PLC0415

        return _upload(job, _chart_name, forecast_chart, "Forecast")

    def _report(self, job: Attempt) -> Result:
        with job.reading() as plan:
            report = plan.report(job.payload["report"])
            repos = self.desk.ports.repos_of(plan.workspace)
        if report is None:
            return {}
        paths = paths_of(report)
        for path in paths:
            name = path.rsplit("/", 1)[-1].removesuffix(".md").replace("_", " ")
            text, subject = _text_of(report, path), f"Write {name}"
            write_report(self.desk.ports, repos, path, text, subject=subject, now=job.now)
        with self.desk.ports.plans.changing(job.workspace_id) as writer:
            # Read again: somebody may have answered a finding while the files were written.
            if newest := writer.report(report.key):
                writer.put_report(replace(newest, path=paths[0]))
        return {"paths": paths}

    def _checks(self, job: Attempt) -> Result:
        bundle = job.payload["bundle"]
        subject = f"gap_checks:{bundle}"
        with job.reading() as plan:
            checks = plan.gap_checks(bundle=bundle)
            post = plan.post(subject)
            asked = (plan.finding(check.finding_key) for check in checks)
            findings = {finding.key: finding for finding in asked if finding}
        is_over = all(check.answer is not None for check in checks)
        if not checks or (post is None and (is_over or not job.is_asking)):
            return {}  # answered elsewhere, or the asking itself is yet to come
        shown = gap_check_message.gap_checks_message(checks, findings)
        member_id = checks[0].member_id
        return job.show(subject, shown, lambda: job.messenger.direct_channel(member_id), post)


def _upload(
    job: Attempt,
    path: Callable[[str], str],
    made: Callable[[Mapping[str, Any]], str | bytes | None],
    title: str,
) -> Result:
    """Share what is made of a report in its thread; a second attempt first looks whether it is."""
    report, root = _where(job)
    content = made(report.snapshot) if report else None
    if report is None or root is None or content is None:
        return {}
    sent = Sent(root.channel_id, root.ts)
    name = path(report.local_date).rsplit("/", 1)[-1]
    if job.tried_before and job.messenger.has_file(sent, name):
        return {"verified": True}
    title = f"{title} {report.local_date}"
    job.messenger.upload(sent, filename=name, title=title, content=content)
    return {"file": name}


def _chart_name(local_date: str) -> str:
    return f"{local_date}_forecast.png"


def _where(job: Attempt) -> tuple[Report | None, Post | None]:
    """Return the report and the message whose thread it fills; neither where it is not posted."""
    with job.reading() as plan:
        return plan.report(job.payload["report"]), plan.post(job.payload["report"])


def _linked(plan: PlanReader, report: Report) -> Iterator[Page]:
    links = [link for link in report.snapshot["links"] if gap_pages.is_sure(link)]
    keys = {str(link["record"]) for link in links}
    records = {key: record for key in keys if (record := record_for(plan, key, None))}
    seen = plan.seen_commits([link["sha"] for link in links])
    rejected = (d for d in plan.link_decisions() if d.verdict is LinkVerdict.REJECTED)
    found = gap_pages.sure_links(
        links,
        {one.commit.sha: one.commit.subject for one in seen},
        {key: record_name(record) for key, record in records.items()},
        frozenset(decision.key for decision in rejected),
    )
    yield from gap_pages.linked_pages(found)


def _text_of(report: Report, path: str) -> str:
    if path == report_path(report.local_date):
        return gap_assessment_report(report.snapshot)
    return remediation_plan(report.snapshot)


def _unwritten(reason: str, what: str) -> Message:
    is_dashboard = what == EffectKind.ISSUE_DASHBOARD
    name = "issue dashboard" if is_dashboard else "report"
    instead = "`/bqx dashboard` shows it." if is_dashboard else "It is attached here instead."
    text = f"The {name} could not be written into the project repo: {reason}"
    return message(text, [section(f"{text}\n{instead}")])
