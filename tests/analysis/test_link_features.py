import numpy as np
import pytest

from bot.analysis.lexical import PlanIndex
from bot.analysis.link_context import PAIR_NAMES, WORK_NAMES
from bot.analysis.link_features import NAMES, POOL
from bot.analysis.links import described
from tests.analysis.projects import known, plan, work

SIGNED = work("signed", "Sign release artefacts", paths="ci/sign.sh ci/keys.txt", author="bob")


def features(works, links, asked: str) -> dict[str, dict[str, float]]:
    """Return for each candidate of a commit its features by name."""
    index = PlanIndex(plan())
    [found] = [one for one in described(works, index, links) if one.work.id == asked]
    keys = [index.candidates[at].key for at in found.candidates]
    return {
        key: dict(zip(NAMES, row.tolist(), strict=True))
        for key, row in zip(keys, found.features, strict=True)
    }


def test_without_links_the_context_is_missing_and_not_zero():
    found = features([work("c", "retry calls")], [], "c")

    for row in found.values():
        assert np.isnan([row[name] for name in (*PAIR_NAMES, *WORK_NAMES)]).all()


def test_a_candidate_without_links_has_no_hours_but_a_count_of_zero():
    works = [SIGNED, work("c", "Sign and retry calls", hours=3)]

    found = features(works, [known("signed", "T-15")], "c")

    assert np.isnan(found["T-7"]["anyone_hours"])
    assert found["T-7"]["linked"] == 0


@pytest.mark.parametrize(("author", "own_hours"), [("bob", np.log1p(3)), ("ann", np.nan)])
def test_hours_are_counted_for_everyone_and_for_the_author(author, own_hours):
    works = [SIGNED, work("c", "Sign again", hours=3, author=author)]

    row = features(works, [known("signed", "T-15")], "c")["T-15"]

    assert row["anyone_hours"] == pytest.approx(np.log1p(3))
    assert row["author_hours"] == pytest.approx(own_hours, nan_ok=True)


def test_overlap_is_the_share_of_files_in_common():
    works = [SIGNED, work("c", "Sign again", paths="ci/sign.sh docs/a.md", hours=3)]

    row = features(works, [known("signed", "T-15")], "c")["T-15"]

    assert row["path_overlap"] == pytest.approx(1 / 3)


def test_distance_counts_places_in_the_order_of_creation():
    works = [SIGNED, work("c", "Sign and retry calls", hours=3)]

    found = features(works, [known("signed", "T-15")], "c")

    assert found["T-15"]["order_distance"] == 0
    assert found["T-7"]["order_distance"] == pytest.approx(np.log1p(8))


def test_the_author_s_recent_task_is_a_candidate_without_a_word_in_common():
    works = [SIGNED, work("c", "polishing", hours=30, author="bob")]

    assert "T-15" in features(works, [known("signed", "T-15")], "c")


def test_after_five_days_the_author_s_task_is_no_candidate_any_more():
    works = [SIGNED, work("c", "polishing", hours=121, author="bob")]

    assert "T-15" not in features(works, [known("signed", "T-15")], "c")


def test_a_copied_title_serves_as_context_for_others_but_not_for_itself():
    works = [SIGNED, work("c", "polishing", hours=3, author="bob")]

    assert features(works, [], "c")["T-15"]["anyone_hours"] == pytest.approx(np.log1p(3))
    assert np.isnan(features(works, [], "signed")["T-15"]["anyone_hours"])


def test_equal_titles_are_counted():
    index = PlanIndex(plan("Polish the shell", "Polish the shell"))

    [found] = described([work("c", "Polish the shell")], index, [])

    ties = found.features[:, NAMES.index("title_ties")]
    assert ties[found.candidates <= 1] == pytest.approx(np.log1p([1, 1]))


def test_a_large_plan_is_cut_to_the_likest_candidates():
    index = PlanIndex(plan(*(f"Retry call number {number}" for number in range(200))))

    [found] = described([work("c", "Retry call number 7")], index, [])

    assert len(found.candidates) == POOL
    assert 7 in found.candidates
