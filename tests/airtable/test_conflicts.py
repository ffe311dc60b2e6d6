"""Both sides changed one thing: it is shown once, and one click settles it."""

from dataclasses import replace

import pytest

from bot.domain.effects import EffectKind, EffectState
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.errors import UserError
from bot.usecases.airtable.settle_conflict import settle_conflict
from bot.usecases.undo import undo
from tests.airtable.agreeing import differences
from tests.airtable.bases import ISSUES, TASKS
from tests.airtable.builders import an_issue, stage_of


@pytest.fixture
def mara(world):
    """A collaborator of the base."""
    return world.server.person()


def type_there(world, mara, key, cells, kind="stage"):
    """Change cells of an item's record."""
    link = world.link(kind, key)
    mara.update(world.base_id, link.table_id, link.record_id, cells)


@pytest.fixture
def disputed(world, mara):
    """The key of a stage whose notes both sides changed."""
    stage = stage_of(world)
    type_there(world, mara, stage.key, {"Notes": "Mara's"})
    world.save(replace(stage, notes="Ana's"))
    world.pull()
    world.push()
    return stage.key


def cards(world):
    """Return the effects that show conflicts."""
    with world.plans.reading(world.workspace_id) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return [each.effect for each in pending if each.effect.kind is EffectKind.AIRTABLE_CONFLICT]


def settle(world, choice):
    """Click on the only conflict's card."""
    [conflict] = world.conflicts()
    return settle_conflict(world.plans, conflict.key, choice, world.asker())


def both(world, key):
    """Return the notes here and there."""
    return world.item("stage", key).notes, world.row("stage", key).get("Notes")


def test_what_both_changed_is_one_conflict_with_one_card_and_stays_on_both_sides(world, disputed):
    [conflict] = world.conflicts()

    assert (conflict.aspect, conflict.overwritten) == ("notes", False)
    assert (conflict.ours, conflict.theirs) == ({"notes": "Ana's"}, {"notes": "Mara's"})
    assert (conflict.our_actor, conflict.their_actor) == ("U0ANA0001", "airtable:Mara")
    assert len(cards(world)) == 1
    assert both(world, disputed) == ("Ana's", "Mara's")


def test_what_each_side_changed_alone_arrives_on_the_other(world, mara):
    stage = stage_of(world)
    type_there(world, mara, stage.key, {"Status": "Done"})
    world.save(replace(stage, progress=Progress(900), notes="Ana's"))

    world.pull()
    world.push()

    assert world.conflicts() == []
    assert differences(world) == []
    assert world.item("stage", stage.key).status is Status.COMPLETE


@pytest.mark.parametrize(("choice", "notes"), [("plan", "Ana's"), ("airtable", "Mara's")])
def test_a_click_puts_the_chosen_value_on_both_sides(world, disputed, choice, notes):
    assert settle(world, choice).changed

    world.push()
    world.pull()

    assert both(world, disputed) == (notes, notes)
    assert world.conflicts() == []
    assert world.queue() == []


def test_a_second_click_changes_nothing(world, disputed):
    key = world.conflicts()[0].key
    settle(world, "airtable")

    again = settle_conflict(world.plans, key, "plan", world.asker("U0BEN0001"))

    assert not again.changed
    assert again.conflict.choice == "airtable"
    assert world.item("stage", disputed).notes == "Mara's"


@pytest.mark.parametrize("choice", ["plan", "airtable"])
def test_a_click_on_a_card_of_older_values_settles_nothing_and_shows_the_new(
    world, mara, disputed, choice
):
    key, seen = world.conflicts()[0].key, world.conflicts()[0].version
    type_there(world, mara, disputed, {"Notes": "Mara's second"})
    world.pull()

    done = settle_conflict(world.plans, key, choice, world.asker(), seen)

    assert (done.changed, done.conflict.choice) == (False, None)
    assert both(world, disputed) == ("Ana's", "Mara's second")
    now = world.conflicts()[0].version
    assert settle_conflict(world.plans, key, choice, world.asker(), now).changed


