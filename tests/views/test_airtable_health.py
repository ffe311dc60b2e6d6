"""How the base stands, with far more wrong than a message has room for."""

from datetime import UTC, datetime

from bot.domain.airtable.looking import Look
from bot.domain.airtable.mapping import BaseMapping
from bot.domain.airtable.outcomes import Connected, Health, Pulled, Pushed
from bot.domain.airtable.proposing.proposal import propose_mapping
from bot.domain.airtable.schema import BaseSchema
from bot.domain.airtable.state import (
    AirtableBase,
    BaseState,
    PullMode,
    PushState,
    QueuedPush,
    Trouble,
)
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.airtable_message import connected_message, health_message
from bot.views.airtable_wizard import proposal_message

NOW = datetime(2025, 11, 28, 9, 0, tzinfo=UTC)
LONG = "<&*_`" * 60


def many_errors(**given):
    """Return a base with twenty troubles and forty held rows, all of them long."""
    troubles = tuple(Trouble(f"field:{n}", f"{n} {LONG}", f"Cure {n} {LONG}") for n in range(20))
    base = AirtableBase(
        base_id="appTESTS000000001",
        name=LONG[:200],
        mapping=BaseMapping("appTESTS000000001", ()),
        state=BaseState.CONNECTED,
        troubles=troubles,
        error=LONG,
        error_at=NOW,
    )
    held = tuple(
        QueuedPush(kind="stage", key=f"STG-{n:03d}", since=NOW, state=PushState.HELD, error=LONG)
        for n in range(10)
    )
    told = {"has_token": True, "base": base, "held": held, "held_count": 40, **given}
    return health_message(Health(**told), NOW, is_admin=True)


def texts(shown):
    return str(shown["blocks"])


def test_twenty_errors_fit_and_what_has_no_room_is_counted():
    shown = many_errors()

    assert flaws_of_blocks(shown["blocks"], "message") == []
    assert "and 15 more; they show as these are cured" in texts(shown)
    assert "and 30 more" in texts(shown)


def test_a_token_that_is_no_longer_set_is_said():
    assert "is not set any more" in texts(many_errors(has_token=False))
    assert "is not set any more" not in texts(many_errors())


def test_doubts_without_room_in_the_proposal_are_counted():
    told = {
        "base": {"id": "appTESTS000000001", "name": LONG, "permission": "create"},
        "tables": {},
        "missing": [],
        "doubts": [f"{n} {LONG}" for n in range(30)],
    }

    shown = proposal_message(told)

    assert flaws_of_blocks(shown["blocks"], "message") == []
    assert "and 22 more" in texts(shown)


def proposed(permission, tables):
    """Return the proposal of a base where the token's user may do so much."""
    base = {"id": "appTESTS000000001", "name": "Plan", "permission": permission}
    return proposal_message({"base": base, "tables": tables, "missing": [], "doubts": []})


def test_a_base_that_may_only_be_read_is_said_before_and_after_it_is_taken():
    tables = {"stage": {"id": "tbl1", "name": "Stages", "fields": {}}}
    schema = BaseSchema("appTESTS000000001", ())
    look = Look("appTESTS000000001", "Plan", "read", "usr1", schema, {})
    base = AirtableBase(
        base_id="appTESTS000000001",
        mapping=BaseMapping("appTESTS000000001", ()),
        mode=PullMode.MODIFIED,
    )
    done = Connected(look, propose_mapping(schema, {}), (), (), Pulled(), Pushed(), base)

    for shown in (proposed("read", tables), connected_message(done)):
        assert "may only read this base, so nothing can be written to it" in texts(shown)
        assert "both sides are kept in step" not in texts(shown)
    assert "The token may make no webhook" in texts(connected_message(done))
    assert "may only read this base" not in texts(proposed("edit", tables))


def test_where_no_table_of_stages_was_found_one_click_looks_again():
    assert "Look again" in texts(proposed("create", {}))
    assert "Take it and connect" not in texts(proposed("create", {}))
