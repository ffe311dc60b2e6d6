"""Words of code and prose as numbers: stems, character runs and sparse term counts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import Stemmer
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

MAX_CHARS = 4_000  # of one text: what follows is generated more often than written
# The words of the reference baseline, so that ratios to it show the method.
_STOP = frozenset(
    "a an the to of in on for and or is are be with by from as at it this that not no when if we"  # noqa: SIM905 - to be read
    " should can will which was were has have had its into than then so do does did using use used"
    " via per i you they there would could also but all any".split()
)
_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_GRAM_LENGTHS = (3, 4, 5)


class Tokeniser:
    """
    Splits texts into stems and character runs, remembering every text and word it has met.

    One for a run: the stemmer inside belongs to one thread.
    """

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._stems: dict[str, tuple[str, ...]] = {}
        self._grams: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, tuple[str, ...]] = {}

    def stems(self, text: str) -> tuple[str, ...]:
        """Return the stems of `text`: whole identifiers and their parts, without stop words."""
        read = text[:MAX_CHARS]
        found = self._texts.get(read)
        if found is None:
            words = _WORD.findall(read)
            found = self._texts[read] = tuple(chain.from_iterable(map(self._stems_of, words)))
        return found

    def grams(self, text: str) -> list[str]:
        """Return the runs of 3 to 5 characters inside the words of `text`, ends padded."""
        words = text[:MAX_CHARS].lower().split()
        return list(chain.from_iterable(map(self._grams_of, words)))

    def _stems_of(self, word: str) -> tuple[str, ...]:
        found = self._stems.get(word)
        if found is None:
            kept = [part for part in _parts(word) if part not in _STOP and len(part) > 1]
            found = self._stems[word] = tuple(self._stemmer.stemWords(kept))
        return found

    def _grams_of(self, word: str) -> tuple[str, ...]:
        found = self._grams.get(word)
        if found is None:
            found = self._grams[word] = _runs(f" {word} ")
        return found


def _parts(word: str) -> list[str]:
    """Return a word in lower case, before it the whole of it where it has several parts."""
    whole = word.lower()
    if not word.isascii():
        return [whole]
    parts = [part.lower() for part in _PART.findall(word)]
    return [whole, *parts] if len(parts) > 1 else (parts or [whole])


def _runs(padded: str) -> tuple[str, ...]:
    longest = len(padded)
    return tuple(
        padded[start : start + length]
        for length in _GRAM_LENGTHS
        for start in range(longest - length + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    How often each known term stands in each text.

    Args:
        matrix: Texts by terms, sparse.
        unknown: Terms of each text that are not in the vocabulary, repetitions included.
    """

    matrix: sparse.csr_matrix
    unknown: Floats

    def part(self, start: int, end: int) -> "Counts":
        """Return the texts from `start` up to `end`."""
        return Counts(matrix=self.matrix[start:end], unknown=self.unknown[start:end])


class Vocabulary:
    """The terms of the plan, each with its column."""

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        self._columns: dict[str, int] = {}
        for terms in documents:
            for term in terms:
                self._columns.setdefault(term, len(self._columns))

    def weight(self, term: str, weights: Floats) -> float:
        """Return the weight of `term`, 0 where it is unknown."""
        column = self._columns.get(term)
        return 0.0 if column is None else float(weights[column])

    def count(self, documents: Sequence[Sequence[str]]) -> Counts:
        """Return the counts of `documents`, one row each."""
        column = self._columns.get
        rows = [[at for term in terms if (at := column(term)) is not None] for terms in documents]
        ends = np.cumsum([0, *map(len, rows)])
        columns = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(ends[-1]))
        ones = np.ones(len(columns), dtype=np.float32)
        shape = (len(rows), max(1, len(self._columns)))
        matrix = sparse.csr_matrix((ones, columns, ends), shape=shape)
        matrix.sum_duplicates()
        lost = [len(terms) - len(row) for terms, row in zip(documents, rows, strict=True)]
        return Counts(matrix=matrix, unknown=np.array(lost, dtype=np.float32))


def with_data(matrix: sparse.csr_matrix, data: Floats) -> sparse.csr_matrix:
    """Return a matrix of the same shape and places as `matrix` with other values in them."""
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def idf(counts: sparse.csr_matrix) -> Floats:
    """Return how telling each term is: rare ones much, those of every text little."""
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    rare: Floats = np.log((1 + counts.shape[0]) / (1 + held)) + 1
    return rare.astype(np.float32)


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `matrix` with rows of length one; an empty row stays empty."""
    lengths = np.sqrt(row_sums(with_data(matrix, matrix.data**2)))
    by_place = np.repeat(np.maximum(lengths, 1e-12), np.diff(matrix.indptr))
    return with_data(matrix, (matrix.data / by_place).astype(np.float32))


def row_sums(matrix: sparse.csr_matrix) -> Floats:
    """Return the sum of each row."""
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def tf_idf(counts: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """Return rows of length one: the logarithm of a term's count times its weight."""
    values = (1 + np.log(counts.data)) * weights[counts.indices]
    return unit_rows(with_data(counts, values.astype(np.float32)))
