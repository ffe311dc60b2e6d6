"""Hand committed effects to the engine, on no listener's time."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.domain.effects import Effect
from bot.ports import Engine
from bot.usecases.sweep import hand_over

log = logging.getLogger(__name__)


class HandingOver:
    """
    Hands over one commit after another, in their order.

    What is urgent goes by a thread of its own: a Level 1 does not stand behind two thousand
    prompts that are due in the same minute.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._urgent = ThreadPoolExecutor(1, thread_name_prefix="hand-over-urgent")
        self._others = ThreadPoolExecutor(1, thread_name_prefix="hand-over")

    def __call__(self, workspace_id: str, effects: Sequence[Effect]) -> None:
        """Take what was just committed; what waits (a stand-by answer) is left to the sweep."""
        for pool, is_urgent in ((self._urgent, True), (self._others, False)):
            due = [e for e in effects if e.not_before is None and e.urgent is is_urgent]
            if due:
                pool.submit(self._hand_over, workspace_id, due)

    def stop(self) -> None:
        """Stop; what was not handed over is left to the sweep of the next start."""
        for pool in (self._urgent, self._others):
            pool.shutdown(cancel_futures=True)

    def _hand_over(self, workspace_id: str, effects: Sequence[Effect]) -> None:
        try:
            hand_over(self._engine, workspace_id, effects)
        except Exception:
            log.exception("Handing over effects of %s failed; the sweep will", workspace_id)
