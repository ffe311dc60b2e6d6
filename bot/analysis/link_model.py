"""The trained models: is it this candidate, is the best one right, is it none of the plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.analysis.link_features import NAMES, Pairs
from bot.analysis.link_values import Thresholds
from bot.analysis.text import Floats
from bot.analysis.trees import Doubles, Forest, Logistic

MODEL_FILE = Path(__file__).with_name("link_model.npz")  # written by benchmarks/train_links.py
_MODELS = ("link", "right", "none")
_AT = {name: column for column, name in enumerate(NAMES)}
_HIGHEST = (
    "tfidf_title_score", "tfidf_full_score", "char_title_score", "mean_score", "mean_z",
    "bm25_title_score", "bm25_full_message_score", "title_covered_score", "ratio_score",
    "token_set_score", "path_overlap", "path_likeness", "text_likeness",
)  # fmt: skip
_LOWEST = ("author_hours", "anyone_hours", "author_turn", "order_distance")
_OF_BEST = (
    "tfidf_title_score", "mean_score", "mean_rank", "title_ties", "author_hours", "anyone_hours",
    "author_turn", "order_distance", "order_offset", "path_overlap", "text_likeness", "linked",
)  # fmt: skip
_OF_WORK = (
    "words", "subject_words", "path_count", "unknown_share", "author_known", "author_last_hours",
    "known_last_hours", "known_share",
)  # fmt: skip
_CHANCES = ("best", "second", "lead", "sum", "any")
SUMMARY_NAMES = (
    *_CHANCES,
    "mean_lead",
    *(f"highest_{name}" for name in _HIGHEST),
    *(f"lowest_{name}" for name in _LOWEST),
    *(f"best_{name}" for name in _OF_BEST),
    *_OF_WORK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Trees and a logistic model in equal parts: together they carry over better than either."""

    trees: Forest
    logistic: Logistic

    def chance(self, rows: Floats) -> Doubles:
        """Return the chance of each row."""
        mean: Doubles = (self.trees.chance(rows) + self.logistic.chance(rows)) / 2
        return mean

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of both under `name`."""
        return self.trees.arrays(f"{name}_trees") | self.logistic.arrays(f"{name}_logistic")

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return the mixture that `arrays` holds under `name`."""
        return cls(
            trees=Forest.read(arrays, f"{name}_trees"),
            logistic=Logistic.read(arrays, f"{name}_logistic"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkModel:
    """
    What training left behind.

    Args:
        link: On rows of `link_features.NAMES`: the commit belongs to the candidate.
        right: On rows of `SUMMARY_NAMES`: the best candidate is the true one.
        none: On the same: the commit belongs to nothing in the plan.
        thresholds: Those that suit projects about which nothing is known yet.
    """

    link: Mixture
    right: Mixture
    none: Mixture
    thresholds: Thresholds

    def save(self, path: Path) -> None:
        """Write the model as one file of plain arrays."""
        t = self.thresholds
        auto = np.nan if t.auto is None else t.auto
        arrays = {"thresholds": np.array([t.link, auto, t.margin, t.undocumented])}
        for name in _MODELS:
            arrays |= getattr(self, name).arrays(name)
        np.savez_compressed(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the model that `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            link, auto, margin, undocumented = map(float, arrays["thresholds"])
            return cls(
                **{name: Mixture.read(arrays, name) for name in _MODELS},
                thresholds=Thresholds(
                    link=link,
                    auto=None if np.isnan(auto) else auto,
                    margin=margin,
                    undocumented=undocumented,
                ),
            )


@cache
def shipped_model() -> LinkModel:
    """Return the model that comes with the product."""
    return LinkModel.load(MODEL_FILE)


def summary(pairs: Pairs, chances: Doubles) -> Floats:
    """
    Return `SUMMARY_NAMES` of one commit.

    Args:
        chances: Of each of its candidates.
    """
    if not len(chances):
        return np.full(len(SUMMARY_NAMES), np.nan, dtype=np.float32)
    rows, best = pairs.features, int(np.argmax(chances))
    ordered = np.sort(chances)[::-1]
    second = float(ordered[1]) if len(ordered) > 1 else 0.0
    means = np.sort(rows[:, _AT["mean_score"]])[::-1]
    lead = float(means[0] - means[1]) if len(means) > 1 else float(means[0])
    values = [
        *(ordered[0], second, ordered[0] - second, chances.sum(), 1 - np.prod(1 - chances), lead),
        *(_known(rows[:, _AT[name]], np.max) for name in _HIGHEST),
        *(_known(rows[:, _AT[name]], np.min) for name in _LOWEST),
        *(rows[best, _AT[name]] for name in (*_OF_BEST, *_OF_WORK)),
    ]
    return np.array(values, dtype=np.float32)


def _known(values: Floats, of: Callable[[Floats], np.float32]) -> float:
    kept = values[~np.isnan(values)]
    return float(of(kept)) if len(kept) else float("nan")
