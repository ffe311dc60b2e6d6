"""
Train the model that matches commits and plan, and write the file the product ships.

    python -m benchmarks.train_links --data ../shared/data/matching

Deterministic: the same data and library versions give the same file, in about five minutes on one
core. Every set of the folder is masked many times over as `score.py mask` does it, in training with
seeds from 100 on. The model of the undocumented commits learns from scores that come from a link
model which has not seen those commits, and so do the thresholds.

`--part train` keeps to the commits before `evaluate_from`, for figures on the rest;
`--only xd_first_half` keeps to one set, for figures on the other.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.matching_data import masked
from bot.analysis.lexical import PlanIndex
from bot.analysis.link_features import Pairs
from bot.analysis.link_model import MODEL_FILE, LinkModel, Mixture, summary
from bot.analysis.link_thresholds import Judged, auto_cut, fit
from bot.analysis.link_values import Candidate, Thresholds
from bot.analysis.links import described, settled, split_chances
from bot.analysis.trees import Forest, Logistic

# (visible, deleted) of each mask: from nothing known to three quarters.
MASKS = (
    (0.0, 0.0), (0.0, 0.3), (0.1, 0.0), (0.1, 0.3), (0.25, 0.0), (0.25, 0.3), (0.5, 0.0),
    (0.5, 0.3), (0.5, 0.0), (0.5, 0.3), (0.75, 0.0), (0.75, 0.3), (0.0, 0.3), (0.5, 0.3),
)  # fmt: skip
FIRST_SEED = 100
TWINS = 0.12  # share of the plan whose title stands there twice
KEPT_WRONG = 0.35  # share of wrong pairs that is trained on, each for as many
LINK_TREES = {"max_iter": 250, "learning_rate": 0.04, "max_leaf_nodes": 15, "min_samples_leaf": 100}
COMMIT_TREES = {"max_iter": 120, "learning_rate": 0.03, "max_leaf_nodes": 8, "min_samples_leaf": 60}
MARGIN = 0.2
# Of unasked links, in the hardest set and with deleted tasks among the rest. A project's own links
# are held to more: they are few, and their threshold is the best of many.
SURE = 0.95
UNTRAINED = Thresholds(link=0.5, auto=None, margin=MARGIN, undocumented=0.5)

Rows = NDArray[np.float32]
Numbers = NDArray[np.float64]
Group = tuple[str, float, float]  # the set, the shares visible and deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A hidden commit with its candidates and the truth; `fold` is its half of the history."""

    pairs: Pairs
    right: NDArray[np.bool_]
    documented: bool
    fold: int
    group: Group


