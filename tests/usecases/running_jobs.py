"""Run the jobs that an engine in memory was handed, as the product's own handler does."""

from datetime import date, datetime

from bot.adapters.git import GitActivity
from bot.adapters.probes.none import NoProbes
from bot.domain.cadences import ARCHITECTURE_REVIEW, GAP_ASSESSMENT, ran
from bot.domain.runs import RunState
from bot.ports.evidence import Sources
from bot.usecases.assess_gaps import run_gap_assessment
from bot.usecases.post_review import post_review


def run_jobs(small, engine, now):
    """Run every job handed over so far, those that ran before too: a second time is no change."""
    for job in engine.jobs.values():
        run_job(small.plans, job.payload, now)


def run_job(plans, payload, now):
    workspace_id, name = payload["workspace_id"], payload["job"]
    day, due = date.fromisoformat(payload["local_date"]), datetime.fromisoformat(payload["due"])
    run = ran(name, day, due=due, now=now, reason=payload.get("reason", ""))
    if name != GAP_ASSESSMENT:
        post_review(plans, workspace_id, run)
        return
    runs = [run]
    if "merged" in payload:
        due = datetime.fromisoformat(payload["merged_due"])
        merged = date.fromisoformat(payload["merged"])
        told = f"merged with the gap assessment of {day}"
        runs.append(ran(ARCHITECTURE_REVIEW, merged, due=due, now=now, reason=told))
    run_gap_assessment(
        plans,
        Sources(activity=GitActivity(), probes=NoProbes(), repos=()),
        workspace_id,
        local_date=day,
        now=now,
        late=run.state is RunState.LATE,
        runs=runs,
    )
