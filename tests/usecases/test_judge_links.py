"""Where commits that name nothing likely belong, and what an assessment makes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.assessment import Judged, PlanSnapshot
from bot.domain.evidence import LinkVerdict
from bot.domain.findings import FindingKind
from bot.domain.matching import Likely, Tier
from bot.domain.plan import Status, Workspace
from bot.usecases.judge_links import ENDED, judge_links
from tests.conftest import MONDAY
from tests.domain.builders import (
    DAY,
    HOUR,
    commit,
    decision,
    found,
    of_kind,
    seen,
    stage,
    task,
    worked,
)

BOB = {"author_name": "Bob", "author_email": "bob@example.org"}
BACKFILL = stage("1.5.4", name="Partition backfill of rate tables")
DASHBOARD = task("TSK-2.1", title="Dashboard layout for mobile")
PLAN = {"stages": (BACKFILL,), "tasks": (DASHBOARD,)}
HISTORY = [
    one
    for day in range(8, 0, -1)
    for one in (
        commit(
            f"feat: Stage 1.5.4 step {day}",
            at=MONDAY - day * DAY,
            paths=(f"src/backfill/part{day % 3}.py",),
        ),
        commit(
            f"feat: TSK-2.1 step {day}", at=MONDAY - day * DAY, paths=("web/dashboard.css",), **BOB
        ),
    )
]


def near():
    """A commit that names nothing, and shares author, files and words with the dashboard."""
    return commit(
        "fix: mobile dashboard layout jumps", at=MONDAY - HOUR, paths=("web/dashboard.css",), **BOB
    )


def far():
    """A commit that shares nothing with anything."""
    return commit(
        "chore: renew wifi certificates",
        at=MONDAY - HOUR,
        paths=("misc/wifi.pem",),
        author_name="Zed",
        author_email="zed@example.org",
    )


def likely(*commits, decisions=(), work=None, **plan):
    plan = plan or PLAN
    snapshot = PlanSnapshot(workspace=Workspace(id="W1"), **plan)
    done = work or worked(*commits, decisions=decisions, **plan)
    return judge_links(snapshot, done, decisions, now=MONDAY)


def test_work_like_a_tasks_commits_likely_belongs_to_it_and_other_work_to_none():
    close, strange = near(), far()

    judged = likely(*HISTORY, close, strange)

    assert judged[close.sha].record_key == DASHBOARD.key
    assert judged[close.sha].score > judged[strange.sha].score
    assert judged[strange.sha].record_key is None
    assert judged[strange.sha].reasons == ()
    assert not judged[strange.sha].is_certain


def test_it_says_why_in_words():
    close = near()

    reasons = "; ".join(likely(*HISTORY, close)[close.sha].reasons)

    assert "changes web/dashboard.css like its commits" in reasons
    assert "its author worked on it 23 hours apart" in reasons
    assert "dashboard" in reasons


def test_only_what_names_nothing_is_judged():
    close, unknown = near(), commit("feat: Stage 9.9.9 is new", at=MONDAY - HOUR)

    assert set(likely(*HISTORY, unknown, close)) == {close.sha}


def test_of_work_from_before_the_first_assessment_nobody_is_asked():
    close = near()
    new = worked(*HISTORY, close, **PLAN)
    old = replace(new, seen=tuple(seen(*HISTORY, close, arrived=None)))

    assert set(likely(work=new)) == {close.sha}
    assert likely(work=old) == {}


def test_an_empty_plan_is_no_home():
    assert likely(near(), stages=()) == {}


@pytest.mark.parametrize(("ago", "home"), [(ENDED, True), (ENDED + timedelta(seconds=1), False)])
def test_what_ended_long_ago_is_no_home_any_more(ago, home):
    ended = task(
        "TSK-2.1", title=DASHBOARD.title, status=Status.COMPLETE, completed_at=MONDAY - ago
    )
    close = near()

    judged = likely(*HISTORY, close, stages=(BACKFILL,), tasks=(ended,))

    assert (judged[close.sha].record_key == ended.key) is home


def test_what_a_person_said_no_to_is_not_proposed_again():
    close = near()
    no = decision(close, DASHBOARD.key, LinkVerdict.REJECTED)

    assert likely(*HISTORY, close, decisions=[no])[close.sha].record_key != DASHBOARD.key


def test_what_a_person_linked_is_not_judged():
    close = near()
    yes = decision(close, DASHBOARD.key)

    assert close.sha not in likely(*HISTORY, close, decisions=[yes])


def test_the_same_work_is_judged_the_same():
    commits = [*HISTORY, near(), far()]

    assert likely(*commits) == likely(*commits)


# What the assessment makes of it, by tier


def assessed(one, guess):
    judged = Judged(likely={one.sha: guess})
    assessment = found(*HISTORY, one, judged=judged, **PLAN)
    (link,) = [link for link in assessment.links if link.sha == one.sha]
    return of_kind(assessment, FindingKind.COMMIT_UNPLANNED), link


def test_a_certain_home_is_a_link_and_no_question():
    one = near()
    guess = Likely(
        sha=one.sha, record_key=DASHBOARD.key, score=0.98, is_certain=True, reasons=("words",)
    )

    asked, link = assessed(one, guess)

    assert asked == []
    assert (link.record, link.tier, link.status) == (DASHBOARD.key, Tier.LIKELY, "linked")
    assert (link.score, link.reason) == (0.98, "words")


def test_a_likely_home_is_offered_with_the_question():
    one = near()
    guess = Likely(sha=one.sha, record_key=DASHBOARD.key, score=0.7)

    (asked,), link = assessed(one, guess)

    assert asked.commits == (one.sha,)
    assert asked.proposal["record"] == DASHBOARD.key
    assert asked.proposal["score"] == 0.7
    assert "Likely TSK-2.1 “Dashboard layout for mobile”." in asked.text
    assert (link.record, link.tier, link.status) == (DASHBOARD.key, Tier.LIKELY, "proposed")


def test_work_without_a_home_is_asked_about_without_an_offer():
    one = far()
    guess = Likely(sha=one.sha, record_key=None, score=0.3)

    (asked,), link = assessed(one, guess)

    assert asked.proposal["record"] is None
    assert "Likely" not in asked.text
    assert (link.record, link.tier, link.status) == (None, Tier.NONE, "none")


def test_what_is_judged_reaches_the_findings_by_the_same_commits():
    close, strange = near(), far()
    judged = likely(*HISTORY, close, strange)

    assessment = found(*HISTORY, close, strange, judged=Judged(likely=judged), **PLAN)

    asked = {
        sha for one in of_kind(assessment, FindingKind.COMMIT_UNPLANNED) for sha in one.commits
    }
    links = {link.sha: link.record for link in assessment.links}
    assert strange.sha in asked
    assert (close.sha in asked) is not judged[close.sha].is_certain
    assert (links[close.sha], links[strange.sha]) == (DASHBOARD.key, None)
