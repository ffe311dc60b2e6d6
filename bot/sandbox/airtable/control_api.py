"""What people and tests do behind the API's back: no token, no limits, not in the ledger."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.airtable.meta_api import base_schema
from bot.sandbox.airtable.model import Actor, Base, Json
from bot.sandbox.airtable.people import Hands
from bot.sandbox.airtable.refusals import ApiError, hidden
from bot.sandbox.airtable.rendering import render_record
from bot.sandbox.airtable.world import World


class ControlApi:
    """Answers /local/<what>; the body's keys are the arguments."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: dict[str, Callable[[Json], Any]] = {
            "ledger": lambda _: world.ledger.to_json(),
            "clear_ledger": lambda _: world.ledger.clear(),
            "fail": world.faults.add,
            "heal": self._heal,
            "meet": self._meet,
            "act": self._act,
            "records": self._records,
            "schema": lambda given: base_schema(self._base(given)),
            "expire_offsets": lambda _: world.walks.expire(),
            "expire_webhooks": lambda _: world.webhooks.expire(),
            "drop_payloads": lambda _: world.webhooks.drop_payloads(),
            "set_token": self._set_token,
            "set_scopes": self._set_scopes,
            "advance": lambda given: world.clock.advance(float(given["seconds"])),
        }

    async def serve(self, request: web.Request) -> web.Response:
        """Do what is asked."""
        answer = self._answers.get(request.match_info["what"])
        if answer is None:
            return web.json_response({"error": "There is no such control."}, status=404)
        try:
            given = json.loads(await request.read() or b"{}")
            return web.json_response({"answer": answer(given)})
        except ApiError as error:
            said = {"error": error.sentence, "type": error.type}
            return web.json_response(said, status=error.status)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)

    def _base(self, given: Json) -> Base:
        found = self._world.bases.get(given["base"])
        if found is None:
            raise hidden()
        return found

    def _heal(self, _given: Json) -> None:
        self._world.faults.clear()
        self._world.limits.forgive()

    def _meet(self, given: Json) -> None:
        """Let a person in: they can be put into collaborator cells from now on."""
        person = {key: str(given[key]) for key in ("id", "email", "name")}
        for base in self._world.bases.values():
            base.people[person["id"]] = person

    def _act(self, given: Json) -> Any:
        actor = Actor(given["user"], "client")
        with self._world.change(self._base(given), actor) as change:
            return Hands(change, given).act(given["do"])

    def _records(self, given: Json) -> list[Json]:
        base = self._base(given)
        table = base.table_named(given["table"])
        if table is None:
            raise hidden()
        return [render_record(base, table, record) for record in table.records.values()]

    def _set_token(self, given: Json) -> None:
        self._world.token = given["token"]

    def _set_scopes(self, given: Json) -> None:
        self._world.scopes = frozenset(given["scopes"])
