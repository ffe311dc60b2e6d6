"""Where the report of a day, and what belongs to it, goes in the project repo."""


def report_path(local_date: str) -> str:
    """Return where the report of a day goes, relative to the project repo (the brief's place)."""
    return f"docs/gap_assessments/{local_date}_gap_assessment.md"


def remediation_path(local_date: str) -> str:
    """Return where the issue remediation plan of a day goes, beside the report."""
    return f"docs/gap_assessments/{local_date}_issue_remediation_plan.md"


def debt_path(local_date: str) -> str:
    """Return where the technical debt register of a day goes."""
    return f"docs/debt/{local_date}_debt_register.md"
