"""Committed effects reach the engine in their order, the urgent ones past a crowd of others."""

import threading
from datetime import timedelta

from bot.domain.effects import Effect, EffectKind
from bot.handing_over import HandingOver
from tests.conftest import MONDAY
from tests.engines import MemoryEngine


class BusyEngine(MemoryEngine):
    """Takes nothing but what is urgent before `calm` is set."""

    def __init__(self):
        super().__init__()
        self.calm = threading.Event()
        self.came = {key: threading.Event() for key in ("effect:w:urgent", "effect:w:n101")}

    def submit(self, kind, key, payload, *, lane, not_before=None, urgent=False):
        if not urgent:
            assert self.calm.wait(120)
        super().submit(kind, key, payload, lane=lane, not_before=not_before, urgent=urgent)
        if key in self.came:
            self.came[key].set()


def note(key, **more):
    return Effect(key=key, kind=EffectKind.ISSUE_NOTE, lane="bqx-ml-critical", **more)


def test_a_level_1_does_not_stand_behind_thousands_of_prompts():
    engine = BusyEngine()
    handing_over = HandingOver(engine)

    handing_over("w", [note(f"n{n}") for n in range(100)])
    handing_over("w", [note("later", not_before=MONDAY + timedelta(hours=1)), note("n100")])
    handing_over("w", [note("n101"), note("urgent", urgent=True)])

    assert engine.came["effect:w:urgent"].wait(60)
    assert list(engine.jobs) == ["effect:w:urgent"]
    engine.calm.set()
    assert engine.came["effect:w:n101"].wait(60)
    handing_over.stop()
    others = [key.removeprefix("effect:w:") for key, job in engine.jobs.items() if not job.urgent]
    assert others == [f"n{n}" for n in range(102)]
