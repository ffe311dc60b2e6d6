"""What every command begins with, and how it ends when something can't be done."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from bot.adapters.database import SqlPlanDatabase
from bot.errors import BotError
from bot.settings import Settings

FAILED = 1
REFUSED = 2


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Show our errors as one sentence and exit with 2; a traceback is for bugs."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BotError as error:
            click.echo(f"bqx: {error}", err=True)
            sys.exit(REFUSED)

    return run


def opened_plans(settings: Settings | None = None) -> tuple[SqlPlanDatabase, str]:
    """Return the plan database and the id of the workspace that the command line is about."""
    from bot.workspaces import chosen_workspace, open_plans  # noqa: PLC0415 - loads the database

    known = settings or Settings.load()
    plans = open_plans(known)
    return plans, chosen_workspace(plans, known).id
