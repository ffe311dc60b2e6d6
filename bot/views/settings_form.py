"""`/bqx settings`: what a team has agreed on, as a message and as a form."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain.plan import Change, Member, Workspace
from bot.domain.settings_words import (
    MAX_MINUTES,
    chain_lines,
    read_chain,
    read_number,
    read_review_day,
    read_stakeholders,
)
from bot.domain.team import Team
from bot.domain.workdays import WorkCalendar
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
    mention,
    message,
    one_line,
    option,
    plain,
    read_value,
    read_values,
    section,
    text_input,
)
from bot.views.people_inputs import (
    COUNTRY,
    NO_COUNTRY,
    choice_input,
    country_name,
    days_input,
    days_words,
    hours_words,
    number_input,
    read_choice,
    time_input,
)
from bot.views.undo_message import undo_button
from bot.views.wording import listing

CALLBACK_ID = "settings_form"
EDIT = "settings_edit"
MAX_A_DAY = 50
_MAX_TOLD = 8  # changes of somebody else that the form names
_LABELS = {
    "work_days": "Days of work",
    "work_from": "Work begins",
    "work_to": "Work ends",
    "country": "Public holidays of",
    "counts_working_time": "Targets of issues are counted",
    "quiet_from": "Quiet hours begin",
    "quiet_to": "Quiet hours end",
    "prompt_at": "End-of-day prompt",
    "prompts_a_day": "Prompts a day",
    "review_anchor": "A Friday of the phase review",
    "review_at": "Phase review at",
    "stakeholders": "Stakeholders",
    "chain": "Escalation of a Level 1",
    "ask_again_minutes": "Ask again after",
    "snooze_minutes": "Snooze",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsDraft:
    """
    The form half filled in.

    Args:
        theirs: What somebody else changed while it was open.
        members: To name people in the escalation.
    """

    team: Team
    workspace: Workspace
    members: Sequence[Member]
    reply: Mapping[str, Any]
    theirs: Sequence[Change] = ()


def settings_message(team: Team, workspace: Workspace, *, who_can: str, may_edit: bool) -> Message:
    """
    Return the settings to read, with a button for who may edit them.

    Args:
        who_can: Who may, in words: "<@U1> can".
    """
    counted = "working time" if team.counts_working_time else "hours of the clock"
    lines = [
        f"*Days of work:* {days_words(team.work_days)}, {team.work_from} to {team.work_to}",
        f"*Public holidays:* {one_line(country_name(team.country), 80)}",
        f"*Targets of issues:* counted in {counted}",
        f"*Quiet hours:* {hours_words(team.quiet_from, team.quiet_to)}",
        f"*End-of-day prompt:* {team.prompt_at or 'none'}",
        f"*Prompts a day and person:* {team.prompts_a_day} at most",
        f"*Phase review:* {_review(team)}",
        f"*Stakeholders:* {one_line(listing(team.stakeholders), 500) or 'none'}",
        f"*Escalation of a Level 1:* {_chain_mentions(team.chain)}",
        f"*Asked again* after {team.ask_again_minutes} min; a snooze is {team.snooze_minutes} min",
    ]
    blocks = [section("\n".join(lines)), context(_fixed(workspace))]
    if may_edit:
        blocks.append(actions("settings", [button("Edit…", EDIT, "", style="primary")]))
    else:
        blocks.append(context(f"{who_can} edit these. Your own are in `/bqx me`."))
    return message(f"Settings of {workspace.project or workspace.name or 'the project'}", blocks)


def settings_form(draft: SettingsDraft) -> View:
    """
    Return the modal, each box filled with what is set.

    The ids of its boxes carry the revision: Slack keeps what stands in a box by its id, and a form
    that was filled anew has to show the new values.
    """
    team = draft.team
    told = [section(_told(draft.theirs))] if draft.theirs else []
    blocks = [*told, *_calendar_boxes(team), *_asking_boxes(team), *_issue_boxes(draft)]
    for block in blocks:
        if block["type"] == "input":
            block["block_id"] = box(block["block_id"], team.revision)
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "private_metadata": json.dumps({"reply": dict(draft.reply), "revision": team.revision}),
        "title": plain("Settings", 24),
        "submit": plain("Save", 24),
        "close": plain("Cancel", 24),
        "blocks": [*blocks, context(_fixed(draft.workspace))],
    }


def box(name: str, revision: int) -> str:
    """Return the block_id of a setting's box."""
    return f"{name}:{revision}"


