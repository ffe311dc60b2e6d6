"""`/bqx me`: how one person wants to be asked, as a message and as a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from bot.domain.people import Person
from bot.domain.settings_words import read_number
from bot.domain.team import Team
from bot.errors import FormError, UserError
from bot.views.mrkdwn import (
    VALUE,
    Block,
    Message,
    View,
    actions,
    button,
    context,
    form_input,
    in_box,
    message,
    one_line,
    option,
    plain,
    read_values,
    section,
    when,
)
from bot.views.people_inputs import (
    AS_SLACK,
    AS_TEAM,
    NO_COUNTRY,
    ZONE,
    choice_input,
    country_name,
    days_input,
    days_words,
    hours_words,
    number_input,
    read_choice,
    time_input,
)
from bot.views.settings_form import MAX_A_DAY
from bot.views.undo_message import undo_button
from bot.views.why_block import CHANGE, KIND_NAMES, MUTABLE, asked_line

CALLBACK_ID = "me_form"
OWN_COUNTRY = "own_country"
_PICKED = "picked_kinds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """
    A person as the product asks them.

    Args:
        slack_zone: The zone that Slack knows.
    """

    person: Person
    team: Team
    slack_zone: str

    @property
    def work_days(self) -> tuple[int, ...]:
        """Their days of work."""
        own = self.person.work_days
        return self.team.work_days if own is None else own

    def own(self, name: str) -> Any:
        """Return what they said, else what the team has."""
        said = getattr(self.person, name)
        return getattr(self.team, name) if said is None else said


def me_message(me: Me, now: datetime) -> Message:
    """Return how somebody is asked, with the button to change it."""
    person = me.person
    turned = [KIND_NAMES[kind] for kind in MUTABLE if kind.value in person.muted]
    quiet = hours_words(me.own("quiet_from"), me.own("quiet_to"))
    country = one_line(country_name(me.own("country")), 80)
    lines = [
        asked_line(person, me.own("prompts_a_day")),
        f"*Zone:* {person.zone or f'{me.slack_zone} (from Slack)'}",
        f"*Days of work:* {days_words(me.work_days)} · *public holidays:* {country}",
        f"*Quiet hours:* {quiet} · *end-of-day prompt:* {me.own('prompt_at') or 'none'}",
        f"*Turned down:* {', '.join(turned) or 'nothing'}",
        *away_lines(person, now),
    ]
    return message(
        "How I may ask you",
        [
            section("\n".join(lines)),
            actions("me", [button("Change…", CHANGE, "", style="primary")]),
            context("A Level 1 and the answers to what you do always reach you."),
        ],
    )


def away_lines(person: Person, now: datetime) -> list[str]:
    """Return that somebody is away, and until when, as mrkdwn; nothing where they are here."""
    if not person.is_away(now):
        return []
    until = when(person.away_until) if person.away_until else "further notice"
    reason = f" ({one_line(person.away_reason, 100)})" if person.away_reason else ""
    return [f"*Away* until {until}{reason}"]


def home_blocks(person: Person, a_day: int, now: datetime) -> list[Block]:
    """Return the line of the home tab that says how often somebody is asked."""
    lines = [asked_line(person, a_day), *away_lines(person, now)]
    accessory = button("Change", CHANGE, "", label="Change how often I may ask you")
    return [section("\n".join(lines), block_id="home:me", accessory=accessory)]


def me_form(me: Me, reply: Mapping[str, Any]) -> View:
    """Return the modal, filled with what holds now: theirs, else the team's."""
    person = me.person
    zone, name = (person.zone, person.zone) if person.zone else (AS_SLACK, _as_slack(me.slack_zone))
    country = AS_TEAM if person.country is None else person.country or NO_COUNTRY
    called = _as_team(me.team) if person.country is None else country_name(person.country)
    kinds = [option(KIND_NAMES[kind], kind.value) for kind in MUTABLE]
    asked = [each for each in kinds if each["value"] not in person.muted]
    picked: Block = {"type": "checkboxes", "action_id": VALUE, "options": kinds}
    if asked:
        picked["initial_options"] = asked
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "private_metadata": json.dumps({"reply": dict(reply)}),
        "title": plain("How I may ask you", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "blocks": [
            context("What is as the team has it follows the team when it changes."),
            number_input(
                "prompts_a_day",
                "Prompts a day, at most",
                me.own("prompts_a_day"),
                hint="What is more waits for the next day's bundle.",
                least=1,
                most=MAX_A_DAY,
            ),
            form_input(
                _PICKED, "Ask me about", picked, optional=True, hint="The rest is not sent."
            ),
            time_input(
                "prompt_at",
                "End-of-day prompt",
                me.own("prompt_at"),
                hint=f"Your own time. Empty for none. The team has {me.team.prompt_at or 'none'}.",
                optional=True,
            ),
            time_input("quiet_from", "Quiet hours begin", me.own("quiet_from"), hint=_QUIET),
            time_input("quiet_to", "Quiet hours end", me.own("quiet_to"), hint=_QUIET),
            days_input("work_days", "Days of work", me.work_days, hint="On others I am silent."),
            choice_input(ZONE, "Time zone", zone, name, hint="Such as Europe/Berlin."),
            choice_input(
                OWN_COUNTRY, "Public holidays of", country, called, hint="Whose holidays you keep."
            ),
        ],
    }


