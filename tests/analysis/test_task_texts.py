"""How alike the words of tasks are, learned from the past of a moment alone."""

import numpy as np

from bot.analysis.task_texts import MAX_DESCRIPTION, TaskTexts
from bot.domain.effort import Described


def texts(*titles: str) -> TaskTexts:
    return TaskTexts([Described(title=title) for title in titles])


def test_the_same_words_are_as_alike_as_can_be():
    past = texts("load rates", "load rates", "train model", "train model", "load rates")

    [similarities] = past.similarities([4], range(4))

    assert np.allclose(similarities, [1, 1, 0, 0])


def test_a_word_of_a_single_finished_task_connects_none():
    past = texts("load rates", "train model", "load model", "rates")

    [similarities] = past.similarities([3], range(3))

    assert not similarities.any()


def test_later_tasks_do_not_change_how_rare_a_word_is():
    early = ["load rates", "load model", "load rates", "load rates"]

    alone = texts(*early).similarities([3], range(3))
    followed = texts(*early, "rates", "rates", "aardvark model").similarities([3], range(3))

    assert np.array_equal(alone, followed)


def test_words_far_down_a_description_are_not_read():
    log = "." * MAX_DESCRIPTION
    tasks = [Described(title=title, description=f"{log} rates") for title in "abc"]

    assert not TaskTexts(tasks).similarities([2], range(2)).any()
