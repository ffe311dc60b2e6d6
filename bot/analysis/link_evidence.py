"""Why a commit may belong to a candidate, in what a person can check."""

from collections import defaultdict
from collections.abc import Sequence

from bot.analysis.lexical import PlanIndex
from bot.analysis.link_values import Candidate, Evidence, Known, Work

_MOST_SHOWN = 5  # words, and files
_HOUR_S = 3600.0


class EvidenceFinder:
    """Looks up what commit and candidate have in common, among the links that stand."""

    def __init__(self, works: Sequence[Work], index: PlanIndex, known: Sequence[Known]) -> None:
        self._index = index
        by_id = {work.id: work for work in works}
        self._linked: defaultdict[str, list[Work]] = defaultdict(list)
        for one in known:
            if one.work_id in by_id:
                self._linked[one.key].append(by_id[one.work_id])

    def about(self, work: Work, candidate: Candidate) -> Evidence:
        """Return what speaks for `candidate`."""
        linked = self._linked.get(candidate.key, [])
        files = {path for other in linked for path in other.paths}
        return Evidence(
            words=self._index.shared_words(work, candidate, _MOST_SHOWN),
            paths=tuple([path for path in work.paths if path in files][:_MOST_SHOWN]),
            same_author_hours=_nearest([one for one in linked if one.author == work.author], work),
            anyone_hours=_nearest(linked, work),
            linked_count=len(linked),
        )


def _nearest(linked: Sequence[Work], work: Work) -> float | None:
    hours = [abs((other.at - work.at).total_seconds()) / _HOUR_S for other in linked]
    return min(hours, default=None)
