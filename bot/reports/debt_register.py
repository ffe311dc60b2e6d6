"""The technical debt register of the brief's monthly review: the open Level 4 issues."""

from bot.domain.issues import Severity
from bot.reports.frozen import Plain, number_of, read
from bot.reports.templates import template


def debt_register(snapshot: Plain) -> str:
    """Return the register as Markdown; the same snapshot gives the same bytes."""
    frozen = read(snapshot)
    issues = [one for one in frozen.found.facts.open_issues if one.severity == Severity.DEBT.label]
    return template("debt_register.md.j2").render(
        date=frozen.found.local_date,
        as_of=frozen.minute(frozen.found.as_of),
        project=frozen.found.project,
        number=number_of(len(issues), "issue of Level 4", "issues of Level 4"),
        issues=[
            {
                "key": issue.key,
                "title": issue.title,
                "status": issue.status,
                "owner": frozen.name(issue.owner_id) or "nobody yet",
                "age": number_of(issue.days, "day"),
                "stages": "; ".join(issue.stages) or "none named",
            }
            for issue in issues
        ],
    )