def _calendar_boxes(team: Team) -> list[Block]:
    counted = [option("Working time: nights, days off and holidays don't count", "working")]
    element: Block = {"type": "checkboxes", "action_id": VALUE, "options": counted}
    if team.counts_working_time:
        element["initial_options"] = counted
    return [
        days_input(
            "work_days", _LABELS["work_days"], team.work_days, hint="On others nobody is prompted."
        ),
        time_input("work_from", _LABELS["work_from"], team.work_from, hint="Local time."),
        time_input("work_to", _LABELS["work_to"], team.work_to, hint="Local time."),
        choice_input(
            COUNTRY,
            _LABELS["country"],
            team.country or NO_COUNTRY,
            country_name(team.country),
            hint="On these days nobody is prompted.",
        ),
        form_input(
            "counts_working_time",
            _LABELS["counts_working_time"],
            element,
            hint="For triage and resolution. Off: every hour counts.",
            optional=True,
        ),
    ]


def _asking_boxes(team: Team) -> list[Block]:
    quiet = "In each person's zone. Nothing but a Level 1 is sent then; the same twice is none."
    anchor: Block = {"type": "datepicker", "action_id": VALUE}
    if team.review_anchor:
        anchor["initial_date"] = team.review_anchor
    return [
        time_input("quiet_from", _LABELS["quiet_from"], team.quiet_from, hint=quiet),
        time_input("quiet_to", _LABELS["quiet_to"], team.quiet_to, hint="The day is open again."),
        time_input(
            "prompt_at",
            _LABELS["prompt_at"],
            team.prompt_at,
            hint="Empty asks nobody; each person can set their own with /bqx me.",
            optional=True,
        ),
        number_input(
            "prompts_a_day",
            "Prompts a day and person, at most",
            team.prompts_a_day,
            hint="What is more waits for the next day's bundle.",
            least=1,
            most=MAX_A_DAY,
        ),
        form_input(
            "review_anchor",
            _LABELS["review_anchor"],
            anchor,
            hint="Every other one from there, or the day of work next to it. Empty: none.",
            optional=True,
        ),
        time_input("review_at", _LABELS["review_at"], team.review_at, hint="Workspace's zone."),
    ]


