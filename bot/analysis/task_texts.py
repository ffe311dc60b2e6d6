"""How alike the words of tasks are, as a project knew it at any point of its past."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from bot.domain.effort import Described

MAX_DESCRIPTION = 3000  # characters; what follows are logs and traces, and it bounds the cost
_MAX_WORDS = 20_000  # words and pairs of words kept (contracts, analysis 4)
_MIN_TASKS = 2  # a word of a single finished task connects it to none

Numbers = NDArray[np.float64]


class TaskTexts:
    """
    The words of tasks in time order, counted once, and compared as of any moment.

    Counting a text needs no other text. What does, which words are kept and how rare they are, is
    learned anew for each moment, from the tasks before it alone.
    """

    def __init__(self, tasks: Sequence[Described]) -> None:
        """Count the words and the pairs of words of each task."""
        analyse = CountVectorizer(ngram_range=(1, 2)).build_analyzer()
        words = [analyse(f"{task.title} {task.description[:MAX_DESCRIPTION]}") for task in tasks]
        vocabulary = sorted({word for of_one in words for word in of_one})
        if vocabulary:
            counter = CountVectorizer(analyzer=list, vocabulary=vocabulary, dtype=np.float64)
            self._counts = csr_matrix(counter.transform(words))
        else:
            self._counts = csr_matrix((len(words), 1))

    def similarities(self, rows: Sequence[int], known: range) -> Numbers:
        """
        Return the cosine of each task with each of the tasks known at the time, 0 to 1.

        Args:
            rows: The tasks to compare.
            known: The finished tasks, all that words and their rarity are learned from.
        """
        past = self._counts[known.start : known.stop]
        kept = _kept_words(past)
        if not (kept.size and rows):  # scikit-learn refuses to weigh nothing
            return np.zeros((len(rows), len(known)))
        past = past[:, kept]
        weigh = TfidfTransformer(sublinear_tf=True).fit(past)
        asked = weigh.transform(self._counts[list(rows)][:, kept])
        cosines: Numbers = (asked @ weigh.transform(past).T).toarray()
        return np.minimum(cosines, 1.0)


def _kept_words(past: csr_matrix) -> NDArray[np.intp]:
    """Return the columns of words that several tasks have, the commonest where they are many."""
    tasks = np.bincount(past.indices, minlength=past.shape[1])
    kept = np.flatnonzero(tasks >= _MIN_TASKS)
    if kept.size > _MAX_WORDS:
        totals = np.bincount(past.indices, weights=past.data, minlength=past.shape[1])[kept]
        kept = np.sort(kept[np.argsort(-totals, kind="stable")[:_MAX_WORDS]])
    return kept
