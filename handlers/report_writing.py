"""Reports go into the project's own repo."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.errors import RefusedError
from bot.ports import Ports


def write_report(
    ports: Ports, repos: Sequence[Path], path: str, text: str, *, subject: str, now: datetime
) -> None:
    """
    Write a report into the first clone of a project: a commit where a branch is set for them.

    Args:
        path: Inside the repo.
        subject: The commit's.

    Raises:
        RefusedError: the project has no repo.
    """
    if not repos:
        raise RefusedError("The project repo", "PROJECT_REPO is not set")
    if not ports.report_branch_name:
        ports.report_files.write(repos[0], path, text)
        return
    ports.report_branch.commit(
        repos[0], ports.report_branch_name, path, text, now=now, subject=subject
    )
