"""Estimates of what a task takes, from what a project's finished tasks took."""

import csv
import random
from dataclasses import replace

import numpy as np
import pytest

from bot.analysis.effort import (
    CHECKED,
    MIN_FINISHED,
    MIN_NEIGHBOURS,
    propose,
    propose_all,
    propose_in_turn,
    self_check,
)
from bot.domain.effort import Basis, Described, Estimate, Finished, NotEnough

KINDS = {
    "Backfill the currency pair table": 600.0,
    "Fix a typo in the install guide": 30.0,
    "Train the regression model again": 240.0,
}


def finished(*efforts: float, title: str = "Load the rates", description: str = ""):
    return [
        Finished(key=f"TSK-{number:03}", title=title, description=description, effort=effort)
        for number, effort in enumerate(efforts, start=1)
    ]


def telling_history(count: int = 60) -> list[Finished]:
    """Return tasks whose words tell what they took."""
    rng = random.Random(7)
    chosen = [rng.choice(list(KINDS)) for _ in range(count)]
    return [
        Finished(
            key=f"TSK-{number:03}",
            title=title,
            description=f"Part {number}",
            effort=KINDS[title] + rng.choice([0, 15, 30]),
        )
        for number, title in enumerate(chosen, start=1)
    ]


def misleading_history(count: int = 80) -> list[Finished]:
    """Return tasks of which each took the opposite of the last one of its words."""
    titles = list(KINDS)[:2]
    return [
        Finished(
            key=f"TSK-{number:03}",
            title=titles[number % 2],
            effort=[10.0, 50.0, 50.0, 10.0, 30.0, 30.0][number % 6],
        )
        for number in range(count)
    ]


def estimate(history, title="Load the rates", description="") -> Estimate:
    proposal = propose(title, description, history)
    assert isinstance(proposal, Estimate)
    return proposal


def numbers(proposal: Estimate) -> tuple[float, float, float, float]:
    return proposal.p10, proposal.p50, proposal.p80, proposal.p90


@pytest.mark.parametrize("count", range(MIN_FINISHED))
def test_a_handful_of_finished_tasks_is_no_estimate(count):
    proposal = propose("Load the rates", "", finished(*[60.0] * count))

    assert isinstance(proposal, NotEnough)
    assert proposal.finished == count
    assert proposal.note.endswith("an estimate needs 5")


def test_few_finished_tasks_give_their_median_and_say_so():
    history = telling_history(MIN_NEIGHBOURS - 1)

    proposal = estimate(history, history[0].title)

    assert proposal.p50 == np.median([task.effort for task in history])
    assert (proposal.basis, proposal.check) == (Basis.MEDIAN, None)
    assert proposal.note == "fewer than 15 finished tasks; this is their median"


@pytest.mark.parametrize("title", KINDS)
def test_words_that_tell_the_effort_are_used(title):
    proposal = estimate(telling_history(), title)

    assert proposal.beats_median
    assert KINDS[title] <= proposal.p50 <= KINDS[title] + 30
    assert proposal.note == (
        "from similar and recent finished tasks; on the project's last 50 this came closer than"
        " their median"
    )


def test_the_levels_ascend():
    for proposal in propose_in_turn(telling_history(), MIN_FINISHED):
        assert isinstance(proposal, Estimate)
        assert list(numbers(proposal)) == sorted(numbers(proposal))


def test_a_model_that_loses_gives_way_to_the_median_and_says_so():
    history = misleading_history()

    proposal = estimate(history, history[-1].title)

    assert proposal.check == self_check(history)
    assert proposal.check is not None
    assert proposal.check.mae_model >= proposal.check.mae_median
    assert proposal.p50 == np.median([task.effort for task in history[-50:]])
    assert not proposal.beats_median
    assert "no closer than the median" in proposal.note


def test_the_check_is_bounded_to_the_last_tasks():
    assert self_check(finished(*[60.0, 90.0] * CHECKED)).n == CHECKED


def test_a_check_without_a_past_has_checked_nothing():
    check = self_check(finished(60.0, 90.0))

    assert (check.n, check.beats_median) == (0, False)


def test_equal_efforts_leave_no_width():
    proposal = estimate(finished(*[45.0] * 40))

    assert numbers(proposal) == (45.0, 45.0, 45.0, 45.0)
    assert not proposal.beats_median


def test_no_effort_at_all_is_an_effort():
    assert numbers(estimate(finished(*[0.0] * 20))) == (0.0, 0.0, 0.0, 0.0)


def test_recent_tasks_outweigh_older_ones_of_the_same_words():
    proposal = estimate(finished(*[100.0] * 60, *[10.0] * 40))

    assert proposal.p50 == 10.0


