"""The driver that `score.py` reads, and floors on the development sets."""

import json
import subprocess
import sys

import pytest

from benchmarks.match import predictions
from bot.analysis.link_model import shipped_model


def task(number: int) -> dict:
    titles = ("Sign release artefacts", "Import users from LDAP", "Compress archived logs")
    return {"id": f"X-{number}", "order": number, "title": titles[number - 1], "description": ""}


def commit(number: int, text: str, *tasks: str) -> dict:
    return {
        "id": f"c{number}",
        "time": f"2026-03-{number:02}T10:00:00Z",
        "author": "dev-1",
        "text": text,
        "paths": [],
        "tasks": list(tasks),
    }


DATA = {
    "name": "small",
    "evaluate_from": 1,
    "tasks": [task(1), task(2), task(3)],
    "commits": [
        commit(1, "Sign release artefacts", "X-1"),
        commit(2, "Import users from LDAP"),
        commit(3, "Compress archived logs", "X-3"),
    ],
}


def test_only_commits_without_visible_ids_are_predicted():
    found = predictions(DATA)

    assert list(found["commits"]) == ["c2"]
    assert found["commits"]["c2"]["ranked"][0][0] == "X-2"


def test_of_plain_data_the_later_ids_are_not_looked_at():
    plain = {**DATA, "commits": [{**one, "tasks": ["X-1"]} for one in DATA["commits"]]}

    found = predictions(plain)

    assert list(found["commits"]) == ["c2", "c3"]
    assert found["commits"]["c3"]["ranked"][0][0] == "X-3"


def test_a_set_without_a_training_part_takes_the_shipped_thresholds():
    found = predictions({**DATA, "evaluate_from": 0})

    assert found["thresholds"]["link"] == shipped_model().thresholds.link


def test_a_folder_gives_a_folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "small.json").write_text(json.dumps(DATA))

    subprocess.run(
        (
            *(sys.executable, "-m", "benchmarks.match"),
            *("--input", tmp_path / "in", "--output", tmp_path / "out"),
        ),
        check=True,
        capture_output=True,
    )

    assert json.loads((tmp_path / "out" / "small.json").read_text()) == predictions(DATA)


@pytest.mark.parametrize(("name", "hit_floor", "last"), [("xd", 0.55, 400), ("calcite", 0.9, 400)])
def test_the_shipped_model_keeps_its_level_on_the_development_sets(shared, name, hit_floor, last):
    data = json.loads((shared / f"data/matching/{name}_first_half.json").read_text())
    hidden = data["commits"][:last:2]
    names = {one["id"] for one in hidden}
    commits = [
        {**one, "tasks": [] if one["id"] in names else one["tasks"]}
        for one in data["commits"][:last]
    ]

    found = predictions({**data, "commits": commits, "evaluate_from": 0})["commits"]

    right = [found[one["id"]]["ranked"][0][0] in one["tasks"] for one in hidden]
    assert sum(right) / len(right) > hit_floor