_QUIET = "Nothing but a Level 1 is sent between the two; the same twice is none."


def zone_options(typed: str, slack_zone: str) -> list[Block]:
    """Return the zones that hold what was typed, Slack's own first; a hundred at most."""
    wanted = typed.strip().casefold().replace(" ", "_")
    names = sorted(name for name in available_timezones() if wanted in name.casefold())
    names.sort(key=lambda name: not name.rpartition("/")[2].casefold().startswith(wanted))
    return [option(_as_slack(slack_zone), AS_SLACK), *(option(name, name) for name in names[:99])]


def read_me_form(view: View, team: Team) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """
    Return the fields of `Person` that were said, and where the answer goes.

    What is as the team has it is None, so that it follows the team.

    Raises:
        FormError: what is wrong, under its box.
    """
    reply = json.loads(view["private_metadata"])["reply"]
    wrong: dict[str, str] = {}
    a_day = 0
    try:
        typed = read_choice(view, "prompts_a_day")
        a_day = read_number(typed, least=1, most=MAX_A_DAY)
    except UserError as error:
        wrong["prompts_a_day"] = in_box(str(error))
    quiet = [read_choice(view, name) for name in ("quiet_from", "quiet_to")]
    wrong |= {
        name: "Choose a time."
        for name, wall in zip(("quiet_from", "quiet_to"), quiet, strict=True)
        if not wall
    }
    days = tuple(int(day) for day in read_values(view, "work_days"))
    if not days:
        wrong["work_days"] = "Choose at least one day."
    if wrong:
        raise FormError(wrong)
    zone, country = read_choice(view, ZONE), read_choice(view, OWN_COUNTRY)
    prompt_at, asked = read_choice(view, "prompt_at"), read_values(view, _PICKED)
    as_team = quiet == [team.quiet_from, team.quiet_to]
    said = {
        "prompts_a_day": None if a_day == team.prompts_a_day else a_day,
        "muted": tuple(kind.value for kind in MUTABLE if kind.value not in asked),
        "prompt_at": None if prompt_at == team.prompt_at else prompt_at,
        "quiet_from": None if as_team else quiet[0],
        "quiet_to": None if as_team else quiet[1],
        "work_days": None if days == team.work_days else days,
        "zone": None if zone in {"", AS_SLACK} else zone,
        "country": {"": None, AS_TEAM: None, NO_COUNTRY: ""}.get(country, country),
    }
    return said, reply


def me_saved(me: Me, now: datetime, operation: str, *, changed: bool) -> Message:
    """Return how somebody is asked from now on, with the Undo."""
    shown = me_message(me, now)
    text = "Saved: this is how I ask you from now on." if changed else "All of it was so before."
    buttons = [undo_button(operation)] if changed else []
    row = [actions("me_saved", buttons)] if buttons else []
    return message(text, [section(text), shown["blocks"][0], *row])


def _as_slack(zone: str) -> str:
    return f"As in Slack ({zone})"


def _as_team(team: Team) -> str:
    return f"As the team has it ({country_name(team.country)})"
