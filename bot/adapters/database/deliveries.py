"""Rows of effects into deliveries."""

from sqlalchemy import RowMapping

from bot.adapters.database.rows import from_row
from bot.domain.effects import Delivery, Effect, EffectState


def delivery_of(row: RowMapping) -> Delivery:
    """Return an effect and how far it came."""
    return Delivery(
        effect=from_row(Effect, row),
        state=EffectState(row["state"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
        first_tried_at=row["first_tried_at"],
        done_at=row["done_at"],
        result=row["result"],
        error=row["error"],
    )
