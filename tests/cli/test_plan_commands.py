"""The commands about the plan: import, export, gaps, schedule."""

import json
from datetime import UTC, datetime

import pytest

from bot.local import SAMPLE_PLAN
from tests.git.repos import git

FINDING = {"kind", "refs", "commits", "owner", "state", "verdict", "text", "evidence"}
LINK = {"sha", "ref", "record", "tier", "score", "reason", "status"}


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("a")
    git(folder, "add", "a.txt")
    at = datetime(2025, 11, 14, 12, tzinfo=UTC)
    git(folder, "commit", "-q", "-m", "Finish stage 1.1 at last", at=at)
    return folder


def test_a_plan_comes_in_goes_out_and_comes_in_again_as_the_same(typed):
    assert typed.bqx("plan", "import", str(SAMPLE_PLAN)).returncode == 0
    exported = typed.bqx("plan", "export", "--json").stdout
    plan = json.loads(exported)
    assert set(plan) >= {"phases", "stages", "tasks", "issues"}
    for item in (*plan["phases"], *plan["stages"], *plan["tasks"], *plan["issues"]):
        assert item.get("ref") or item.get("key")
        assert item.get("name") or item.get("title")
        assert item["status"]
    assert plan["stages"]

    (typed.folder / "again.json").write_text(exported)
    again = typed.bqx("plan", "import", "again.json")

    assert "0 added, 0 changed" in again.stdout
    assert typed.bqx("plan", "export").stdout == exported


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.json", None, "no file"),
        ("broken.json", "{", "isn't JSON"),
        ("picture.json", "\x89PNG", "JSON"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_one_sentence(typed, name, content, said):
    if content is not None:
        (typed.folder / name).write_text(content)

    sentence = typed.refused("plan", "import", name)

    assert said in sentence
    assert name in sentence


def test_a_folder_is_no_plan(typed):
    assert "is a folder" in typed.refused("plan", "import", str(typed.folder))


def test_gaps_are_one_object_for_scripts(typed, repo):
    typed.bqx("plan", "import", str(SAMPLE_PLAN))

    done = typed.bqx("gaps", "--json", "--as-of", "2025-11-17", PROJECT_REPO=str(repo))

    found = json.loads(done.stdout)
    assert set(found) == {"as_of", "not_assessed", "findings", "links"}
    assert found["as_of"].startswith("2025-11-17T09:00:00")
    assert found["not_assessed"] == []
    assert found["findings"]
    assert all(set(finding) == FINDING for finding in found["findings"])
    assert all(set(link) == LINK for link in found["links"])
    [link] = found["links"]
    assert link["sha"] == git(repo, "rev-parse", "HEAD")
    assert link["status"] in {"linked", "proposed", "none"}


def test_gaps_without_a_repo_say_what_was_not_assessed(typed):
    done = typed.bqx("gaps", "--json")

    assert "PROJECT_REPO" in json.loads(done.stdout)["not_assessed"][0]
    assert "not assessed" in typed.bqx("gaps").stdout


def test_the_schedule_keeps_the_local_hour_across_the_change_of_clocks(typed):
    done = typed.bqx(
        *("schedule", "--json", "--from", "2026-03-16", "--days", "20"),
        BQX_TIMEZONE="Europe/Berlin",
        BQX_DIGEST_AT="08:30",
    )

    rows = [row for row in json.loads(done.stdout) if row["job"] == "gap_assessment"]
    assert [row["at"] for row in rows] == [
        "2026-03-16T08:30:00+01:00",
        "2026-03-23T08:30:00+01:00",
        "2026-03-30T08:30:00+02:00",
    ]
    assert {row["zone"] for row in rows} == {"Europe/Berlin"}


def test_the_schedule_is_lines_for_people(typed):
    done = typed.bqx("schedule", "--from", "2026-03-16", "--days", "7")

    assert "2026-03-16T09:00:00+00:00  gap_assessment  (UTC)" in done.stdout


def test_help_names_every_command(typed):
    done = typed.bqx("--help")

    assert done.returncode == 0
    for name in ("run", "web", "worker", "sandbox", "plan", "gaps", "schedule", "doctor"):
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["plan", "nonsense"], ["gaps", "--as-of", "13/13"]]
)
def test_what_is_no_command_is_told_with_the_way_to_help(typed, arguments):
    done = typed.bqx(*arguments)

    assert done.returncode == 2
    assert "--help" in done.stderr
