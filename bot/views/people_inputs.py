"""Boxes that the forms about a team and about a person share: zones, countries, days, times."""

from collections.abc import Iterable, Sequence

from bot.domain.countries import country_names
from bot.views.mrkdwn import VALUE, Block, View, form_input, option, plain

COUNTRY, ZONE = "country", "zone"
AS_TEAM, AS_SLACK, NO_COUNTRY = "team", "slack", "none"
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days_input(block_id: str, label: str, chosen: Iterable[int], *, hint: str) -> Block:
    """Return seven checkboxes, those of the chosen days ticked."""
    options = [option(name, str(number)) for number, name in enumerate(WEEK)]
    ticked = [options[number] for number in sorted(set(chosen)) if 0 <= number < len(WEEK)]
    element: Block = {"type": "checkboxes", "action_id": VALUE, "options": options}
    if ticked:
        element["initial_options"] = ticked
    return form_input(block_id, label, element, hint=hint)


def time_input(block_id: str, label: str, wall: str, *, hint: str, optional: bool = False) -> Block:
    """Return a picker of a wall time "HH:MM", empty for ""."""
    element: Block = {"type": "timepicker", "action_id": VALUE}
    if wall:
        element["initial_time"] = wall
    return form_input(block_id, label, element, hint=hint, optional=optional)


def number_input(
    block_id: str, label: str, number: int, *, hint: str, least: int, most: int
) -> Block:
    """Return a box for a whole number."""
    element: Block = {
        "type": "number_input",
        "action_id": VALUE,
        "is_decimal_allowed": False,
        "initial_value": str(number),
        "min_value": str(least),
        "max_value": str(most),
    }
    return form_input(block_id, label, element, hint=hint)


def choice_input(
    block_id: str, label: str, value: str, name: str, *, hint: str, optional: bool = False
) -> Block:
    """Return a typeahead that shows what is chosen now."""
    element: Block = {
        "type": "external_select",
        "action_id": VALUE,
        "min_query_length": 0,
        "placeholder": plain("Type to search", 150),
    }
    if value:
        element["initial_option"] = option(name, value)
    return form_input(block_id, label, element, hint=hint, optional=optional)


def country_name(code: str) -> str:
    """Return a country in words, "none" for ""."""
    return country_names().get(code, code) if code else "No public holidays"


def hours_words(quiet_from: str, quiet_to: str) -> str:
    """Return quiet hours in words."""
    return "none" if quiet_from == quiet_to else f"{quiet_from} to {quiet_to}"


def days_words(days: Sequence[int]) -> str:
    """Return days of work in words: "Monday to Friday" or "Monday, Wednesday"."""
    chosen = sorted(set(days))
    if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):  # noqa: PLR2004
        return f"{WEEK[chosen[0]]} to {WEEK[chosen[-1]]}"
    return ", ".join(WEEK[number] for number in chosen) or "none"


def read_choice(view: View, block_id: str) -> str:
    """Return a picker's time or date, a number, or the chosen option; "" where there is none."""
    state = view["state"]["values"].get(block_id, {}).get(VALUE, {})
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    names = ("selected_time", "selected_date", "selected_user", "value")
    return next((str(state[name]) for name in names if state.get(name)), "")
