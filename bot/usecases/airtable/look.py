"""Look at a base before anything is connected, and say in plain words what is in the way."""

import re

from bot.domain.airtable.looking import Look
from bot.domain.airtable.schema import AirtableRecord, BaseSchema
from bot.errors import RefusedError, UserError
from bot.ports import PlanDatabase
from bot.ports.airtable import Airtable, AirtableApi

MAX_TABLES = 20  # one call each; a base with more holds other things as well
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_TOKENS = "airtable.com/create/tokens"
SCOPES = (
    "data.records:read",
    "data.records:write",
    "schema.bases:read",
    "schema.bases:write",
    "webhook:manage",
)
_BASE_ID = re.compile(r"app[0-9A-Za-z]{14}(?![0-9A-Za-z])")


def look_at_base(airtable: Airtable, base_id: str, *, most: int = MAX_TABLES) -> Look:
    """
    Return the schema of a base, sample rows and what the token may do there.

    Three calls, and one for each table.

    Args:
        most: How many tables are sampled.

    Raises:
        UserError: the token, its scopes or the base id are wrong; the text says which and the cure.
        OutageError: Airtable does not answer.
    """
    api = airtable.api(base_id, "connect")
    user_id = _user(api)
    name, permission = _named(api, base_id)
    schema = _schema(api, base_id)
    samples = {table.id: _sample(api, table.id) for table in schema.tables[:most]}
    return Look(base_id, name, permission, user_id, schema, samples)


def base_of_project(
    plans: PlanDatabase, airtable: Airtable, workspace_id: str, typed: str = ""
) -> str:
    """
    Return the base that a project is to be connected to: a base holds one project's plan.

    Raises:
        UserError: as `choose_base`; another project has it; or a further project's is not named.
    """
    known = plans.workspaces()
    mine = next(each for each in known if each.id == workspace_id)
    if mine.project and not typed:
        raise UserError(f"Name the base of {mine.project}: `airtable connect app…`.")
    chosen = choose_base(airtable, typed)
    for other in known:
        with plans.reading(other.id) as plan:
            base = plan.airtable_base()
        beside = other.id != mine.id and other.team_id == mine.team_id
        if beside and base is not None and base.base_id == chosen:
            whose = other.project or "the first project"
            raise UserError(f"That base is {whose}'s already: a base holds one project.")
    return chosen


def choose_base(airtable: Airtable, typed: str = "") -> str:
    """
    Return the base that is meant: as typed, as set, or the only one the token sees.

    Raises:
        UserError: there are several or none, or the token is refused.
    """
    if named := typed or airtable.base_id:
        # People copy the whole address of a base: airtable.com/app…/tbl….
        found = _BASE_ID.search(named)
        return found[0] if found else named
    api = airtable.api("", "connect")
    _user(api)
    bases = _bases(api)
    if len(bases) == 1:
        return bases[0]["id"]
    if not bases:
        raise UserError(f"The token sees no base. Add the base to the token at {_TOKENS}.")
    listed = ", ".join(f"{name} ({found})" for found, name, _ in map(_told, bases[:10]))
    raise UserError(
        f"The token sees {len(bases)} bases: {listed}. Set AIRTABLE_BASE_ID, or name one with"
        " `--base`."
    )


def _user(api: AirtableApi) -> str:
    try:
        return str(api.whoami()["id"])
    except RefusedError as error:
        if error.status == _UNAUTHORIZED:
            raise UserError(
                "Airtable doesn't accept AIRTABLE_API_KEY. It has to be a personal access token"
                f" (pat…), copied whole, and not revoked; make one at {_TOKENS}."
            ) from error
        raise UserError(
            f"What answers at AIRTABLE_API_URL is not Airtable's Web API ({error.code}). Leave it"
            " unset for Airtable itself."
        ) from error


def _bases(api: AirtableApi) -> list[dict[str, str]]:
    try:
        return [dict(each) for each in api.bases()]
    except RefusedError as error:
        if error.status == _FORBIDDEN:
            raise UserError(
                _lacks("schema.bases:read", "so I can't see which bases there are")
            ) from error
        raise


def _named(api: AirtableApi, base_id: str) -> tuple[str, str]:
    """Return name and permission of the base among those that the token sees."""
    bases = [_told(each) for each in _bases(api)]
    for found, name, permission in bases:
        if found == base_id:
            return name, permission
    seen = ", ".join(f"{name} ({found})" for found, name, _ in bases[:10]) or "none"
    if not _BASE_ID.fullmatch(base_id):
        raise UserError(
            f"“{base_id}” is no base id: that is “app” and 14 letters or digits, and stands in the"
            f" base's address. The token sees: {seen}."
        )
    raise UserError(
        f"The token doesn't see the base {base_id}. It sees: {seen}. Either the id is wrong (it"
        f" stands in the base's address), or the base has to be added at {_TOKENS}."
    )


def _told(base: dict[str, str]) -> tuple[str, str, str]:
    return base["id"], base["name"], base["permissionLevel"]


def _schema(api: AirtableApi, base_id: str) -> BaseSchema:
    try:
        return api.schema()
    except RefusedError as error:
        if error.status == _FORBIDDEN:
            raise UserError(
                _lacks("schema.bases:read", f"so I can't read {base_id}'s tables")
            ) from error
        raise


def _sample(api: AirtableApi, table_id: str) -> list[AirtableRecord]:
    try:
        return list(next((page for page in api.pages(table_id) if page is not None), []))
    except RefusedError as error:
        if error.status == _FORBIDDEN:
            raise UserError(_lacks("data.records:read", "so I can't read the rows")) from error
        raise


def _lacks(scope: str, so: str) -> str:
    others = ", ".join(each for each in SCOPES if each != scope)
    return (
        f"The token lacks the scope {scope}, {so}. Add it at {_TOKENS}, and with it what else I"
        f" need: {others}. The token stays the same."
    )
