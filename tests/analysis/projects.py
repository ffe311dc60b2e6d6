"""Small plans and commits to rank."""

from datetime import UTC, datetime, timedelta

from bot.analysis.link_values import Candidate, Known, Work

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
_TITLES = (
    "Add a Redis message channel", "Document the shell commands", "Upgrade Spring to 4.1",
    "Rename the batch module registry", "Parse dates in the CSV source", "Deploy streams to YARN",
    "Retry failed HTTP calls", "Show job progress in the admin page", "Cache compiled expressions",
    "Drop support for Java 6", "Encrypt passwords at rest", "Load test the TCP sink",
    "Publish metrics over JMX", "Limit the memory of a container", "Sign release artefacts",
    "Translate error messages", "Import users from LDAP", "Export counters as Prometheus text",
    "Compress archived logs", "Paginate the module list",
)  # fmt: skip


def plan(*titles: str) -> list[Candidate]:
    """Return candidates T-1, T-2, ... in the order of creation: `titles`, then unlike ones."""
    every = (*titles, *_TITLES)
    return [
        Candidate(key=f"T-{number}", title=title, order=number)
        for number, title in enumerate(every, start=1)
    ]


def work(name: str, text: str, *, hours: float = 0, author: str = "ann", paths: str = "") -> Work:
    """Return a commit made `hours` after Monday morning."""
    at = MONDAY + timedelta(hours=hours)
    return Work(id=name, at=at, author=author, text=text, paths=tuple(paths.split()))


def known(work_id: str, key: str) -> Known:
    """Return a link that stands."""
    return Known(work_id=work_id, key=key)
