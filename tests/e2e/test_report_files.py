"""What an assessment writes into the project repo: the work tree, or a branch of its own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.effects import Effect, EffectKind
from bot.domain.facts import IssueFact
from tests.e2e.conftest import plant
from tests.findings import FACTS, REPORT, report_of
from tests.git.repos import git
from tests.product import running_world

FOLDER = "docs/gap_assessments"
NAMES = ["2025-11-17_gap_assessment.md", "2025-11-17_issue_remediation_plan.md"]
BLOCKER = IssueFact(key="ISS-001", title="Aurora", severity="Level 1", days=9, status="Open")


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("a")
    git(folder, "add", "a.txt")
    git(folder, "commit", "-q", "-m", "Begin", at=datetime(2025, 11, 10, tzinfo=UTC))
    return folder


def written(world):
    """Have the report of a week with an open Level 1 written, and wait for it."""
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_report(report_of(facts=replace(FACTS, open_issues=(BLOCKER,))))
        payload = {"report": REPORT}
        effect = Effect(key="w", kind=EffectKind.GAP_REPORT, payload=payload, lane="repo")
        plan.emit(effect, datetime.now(UTC))
    return world.as_member().wait_for(lambda: path_of(world))


def path_of(world):
    with world.plans.reading(world.workspace_id) as plan:
        return plan.report(REPORT).path


def test_report_and_remediation_plan_go_into_the_work_tree(tmp_path, repo):
    with running_world(tmp_path, project_repo=str(repo)) as world:
        plant(world)

        assert written(world) == f"{FOLDER}/{NAMES[0]}"

    assert sorted(path.name for path in (repo / FOLDER).iterdir()) == NAMES


def test_they_are_committed_to_a_branch_where_one_is_named(tmp_path, repo):
    with running_world(
        tmp_path, project_repo=str(repo), bqx_report_branch="cadence/reports"
    ) as world:
        plant(world)

        written(world)

    assert not (repo / "docs").exists()
    shown = git(repo, "log", "--format=%s", "--name-only", "cadence/reports").split("\n")
    assert {f"{FOLDER}/{name}" for name in NAMES} <= set(shown)
    assert "Write 2025-11-17 gap assessment" in shown
