"""The templates of the reports: every value that they print is escaped."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.reports.markdown import escape


@cache
def template(name: str) -> Template:
    """Return a template of this folder, such as "gap_assessment.md.j2"."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot", "reports"),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: `finalize` escapes every value
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )


def _printed(value: Any) -> Any:
    """Escape a value, unless the template calls it safe: constants of ours, such as ">95 %"."""
    return value if isinstance(value, Markup) or not value else escape(str(value))
