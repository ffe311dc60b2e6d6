"""What the clock has the engine do."""

from datetime import timedelta
from types import SimpleNamespace

from bot import wiring
from tests.conftest import MONDAY


def test_replicas_say_the_same_words_of_one_stretch_of_time():
    said = []
    engine = SimpleNamespace(submit=lambda *job, lane: said.append((*job, lane)))

    for after in (0, 3, 599, 600):
        wiring._read_counters(engine, "W1", MONDAY + timedelta(seconds=after))

    assert said[0] == said[1] == said[2] != said[3]
