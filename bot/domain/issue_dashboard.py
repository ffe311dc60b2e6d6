"""The issue status dashboard, as plain numbers and words: message and file are views of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.domain.code_issues import CodeLink, CodeSource, normalised
from bot.domain.issues import Issue, IssueStatus, Severity, age_days
from bot.domain.triage import Counting, is_past_target, kept_target

WEEKS = 8
KPI_DAYS = 90
MAX_LISTED = 500
MAX_CAUSES = 10
_COMPARED = 400  # root causes; each is compared with those before it
_ALIKE = 85  # of 100: two wordings of one cause


def dashboard_of(
    issues: Iterable[Issue],
    links: Iterable[CodeLink],
    *,
    now: datetime,
    counting: Counting,
    zone: str,
    names: Mapping[str, str],
    project: str = "",
) -> dict[str, Any]:
    """
    Return the snapshot of all issues, plain JSON.

    Restricted issues are counted and never named, nor are their causes.

    Args:
        names: Names of members by Slack id.
        zone: IANA zone whose Mondays begin the weeks.
    """
    known = [issue for issue in issues if issue.removed_at is None]
    shown = [issue for issue in known if not issue.visible_to]
    still_open = sorted(
        (each for each in shown if each.status.is_open),
        key=lambda each: (each.severity, each.discovered_at, each.key),
    )
    places = _places(links)
    return {
        "as_of": now.isoformat(),
        "local_date": now.astimezone(ZoneInfo(zone)).date().isoformat(),
        "zone": zone,
        "project": project,
        "levels": [_level(known, severity, counting, now) for severity in Severity],
        "restricted": sum(each.status.is_open for each in known) - len(still_open),
        "kpis": [
            _kpi(known, severity, counting, now) for severity in Severity if severity.resolve_within
        ],
        "weeks": _weeks(known, now, ZoneInfo(zone)),
        "causes": _causes(shown),
        "open": [_row(each, now, counting, names, places) for each in still_open[:MAX_LISTED]],
        "open_more": max(0, len(still_open) - MAX_LISTED),
        "code": [_code(each, places) for each in shown if each.key in places][:MAX_LISTED],
    }


def _level(
    issues: Sequence[Issue], severity: Severity, counting: Counting, now: datetime
) -> dict[str, Any]:
    of_level = [each for each in issues if each.severity is severity]
    still_open = [each for each in of_level if each.status.is_open]
    ages = [age_days(each, now) for each in still_open]
    return {
        "label": severity.label,
        "by_status": {
            status.value: sum(each.status is status for each in of_level) for status in IssueStatus
        },
        "oldest_days": max(ages, default=None),
        "past_target": sum(is_past_target(each, counting, now) for each in still_open),
    }


def _kpi(
    issues: Sequence[Issue], severity: Severity, counting: Counting, now: datetime
) -> dict[str, Any]:
    """Return the brief's KPI: average days from Open to Resolved, and how many kept the target."""
    within = severity.resolve_within or timedelta()
    done = [
        (each, each.resolved_at - each.discovered_at)
        for each in issues
        if each.severity is severity
        and each.resolved_at is not None
        and timedelta() <= now - each.resolved_at <= timedelta(days=KPI_DAYS)
    ]
    took = [lasted for _, lasted in done]
    days = sum(took, timedelta()) / timedelta(days=1)
    return {
        "label": severity.label,
        "target_days": within.days,
        "resolved": len(took),
        "days": round(days, 2),
        "mean_days": round(days / len(took), 2) if took else None,
        "kept": sum(kept_target(each, counting) for each, _ in done),
    }


def _weeks(issues: Sequence[Issue], now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    opened = _by_week((each.discovered_at for each in issues), zone)
    resolved = _by_week((each.resolved_at for each in issues if each.resolved_at), zone)
    return [
        {
            "start": start.isoformat(),
            "opened": opened.get(start, 0),
            "resolved": resolved.get(start, 0),
        }
        for start in starts
    ]


def _by_week(moments: Iterable[datetime], zone: ZoneInfo) -> dict[date, int]:
    found: dict[date, int] = {}
    for moment in moments:
        day = moment.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, 0) + 1
    return found


def _causes(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Return the root causes of several issues, worded alike, the most frequent first."""
    groups: list[tuple[str, list[Issue]]] = []
    for issue in [each for each in issues if each.root_cause.strip()][:_COMPARED]:
        words = normalised(issue.root_cause[:500])
        group = next((g for w, g in groups if fuzz.token_sort_ratio(w, words) >= _ALIKE), None)
        if group is None:
            groups.append((words, [issue]))
        else:
            group.append(issue)
    repeated = sorted((g for _, g in groups if len(g) > 1), key=lambda group: -len(group))
    return [
        {"cause": group[0].root_cause[:300], "keys": [each.key for each in group]}
        for group in repeated[:MAX_CAUSES]
    ]


def _places(links: Iterable[CodeLink]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in links:
        if link.issue_key and link.gone_at is None and link.source is not CodeSource.REFERENCE:
            found.setdefault(link.issue_key, []).append(link.place)
    return found


def _row(
    issue: Issue,
    now: datetime,
    counting: Counting,
    names: Mapping[str, str],
    places: Mapping[str, list[str]],
) -> dict[str, Any]:
    return {
        "key": issue.key,
        "title": issue.title,
        "level": issue.severity.value,
        "status": issue.status.value,
        "owner": names.get(issue.owner_id or "", issue.owner_id or ""),
        "age_days": age_days(issue, now),
        "past_target": is_past_target(issue, counting, now),
        "code": places.get(issue.key, [])[:3],
    }


def _code(issue: Issue, places: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "key": issue.key,
        "title": issue.title,
        "status": issue.status.value,
        "places": places[issue.key][:5],
    }
