"""What PlanDatabase promises about workspaces, and that they never meet."""

from dataclasses import replace
from datetime import timedelta

import pytest
from ulid import ULID

from bot.domain.effects import EffectState
from bot.errors import UserError
from bot.ports import PlanReader
from tests.conftest import MONDAY
from tests.contracts.samples import CHECK, EFFECT, ITEMS, LINK, PUSH, fill, picture, why


def test_a_new_team_gets_a_workspace_and_keeps_it(plans):
    first = plans.connect_team("T1", name="BQX", bot_user_id="UBOT")
    again = plans.connect_team("T1", name="BQX", bot_user_id="UBOT")

    assert first == again
    assert plans.workspaces() == [first]
    assert (first.team_id, first.name, first.bot_user_id) == ("T1", "BQX", "UBOT")
    assert ULID.from_str(first.id)


def test_a_team_that_was_renamed_keeps_its_settings(plans, home):
    with plans.changing(home.id) as plan:
        plan.put_workspace(replace(home, zone="Europe/Berlin", lead_id="U1"))

    after = plans.connect_team("T1", name="New", bot_user_id="UNEW")

    named = replace(home, zone="Europe/Berlin", lead_id="U1", name="New", bot_user_id="UNEW")
    assert after == named
    assert plans.workspaces() == [named]


def test_a_plan_made_before_slack_was_connected_is_adopted(plans):
    local = plans.local_workspace(zone="Europe/Berlin")

    adopted = plans.connect_team("T1", name="BQX", bot_user_id="UBOT")

    assert adopted == replace(local, team_id="T1", name="BQX", bot_user_id="UBOT")
    assert plans.workspaces() == [adopted]


def test_a_second_team_gets_a_workspace_of_its_own(plans, home):
    other = plans.connect_team("T2", name="Other", bot_user_id="UBOT2")

    assert other.id != home.id
    assert {w.team_id for w in plans.workspaces()} == {"T1", "T2"}


def test_the_local_workspace_is_made_once(plans):
    first = plans.local_workspace(zone="Europe/Berlin")
    again = plans.local_workspace(zone="Asia/Tokyo")

    assert first == again
    assert (first.zone, first.team_id) == ("Europe/Berlin", None)


def test_the_local_workspace_is_the_only_team(plans, home):
    assert plans.local_workspace(zone="UTC") == home


def test_of_several_workspaces_none_is_the_local_one(plans, home):
    plans.connect_team("T2", name="Other", bot_user_id="UBOT2")

    with pytest.raises(UserError, match="several workspaces"):
        plans.local_workspace(zone="UTC")


def test_an_unknown_workspace_is_refused(plans):
    with pytest.raises(LookupError), plans.reading("nobody's"):
        pass
    with pytest.raises(LookupError), plans.changing("nobody's"):
        pass


def test_a_cursor_moves_forward_only(plans):
    hour = timedelta(hours=1)
    unseen = plans.cursor("digest")

    seen = []
    for until in (MONDAY, MONDAY + hour, MONDAY):
        plans.move_cursor("digest", until)
        seen.append(plans.cursor("digest"))

    assert unseen is None
    assert seen == [MONDAY, MONDAY + hour, MONDAY + hour]
    assert plans.cursor("other") is None


@pytest.fixture
def other(plans, home):
    """A second team's workspace."""
    return plans.connect_team("T2", name="Other", bot_user_id="UBOT2")


def test_the_picture_asks_every_method_of_the_reader(plans, home):
    with plans.reading(home.id) as plan:
        asked = set(picture(plan))

    methods = {name for name in dir(PlanReader) if not name.startswith("_")}
    assert asked == methods - {"workspace"}


def test_nothing_of_one_workspace_is_seen_from_another(plans, home, other):
    with plans.reading(other.id) as plan:
        empty = picture(plan)

    with plans.changing(home.id) as plan:
        fill(plan)

    with plans.reading(other.id) as plan:
        assert picture(plan) == empty
        assert plan.workspace == other


def test_nothing_written_in_one_workspace_touches_another(plans, home, other):
    with plans.changing(home.id) as plan:
        fill(plan)
    with plans.reading(home.id) as plan:
        before = picture(plan)

    with plans.changing(other.id) as plan:
        fill(plan)
        for item in ITEMS.values():
            plan.save(replace(item, removed_at=MONDAY), why("op2"))
        plan.mark_undone("op1", "op2")
        plan.put_channels({})
        plan.mark_attempt(EFFECT.key, MONDAY)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY)
        plan.put_workspace(replace(other, zone="Asia/Tokyo"))
        plan.keep_draft("d2", "U1", {}, MONDAY + timedelta(days=99))
        plan.drop_link(LINK.kind, LINK.key)
        plan.drop_push(PUSH.kind, PUSH.key)
        plan.put_airtable_base(None)

    with plans.reading(home.id) as plan:
        after = picture(plan)
        assert plan.workspace == home
    assert after == before


def test_keys_causes_and_effects_are_counted_for_each_workspace(plans, home, other):
    with plans.changing(home.id) as plan:
        minted = plan.mint("STG")
        plan.claim("cmd:1", MONDAY)
        plan.emit(EFFECT, MONDAY)

    with plans.changing(other.id) as plan:
        assert plan.mint("STG") == minted
        assert plan.claim("cmd:1", MONDAY)
        assert plan.delivery(EFFECT.key) is None
        with pytest.raises(LookupError):
            plan.mark_attempt(EFFECT.key, MONDAY)
        assert plan.gap_check(CHECK.key) is None