def test_what_was_changed_here_since_the_card_is_not_replaced_unseen(world, disputed):
    key, seen = world.conflicts()[0].key, world.conflicts()[0].version
    world.save(replace(world.item("stage", disputed), notes="Ana's second"))

    done = settle_conflict(world.plans, key, "airtable", world.asker(), seen)

    assert (done.changed, done.conflict.ours) == (False, {"notes": "Ana's second"})
    assert world.item("stage", disputed).notes == "Ana's second"


def test_a_card_of_an_earlier_conflict_does_not_settle_a_later_one(world, mara, disputed):
    first = world.conflicts()[0]
    settle(world, "plan")
    world.push()
    world.later(minutes=1)
    type_there(world, mara, disputed, {"Notes": "Mara's second"})
    world.save(replace(world.item("stage", disputed), notes="Ana's second"))
    world.pull()

    done = settle_conflict(world.plans, first.key, "airtable", world.asker(), first.version)

    assert not done.changed
    assert both(world, disputed) == ("Ana's second", "Mara's second")


def test_undoing_a_settlement_brings_the_plans_value_back_on_both_sides(world, disputed):
    asker = world.asker()
    settle_conflict(world.plans, world.conflicts()[0].key, "airtable", asker)
    world.push()

    undo(world.plans, asker.operation, world.asker())
    world.push()

    assert both(world, disputed) == ("Ana's", "Ana's")


def test_a_third_change_there_is_shown_on_the_same_card(world, mara, disputed):
    found = world.conflicts()[0].found_at

    type_there(world, mara, disputed, {"Notes": "Mara's second"})
    world.pull()

    [conflict] = world.conflicts()
    assert (conflict.theirs, conflict.found_at) == ({"notes": "Mara's second"}, found)
    assert len(cards(world)) == 2


def test_a_third_change_here_is_shown_on_the_same_card(world, disputed):
    found = world.conflicts()[0].found_at

    world.later(minutes=1)
    world.save(replace(world.item("stage", disputed), notes="Ana's second"))
    world.push()

    [conflict] = world.conflicts()
    assert (conflict.ours, conflict.found_at) == ({"notes": "Ana's second"}, found)
    assert both(world, disputed)[1] == "Mara's"


def test_a_change_of_something_else_leaves_the_conflict_open(world, mara, disputed):
    type_there(world, mara, disputed, {"Status": "Done"})
    world.pull()
    world.save(replace(world.item("stage", disputed), progress=Progress(100)))
    world.push()
    world.pull()
    world.read_all()

    assert len(world.conflicts()) == 1
    assert both(world, disputed) == ("Ana's", "Mara's")


@pytest.mark.parametrize("side", ["here", "there"])
def test_a_conflict_closes_itself_when_both_come_to_say_the_same(world, mara, disputed, side):
    if side == "here":
        world.save(replace(world.item("stage", disputed), notes="Mara's"))
    else:
        type_there(world, mara, disputed, {"Notes": "Ana's"})

    world.pull()
    world.push()

    assert world.conflicts() == []
    with world.plans.reading(world.workspace_id) as plan:
        assert plan.conflicts(open_only=False)[0].choice == "alike"
    assert len(set(both(world, disputed))) == 1
    assert world.queue() == []


def test_a_conflict_closes_itself_when_the_plan_takes_its_change_back(world, disputed):
    world.save(replace(world.item("stage", disputed), notes=""))
    world.push()

    assert world.conflicts() == []
    assert both(world, disputed) == ("Mara's", "Mara's")


def test_a_conflict_closes_itself_when_airtable_takes_its_change_back(world, mara, disputed):
    type_there(world, mara, disputed, {"Notes": None})
    world.pull()
    world.push()

    assert world.conflicts() == []
    assert both(world, disputed) == ("Ana's", "Ana's")


@pytest.fixture
def overwritten(world, mara):
    """The key of a stage whose notes we wrote over before we had seen Mara's."""
    stage = stage_of(world)
    type_there(world, mara, stage.key, {"Notes": "Mara's"})
    world.save(replace(stage, notes="Ana's"))
    world.push()
    world.pull()
    return stage.key


def test_a_value_that_our_write_replaced_unseen_is_shown(world, overwritten):
    [conflict] = world.conflicts()

    assert (conflict.aspect, conflict.overwritten) == ("notes", True)
    assert conflict.theirs == {"notes": "Mara's"}
    assert both(world, overwritten) == ("Ana's", "Ana's")


