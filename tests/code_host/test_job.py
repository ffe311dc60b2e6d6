"""The job that looks at the code and its host each ten minutes, as the clock starts it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.jobs import JobOutcome
from bot.usecases.code_issues.connecting import agree
from handlers.scheduled import CODE, DueJob, ScheduledJobs
from tests.builders import CARA
from tests.code_host.server import Fault
from tests.usecases.house import House


@pytest.fixture
def house(tmp_path, host):
    house = House(tmp_path)
    house.desk = replace(house.desk, ports=replace(house.desk.ports, code_hosts={"": host}))
    return house


def look(house):
    """Run the job ten minutes later, and all that follows of it; returns how it ended."""
    house.now += timedelta(minutes=10)
    job = DueJob(
        workspace_id=house.workspace_id, job=CODE, local_date=house.now.date(), due=house.now
    )
    done = ScheduledJobs(house.desk).run(job)
    house.deliver()
    return done


def troubles(house):
    with house.plans.reading(house.workspace_id) as plan:
        return [each.status for known in plan.code_hosts() for each in known.troubles]


def notices(house):
    with house.plans.reading(house.workspace_id) as plan:
        done = plan.deliveries(EffectState.DONE)
    return [e.effect for e in done if e.effect.kind is EffectKind.CODE_HOST_NOTICE]


def agreed(house, host, there):
    look(house)
    agree(house.plans, host, house.asker(CARA))
    look(house)
    look(house)
    there.counted()


def test_an_idle_look_is_one_call_and_none_before_the_yes(house, host, there):
    there.add()
    look(house)
    there.counted()
    look(house)
    assert there.counted() == []

    agreed(house, host, there)
    look(house)
    assert there.counted() == ["GET 304"]


@pytest.mark.parametrize(
    ("status", "headers"), [(403, {"retry-after": "30"}), (429, {"retry-after": "30"})]
)
def test_a_limit_of_calls_is_waited_out_and_nobody_is_told(house, host, there, status, headers):
    agreed(house, host, there)
    before = len(notices(house))
    there.faults.append(Fault(status, headers))

    assert look(house) == JobOutcome.wait(30.0)
    assert (troubles(house), len(notices(house))) == ([], before)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_cannot_be_read_is_told_once_and_cured_by_the_next_look(house, host, there, status):
    agreed(house, host, there)
    before = len(notices(house))
    there.faults += [Fault(status, {}, {"message": "no"})] * 3

    for _ in range(3):
        look(house)
    assert troubles(house) == [status]
    assert len(notices(house)) == before + 1

    look(house)
    assert troubles(house) == []


def test_a_host_that_refuses_the_first_look_is_told_and_looked_at_again(house, there):
    there.add("Sum is wrong")
    there.faults.append(Fault(401, {}, {"message": "Bad credentials"}))
    look(house)
    assert troubles(house) == [401]

    look(house)

    assert troubles(house) == []
    shown = "".join(house.slack.last.values())
    assert "Make a new token" in shown
    assert "1 open issue there would become issues here" in shown
