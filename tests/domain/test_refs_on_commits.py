"""The references in the customer's own history, against labels checked by hand, line by line."""

import json
from pathlib import Path

import pytest

from bot.domain.refs import RefIndex, canonical_ref, find_refs

LABELS = Path(__file__).parents[1] / "data" / "bqx_ref_labels.json"


@pytest.fixture(scope="module")
def known(shared):
    records = json.loads((shared / "data/bqx/stages.json").read_text(encoding="utf-8"))
    titles = [r["fields"].get("Stage ID") or r["fields"]["Stage Code"] for r in records]
    return RefIndex.of([ref for title in titles if (ref := canonical_ref(title))])


@pytest.fixture(scope="module")
def commits(shared):
    lines = (shared / "data/bqx/commits.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_stages_named_in_commits_are_found_with_few_mistakes(known, commits, record_property):
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    right = wrong = missed = 0

    for commit in commits:
        text = f"{commit['subject']}\n\n{commit['body']}"
        found = {m.ref for m in find_refs(text, known) if m.kind == "stage"}
        expected = set(labels.get(commit["sha"][:8], "").split())
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)

    precision, recall = right / (right + wrong), right / (right + missed)
    record_property("precision", precision)
    record_property("recall", recall)
    assert right > 250, "the labels are of these commits"
    assert precision >= 0.98
    assert recall >= 0.98


def test_every_row_of_the_customers_plan_has_its_reference(known):
    assert len(known.stages) == 94
    assert known.ambiguous == {
        *("2.1", "2.2", "2.3", "2.4", "2.10", "2.11", "2.12", "2.14", "2.15"),
        *("3.1", "3.2", "3.3", "3.4"),
    }