@pytest.mark.parametrize(("choice", "notes"), [("plan", "Ana's"), ("airtable", "Mara's")])
def test_an_overwritten_value_may_be_brought_back(world, overwritten, choice, notes):
    settle(world, choice)
    world.push()
    world.pull()

    assert both(world, overwritten) == (notes, notes)
    assert world.conflicts() == []


def test_our_second_write_of_a_value_is_not_taken_for_somebodys(world, mara):
    stage = stage_of(world)
    type_there(world, mara, stage.key, {"Notes": "same"})
    world.save(replace(stage, notes="same"))
    world.push()  # writes what is there already: it has no echo
    world.pull()
    type_there(world, mara, stage.key, {"Notes": "other"})
    world.pull()
    world.save(replace(world.item("stage", stage.key), notes="same"))
    world.push()

    world.pull()

    assert world.conflicts() == []


def test_a_slow_look_at_the_feed_still_finds_what_was_overwritten(world, mara):
    stage = stage_of(world)
    type_there(world, mara, stage.key, {"Notes": "Mara's"})
    world.save(replace(stage, notes="Ana's"))
    world.push()
    world.later(hours=6)

    world.pull()

    assert [each.overwritten for each in world.conflicts()] == [True]


@pytest.fixture
def deleted(world, mara):
    """A task whose record was deleted while its title was changed here."""
    link = world.link("task", "TASK-001")
    mara.delete(world.base_id, TASKS, link.record_id)
    world.save(replace(world.item("task", "TASK-001"), title="Still needed"))
    world.pull()
    return "TASK-001"


def test_a_deletion_of_what_the_plan_changed_is_a_question(world, deleted):
    [conflict] = world.conflicts()

    assert (conflict.aspect, conflict.their_actor) == ("row", "airtable:Mara")
    assert world.item("task", deleted).removed_at is None
    assert world.queue() == []


def test_the_plans_word_makes_a_deleted_record_again(world, deleted):
    settle(world, "plan")
    world.push()
    world.pull()

    assert world.row("task", deleted)["Task"] == "Still needed"
    assert world.conflicts() == []


def test_airtables_word_takes_the_item_out_until_it_is_undone(world, deleted):
    asker = world.asker()
    settle_conflict(world.plans, world.conflicts()[0].key, "airtable", asker)
    world.push()
    assert world.items("task") == []
    assert world.rows(TASKS) == []

    undo(world.plans, asker.operation, world.asker())
    world.push()

    assert world.row("task", deleted)["Task"] == "Still needed"


def test_an_issue_whose_record_is_made_again_keeps_its_remediation_tasks(world, mara):
    world.save(an_issue(1, remediation_task_keys=("TASK-001",)))
    world.push()
    world.pull()
    mara.delete(world.base_id, ISSUES, world.link("issue", "ISS-001").record_id)
    world.save(replace(world.item("issue", "ISS-001"), title="Still open"))
    world.pull()

    settle(world, "plan")
    world.push()
    world.pull()
    world.push()

    linked = world.row("issue", "ISS-001")["Remediation Tasks"]
    assert linked == [world.link("task", "TASK-001").record_id]


def test_links_that_both_sides_added_and_took_away_come_together_without_a_question(world, mara):
    first, second, third = (stage_of(world, f"1.5.{number}") for number in (1, 2, 3))
    world.save(an_issue(1, stage_keys=(first.key,)))
    world.push()
    world.pull()
    there = [world.link("stage", each.key).record_id for each in (first, second)]
    type_there(world, mara, "ISS-001", {"Affected Stages": there}, "issue")

    world.save(replace(world.item("issue", "ISS-001"), stage_keys=(third.key,)))
    world.pull()
    world.push()

    assert set(world.item("issue", "ISS-001").stage_keys) == {second.key, third.key}
    assert world.conflicts() == []
    assert differences(world) == []


def test_settling_a_conflict_of_an_item_that_is_gone_says_so(world, disputed):
    conflict = world.conflicts()[0]
    with world.plans.changing(world.workspace_id) as plan:
        plan.drop_link("stage", disputed)

    with pytest.raises(UserError, match="gone from the plan"):
        settle_conflict(world.plans, conflict.key, "plan", world.asker())
