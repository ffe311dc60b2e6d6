"""Whatever the audit trail can be about: everything that is written with a Change."""

from bot.domain.evidence import LinkDecision, WorkRule
from bot.domain.findings import Finding, GapCheck, SignOff
from bot.domain.issues import Issue
from bot.domain.plan import Phase, ProgressUpdate, Stage, Task

Item = (
    Phase
    | Stage
    | Task
    | Issue
    | ProgressUpdate
    | GapCheck
    | Finding
    | SignOff
    | LinkDecision
    | WorkRule
)
