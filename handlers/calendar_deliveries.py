"""Deliveries of the calendar: reviews, end-of-day prompts, absences, forgotten pauses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.cadences import PHASE_REVIEW
from bot.domain.effects import EffectKind
from bot.usecases.end_of_day import end_of_day, subject_of
from bot.usecases.escalate_weekly import register_key
from bot.usecases.post_review import read_review
from bot.views.away_message import absence_told
from bot.views.cadence_message import pause_reminder
from bot.views.end_of_day_message import end_of_day_message
from bot.views.review_message import architecture_message, phase_review_message
from handlers.attempt import Attempt, Result
from handlers.replies import suggested_progress


@dataclass(frozen=True)
class CalendarDeliveries:
    """One method for each kind of effect of the calendar."""

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {
            EffectKind.REVIEW: self._review,
            EffectKind.END_OF_DAY: self._end_of_day,
            EffectKind.ABSENCE: self._absence,
            EffectKind.PAUSE_REMINDER: self._pause_reminder,
        }

    def _review(self, job: Attempt) -> Result:
        name, day = job.payload["job"], date.fromisoformat(job.payload["date"])
        report = job.payload["report"]
        with job.reading() as plan:
            review = read_review(plan, name, day, late=job.payload["late"])
            root = plan.post(report) if report else None
            channel = plan.workspace.channel
            has_register = root is not None and plan.delivery(register_key(report)) is not None
        if name == PHASE_REVIEW:
            shown = phase_review_message(review)
        else:
            shown = architecture_message(review, has_register=has_register)
        if root is not None:
            return job.post_once(shown, root.channel_id, thread_ts=root.ts)
        return job.post_once(shown, job.channel_id(channel))

    def _end_of_day(self, job: Attempt) -> Result:
        member_id, day = job.payload["member"], date.fromisoformat(job.payload["date"])
        subject = subject_of(member_id, day)
        with job.reading() as plan:
            shown = end_of_day(plan, member_id, day)
            post = plan.post(subject)
            found = {each.key: suggested_progress(plan, each) for each in shown.open}
        if post is None and not (shown.stages and job.is_asking):
            return {}  # all of it was taken out of the plan or given to others, or is yet to come
        suggested = {key: words for key, words in found.items() if words}
        message = end_of_day_message(shown, suggested)
        return job.show(subject, message, lambda: job.messenger.direct_channel(member_id), post)

    def _absence(self, job: Attempt) -> Result:
        member_id = job.payload["member"]
        with job.reading() as plan:
            person = plan.person(member_id)
            was_undone = any(each.undone_by for each in plan.operation(job.payload["operation"]))
        if was_undone:
            return {}
        return job.post_direct(absence_told(person, job.payload["by"], job.now), member_id)

    def _pause_reminder(self, job: Attempt) -> Result:
        with job.reading() as plan:
            pauses = {pause.key: pause for pause in plan.pauses()}
        pause = pauses.get(job.payload["pause"])
        if pause is None:
            return {}
        return job.post_direct(pause_reminder(pause, job.now), job.payload["member"])
