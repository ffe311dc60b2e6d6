"""How the base stands, with far more wrong than a message has room for."""

from datetime import UTC, datetime

from bot.domain.airtable.mapping import BaseMapping
from bot.domain.airtable.outcomes import Health
from bot.domain.airtable.state import AirtableBase, BaseState, PushState, QueuedPush, Trouble
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.airtable_message import health_message
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
        "base": {"id": "appTESTS000000001", "name": LONG},
        "tables": {},
        "missing": [],
        "doubts": [f"{n} {LONG}" for n in range(30)],
    }

    shown = proposal_message(told)

    assert flaws_of_blocks(shown["blocks"], "message") == []
    assert "and 22 more" in texts(shown)
