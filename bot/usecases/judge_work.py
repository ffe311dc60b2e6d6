"""What the analysis says of the work: likely links, estimates and forecasts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.assessment import Judged, PlanSnapshot, Work
from bot.domain.evidence import KeptForecast, Memory
from bot.usecases.estimate_tasks import estimate_tasks
from bot.usecases.forecast_work import forecast_work
from bot.usecases.judge_links import judge_links


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules are given, and the forecasts to be kept and scored later."""

    judged: Judged = field(default_factory=Judged)
    forecasts: tuple[KeptForecast, ...] = ()


def judge_work(snapshot: PlanSnapshot, work: Work, memory: Memory, *, now: datetime) -> Judgement:
    """Return likely links, proposed estimates and forecasts; nothing is written."""
    # The links take longest, and much of it outside the interpreter: the others go beside them.
    with ThreadPoolExecutor(1, thread_name_prefix="judge") as beside:
        estimating = beside.submit(estimate_tasks, snapshot.tasks)
        forecasting = beside.submit(
            forecast_work, snapshot, work.readings, memory.forecasts, now=now
        )
        likely = judge_links(snapshot, work, memory.decisions, now=now)
        forecasts, estimates = forecasting.result(), estimating.result()
    return Judgement(
        judged=Judged(
            likely=likely,
            estimates=estimates,
            at_risk=forecasts.at_risk,
            forecasts=forecasts.facts,
            calibration=forecasts.calibration,
            forecast_errors=forecasts.errors,
            chart=forecasts.chart,
        ),
        forecasts=forecasts.kept,
    )
