"""Whatever the audit trail can be about: everything that is written with a Change."""

from bot.domain.evidence import LinkDecision, WorkRule
from bot.domain.findings import Finding, GapCheck, SignOff
from bot.domain.issues import Issue, IssueReply
from bot.domain.people import Person
from bot.domain.plan import Phase, ProgressUpdate, Stage, Task
from bot.domain.team import Pause, Team

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
    | IssueReply
    | Person
    | Team
    | Pause
)
