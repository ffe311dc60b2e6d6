import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.train_links import export_trees
from bot.analysis.link_features import NAMES
from bot.analysis.link_model import SUMMARY_NAMES, LinkModel, shipped_model
from bot.analysis.trees import Forest, Logistic

STUMP = Forest(
    roots=np.array([0], dtype=np.int32),
    feature=np.array([1, -1, -1], dtype=np.int16),
    threshold=np.array([0.5, 0, 0]),
    missing_left=np.array([False, False, False]),
    left=np.array([1, 0, 0], dtype=np.int32),
    right=np.array([2, 0, 0], dtype=np.int32),
    value=np.array([0, -1.0, 1.0]),
    base=np.float64(0.0),
)


def test_a_value_goes_left_up_to_the_threshold_and_a_missing_one_where_it_should():
    rows = np.array([[9, 0.5], [9, 0.6], [9, np.nan]], dtype=np.float32)

    assert STUMP.chance(rows).round(4).tolist() == [0.2689, 0.7311, 0.7311]


@pytest.mark.parametrize("seed", range(3))
def test_exported_trees_say_what_scikit_learn_says(seed):
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(2000, 6)).astype(np.float32)
    wanted = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0
    rows[draw.random(rows.shape) < 0.2] = np.nan
    model = HistGradientBoostingClassifier(max_iter=30, random_state=seed).fit(rows, wanted)

    ours = export_trees(model).chance(rows)

    assert np.abs(ours - model.predict_proba(rows)[:, 1]).max() < 1e-9


def test_the_logistic_model_fills_in_what_is_missing_and_weighs_that_it_is():
    model = Logistic(
        usual=np.array([2.0]),
        mean=np.array([2.0, 0.0]),
        scale=np.array([4.0, 1.0]),
        weight=np.array([1.0, -1.0]),
        base=np.float64(0.0),
    )

    chances = model.chance(np.array([[2], [6], [np.nan]], dtype=np.float32))

    assert chances.round(4).tolist() == [0.5, 0.7311, 0.2689]


def test_the_shipped_model_reads_the_features_of_today():
    model = shipped_model()

    assert len(model.link.logistic.usual) == len(NAMES)
    assert len(model.right.logistic.usual) == len(SUMMARY_NAMES)
    assert len(model.none.logistic.usual) == len(SUMMARY_NAMES)
    assert model.link.trees.feature.max() < len(NAMES)


def test_a_model_comes_back_as_it_was_saved(tmp_path):
    shipped = shipped_model()
    rows = np.zeros((1, len(NAMES)), dtype=np.float32)

    shipped.save(tmp_path / "model.npz")
    again = LinkModel.load(tmp_path / "model.npz")

    assert again.thresholds == shipped.thresholds
    assert again.link.chance(rows) == shipped.link.chance(rows)
