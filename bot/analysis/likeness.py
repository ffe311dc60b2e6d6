"""How like the files and words of commits are."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from bot.analysis.link_values import Work
from bot.analysis.text import Counts, Floats, Vocabulary, idf, row_sums, tf_idf

MOST_FILES = 300  # of one commit: beyond it, it is a mass change or somebody else's code


class Likeness:
    """Documents as weighted terms, to compare others with."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._vocabulary = Vocabulary(documents)
        counts = self._vocabulary.count(documents).matrix
        self._weights = idf(counts)
        self._held = counts.T.tocsr()
        self._sizes = row_sums(counts)
        self._unit = tf_idf(counts, self._weights).T.tocsr()

    def jaccard(self, documents: Sequence[Sequence[str]]) -> Floats:
        """Return the share of common terms for every document (row) and held one (column)."""
        counts = self._vocabulary.count(documents)
        common = (counts.matrix @ self._held).toarray()
        either = _sizes(counts)[:, None] + self._sizes[None, :] - common
        return np.asarray(common / np.maximum(either, 1), dtype=np.float32)

    def cosine(self, documents: Sequence[Sequence[str]]) -> Floats:
        """Return the likeness of weighted terms; unknown terms make a document less like."""
        counts = self._vocabulary.count(documents)
        share = np.sqrt(row_sums(counts.matrix) / np.maximum(_sizes(counts), 1))
        rows = sparse.diags(share) @ tf_idf(counts.matrix, self._weights)
        return np.asarray((rows @ self._unit).toarray(), dtype=np.float32)


def _sizes(counts: Counts) -> Floats:
    return row_sums(counts.matrix) + counts.unknown


def files(work: Work) -> list[str]:
    """Return the files of a commit, each once, `MOST_FILES` at most."""
    return sorted(set(work.paths[:MOST_FILES]))


def folders(work: Work) -> list[str]:
    """Return the files of a commit and the folders they lie in, up to the top."""
    found: set[str] = set()
    for path in files(work):
        parts = path.split("/")
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return sorted(found)
