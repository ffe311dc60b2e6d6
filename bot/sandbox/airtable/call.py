"""One request to /v0, taken apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.airtable.model import Base, Json, Table
from bot.sandbox.airtable.refusals import forbidden, hidden, invalid, invalid_request
from bot.sandbox.airtable.world import World

_ROLES = ("none", "read", "comment", "edit", "create")
_WORDS = {"1": True, "true": True, "0": False, "false": False}


@dataclass
class Call:
    """
    What is asked.

    Args:
        ids: What stands in the path: "base", "table", "record", "field", "webhook".
        query: Parameters of the URL, in their order.
        body: The JSON body; None without one.
    """

    world: World
    ids: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    body: Any = None
    base: Base = field(init=False)

    def find_base(self) -> None:
        """
        Look up the base of the path.

        Raises:
            ApiError: 403, there is none.
        """
        found = self.world.bases.get(self.ids["base"])
        if found is None:
            raise hidden()
        self.base = found

    @property
    def table(self) -> Table:
        """
        The table of the path, by id or name.

        Raises:
            ApiError: 403, there is none.
        """
        found = self.base.table_named(self.ids["table"])
        if found is None:
            raise hidden()
        return found

    def need(self, role: str, what: str = "perform this operation") -> None:
        """
        Check the user's role in the base.

        Raises:
            ApiError: 403, it is less than `role`.
        """
        if _ROLES.index(self.world.config.permission) < _ROLES.index(role):
            raise forbidden(what)

    def object(self) -> Json:
        """
        Return the body.

        Raises:
            ApiError: 422, it is no object.
        """
        if not isinstance(self.body, dict):
            raise invalid_request()
        return self.body

    def only(self, *known: str) -> None:
        """
        Check the parameters of the URL; "fields[]" stands for all its spellings.

        Raises:
            ApiError: 422, there is one of another name.
        """
        for name, _ in self.query:
            if name.partition("[")[0] not in known:
                raise invalid_request()

    def one(self, name: str) -> str | None:
        """Return a parameter of the URL, the last one of this name."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    def many(self, name: str) -> list[str]:
        """Return the values of "name[]", "name[0]" or plain "name" in the URL."""
        return [value for key, value in self.query if key.partition("[")[0] == name]

    @property
    def by_id(self) -> bool:
        """Whether fields are to be shown by id: `returnFieldsByFieldId` in URL or body."""
        given: Any = self.one("returnFieldsByFieldId")
        if given is None and isinstance(self.body, dict):
            given = self.body.get("returnFieldsByFieldId")
        return truth(given)

    @property
    def typecast(self) -> bool:
        """Whether values are to be converted."""
        return truth(self.object().get("typecast"))


def truth(value: Any) -> bool:
    """
    Return a boolean parameter: 1, true, 0, false, as text or JSON.

    Raises:
        ApiError: 422, it is none of them.
    """
    if value is None:
        return False
    if isinstance(value, int) and value in {0, 1}:
        return bool(value)
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    raise invalid_request()


def text_list(value: Any) -> list[str]:
    """
    Return a JSON list of texts.

    Raises:
        ApiError: 422, it is something else.
    """
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid_request()
    return value


def fields_of(item: Any) -> Json:
    """
    Return the "fields" of a record that is sent.

    Raises:
        ApiError: 422, there are none.
    """
    fields = item.get("fields") if isinstance(item, dict) else None
    if not isinstance(fields, dict):
        raise invalid(
            "INVALID_REQUEST_MISSING_FIELDS", 'Could not find field "fields" in the request body'
        )
    return fields


Answer = Callable[[Call], Any]
