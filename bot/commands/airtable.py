"""`bqx airtable …`: connect a base, see how it stands, bring both sides in step once."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from bot.commands.shared import FAILED, opened_plans, plainly
from bot.domain.airtable.looking import Choice, Look
from bot.errors import SettingsError, UserError
from bot.settings import Settings

_UNSET = (
    "AIRTABLE_API_KEY is not set. Make a personal access token at airtable.com/create/tokens"
    " with data.records:read, data.records:write, schema.bases:read, schema.bases:write and"
    " webhook:manage, add the base to it, and set AIRTABLE_API_KEY and AIRTABLE_BASE_ID."
)
_OWN_BASE = (
    "This is the plan's own base: the check makes Airtable refuse everybody for half a minute."
    " `--base` names another."
)
_CORRECTING = """
Enter takes it. `stage.owner=Lead` corrects a field (`stage.owner=` leaves it out),
`stage=Work items` a table, `stage.status:Parked=blocked` what an option means. `q` leaves."""


def _now() -> datetime:
    return datetime.now(UTC)


@click.group(invoke_without_command=True)
@click.pass_context
def airtable(context: click.Context) -> None:
    """Keep the plan in step with an Airtable base."""
    if context.invoked_subcommand is None:
        context.invoke(status)


@airtable.command()
@click.option("--base", "base_id", default="", help="The base, app…; AIRTABLE_BASE_ID if unset.")
@click.option("--table", "tables", multiple=True, metavar="KIND=NAME", help="stage=Work items")
@click.option("--field", "fields", multiple=True, metavar="KIND.WORD=NAME", help="stage.owner=Lead")
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="KIND.WORD:OPTION=MEANING",
    help="stage.status:Parked=blocked; - for no meaning.",
)
@click.option("--yes", is_flag=True, help="Take the proposal without asking.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@plainly
def connect(
    *,
    base_id: str,
    tables: tuple[str, ...],
    fields: tuple[str, ...],
    words: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Propose which table and field is what, and keep the base in step from then on."""
    from bot.usecases.airtable.connect import (  # noqa: PLC0415
        connect_base,
        earlier_choices,
        propose,
    )
    from bot.usecases.airtable.look import base_of_project, look_at_base  # noqa: PLC0415
    from bot.views import airtable_text  # noqa: PLC0415
    from bot.workspaces import airtable_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    opened = airtable_of(settings, plans)
    if opened is None:
        raise SettingsError(_UNSET)
    given = [*map(_table, tables), *_fields(fields), *map(_word, words)]
    look = look_at_base(opened, base_of_project(plans, opened, workspace_id, base_id))
    choices = [*earlier_choices(plans, workspace_id, look, given), *given]
    if not yes and as_json:
        told = airtable_text.proposal_object(look, propose(look, choices))
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if not yes:
        choices = _asked(look, choices)
    done = connect_base(plans, opened, workspace_id, look, choices, clock=_now)
    if as_json:
        click.echo(json.dumps(airtable_text.connected_object(done), indent=2, ensure_ascii=False))
        return
    _echo(airtable_text.describe_connected(done))


def _asked(look: Look, choices: list[Choice]) -> list[Choice]:
    """Show the proposal until it is taken; each line that is typed corrects it."""
    from bot.usecases.airtable.connect import propose  # noqa: PLC0415
    from bot.views.airtable_text import describe_proposal  # noqa: PLC0415

    _echo(describe_proposal(look, propose(look, choices)))
    click.echo(_CORRECTING)
    while True:
        typed = click.prompt("", default="", show_default=False, prompt_suffix="> ").strip()
        if not typed:
            return choices
        if typed.lower() in {"q", "quit"}:
            raise UserError("Nothing was connected.")
        try:
            proposal = propose(look, [*choices, _correction(typed)])
        except UserError as error:
            click.echo(str(error))
            continue
        choices = [*choices, _correction(typed)]
        _echo(describe_proposal(look, proposal))


def _correction(typed: str) -> Choice:
    name = typed.partition("=")[0]
    return _word(typed) if ":" in name else _field(typed) if "." in name else _table(typed)


@airtable.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
@plainly
def status(*, as_json: bool = False) -> None:
    """Show health, lag, queue, budget and the last errors; asks nothing of Airtable."""
    from bot.usecases.airtable.health import airtable_health  # noqa: PLC0415
    from bot.views.airtable_text import describe_health, health_object  # noqa: PLC0415
    from bot.workspaces import airtable_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    now = _now()
    health = airtable_health(plans, airtable_of(settings, plans), workspace_id, now)
    if as_json:
        click.echo(json.dumps(health_object(health), indent=2, ensure_ascii=False))
    else:
        _echo(describe_health(health, now))


