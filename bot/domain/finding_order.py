"""In which order findings are read, and which of them share a part of the thread."""

from bot.domain.findings import FindingKind

# The order in which people read: what is worst and most surely true comes first.
ORDER = (
    FindingKind.ISSUE_OVERDUE,
    FindingKind.ISSUE_OPEN,
    FindingKind.DELIVERABLE_AT_RISK,
    FindingKind.STAGE_COMPLETE_IN_GIT,
    FindingKind.TASK_COMPLETE_IN_GIT,
    FindingKind.STAGE_PROGRESS_UNLOGGED,
    FindingKind.STAGE_STARTED_IN_GIT,
    FindingKind.PLAN_CONTRADICTION,
    FindingKind.STAGE_NO_EVIDENCE,
    FindingKind.STAGE_SILENT,
    FindingKind.STAGE_IDLE,
    FindingKind.STAGE_OLD,
    FindingKind.STAGE_AGE_UNKNOWN,
    FindingKind.STAGE_MISSING,
    FindingKind.COMMIT_UNPLANNED,
    FindingKind.REF_AMBIGUOUS,
    FindingKind.STAGE_NO_TASKS,
    FindingKind.TASK_NO_ESTIMATE,
    FindingKind.TASK_NO_OWNER,
    FindingKind.TASK_NO_STAGE,
)
# What belongs together in a thread; each of these that holds anything is a message or more.
SECTIONS = {
    "Issues": (FindingKind.ISSUE_OVERDUE, FindingKind.ISSUE_OPEN),
    "At risk": (FindingKind.DELIVERABLE_AT_RISK,),
    "Done or under way in git, not in the plan": (
        FindingKind.STAGE_COMPLETE_IN_GIT,
        FindingKind.TASK_COMPLETE_IN_GIT,
        FindingKind.STAGE_PROGRESS_UNLOGGED,
        FindingKind.STAGE_STARTED_IN_GIT,
    ),
    "In the plan, without evidence": (
        FindingKind.PLAN_CONTRADICTION,
        FindingKind.STAGE_NO_EVIDENCE,
    ),
    "Stages in progress": (
        FindingKind.STAGE_SILENT,
        FindingKind.STAGE_IDLE,
        FindingKind.STAGE_OLD,
        FindingKind.STAGE_AGE_UNKNOWN,
    ),
    "Work that the plan does not have": (
        FindingKind.STAGE_MISSING,
        FindingKind.COMMIT_UNPLANNED,
    ),
    "References that are not clear": (FindingKind.REF_AMBIGUOUS,),
    "Stages and tasks half filled in": (
        FindingKind.STAGE_NO_TASKS,
        FindingKind.TASK_NO_ESTIMATE,
        FindingKind.TASK_NO_OWNER,
        FindingKind.TASK_NO_STAGE,
    ),
}
