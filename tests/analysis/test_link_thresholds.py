import numpy as np

from bot.analysis.link_calibration import calibrate
from bot.analysis.link_model import shipped_model
from bot.analysis.link_thresholds import Judged, blend, fit
from bot.analysis.link_values import Thresholds
from tests.analysis.projects import known, plan, work

PRIOR = Thresholds(link=0.3, auto=None, margin=0.2, undocumented=0.4)


def judged(scores, right, *, margin=0.5, documented=None, none=None) -> Judged:
    return Judged(
        score=np.array(scores),
        margin=np.full(len(scores), margin),
        right=np.array(right),
        none=np.zeros(len(scores)) if none is None else np.array(none),
        documented=np.ones(len(scores), bool) if documented is None else np.array(documented),
    )


def test_the_link_threshold_parts_right_from_wrong():
    found = fit([judged([0.9, 0.8, 0.2, 0.1], [True, True, False, False])], PRIOR)

    assert 0.2 < found.link <= 0.8


def test_the_auto_threshold_is_the_lowest_that_is_precise_enough():
    scores = [0.9] * 60 + [0.6] * 10
    right = [True] * 60 + [False] * 10

    found = fit([judged(scores, right)], PRIOR)

    assert 0.6 < found.auto <= 0.9


def test_auto_stays_off_with_too_few_decisions():
    assert fit([judged([0.9] * 49, [True] * 49)], PRIOR).auto is None


def test_a_ranking_without_a_lead_is_no_auto_decision():
    assert fit([judged([0.9] * 60, [True] * 60, margin=0.1)], PRIOR).auto is None


def test_without_undocumented_commits_that_threshold_stays():
    assert fit([judged([0.9] * 60, [True] * 60)], PRIOR).undocumented == 0.4


def test_the_undocumented_threshold_parts_those_that_belong_to_nothing():
    scores = judged(
        [0.5] * 4,
        [True, True, False, False],
        documented=[True, True, False, False],
        none=[0.1, 0.2, 0.7, 0.8],
    )

    assert 0.2 < fit([scores], PRIOR).undocumented <= 0.7


def test_few_decisions_leave_thresholds_near_the_shipped_ones():
    found = Thresholds(link=0.5, auto=0.9, margin=0.2, undocumented=0.8)

    few = blend(found, PRIOR, decisions=10)
    many = blend(found, PRIOR, decisions=10_000)

    assert 0.3 < few.link < 0.33
    assert 0.49 < many.link < 0.5


def test_a_link_unasked_is_never_easier_than_a_question():
    easy = Thresholds(link=0.5, auto=0.1, margin=0.2, undocumented=0.5)

    found = blend(easy, PRIOR, decisions=1000)

    assert found.auto == found.link


def test_a_project_with_few_links_keeps_the_shipped_thresholds():
    works = [work("a", "Sign release artefacts")]

    assert calibrate(works, plan(), [known("a", "T-15")]) == shipped_model().thresholds


def test_a_project_that_copies_its_titles_gets_thresholds_of_its_own():
    tasks = plan()
    works = [work(f"c{at}", tasks[at % 20].title, hours=at * 30) for at in range(80)]
    links = [known(f"c{at}", tasks[at % 20].key) for at in range(80)]

    found = calibrate(works, tasks, links)

    assert found != shipped_model().thresholds
    assert found == calibrate(works, tasks, links)
    assert found.auto is not None
