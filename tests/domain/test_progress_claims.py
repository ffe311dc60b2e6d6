"""Progress that a commit states of one stage: the customer's history, and what is no claim."""

import pytest

from bot.adapters.git import GitActivity
from bot.domain.progress_claims import progress_claims
from tests.conftest import MONDAY
from tests.customer_plan import customer_stages
from tests.customer_repo import build_customer_repo
from tests.domain.builders import DAY, commit, stage, worked

PLAN = (stage("1.5.4"), stage("1.5.5"), stage("2.10", "STG-A"), stage("2.10", "STG-B"))


def claims(*commits, stages=PLAN):
    work = worked(*commits, stages=stages)
    return list(progress_claims(work.own, work.refs))


def test_the_customers_history_states_the_progress_of_exactly_three_stages(shared, tmp_path):
    stages = customer_stages(shared)
    refs = {one.key: one.ref for one in stages}
    repo = build_customer_repo(shared, tmp_path / "customer")
    history = list(GitActivity().stream(repo, since=None, until=None))

    found = claims(*history, stages=stages)

    assert len(history) == 72
    assert [(refs[one.stage_key], round(one.fraction * 100, 1)) for one in found] == [
        ("1.5.4", 38.3),
        ("1.5.5", 5.5),
        ("2.1.2", 27.4),
    ]


@pytest.mark.parametrize(
    ("subject", "body", "done", "total", "fraction"),
    [
        ("Stage 1.5.4 backfill: 129/336 partitions complete", "", 129, 336, 129 / 336),
        ("chore: work", "Stage 1.5.4 progress: 38.3%", None, None, 0.383),
    ],
)
def test_a_line_that_states_it_of_one_stage_is_a_claim(subject, body, done, total, fraction):
    (claim,) = claims(commit(subject, body))

    assert (claim.stage_key, claim.done, claim.total) == ("STG-1.5.4", done, total)
    assert claim.fraction == pytest.approx(fraction)


def test_a_claim_tells_its_commit_moment_and_line():
    one = commit("chore: work", "Stage 1.5.4:  129/336 partitions complete", at=MONDAY - 3 * DAY)

    (claim,) = claims(one)

    assert claim.key == f"{one.sha}:STG-1.5.4"
    assert claim.source == claim.probe == f"commit {one.sha[:7]}"
    assert claim.read_at == MONDAY - 3 * DAY
    assert claim.line == "Stage 1.5.4: 129/336 partitions complete"


def test_each_stage_has_a_claim_where_each_has_a_line():
    body = "- Stage 1.5.4: In Progress (38.3%)\n- Stage 1.5.5: In Progress (5.5%)"

    found = {one.stage_key: one.fraction for one in claims(commit("docs: status", body))}

    assert found == {"STG-1.5.4": pytest.approx(0.383), "STG-1.5.5": pytest.approx(0.055)}


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("129/336 partitions complete", ""),  # of no stage
        ("feat: Stage 1.5.4 begins", "129/336 partitions complete"),  # not the stage's line
        ("Stages 1.5.4 and 1.5.5: 38.3% complete", ""),  # of two
        ("Stage 1.5.4-1.5.5: 38.3% complete", ""),  # a range
        ("Stage 9.9.9: 38.3% complete", ""),  # not in the plan
        ("Stage 2.10: 38.3% complete", ""),  # two carry it
        ("Stage 1.5.4: 100% complete", ""),  # completion has rules of its own
        ("Stage 1.5.4: 336/336 partitions complete", ""),
        ("Stage 1.5.4: 0% complete", ""),
        ("Stage 1.5.4 is in progress", ""),  # no number
        ("docs: plan", "Next steps:\n- Stage 1.5.4: 38.3% complete"),  # what is to come
        ("docs: plan", "> Stage 1.5.4: 38.3% complete"),  # somebody else's words
    ],
)
def test_anything_else_is_none(subject, body):
    assert claims(commit(subject, body)) == []
