"""
Match commits and plan with the product's code, in the format that `score.py` reads.

    python -m benchmarks.match --input INPUT --output OUTPUT

A file, or a folder of JSON files: what `score.py mask` writes, or the plain data. In plain data,
where every commit has its ids, those from `evaluate_from` on are not looked at. Visible ids are
context; those before `evaluate_from` are what the thresholds are fitted to. A set without such
a part takes the thresholds that the product ships.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.matching_data import MatchingSet, as_set
from bot.analysis.lexical import PlanIndex
from bot.analysis.link_calibration import calibrate
from bot.analysis.link_model import LinkModel, shipped_model
from bot.analysis.link_thresholds import AUTO, decide
from bot.analysis.link_values import Known, Ranking, Thresholds
from bot.analysis.links import rank

SWITCHED_OFF = 1e9  # a threshold no score reaches
_BELOW = 1e-6


def predictions(
    data: dict[str, Any], model: LinkModel | None = None, *, all_visible: bool = False
) -> dict[str, Any]:
    """
    Return the thresholds and the rankings of every commit whose ids are not visible.

    Args:
        all_visible: Fit the thresholds to every visible link, as the product does, and not only to
            those of the training part.
    """
    shown = as_set(data)
    known = _visible(shown)
    index = PlanIndex(shown.candidates)
    used = model or shipped_model()
    thresholds = _thresholds(shown, known, used, all_visible=all_visible)
    rankings = rank(shown.works, index, known, model=used)
    return {
        "thresholds": {
            "link": thresholds.link,
            "auto": SWITCHED_OFF if thresholds.auto is None else thresholds.auto,
            "undocumented": thresholds.undocumented,
        },
        "commits": {one.work_id: _prediction(one, thresholds) for one in rankings},
    }


def _visible(shown: MatchingSet) -> list[Known]:
    """Return the links that may be seen: of plain data, those of the training part."""
    linked = {one.work_id for one in shown.known}
    later = {work.id for work in shown.works[shown.evaluate_from :]}
    return [one for one in shown.known if not later <= linked or one.work_id not in later]


def _thresholds(
    shown: MatchingSet, known: Sequence[Known], model: LinkModel, *, all_visible: bool
) -> Thresholds:
    works = shown.works if all_visible else shown.works[: shown.evaluate_from]
    ids = {work.id for work in works}
    mine = [one for one in known if one.work_id in ids]
    return calibrate(works, shown.candidates, mine, model=model)


def _prediction(ranking: Ranking, thresholds: Thresholds) -> dict[str, Any]:
    """
    Return a ranking as `score.py` reads it.

    It knows a link by its score alone; one that lacks the lead to be written unasked is therefore
    put just under that threshold.
    """
    ranked = [[key, score] for key, score in ranking.ranked]
    if ranked and thresholds.auto is not None and decide(ranking, thresholds) != AUTO:
        ranked[0][1] = min(ranking.score, thresholds.auto - _BELOW)
    return {"ranked": ranked, "undocumented": ranking.undocumented}


def main() -> None:
    """Read what `--input` names and write as many predictions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.match", description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="Another model than the shipped one.")
    parser.add_argument(
        "--all-visible",
        action="store_true",
        help="Fit the thresholds to every visible link, not only to the training part's.",
    )
    asked = parser.parse_args()
    model = LinkModel.load(asked.model) if asked.model else None
    for source, target in _pairs(asked.input, asked.output):
        data = json.loads(source.read_text(encoding="utf-8"))
        found = predictions(data, model, all_visible=asked.all_visible)
        target.write_text(json.dumps(found), encoding="utf-8")
        print(f"{source} -> {target}")


def _pairs(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Return each file to read with the one to write."""
    if not source.is_dir():
        return [(source, target / source.name if target.is_dir() else target)]
    target.mkdir(parents=True, exist_ok=True)
    return [(one, target / one.name) for one in sorted(source.glob("*.json"))]


if __name__ == "__main__":
    main()