@airtable.command()
@plainly
def sync() -> None:
    """Write what waits and take over what changed, once, without Slack."""
    from bot.usecases.airtable.keeping import keep_in_step, retry_now  # noqa: PLC0415
    from bot.views.wording import count  # noqa: PLC0415
    from bot.workspaces import airtable_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    opened = airtable_of(settings, plans)
    if opened is None:
        raise SettingsError(_UNSET)
    if retry_now(plans, workspace_id, _now()) is None:
        raise UserError("No base is connected. `bqx airtable connect` proposes a mapping.")
    pushed, pulled = keep_in_step(plans, opened, workspace_id, clock=_now, look=True)
    click.echo(
        f"Written: {count(pushed.made, 'record')} made, {pushed.updated} updated,"
        f" {pushed.deleted} deleted, {pushed.held} held."
        f" Taken over: {count(pulled.records, 'record')}, {pulled.removed} removed."
    )


@airtable.command()
@plainly
def disconnect() -> None:
    """Forget the base; plan and base stay as they are."""
    from bot.usecases.airtable.connect import disconnect_base  # noqa: PLC0415
    from bot.workspaces import airtable_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    was = disconnect_base(plans, workspace_id, airtable_of(settings, plans))
    click.echo("Disconnected; plan and base stay as they are." if was else "No base is connected.")


@airtable.command("live-check")
@click.option("--base", "base_id", default="", help="A base to try things in; never the plan's.")
@click.option("--yes", is_flag=True, help="Make a table “BQX live check” in it without asking.")
@plainly
def live_check(*, base_id: str, yes: bool) -> None:
    """Try on a real base what no local server can prove; makes one table of its own there."""
    from bot.adapters.airtable.live_check import run_live_check  # noqa: PLC0415
    from bot.usecases.airtable.look import choose_base  # noqa: PLC0415
    from bot.workspaces import airtable_of  # noqa: PLC0415

    settings = Settings.load()
    plans, workspace_id = opened_plans(settings)
    opened = airtable_of(settings, plans)
    if opened is None:
        raise SettingsError(_UNSET)
    chosen = choose_base(opened, base_id)
    if not yes:
        with plans.reading(workspace_id) as plan:
            base = plan.airtable_base()
        if base is not None and base.base_id == chosen:
            click.echo(_OWN_BASE)
        click.confirm(f"Make the table “BQX live check” in {chosen} and try it there?", abort=True)
    failed = False
    token = settings.airtable_api_key.get_secret_value()
    for answer in run_live_check(token, settings.airtable_api_url, chosen):
        click.echo(f"{answer.question}\n  {answer.found}")
        failed = failed or answer.failed
    sys.exit(FAILED if failed else 0)


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _split(text: str, form: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not left.strip():
        raise UserError(f"“{text}” is no {form}.")
    return left.strip(), right.strip()


def _table(text: str) -> Choice:
    kind, name = _split(text, "KIND=NAME, such as `stage=Work items`")
    return Choice(kind, "", name)


def _fields(texts: Iterable[str]) -> list[Choice]:
    """Return the fields that were named, each for one thing."""
    chosen = [_field(text) for text in texts]
    used: dict[tuple[str, str], str] = {}
    for choice in chosen:
        place = (choice.kind.casefold(), choice.target.casefold())
        if choice.target and used.setdefault(place, choice.name) != choice.name:
            raise UserError(
                f"“{choice.target}” is named for the {used[place]} and for the {choice.name} of a"
                f" {choice.kind}; a field can be one thing."
            )
    return chosen


def _field(text: str) -> Choice:
    left, name = _split(text, "KIND.WORD=NAME, such as `stage.owner=Lead`")
    kind, _, word = left.partition(".")
    return Choice(kind, word, name)


def _word(text: str) -> Choice:
    left, equals, meaning = text.rpartition("=")  # options may have such signs in them
    place, colon, option = left.partition(":")
    if not (equals and colon and option.strip() and meaning.strip()):
        raise UserError(
            f"“{text}” is no KIND.WORD:OPTION=MEANING, such as `stage.status:Parked=blocked`; `-`"
            " means nothing."
        )
    kind, _, word = place.strip().partition(".")
    return Choice(kind, word, option.strip(), meaning.strip())
