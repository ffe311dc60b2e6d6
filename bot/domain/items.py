"""Whatever the audit trail can be about: everything that is written with a Change."""

from bot.domain.findings import GapCheck
from bot.domain.issues import Issue
from bot.domain.plan import Phase, ProgressUpdate, Stage, Task

Item = Phase | Stage | Task | Issue | ProgressUpdate | GapCheck
