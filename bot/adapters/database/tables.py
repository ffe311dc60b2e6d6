"""
The tables (see the design, section 5).

Every row but those of `workspace`, `cursor` and a base's limits (`call_budget`, `airtable_gate`)
belongs to a workspace, and its id leads each primary key and index, so that no question about one
plan can meet another's rows. The one key without it is `change.id`, which counts up over the whole
database.
"""

from bot.adapters.database.airtable_tables import (
    airtable_base,
    airtable_conflict,
    airtable_gate,
    airtable_link,
    airtable_push,
    call_budget,
)
from bot.adapters.database.delivery_tables import (
    cause,
    channel,
    cursor,
    draft,
    effect,
    post,
    sequence,
)
from bot.adapters.database.evidence_tables import (
    counter_reading,
    finding,
    forecast,
    git_commit,
    git_tip,
    kpi_snapshot,
    link_decision,
    probe_mark,
    report,
    sign_off,
    work_rule,
)
from bot.adapters.database.issue_tables import code_host, code_link, escalation, issue_reply
from bot.adapters.database.people_tables import pause, person, prompt, run, team
from bot.adapters.database.plan_tables import (
    change,
    debt_item,
    gap_check,
    issue,
    member,
    metric,
    phase,
    progress_update,
    risk,
    stage,
    task,
    trail,
    workspace,
)
from bot.adapters.database.table_parts import metadata

__all__ = [
    "airtable_base",
    "airtable_conflict",
    "airtable_gate",
    "airtable_link",
    "airtable_push",
    "call_budget",
    "cause",
    "change",
    "channel",
    "code_host",
    "code_link",
    "counter_reading",
    "cursor",
    "debt_item",
    "draft",
    "effect",
    "escalation",
    "finding",
    "forecast",
    "gap_check",
    "git_commit",
    "git_tip",
    "issue",
    "issue_reply",
    "kpi_snapshot",
    "link_decision",
    "member",
    "metadata",
    "metric",
    "pause",
    "person",
    "phase",
    "post",
    "probe_mark",
    "progress_update",
    "prompt",
    "report",
    "risk",
    "run",
    "sequence",
    "sign_off",
    "stage",
    "task",
    "team",
    "trail",
    "work_rule",
    "workspace",
]
