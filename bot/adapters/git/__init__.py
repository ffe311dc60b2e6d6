"""Git repositories: what arrived in them, and the folder of reports."""

from bot.adapters.git.activity import GitActivity
from bot.adapters.git.report_files import GitReportFiles

__all__ = ["GitActivity", "GitReportFiles"]
