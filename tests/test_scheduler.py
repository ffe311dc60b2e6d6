"""The alarm: rings in time, once at a time, whatever the sweep does."""

import threading
import time

import pytest

from bot.scheduler import Alarm


class Sweeps:
    """Counts sweeps; each one lasts, and may fail."""

    def __init__(self, *, lasts_s=0.0, fails=False):
        self.count = 0
        self.at_once = 0
        self.most_at_once = 0
        self.lasts_s = lasts_s
        self.fails = fails
        self.gate = threading.Event()
        self.gate.set()
        self.swept = threading.Condition()

    def __call__(self):
        with self.swept:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.gate.wait(120)
        time.sleep(self.lasts_s)
        with self.swept:
            self.at_once -= 1
            self.count += 1
            self.swept.notify_all()
        if self.fails:
            raise ValueError("no")

    def wait_for(self, count):
        with self.swept:
            return self.swept.wait_for(lambda: self.count >= count, timeout=60)


@pytest.fixture
def alarm_on():
    alarms = []

    def start(sweeps, every_s):
        alarm = Alarm(sweeps, every_s)
        alarm.start()
        alarms.append(alarm)
        return alarm

    yield start
    for alarm in alarms:
        alarm.stop()


def test_it_sweeps_at_start_and_then_in_its_rhythm(alarm_on):
    sweeps = Sweeps()
    alarm_on(sweeps, 0.05)

    assert sweeps.wait_for(4)


def test_it_sweeps_when_woken(alarm_on):
    sweeps = Sweeps()
    alarm = alarm_on(sweeps, 3600)
    assert sweeps.wait_for(1)

    alarm.wake()

    assert sweeps.wait_for(2)


def test_rings_during_a_sweep_become_one_more_sweep_after_it(alarm_on):
    sweeps = Sweeps()
    sweeps.gate.clear()
    alarm = alarm_on(sweeps, 3600)
    while not sweeps.at_once:
        time.sleep(0.01)

    for _ in range(5):
        alarm.wake()
    sweeps.gate.set()

    assert sweeps.wait_for(2)
    time.sleep(0.3)
    assert sweeps.count == 2
    assert sweeps.most_at_once == 1


def test_a_failing_sweep_is_logged_and_does_not_stop_the_next(alarm_on, caplog):
    sweeps = Sweeps(fails=True)
    alarm_on(sweeps, 0.05)

    assert sweeps.wait_for(3)
    assert "a sweep failed" in caplog.text
    assert "ValueError: no" in caplog.text


def test_it_stops_after_the_sweep_under_way_and_can_start_again(alarm_on):
    sweeps = Sweeps(lasts_s=0.1)
    alarm = alarm_on(sweeps, 0.01)
    assert sweeps.wait_for(1)

    alarm.stop()
    alarm.stop()

    count = sweeps.count
    time.sleep(0.15)
    assert sweeps.count == count
    assert sweeps.at_once == 0
    alarm.start()
    assert sweeps.wait_for(count + 1)