def test_the_three_most_similar_are_shown_the_most_similar_first():
    history = telling_history()
    title = "Backfill the currency pair table"

    shown = estimate(history, title, "Part 3").similar

    assert [one.task.title for one in shown] == [title] * 3
    similarities = [one.similarity for one in shown]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 < similarity <= 1 for similarity in similarities)


def test_of_equally_similar_tasks_the_latest_are_shown():
    shown = estimate(finished(*[30.0, 60.0] * 10)).similar

    assert [one.task.key for one in shown] == ["TSK-020", "TSK-019", "TSK-018"]
    assert all(one.similarity == pytest.approx(1) for one in shown)


@pytest.mark.parametrize("count", [MIN_FINISHED, 40])
@pytest.mark.parametrize("text", ["", "?! -- …", "a"])
def test_tasks_without_words_are_estimated_by_recency(text, count):
    history = finished(*[30.0, 60.0, 90.0, 60.0] * 10, title=text)[:count]

    proposal = estimate(history, text)

    assert proposal.p50 == 60.0
    assert proposal.similar == ()


def test_a_task_with_no_word_in_common_has_no_similar_ones():
    assert estimate(telling_history(), "Zebra xylophone").similar == ()


def test_words_of_any_script_are_read():
    cyrillic = "Перенос таблицы курсов"
    history = [
        replace(task, title=cyrillic if task.effort >= 600 else "設計書を直す")
        for task in telling_history()
    ]

    proposal = estimate(history, cyrillic)

    assert 600 <= proposal.p50 <= 630
    assert {one.task.title for one in proposal.similar} == {cyrillic}


def test_several_tasks_are_estimated_as_each_alone():
    history = telling_history()
    asked = [Described(title=title, description="Part 9") for title in (*KINDS, "", "Zebra")]

    together = propose_all(asked, history)

    assert together == [propose(task.title, task.description, history) for task in asked]


def test_no_tasks_are_no_estimates():
    assert propose_all([], telling_history()) == []


def test_what_an_estimated_task_took_is_not_looked_at():
    history = telling_history()
    known = replace(history[0], effort=99_999.0)

    assert propose_all([known], history) == propose_all(
        [Described(title=known.title, description=known.description)], history
    )


def test_later_tasks_never_change_earlier_estimates():
    tasks = telling_history(70)
    changed = [
        *tasks[:50],
        *(replace(task, title="Backfill Zebra", effort=task.effort * 9) for task in tasks[50:]),
    ]

    before = propose_in_turn(tasks, 30)

    assert propose_in_turn(changed, 30)[:20] == before[:20]
    assert propose_in_turn(tasks[:50], 30) == before[:20]


@pytest.mark.parametrize("at", [0, MIN_FINISHED, MIN_NEIGHBOURS, 40, 69])
def test_an_estimate_in_turn_is_what_was_proposed_at_the_time(at):
    tasks = telling_history(70)

    in_turn = propose_in_turn(tasks, 0)

    assert in_turn[at] == propose(tasks[at].title, tasks[at].description, tasks[:at])


@pytest.mark.parametrize("project", ["clover", "usergrid"])
def test_on_a_real_project_estimates_hold_their_floor(shared, project):
    tasks, first = real_project(shared, project)
    actual = np.array([task.effort for task in tasks])

    proposals = propose_in_turn(tasks, first)

    said = np.array([numbers(one) for one in proposals if isinstance(one, Estimate)])
    recent = [actual[at - 50 : at] for at in range(first, len(tasks))]
    running = np.array([np.quantile(efforts, [0.1, 0.5, 0.9]) for efforts in recent])
    later = actual[first:]
    held = (said[:, 0] <= later) & (later <= said[:, 3])
    assert np.abs(said[:, 1] - later).mean() <= 0.98 * np.abs(running[:, 1] - later).mean()
    assert held.mean() >= 0.78
    assert (said[:, 3] - said[:, 0]).mean() <= 1.1 * (running[:, 2] - running[:, 0]).mean()


def real_project(shared, project) -> tuple[list[Finished], int]:
    path = shared / "data" / "effort" / f"{project}_train.csv"
    if not path.is_file():
        pytest.skip("the real effort data (../shared/data/effort) are not beside this checkout")
    with path.open(newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    tasks = [
        Finished(
            key=row["issuekey"],
            title=row["title"],
            description=row["description"],
            effort=float(row["storypoint"]),
        )
        for row in rows
    ]
    return tasks, [row["part"] for row in rows].index("evaluate")
