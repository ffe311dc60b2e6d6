"""Deliveries about people: the bundle of what waited, the tour and the welcome."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.effects import EffectKind
from bot.ports import PlanReader
from bot.views.mrkdwn import Message
from bot.views.tour_message import tour_message, welcome_message
from bot.views.waited_message import waited_message
from handlers.attempt import Attempt, Result
from handlers.desk import Desk


@dataclass(frozen=True)
class PeopleDeliveries:
    """One method for each kind of effect about people."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {EffectKind.WAITED_PROMPTS: self._waited, EffectKind.TOUR: self._tour}

    def _waited(self, job: Attempt) -> Result:
        keys = job.payload["prompts"]
        with job.reading() as plan:
            shown = waited_of(plan, keys, job.effect.key)
        return job.post_direct(shown, job.payload["member"])

    def _tour(self, job: Attempt) -> Result:
        shown = welcome_message() if job.payload.get("welcome") else tour_message()
        return job.post_direct(shown, job.payload["member"])


def waited_of(plan: PlanReader, keys: Sequence[str], bundle: str) -> Message:
    """Return a bundle as it is now: which of its prompts were shown."""
    prompts = [prompt for key in keys if (prompt := plan.prompt(key))]
    shown = {prompt.key for prompt in prompts if plan.delivery(prompt.effect_key)}
    return waited_message(prompts, shown, bundle)
