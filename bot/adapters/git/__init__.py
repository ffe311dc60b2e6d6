"""Git repositories: what arrived in them, and the reports kept there."""

from bot.adapters.git.activity import GitActivity
from bot.adapters.git.code import GitCode
from bot.adapters.git.report_branch import GitReportBranch
from bot.adapters.git.report_files import GitReportFiles

__all__ = ["GitActivity", "GitCode", "GitReportBranch", "GitReportFiles"]