def examples(data: dict[str, Any], last: int | None) -> Iterator[Example]:
    """Yield the hidden commits of every mask."""
    for number, (visible, delete) in enumerate(MASKS):
        drawn = masked(data, seed=FIRST_SEED + number, visible=visible, delete=delete, last=last)
        shown = drawn.shown
        middle = shown.works[len(shown.works) // 2].at
        index = PlanIndex(_with_twins(shown.candidates, number))
        hidden_only = [work for work in shown.works if work.id not in drawn.truth]
        linked = {one.work_id for one in shown.known}
        lost = {work.id for work in hidden_only} - linked
        for one in described(shown.works, index, shown.known):
            if one.work.id in lost:
                continue  # its id was visible, its task is deleted: score.py does not ask for it
            keys = drawn.truth[one.work.id]
            yield Example(
                pairs=one,
                right=np.array([index.candidates[at].key in keys for at in one.candidates], bool),
                documented=bool(keys),
                fold=int(one.work.at >= middle),
                group=(shown.name, visible, delete),
            )


def _with_twins(candidates: Sequence[Candidate], seed: int) -> list[Candidate]:
    """
    Return the plan with some titles in it twice, as real plans have them.

    Both projects of the training data name their tasks carefully. Without twins the trees would be
    sure of a copied title, and of its twin as well.
    """
    draw = random.Random(seed)
    twins = [
        replace(one, key=f"twin of {one.key}", order=draw.choice(candidates).order)
        for one in draw.sample(candidates, round(TWINS * len(candidates)))
    ]
    return [*candidates, *twins]


def train_link(known: Sequence[Example]) -> Mixture:
    """Return the model of pairs, every set counting the same."""
    draw = np.random.default_rng(0)
    rows, right, weights = [], [], []
    for one, share in zip(known, _shares(known), strict=True):
        kept = one.right | (draw.random(len(one.right)) < KEPT_WRONG)
        rows.append(one.pairs.features[kept])
        right.append(one.right[kept])
        weights.append(np.where(one.right[kept], 1.0, 1 / KEPT_WRONG) * share)
    return _mixture(np.vstack(rows), np.concatenate(right), np.concatenate(weights), LINK_TREES)


def train_right(summaries: Rows, known: Sequence[Example], chances: Sequence[Numbers]) -> Mixture:
    """Return the model of how sure the best candidate is."""
    return _mixture(summaries, best_is_right(known, chances), _shares(known), COMMIT_TREES)


def train_none(summaries: Rows, known: Sequence[Example]) -> Mixture:
    """Return the model of commits that belong to nothing, from masks with deleted tasks."""
    used = np.array([one.group[2] > 0 for one in known])
    alone = np.array([not one.documented for one in known])
    return _mixture(summaries[used], alone[used], _shares(known)[used], COMMIT_TREES)


def best_is_right(known: Sequence[Example], chances: Sequence[Numbers]) -> NDArray[np.bool_]:
    """Return for each commit whether its best candidate is a true one."""
    pairs = zip(known, chances, strict=True)
    return np.array([len(mine) > 0 and one.right[np.argmax(mine)] for one, mine in pairs], bool)


def _shares(known: Sequence[Example]) -> Numbers:
    """Return a weight for each example, such that every set weighs the same."""
    names = np.array([one.group[0] for one in known])
    sets, at, counts = np.unique(names, return_inverse=True, return_counts=True)
    shares: Numbers = (len(known) / len(sets) / counts)[at]
    return shares


def _mixture(
    rows: Rows, wanted: NDArray[np.bool_], weights: Numbers, kind: dict[str, Any]
) -> Mixture:
    trees = HistGradientBoostingClassifier(
        **kind, l2_regularization=5, max_features=0.5, early_stopping=False, random_state=0
    )
    trees.fit(rows, wanted, sample_weight=weights)
    return Mixture(trees=export_trees(trees), logistic=_logistic(rows, wanted, weights))


def _logistic(rows: Rows, wanted: NDArray[np.bool_], weights: Numbers) -> Logistic:
    usual = np.nan_to_num(np.nanmedian(rows, axis=0)).astype(np.float64)
    missing = np.isnan(rows)
    wide = np.hstack([np.where(missing, usual, rows), missing])
    scaler = StandardScaler().fit(wide)
    model = LogisticRegression(C=0.05, max_iter=500)
    model.fit(scaler.transform(wide), wanted, sample_weight=weights)
    return Logistic(
        usual=usual,
        mean=scaler.mean_,
        scale=scaler.scale_,
        weight=model.coef_[0],
        base=model.intercept_[0],
    )


def export_trees(model: HistGradientBoostingClassifier) -> Forest:
    """Return scikit-learn's trees as the arrays of the product."""
    trees = [one[0].nodes for one in model._predictors]  # noqa: SLF001 - no public way to them
    roots = np.cumsum([0, *(len(tree) for tree in trees)])[:-1]
    nodes = np.concatenate(trees)
    first = np.repeat(roots, [len(tree) for tree in trees])
    leaf = nodes["is_leaf"].astype(bool)
    return Forest(
        roots=roots.astype(np.int32),
        feature=np.where(leaf, -1, nodes["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]),
        missing_left=nodes["missing_go_to_left"].astype(bool),
        left=np.where(leaf, 0, nodes["left"] + first).astype(np.int32),
        right=np.where(leaf, 0, nodes["right"] + first).astype(np.int32),
        value=np.where(leaf, nodes["value"], 0.0),
        base=np.float64(np.ravel(model._baseline_prediction)[0]),  # noqa: SLF001 - as above
    )


def unseen_chances(known: Sequence[Example]) -> list[Numbers]:
    """Return the chances of every commit's pairs, by a model of the other half of the history."""
    found: dict[int, Numbers] = {}
    for fold in (0, 1):
        model = train_link([one for one in known if one.fold != fold])
        asked = [at for at, one in enumerate(known) if one.fold == fold]
        found.update(zip(asked, _chances(model, [known[at] for at in asked]), strict=True))
    return [found[at] for at in range(len(known))]


def _chances(model: Mixture, asked: Sequence[Example]) -> list[Numbers]:
    batch = [one.pairs for one in asked]
    return split_chances(batch, model.chance(np.vstack([one.features for one in batch])))


def summaries_of(known: Sequence[Example], chances: Sequence[Numbers]) -> Rows:
    """Return what the model of undocumented commits reads."""
    return np.vstack([summary(one.pairs, mine) for one, mine in zip(known, chances, strict=True)])


def judged_unseen(
    summaries: Rows, known: Sequence[Example], chances: Sequence[Numbers]
) -> dict[Group, Judged]:
    """Return the rankings of each set and mask, by models of the other half of the history."""
    right, none = np.zeros(len(known)), np.zeros(len(known))
    folds = np.array([one.fold for one in known])
    for fold in (0, 1):
        at = np.flatnonzero(folds != fold)
        others, theirs = [known[place] for place in at], [chances[place] for place in at]
        asked = folds == fold
        right[asked] = train_right(summaries[at], others, theirs).chance(summaries[asked])
        none[asked] = train_none(summaries[at], others).chance(summaries[asked])
    leads = [_lead(settled(mine, sure)) for mine, sure in zip(chances, right, strict=True)]
    hits = best_is_right(known, chances)
    names = [one.group for one in known]
    found = {}
    for name in sorted(set(names)):
        at = np.array([place for place, other in enumerate(names) if other == name])
        found[name] = Judged(
            score=right[at],
            margin=np.array(leads)[at],
            right=hits[at],
            none=none[at],
            documented=np.array([known[place].documented for place in at]),
        )
    return found


def shipped_thresholds(groups: dict[Group, Judged]) -> Thresholds:
    """Return thresholds for any project; unasked links only where every set proves them."""
    found = fit(list(groups.values()), UNTRAINED)
    names = sorted({group[0] for group in groups})
    autos = [
        auto_cut(
            [one for group, one in groups.items() if group[0] == name and group[1]], MARGIN, SURE
        )
        for name in names
    ]
    known = [one for one in autos if one is not None]
    return replace(found, auto=max(known) if len(known) == len(autos) else None)


def _lead(chances: Numbers) -> float:
    ordered = np.sort(chances)[::-1]
    return float(ordered[0] - ordered[1]) if len(ordered) > 1 else float(ordered.sum())


def main() -> None:
    """Train on what the arguments name and write the model."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_links", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/matching"))
    parser.add_argument("--part", choices=("all", "train"), default="all")
    parser.add_argument("--only", help="One set of the folder, by the name of its file.")
    parser.add_argument("--output", type=Path, default=MODEL_FILE)
    asked = parser.parse_args()
    known: list[Example] = []
    for path in sorted(asked.data.glob(f"{asked.only or '*'}.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        known += examples(data, data["evaluate_from"] if asked.part == "train" else None)
    chances = unseen_chances(known)
    summaries = summaries_of(known, chances)
    model = LinkModel(
        link=train_link(known),
        right=train_right(summaries, known, chances),
        none=train_none(summaries, known),
        thresholds=shipped_thresholds(judged_unseen(summaries, known, chances)),
    )
    model.save(asked.output)
    print(f"{len(known)} commits, {model.thresholds}, {asked.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
