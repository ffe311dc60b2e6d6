"""A click beside a commit says where it belongs; a rule that was removed is removed once."""

from datetime import timedelta
from itertools import count

import pytest

from bot.domain.activity import Commit
from bot.domain.evidence import LinkVerdict, RuleKind, SeenCommit, WorkRule
from bot.domain.plan import Why
from bot.views.links_message import WHERE
from bot.views.repair_inputs import RECORD
from tests.conftest import MONDAY
from tests.e2e.looking import becomes, buttons, press, seen, words
from tests.e2e.test_repairs import suggested, values_of
from tests.product import ANA, BEN

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
ELSEWHERE, NOWHERE = 0, 1
NUMBERS = count(10)


def commit(number, subject):
    made = Commit(
        sha=f"{number:07x}" + "0" * 33,
        author_name="Ben Okafor",
        author_email="ben@bqx.example",
        authored_at=MONDAY - timedelta(days=1) + timedelta(minutes=number),
        subject=subject,
        paths=("src/a.py",),
    )
    return SeenCommit(commit=made, repo="bqx", arrived_at=MONDAY)


@pytest.fixture
def commits(world):
    """Two commits of 1.5.4 that nobody has said anything about."""
    found = [
        commit(next(NUMBERS), "Stage 1.5.4: <!channel> rebuild & swap"),
        commit(next(NUMBERS), "TSK-1.5.4: drop the index"),
    ]
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_commits(found)
    return [one.commit.sha for one in found]


def verdicts(world, sha):
    with world.plans.reading(world.workspace_id) as plan:
        return {d.record_key: d.verdict for d in plan.link_decisions() if d.sha == sha}


def wrong_link(world, shown, sha, member_id=ANA):
    """Press the button beside a commit, and return the form that it opens."""
    member = world.as_member(member_id)
    block = next(b for b in shown["blocks"] if sha in str(b.get("accessory")))
    container = {"type": "message", "channel": member.channel("bqx-ml"), "ts": shown["ts"]}
    button = block["accessory"]
    member.press(container, block["block_id"], button["action_id"], value=button["value"])
    return member, member.wait_for(member.modal)


def test_links_shows_the_commits_of_the_tasks_of_a_stage_too(world, commits):
    shown = world.bqx("links 1.5.4")

    assert shown["ephemeral"]
    text = words(shown)
    assert "the subject names task TSK-1.5.4" in text
    assert text.index(commits[1][:7]) < text.index(commits[0][:7])


def test_links_of_nothing_asks_whose(world):
    assert "Whose commits?" in words(world.bqx("links"))


def test_the_clicked_commit_is_the_one_that_is_moved(world, commits):
    sha, other = commits
    member, form = wrong_link(world, world.bqx("links 1.5.4"), sha)
    assert "&lt;!channel&gt; rebuild &amp; swap" in str(form["blocks"])
    chosen = suggested(member, form, RECORD, "1.5.5")

    answer = member.submit(form["id"], values_of(form, {WHERE: ELSEWHERE, RECORD: chosen}))

    assert answer == {"ok": True}
    receipt = seen(world, f"`{sha[:7]}` belongs to 1.5.5")
    assert verdicts(world, sha) == {
        "STG-901": LinkVerdict.REJECTED,
        "STG-902": LinkVerdict.CONFIRMED,
    }
    left = words(world.bqx("links 1.5.4"))
    assert sha[:7] not in left
    assert other[:7] in left
    assert "a person linked it" in words(world.bqx("links 1.5.5"))

    press(world, receipt, "Undo")

    becomes(world, receipt, "Undone")
    assert verdicts(world, sha) == {}
    assert sha[:7] in words(world.bqx("links 1.5.4"))


def test_a_commit_that_belongs_to_nothing_is_not_shown_again(world, commits):
    _, sha = commits
    member, form = wrong_link(world, world.bqx("links 1.5.4", BEN), sha, BEN)

    answer = member.submit(form["id"], values_of(form, {WHERE: NOWHERE}))

    assert answer == {"ok": True}
    assert seen(world, f"`{sha[:7]}` belongs to nothing here", BEN)
    assert verdicts(world, sha) == {"TASK-901": LinkVerdict.REJECTED}
    assert sha[:7] not in words(world.bqx("links 1.5.4", BEN))


def test_it_can_not_be_moved_to_where_it_is(world, commits):
    sha, _ = commits
    member, form = wrong_link(world, world.bqx("links 1.5.4"), sha)
    same = suggested(member, form, RECORD, "1.5.4")

    refused = member.submit(form["id"], values_of(form, {RECORD: same}))
    member.close_modal(form["id"])

    assert "linked to already" in refused["errors"][RECORD]
    assert verdicts(world, sha) == {}


def test_a_rule_is_removed_once_and_the_second_click_is_told(world):
    assert "There are no rules about commits yet." in words(world.bqx("rules"))
    rule = WorkRule(
        key="RULE-001",
        kind=RuleKind.BELONGS,
        pattern="src/reg",
        record_key="STG-902",
        reason="It is <!here> & there",
        made_by=ANA,
        made_at=MONDAY,
    )
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(rule, WHY)
    shown = world.bqx("rules")
    assert "`src/reg` belong to 1.5.5 “REG Table Recalculation”" in words(shown)

    press(world, shown, "Remove")
    assert "belong to 1.5.5" in words(seen(world, "*RULE-001* is removed: "))
    press(world, shown, "Remove")

    assert "Undo" not in buttons(seen(world, "RULE-001 is not in use (any more)."))
