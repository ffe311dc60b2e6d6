"""`/bqx links` and `/bqx rules`: look, correct with a click, take back."""

from datetime import timedelta

import pytest

from bot.domain.activity import Commit
from bot.domain.evidence import RuleKind, SeenCommit, WorkRule
from bot.domain.plan import Why
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import becomes, press, seen, words
from tests.product import ANA, running_world

WHY = Why(operation="setup", actor_id=ANA, at=MONDAY, reason="test")
FIRST, SECOND, THIRD = (
    Commit(
        sha=f"{number}" * 40,
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=MONDAY + number * timedelta(hours=1),
        subject=f"Stage 1.5.4: part {number} <!here> & more",
    )
    for number in (1, 2, 3)
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("links")) as world:
        plant(world)
        with world.plans.changing(world.workspace_id) as plan:
            plan.put_commits(
                SeenCommit(commit=one, repo="bqx", arrived_at=MONDAY)
                for one in (FIRST, SECOND, THIRD)
            )
            plan.save(
                WorkRule(
                    key="RULE-001",
                    kind=RuleKind.PATH,
                    pattern="docs",
                    reason="written <!here> & there",
                    made_by=ANA,
                    made_at=MONDAY,
                ),
                WHY,
            )
        yield world


def test_commits_of_a_stage_are_shown_with_why_and_no_word_of_theirs_pings(world):
    shown = words(world.bqx("links 1.5.4"))

    assert "3333333" in shown
    assert shown.index("3333333") < shown.index("1111111")
    assert "part 3 &lt;!here&gt; &amp; more" in shown
    assert "the subject names stage 1.5.4" in shown


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("links 1.5.5", "No commit that I have seen"),
        ("links 9.9", "No stage is called"),
        ("links 2.10", "carried by 2 stages"),
    ],
)
def test_without_commits_or_stage_it_says_what_to_do(world, typed, answer):
    assert answer in words(world.bqx(typed))


def test_a_wrong_link_is_moved_by_a_form_and_undone(world):
    shown = world.bqx("links 1.5.4")
    member, _ = press(world, shown, "Wrong…")
    form = member.wait_for(member.modal)
    option = member.suggest(form["id"], "record", "value", "1.5.5")["options"][0]
    elsewhere = next(b for b in form["blocks"] if b.get("block_id") == "where")["element"]
    values = {
        "where": {
            "value": {"type": "radio_buttons", "selected_option": elsewhere["initial_option"]}
        },
        "record": {"value": {"type": "external_select", "selected_option": None}},
    }
    refused = member.submit(form["id"], values)
    assert list(refused["errors"]) == ["record"]

    values["record"]["value"]["selected_option"] = option
    assert member.submit(form["id"], values) == {"ok": True}

    receipt = seen(world, "Link corrected")
    assert "part" in words(world.bqx("links 1.5.5"))

    press(world, receipt, "Undo")
    becomes(world, receipt, "Undone")
    assert "No commit that I have seen" in words(world.bqx("links 1.5.5"))


def test_a_rule_is_shown_removed_and_brought_back(world):
    shown = world.bqx("rules")
    assert "written &lt;!here&gt; &amp; there" in words(shown)

    press(world, shown, "Remove")
    removed = seen(world, "is removed")
    assert "no rules about commits yet" in words(world.bqx("rules"))

    press(world, removed, "Undo")
    becomes(world, removed, "Undone")
    assert "RULE-001" in words(world.bqx("rules"))


def test_of_two_stages_with_one_ref_the_chosen_ones_commits_are_shown(world):
    asked = world.bqx("links 2.10")

    press(world, asked, "This one")

    becomes(world, asked, "No commit that I have seen")
