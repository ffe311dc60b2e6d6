"""A client of the control API: act as people do, and look behind the scenes."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.sandbox.airtable.ids import derived_id
from bot.sandbox.loopback import ask

Json = dict[str, Any]


class RemoteAirtable:
    """
    A running local Airtable seen from outside, safe to use from any thread.

    Args:
        base_url: Where it listens, such as "http://127.0.0.1:8151".
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def ledger(self) -> list[Json]:
        """
        Return every request to /v0, in order.

        Each has method, path (with its query), base and table (as the path names them), status
        (0 when the connection was cut), type (of an error, else "") and at (monotonic seconds).
        """
        found: list[Json] = self.ask("ledger")
        return found

    def clear_ledger(self) -> None:
        """Forget the requests so far."""
        self.ask("clear_ledger")

    def fail(
        self,
        kind: str,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        after: int = 0,
        **details: Any,
    ) -> None:
        """
        Switch a fault on; see `faults` for the kinds.

        Args:
            times: How many requests it hits.
            method: Only those of this method.
            path: Only those with this text in their path and query.
            after: Only after so many matching requests.
            details: What the kind needs: seconds, retry_after, type, message.
        """
        given = {"kind": kind, "times": times, "method": method, "path": path, "after": after}
        self.ask("fail", **given, **details)

    def heal(self) -> None:
        """Switch all faults off and end penalties."""
        self.ask("heal")

    def person(
        self,
        name: str = "Mara",
        email: str = "mara@example.com",
        user_id: str | None = None,
    ) -> "Person":
        """Return the hands of a collaborator, who is let into all bases."""
        user = {"id": user_id or derived_id("usr", email), "email": email, "name": name}
        self.ask("meet", **user)
        return Person(self, user)

    def records(self, base_id: str, table: str) -> list[Json]:
        """Return the records of a table as they are stored, cells by field name."""
        found: list[Json] = self.ask("records", base=base_id, table=table)
        return found

    def schema(self, base_id: str) -> list[Json]:
        """Return the tables of a base as the metadata API shows them."""
        found: list[Json] = self.ask("schema", base=base_id)
        return found

    def expire_offsets(self) -> None:
        """Let every offset handed out so far time out."""
        self.ask("expire_offsets")

    def expire_webhooks(self) -> None:
        """Let every webhook expire now."""
        self.ask("expire_webhooks")

    def drop_payloads(self) -> None:
        """Delete the payloads kept so far, as if they were a week old."""
        self.ask("drop_payloads")

    def set_token(self, token: str | None) -> None:
        """Change the token that is valid; None revokes it."""
        self.ask("set_token", token=token)

    def set_scopes(self, scopes: Iterable[str]) -> None:
        """Change what the token may do."""
        self.ask("set_scopes", scopes=sorted(scopes))

    def advance(self, seconds: float) -> None:
        """Move the server's clock ahead."""
        self.ask("advance", seconds=seconds)

    def ask(self, what: str, /, **given: Any) -> Any:
        """Post to /local/<what> and return the answer."""
        return ask(self.base_url, "POST", f"/local/{what}", given).get("answer")


class Person:
    """A collaborator at work on Airtable's own page; webhooks tell the source "client"."""

    def __init__(self, airtable: RemoteAirtable, user: Mapping[str, str]) -> None:
        self._airtable = airtable
        self.user = dict(user)
        self.id = user["id"]

    def create(self, base: str, table: str, fields: Mapping[str, Any]) -> Json:
        """Add a row and return it."""
        row: Json = self._act("create", base, table, fields=dict(fields))
        return row

    def update(self, base: str, table: str, record_id: str, fields: Mapping[str, Any]) -> Json:
        """Change cells of a row and return it."""
        row: Json = self._act("update", base, table, record=record_id, fields=dict(fields))
        return row

    def delete(self, base: str, table: str, record_id: str) -> None:
        """Remove a row."""
        self._act("delete", base, table, record=record_id)

    def copy(self, base: str, table: str, record_id: str) -> Json:
        """Duplicate a row with everything in it, keys too, and return the new one."""
        row: Json = self._act("copy", base, table, record=record_id)
        return row

    def rename_field(self, base: str, table: str, field: str, new: str) -> None:
        """Give a field another name."""
        self._act("rename_field", base, table, field=field, new=new)

    def retype_field(
        self,
        base: str,
        table: str,
        field: str,
        type: str,  # noqa: A002 - Airtable's word
        options: Json | None = None,
    ) -> None:
        """Give a field another type; cells that do not fit are cleared."""
        self._act("retype_field", base, table, field=field, type=type, options=options)

    def delete_field(self, base: str, table: str, field: str) -> None:
        """Remove a field and its cells; the other side of a link becomes text."""
        self._act("delete_field", base, table, field=field)

    def add_field(
        self,
        base: str,
        table: str,
        name: str,
        type: str,  # noqa: A002 - Airtable's word
        options: Json | None = None,
    ) -> Json:
        """Add a field of any type, also those the API cannot make; return its id and name."""
        made: Json = self._act("add_field", base, table, name=name, type=type, options=options)
        return made

    def rename_table(self, base: str, table: str, new: str) -> None:
        """Give a table another name."""
        self._act("rename_table", base, table, new=new)

    def delete_table(self, base: str, table: str) -> None:
        """Remove a table; links to it become text."""
        self._act("delete_table", base, table)

    def add_option(self, base: str, table: str, field: str, name: str) -> None:
        """Add an option to a select."""
        self._act("add_option", base, table, field=field, name=name)

    def rename_option(self, base: str, table: str, field: str, name: str, new: str) -> None:
        """Give an option of a select another name, in all its cells."""
        self._act("rename_option", base, table, field=field, name=name, new=new)

    def remove_option(self, base: str, table: str, field: str, name: str) -> None:
        """Remove an option of a select; cells with it are cleared."""
        self._act("remove_option", base, table, field=field, name=name)

    def _act(self, what: str, base: str, table: str, **given: Any) -> Any:
        return self._airtable.ask("act", do=what, user=self.user, base=base, table=table, **given)