def _issue_boxes(draft: SettingsDraft) -> list[Block]:
    team = draft.team
    return [
        text_input(
            "stakeholders",
            _LABELS["stakeholders"],
            initial="\n".join(team.stakeholders),
            hint="One e-mail address a line. A Level 1 or 2 reaches them.",
            multiline=True,
            optional=True,
        ),
        text_input(
            "chain",
            _LABELS["chain"],
            initial=chain_lines(team.chain, draft.members),
            hint="A line each: minutes after the post, and who is asked then while nobody has"
            " acknowledged: owner, lead, stakeholders (by e-mail) or a member such as @ana.",
            multiline=True,
        ),
        number_input(
            "ask_again_minutes",
            "Ask again after, in minutes",
            team.ask_again_minutes,
            hint="An acknowledged Level 1 that nobody touches.",
            least=1,
            most=MAX_MINUTES,
        ),
        number_input(
            "snooze_minutes",
            "A snooze postpones by, in minutes",
            team.snooze_minutes,
            hint="Once for each Level 1.",
            least=1,
            most=MAX_MINUTES,
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSent:
    """The form as it was sent in."""

    team: Team
    seen_revision: int
    reply: Mapping[str, Any]


def read_settings_form(view: View, members: Sequence[Member], me: str) -> SettingsSent:
    """
    Return the settings that were typed.

    Args:
        me: Slack id of whoever typed them.

    Raises:
        FormError: what is wrong, under each box.
    """
    known = json.loads(view["private_metadata"])
    revision = int(known["revision"])
    wrong: dict[str, str] = {}

    def read(name: str, reader: Callable[[str], Any], default: Any) -> Any:
        block_id = box(name, revision)
        try:
            return reader(read_choice(view, block_id) or read_value(view, block_id))
        except UserError as error:
            wrong[block_id] = in_box(str(error), members)
            return default

    a_day = read("prompts_a_day", lambda typed: read_number(typed, least=1, most=MAX_A_DAY), 1)
    minutes = {
        name: read(name, lambda typed: read_number(typed, least=1, most=MAX_MINUTES), 1)
        for name in ("ask_again_minutes", "snooze_minutes")
    }
    times = {name: read(name, _needed_time, "") for name in _TIMES}
    work_days = tuple(int(day) for day in read_values(view, box("work_days", revision)))
    team = Team(
        work_days=work_days,
        country=_country(read_choice(view, box(COUNTRY, revision))),
        counts_working_time=bool(read_values(view, box("counts_working_time", revision))),
        prompt_at=read_choice(view, box("prompt_at", revision)),
        prompts_a_day=a_day,
        review_anchor=read("review_anchor", lambda typed: read_review_day(typed, work_days), ""),
        stakeholders=read("stakeholders", read_stakeholders, ()),
        chain=read("chain", lambda typed: read_chain(typed, members, me), ()),
        **times,
        **minutes,
    )
    if not team.work_days:
        wrong[box("work_days", revision)] = "Choose at least one day."
    if times["work_from"] and times["work_to"] and times["work_from"] >= times["work_to"]:
        wrong[box("work_to", revision)] = "Work ends later than it begins."
    if wrong:
        raise FormError(wrong)
    return SettingsSent(
        team=replace(team, revision=revision), seen_revision=revision, reply=known["reply"]
    )


_TIMES = ("work_from", "work_to", "quiet_from", "quiet_to", "review_at")


def settings_saved(before: Team, after: Team, operation: str, *, changed: bool) -> Message:
    """Return what was changed, with its Undo."""
    if not changed:
        text = "Nothing was changed: the settings are as they were."
        return message(text, [section(text)])
    lines = [
        f"*{label}:* {_words(getattr(before, name))} → {_words(getattr(after, name))}"
        for name, label in _LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if after.review_anchor and _review(after) != _review(before):
        lines.append(f"*Phase review:* {_review(after)}")
    text = "The settings were saved."
    return message(
        text, [section("\n".join([text, *lines])), actions("saved", [undo_button(operation)])]
    )


def _review(team: Team) -> str:
    """Return on which days the phase review is, as the days of work have it."""
    if not team.review_anchor:
        return "none"
    anchor = date.fromisoformat(team.review_anchor)
    placed, _ = WorkCalendar(team.work_days).place(anchor)
    day = placed or anchor
    why = "" if day == anchor else f", since no {anchor:%A} is worked"
    return f"every other {day:%A} from {day}, at {team.review_at}{why}"


def _told(theirs: Sequence[Change]) -> str:
    """Return what somebody else changed, for the top of the form."""
    lines = [":warning: *Somebody saved while you had this open.* What you typed is kept below."]
    for change in theirs[:_MAX_TOLD]:
        before = change.before or {}
        for name, value in change.after.items():
            if name in _LABELS and before.get(name) != value:
                lines.append(
                    f"{mention(change.why.actor_id)}: *{_LABELS[name]}* is now {_words(value)}"
                )
    return "\n".join([*lines[: _MAX_TOLD + 1], "*Save* writes the form as it stands now."])


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "working time" if value else "hours of the clock"
    if isinstance(value, tuple | list):
        return one_line(listing([str(part) for part in value]), 300) or "none"
    return one_line(str(value), 120) or "none"


def _chain_mentions(chain: Sequence[str]) -> str:
    steps = (step.partition(" ") for step in chain)
    return ", ".join(f"{mention(who)} after {minutes} min" for minutes, _, who in steps) or "none"


def _fixed(workspace: Workspace) -> str:
    lead = mention(workspace.lead_id) if workspace.lead_id else "nobody"
    return (
        f"Set by whoever runs me: channels #{workspace.channel} and #{workspace.critical_channel},"
        f" zone {workspace.zone}, Monday's summary at {workspace.digest_at}, tech lead {lead}."
    )


def _country(value: str) -> str:
    return "" if value == NO_COUNTRY else value


def _needed_time(typed: str) -> str:
    if not typed:
        raise UserError("Choose a time.")
    return typed
