"""`bqx history …`: take the audit trail out, and see whether it is as it was written."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from bot.commands.shared import FAILED, opened_plans, plainly
from bot.domain.history import FORMATS
from bot.errors import UserError


@click.group()
def history() -> None:
    """Take the audit trail out, and see whether it is as it was written."""


@history.command()
@click.argument("asked", nargs=-1)
@click.option("--format", "kind", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Default: standard output.")
@plainly
def export(*, asked: tuple[str, ...], kind: str, out: Path | None) -> None:
    """Write the trail, or what ASKED chooses: `1.5.4 by ana since 2025-11-10`."""
    from bot.usecases.read_history import changes_of  # noqa: PLC0415 - loads the database
    from bot.views.history_file import history_lines  # noqa: PLC0415

    plans, workspace_id = opened_plans()
    now, number = datetime.now(UTC), 0
    with plans.reading(workspace_id) as plan:
        names = {member.id: member.name for member in plan.members()}
        changes = changes_of(plan, " ".join(asked), member_id=None, now=now)
        with _opened(out) as file:
            for line in history_lines(kind, workspace_id, changes, names):
                file.write(line)
                number += 1
    if out:
        rows = number - (1 if kind == "csv" else 2)
        click.echo(f"{rows:,} changes are in {out}")


@history.command()
@click.option("--anchor", help="An earlier end, as a Monday report states it: 1234:3f2a9c…")
@plainly
def verify(*, anchor: str | None) -> None:
    """Look at every row; exit with 1 where one was changed, added or taken away."""
    from bot.domain.trail import read_anchor  # noqa: PLC0415
    from bot.usecases.verify_trail import verify_trail  # noqa: PLC0415
    from bot.views.trail_text import describe_verdict  # noqa: PLC0415

    try:
        earlier = read_anchor(anchor) if anchor else None
    except ValueError as error:
        raise UserError(
            f"“{anchor}” is no end of a trail. A report states one as `1,234 changes, head 3f2a…`;"
            " write `--anchor 1234:3f2a…`."
        ) from error
    plans, workspace_id = opened_plans()
    verdict = verify_trail(plans, workspace_id, earlier)
    for line in describe_verdict(verdict):
        click.echo(line)
    sys.exit(FAILED if verdict.broken else 0)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    """Open a file that is there whole or not at all; standard output where none is named."""
    if out is None:
        yield sys.stdout
        return
    begun = out.with_name(f".{out.name}.begun")
    try:
        with begun.open("w", encoding="utf-8", newline="") as file:
            yield file
        begun.replace(out)
    except OSError as error:
        raise UserError(f"{out} can't be written: {error.strerror}.") from error
    finally:
        begun.unlink(missing_ok=True)
