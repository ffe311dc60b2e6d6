"""`bqx issues`: in step with the code and a code host, and the reports."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.database import SqlPlanDatabase, open_database
from bot.domain.effects import EffectKind, EffectState
from bot.domain.plan import Why
from tests.code_host.server import REPO, TOKEN, Fault, local_host
from tests.git.repos import git, make_repo


@pytest.fixture
def settings(tmp_path):
    repo = make_repo(tmp_path / "etl")
    (repo.path / "a.py").write_text("# TODO: retry\n")
    git(repo.path, "add", "-A")
    git(repo.path, "commit", "-q", "-m", "work")
    with local_host() as there:
        there.add("Sum is wrong", labels=["level 2"])
        yield (
            {
                "PROJECT_REPO": str(repo.path),
                "CODE_HOST_URL": there.url,
                "CODE_HOST_REPO": REPO,
                "CODE_HOST_TOKEN": f"{TOKEN}\n",
            },
            there,
        )


LOOKED_AT = [
    "code: 1 of 1 clones read, 1 marks wait",
    "GitHub acme/etl: 1 open issue would become issues here (1 Level 2)",
    "  #1 Sum is wrong",
]


def test_the_first_time_it_only_shows_what_a_yes_would_do(typed, settings):
    given, there = settings

    done = typed.bqx("issues", "sync", **given)

    assert done.stdout.splitlines() == [
        *LOOKED_AT,
        "Nothing was written on either side. `bqx issues sync --yes` begins.",
    ]
    assert [verb for verb, _, _ in there.calls] == ["GET"]
    assert "Sum is wrong" not in typed.bqx("issues", "report").stdout


def test_the_code_and_the_host_are_read_once(typed, settings):
    given, _ = settings

    done = typed.bqx("issues", "sync", "--yes", **given)

    assert done.stdout.splitlines() == [*LOOKED_AT, "GitHub: 1 read, 1 taken over, 0 written"]
    again = typed.bqx("issues", "sync", **given)
    assert again.stdout.splitlines()[1:] == ["GitHub: 1 read, 0 taken over, 0 written"]
    assert "| ISS-001 | Sum is wrong |" in typed.bqx("issues", "report").stdout
    one = typed.bqx("issues", "report", "iss-001", "--out", "out/one.md")
    assert one.stdout == "Written: out/one.md\n"
    assert "Level 2: Major issue" in (typed.folder / "out" / "one.md").read_text()


def test_a_write_that_the_host_does_not_answer_is_noted_as_the_product_notes_it(typed, settings):
    given, there = settings
    typed.bqx("issues", "sync", "--yes", **given)
    plans = SqlPlanDatabase(open_database(f"sqlite:///{typed.folder / 'bqx.db'}"))
    [workspace] = plans.workspaces()
    with plans.changing(workspace.id) as plan:
        why = Why(operation="test", actor_id="test", at=datetime.now(UTC), reason="test")
        plan.save(replace(plan.issue("ISS-001"), title="Sum is too small"), why)
    there.during.append(lambda: there.faults.append(Fault(502)))

    failed = typed.bqx("issues", "sync", **given)

    assert failed.returncode == 2
    with plans.reading(workspace.id) as plan:
        [waits] = plan.deliveries(EffectState.PENDING, kind=EffectKind.CODE_HOST)
    plans.close()
    assert waits.first_tried_at is not None
    assert "GitHub" in waits.error


def test_what_cant_be_done_is_one_sentence(typed, settings):
    given, there = settings
    assert "PROJECT_REPO" in typed.refused("issues", "sync")
    assert "no issue" in typed.refused("issues", "report", "ISS-404")
    assert "owner/name" in typed.refused("issues", "sync", CODE_HOST_REPO="etl")
    assert "github" in typed.refused("issues", "sync", **{**given, "CODE_HOST_KIND": "svn"})
    there.faults.append(Fault(403, {"retry-after": "9"}))
    failed = typed.bqx("issues", "sync", **given)
    assert failed.returncode == 2
    assert "Try again in 9 s" in failed.stderr
