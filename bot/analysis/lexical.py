"""The plan as term vectors, and how like them the texts of commits are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bot.analysis.link_values import Candidate, Work
from bot.analysis.text import (
    MAX_CHARS,
    Counts,
    Floats,
    Tokeniser,
    Vocabulary,
    idf,
    row_sums,
    tf_idf,
    with_data,
)

VIEWS = (
    "tfidf_full",
    "tfidf_title",
    "char_title",
    "bm25_title",
    "bm25_title_message",
    "bm25_full_message",
    "bm25_full_paths",
    "title_covered",
    "title_covered_paths",
)
POOL_VIEWS = ("tfidf_full", "tfidf_title", "char_title")  # their mean chooses the candidates
_K1, _B = 1.2, 0.75  # the usual constants of BM25


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """The term counts of some commits."""

    subject: Counts
    message: Counts
    with_paths: Counts
    grams: Counts

    def part(self, start: int, end: int) -> "Queries":
        """Return the commits from `start` up to `end`."""
        return Queries(
            subject=self.subject.part(start, end),
            message=self.message.part(start, end),
            with_paths=self.with_paths.part(start, end),
            grams=self.grams.part(start, end),
        )


class PlanIndex:
    """
    The term vectors of a plan's candidates: made once, asked for any number of commits.

    Args:
        candidates: The whole plan; keys are unique.
    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self.position = {one.key: at for at, one in enumerate(self.candidates)}
        self.tokeniser = Tokeniser()
        self.lower_titles = tuple(one.title.lower()[:MAX_CHARS] for one in self.candidates)
        titles = [self.tokeniser.stems(one.title) for one in self.candidates]
        fulls = [
            title + self.tokeniser.stems(one.description)
            for title, one in zip(titles, self.candidates, strict=True)
        ]
        grams = [self.tokeniser.grams(one.title) for one in self.candidates]
        self.words, self._grams = Vocabulary(fulls), Vocabulary(grams)
        self._set_weights(
            self.words.count(titles).matrix,
            self.words.count(fulls).matrix,
            self._grams.count(grams).matrix,
        )

    def _set_weights(
        self, title: sparse.csr_matrix, full: sparse.csr_matrix, grams: sparse.csr_matrix
    ) -> None:
        self.title_idf, self.full_idf, self.gram_idf = idf(title), idf(full), idf(grams)
        self._title = tf_idf(title, self.title_idf).T.tocsr()
        self._full = tf_idf(full, self.full_idf).T.tocsr()
        self._gram = tf_idf(grams, self.gram_idf).T.tocsr()
        self._title_bm25 = _bm25(title).T.tocsr()
        self._full_bm25 = _bm25(full).T.tocsr()
        covered = with_data(title, self.title_idf[title.indices])
        shares = covered.data / np.repeat(row_sums(covered), np.diff(covered.indptr))
        self._share = with_data(covered, shares.astype(np.float32)).T.tocsr()

    def queries(self, works: Sequence[Work]) -> Queries:
        """Return the term counts of `works`."""
        stems = self.tokeniser.stems
        message = [stems(work.text) for work in works]
        paths = [stems(" ".join(work.paths)) for work in works]
        return Queries(
            subject=self.words.count([stems(work.subject) for work in works]),
            message=self.words.count(message),
            with_paths=self.words.count(
                [words + more for words, more in zip(message, paths, strict=True)]
            ),
            grams=self._grams.count([self.tokeniser.grams(work.subject) for work in works]),
        )

    def views(self, queries: Queries) -> dict[str, Floats]:
        """Return for each of `VIEWS` the scores of every commit (row) and candidate (column)."""
        subject, message, paths = (
            queries.subject.matrix,
            queries.message.matrix,
            queries.with_paths.matrix,
        )
        title_part = _ones(subject), _ones(message), _ones(paths)
        products = (
            tf_idf(message, self.full_idf) @ self._full,
            tf_idf(subject, self.title_idf) @ self._title,
            tf_idf(queries.grams.matrix, self.gram_idf) @ self._gram,
            _shares(title_part[0], self.title_idf) @ self._title_bm25,
            _shares(title_part[1], self.title_idf) @ self._title_bm25,
            _shares(title_part[1], self.full_idf) @ self._full_bm25,
            _shares(title_part[2], self.full_idf) @ self._full_bm25,
            title_part[1] @ self._share,
            title_part[2] @ self._share,
        )
        return {
            name: product.toarray().astype(np.float32, copy=False)
            for name, product in zip(VIEWS, products, strict=True)
        }

    def mean_view(self, queries: Queries) -> Floats:
        """Return the mean of `POOL_VIEWS` for every commit (row) and candidate (column)."""
        total = (
            tf_idf(queries.message.matrix, self.full_idf) @ self._full
            + tf_idf(queries.subject.matrix, self.title_idf) @ self._title
            + tf_idf(queries.grams.matrix, self.gram_idf) @ self._gram
        )
        return np.asarray(total.toarray() / len(POOL_VIEWS), dtype=np.float32)

    def shared_words(self, work: Work, candidate: Candidate, most: int) -> tuple[str, ...]:
        """Return the stems that both hold, the most telling first, `most` at most."""
        mine = set(self.tokeniser.stems(work.text))
        theirs = set(self.tokeniser.stems(f"{candidate.title} {candidate.description}"))
        both = sorted(
            mine & theirs, key=lambda stem: (-self.words.weight(stem, self.full_idf), stem)
        )
        return tuple(both[:most])


def _ones(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    return with_data(counts, np.ones_like(counts.data))


def _shares(held: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Return each query as one whole, so that BM25 scores compare between queries."""
    weighed = with_data(held, weights[held.indices])
    sums = np.repeat(row_sums(weighed), np.diff(weighed.indptr))
    return with_data(held, (weighed.data / sums).astype(np.float32))


def _bm25(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the saturated counts of BM25; the weight of a term is with the query."""
    lengths = row_sums(counts)
    usual = max(1.0, float(lengths.mean())) if len(lengths) else 1.0
    norm = _K1 * (1 - _B + _B * lengths / usual)
    by_place = np.repeat(norm, np.diff(counts.indptr))
    return with_data(counts, (counts.data / (counts.data + by_place)).astype(np.float32))
