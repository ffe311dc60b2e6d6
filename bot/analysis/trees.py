"""Boosted trees and a logistic model as plain arrays: evaluated here, trained elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_LEAF = -1
_MOST_LOGIT = 30.0  # beyond it a chance is 0 or 1 in all its digits that matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """
    Trees whose leaf values add up to a logit.

    Args:
        roots: Row of the first node of each tree, in the arrays below.
        feature: Column that a node asks; -1 at a leaf.
        threshold: A row with a value up to it goes left.
        missing_left: Whether a missing value (NaN) goes left.
        left: Node that follows to the left; right: to the right.
        value: What a leaf adds.
        base: Logit before the first tree.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: Doubles
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Doubles
    base: Doubles

    def chance(self, rows: NDArray[np.float32]) -> Doubles:
        """Return the chance of each row."""
        total = np.full(len(rows), float(self.base), dtype=np.float64)
        columns = np.ascontiguousarray(rows.T)
        everything = np.arange(len(rows))
        for root in self.roots.tolist():
            self._add(total, columns, root, everything)
        return sigmoid(total)

    def _add(
        self, total: Doubles, columns: NDArray[np.float32], root: int, rows: NDArray[np.int64]
    ) -> None:
        """Send `rows` down one tree, a node at a time, and add the leaf where each ends."""
        waiting = [(root, rows)]
        while waiting:
            node, here = waiting.pop()
            feature = int(self.feature[node])
            if feature == _LEAF:
                total[here] += self.value[node]
                continue
            values = columns[feature][here]
            goes_left = values <= self.threshold[node]
            if self.missing_left[node]:
                goes_left |= np.isnan(values)
            waiting.append((int(self.left[node]), here[goes_left]))
            waiting.append((int(self.right[node]), here[~goes_left]))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays, each with `name` before its own."""
        return _named(self, name)

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return the forest that `arrays` holds under `name`."""
        return cls(**{field.name: arrays[f"{name}_{field.name}"] for field in fields(cls)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """
    A logistic model on standardised columns, followed by "is missing" for each.

    Args:
        usual: Stands in for a missing value.
        mean: Of each column and each "is missing"; scale: the same.
        weight: The same.
    """

    usual: Doubles
    mean: Doubles
    scale: Doubles
    weight: Doubles
    base: Doubles

    def chance(self, rows: NDArray[np.float32]) -> Doubles:
        """Return the chance of each row."""
        missing = np.isnan(rows)
        wide = np.hstack([np.where(missing, self.usual, rows), missing])
        slope = self.weight / self.scale
        return sigmoid(wide @ slope - float(self.mean @ slope) + float(self.base))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays, each with `name` before its own."""
        return _named(self, name)

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return the model that `arrays` holds under `name`."""
        return cls(**{field.name: arrays[f"{name}_{field.name}"] for field in fields(cls)})


def sigmoid(logits: Doubles) -> Doubles:
    """Return the chances of `logits`."""
    chances: Doubles = 1 / (1 + np.exp(-np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT)))
    return chances


def _named(model: Forest | Logistic, name: str) -> dict[str, NDArray[Any]]:
    return {f"{name}_{field.name}": getattr(model, field.name) for field in fields(model)}
