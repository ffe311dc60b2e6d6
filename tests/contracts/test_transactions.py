"""All or nothing, one writer after another, and what follows a commit."""

import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from bot.adapters.database import SqlPlanDatabase, opening
from bot.domain.progress import Progress
from bot.errors import OutageError
from tests.conftest import MONDAY
from tests.contracts.processes import outputs, start
from tests.contracts.samples import EFFECT, STAGE, fill, picture, why


def cut_off(engine: Engine) -> None:
    """End every other connection to the database, as a restart of the server does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as db:
        db.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


def test_an_exception_takes_everything_back(plans, home):
    with plans.reading(home.id) as plan:
        before = picture(plan)

    with contextlib.suppress(ZeroDivisionError), plans.changing(home.id) as plan:
        fill(plan)
        plan.put_workspace(replace(home, name="Other"))
        1 / 0  # noqa: B018 - any exception

    with plans.reading(home.id) as plan:
        assert picture(plan) == before
        assert plan.workspace == home


def test_a_writer_sees_what_it_wrote_and_others_do_not_yet(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())
        mine = plan.stages()
        with plans.reading(home.id) as other:
            theirs = other.stages()

    assert (len(mine), theirs) == (1, [])


def test_effects_are_handed_over_once_after_the_commit(opened, plans, home):
    handed = []

    def hand_over(workspace_id, effects):
        with plans.reading(workspace_id) as plan:
            committed = [plan.delivery(effect.key) is not None for effect in effects]
        handed.append((workspace_id, [effect.key for effect in effects], committed))

    second = replace(EFFECT, key="second")
    with opened(hand_over).changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        plan.emit(second, MONDAY)
        plan.emit(EFFECT, MONDAY)
        early = list(handed)

    assert early == []
    assert handed == [(home.id, [EFFECT.key, "second"], [True, True])]


def test_nothing_is_handed_over_without_a_new_effect(opened, plans, home):
    handed = []
    noting = opened(lambda *call: handed.append(call))
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)

    with noting.changing(home.id) as plan:
        plan.save(STAGE, why())
        plan.emit(EFFECT, MONDAY)
    with contextlib.suppress(ZeroDivisionError), noting.changing(home.id) as plan:
        plan.emit(replace(EFFECT, key="second"), MONDAY)
        1 / 0  # noqa: B018 - any exception

    assert handed == []


def test_a_failing_hand_over_is_logged_and_the_change_stays(opened, home, caplog):
    def fail(workspace_id, effects):
        raise RuntimeError("the engine is away")

    with caplog.at_level(logging.ERROR):
        noting = opened(fail)
        with noting.changing(home.id) as plan:
            plan.emit(EFFECT, MONDAY)

    with noting.reading(home.id) as plan:
        assert plan.delivery(EFFECT.key) is not None
    assert "the engine is away" in caplog.text


def test_what_a_writer_read_is_still_true_when_it_writes(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(replace(STAGE, progress=Progress.counted(0, 1000)), why())

    def count_one(_number: int) -> None:
        with plans.changing(home.id) as plan:
            stage = plan.stage(STAGE.key)
            done = Progress.counted(stage.progress.done + 1, 1000)
            plan.save(replace(stage, progress=done), why())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count_one, range(60)))

    with plans.reading(home.id) as plan:
        stage = plan.stage(STAGE.key)
    assert stage.progress.done == 60
    assert stage.revision == 61


def test_eight_threads_mint_200_different_keys(plans, home):
    def mint(_number: int) -> str:
        with plans.changing(home.id) as plan:
            return plan.mint("ISS")

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(mint, range(200)))

    assert sorted(keys) == [f"ISS-{n:03d}" for n in range(1, 201)]


def test_two_processes_mint_different_keys(url, home):
    first, second = outputs(start("mint", url, home.id), start("mint", url, home.id))

    assert sorted(first + second) == [f"ISS-{n:03d}" for n in range(1, 201)]


def test_two_processes_share_causes_without_meeting(url, home):
    first, second = outputs(start("claim", url, home.id), start("claim", url, home.id))

    assert sorted(first + second, key=int) == [str(n) for n in range(100)]


def test_a_process_killed_inside_a_transaction_leaves_nothing(plans, home, url):
    with plans.reading(home.id) as plan:
        before = picture(plan)
    process = start("hang", url, home.id)
    assert process.stdout is not None
    written = process.stdout.readline()

    process.kill()
    process.communicate(timeout=240)

    with plans.changing(home.id) as plan:
        after = picture(plan)
        minted = plan.mint("ISS")
    assert written == "written\n"
    assert after == before
    assert minted == "ISS-001"


def test_a_team_that_connects_eight_times_at_once_gets_one_workspace(opened):
    databases = [opened() for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda p: p.connect_team("T1", name="BQX", bot_user_id="U"), databases)
        )

    assert len({workspace.id for workspace in made}) == 1
    assert databases[0].workspaces() == [made[0]]


def test_readers_do_not_wait_for_a_writer(plans, home):
    inside, leave = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with plans.changing(home.id) as plan:
            plan.save(STAGE, why())
            inside.set()
            leave.wait(120)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert inside.wait(120)
    with plans.reading(home.id) as plan:
        seen = plan.stages()
    still_writing = writer.is_alive()
    leave.set()
    writer.join()

    assert seen == []
    assert still_writing


def test_a_writer_that_waits_too_long_says_so_and_claims_nothing(opened, home, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 100)
    first, second = opened(), opened()

    with first.changing(home.id) as plan:
        plan.save(STAGE, why())
        with pytest.raises(OutageError) as outage, second.changing(home.id):
            pass

    assert not outage.value.maybe_done
    assert "database isn't answering" in str(outage.value)
    with second.changing(home.id) as plan:
        assert plan.stage(STAGE.key) is not None


def test_workspaces_of_a_server_do_not_wait_for_each_other(backend, opened, home, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 100)
    first, second = opened(), opened()
    other = first.connect_team("T2", name="Other", bot_user_id="U")

    with first.changing(home.id) as plan:
        plan.save(STAGE, why())
        if backend == "sqlite":  # one writer a file: the price of needing no server
            with pytest.raises(OutageError), second.changing(other.id):
                pass
        else:
            with second.changing(other.id) as theirs:
                theirs.save(STAGE, why())
    with second.reading(other.id) as plan:
        assert len(plan.stages()) == (0 if backend == "sqlite" else 1)


def test_a_connection_that_is_cut_off_is_an_outage_and_the_next_one_works(postgresql):
    url = postgresql.plan_database()
    engine, other = opening.open_database(url), opening.open_database(url)
    plans = SqlPlanDatabase(engine)
    home = plans.local_workspace(zone="UTC")

    with pytest.raises(OutageError) as outage, plans.changing(home.id) as plan:  # noqa: PT012
        plan.save(STAGE, why())
        cut_off(other)
        plan.stages()

    with plans.reading(home.id) as plan:
        assert plan.stages() == []
    assert not outage.value.maybe_done
    engine.dispose()
    other.dispose()


def test_a_connection_cut_off_before_the_commit_may_have_been_done(postgresql):
    url = postgresql.plan_database()
    engine, other = opening.open_database(url), opening.open_database(url)
    plans = SqlPlanDatabase(engine)
    home = plans.local_workspace(zone="UTC")

    with pytest.raises(OutageError) as outage, opening.writing(engine) as db:  # noqa: PT012
        db.execute(text("UPDATE workspace SET name = 'x'"))
        cut_off(other)

    assert outage.value.maybe_done
    assert plans.workspaces() == [home]
    engine.dispose()
    other.dispose()
