"""What a look at a base found before it is connected, and how that went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.airtable.schema import AirtableRecord, BaseSchema

NO_MEANING = "-"
CAN_WRITE = frozenset({"edit", "create"})


@dataclass(frozen=True, slots=True)
class Look:
    """
    One look at a base.

    Args:
        permission: What the token's user may do there: "read", "comment", "edit", "create".
        samples: Up to a hundred rows by table id; cells by field id.
    """

    base_id: str
    name: str
    permission: str
    user_id: str
    schema: BaseSchema
    samples: Mapping[str, Sequence[AirtableRecord]]

    @property
    def may_write(self) -> bool:
        """Whether the token's user may write records of the base."""
        return self.permission in CAN_WRITE


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A person's correction of a proposed mapping.

    Args:
        name: The plan's word for a field; "" means the table of the kind.
        target: The field's or table's name or id in the base; "" means none.
        meaning: With `target` as an option's word: what it means in the plan, `NO_MEANING` for
            nothing.
    """

    kind: str
    name: str
    target: str
    meaning: str = ""
