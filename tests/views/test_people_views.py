"""What is shown of people: inside Slack's limits with nothing, and with far too much."""

from dataclasses import replace

import pytest

from bot.domain.countries import country_names, find_countries
from bot.domain.identities import Unmatched
from bot.domain.people import Person, Role, RoleHeld
from bot.domain.plan import Change, Member, Why, Workspace
from bot.domain.prompts import Prompt, PromptKind
from bot.domain.settings_words import chain_lines, read_chain, read_review_day, read_stakeholders
from bot.domain.team import Team
from bot.errors import UserError
from bot.sandbox.blocks import flaws_of_blocks, flaws_of_view
from bot.views import (
    me_form,
    roles_form,
    settings_form,
    tour_message,
    waited_message,
    who_message,
    why_block,
)
from bot.views.me_form import Me
from bot.views.mrkdwn import MAX_BLOCKS, in_box, message, section
from bot.views.settings_form import SettingsDraft
from tests.builders import ANA, BEN
from tests.conftest import MONDAY

HOSTILE = "<!channel> <@U1> *bold* _it_ `code` & <https://evil|bank> \u202e\x00 @x " * 3
MEMBERS = [Member(id=ANA, name="Ana"), Member(id=BEN, name="ben")]
MANY = [
    Member(id=f"U0{n:05d}", name=f"m{n} {HOSTILE}", aliases=(HOSTILE, f"a{n}")) for n in range(500)
]
UNKNOWN = [
    *(Unmatched(name=f"{n} {HOSTILE}"[:140], also=HOSTILE, commits=n + 1) for n in range(499)),
    Unmatched(name="é" * 150, stages=3),
]
WORKSPACE = Workspace(id="w", name=HOSTILE)
FULL = Team(
    stakeholders=tuple(f"kim{n}@example.com" for n in range(20)),
    chain=tuple(f"{n + 1} U0{n:05d}" for n in range(20)),
    country="DE-BE",
    review_anchor="2026-11-27",
    counts_working_time=True,
)
CHANGE = Change(
    id=1,
    why=Why(operation="o", actor_id=BEN, at=MONDAY, reason="r"),
    kind="team",
    key="team",
    before={"prompt_at": "16:30", "stakeholders": []},
    after={"prompt_at": "15:00", "stakeholders": [HOSTILE] * 20},
)
TOLD = Person(
    key=ANA,
    zone="Europe/Berlin",
    country="",
    work_days=(0, 2),
    muted=tuple(kind.value for kind in PromptKind),
    away_since=MONDAY,
    away_reason=HOSTILE,
)


def prompts(number):
    return [
        Prompt(key=f"k{n}", member_id=ANA, kind=PromptKind.TRIAGE, local_date="d", at=MONDAY)
        for n in range(number)
    ]


def held(members):
    return [
        RoleHeld(member=m, role=list(Role)[n % 4], is_given=False) for n, m in enumerate(members)
    ]


PAGES = [
    who_message.who_message(members, unmatched, page=page, may_assign=may)
    for members, unmatched in (([], []), (MANY, UNKNOWN), ([], UNKNOWN[-1:]))
    for page in (0, 1, 41, 999)
    for may in (True, False)
]
MESSAGES = [
    *PAGES,
    who_message.claimed_message(HOSTILE, ANA, [HOSTILE] * 50, "op", changed=True),
    who_message.claimed_message(HOSTILE, ANA, [], "op", changed=False),
    who_message.freed_message(HOSTILE, ANA, "op"),
    *(
        roles_form.roles_message(held(people), who_can=f"<@{ANA}> can", may_edit=may)
        for people in ([], MANY)
        for may in (True, False)
    ),
    roles_form.role_given(ANA, Role.MEMBER, Role.LEAD, "op", changed=True),
    *(
        settings_form.settings_message(team, WORKSPACE, who_can=f"<@{ANA}> can", may_edit=may)
        for team in (Team(), FULL)
        for may in (True, False)
    ),
    settings_form.settings_saved(Team(), FULL, "op", changed=True),
    *(
        me_form.me_message(Me(person=person, team=FULL, slack_zone="UTC"), MONDAY)
        for person in (Person(key=ANA), TOLD)
    ),
    me_form.me_saved(Me(person=TOLD, team=FULL, slack_zone="UTC"), MONDAY, "op", changed=True),
    *(tour_message.tour_message(step) for step in range(-1, 6)),
    tour_message.welcome_message(),
    *(waited_message.waited_message(prompts(n), {"k1"}, "b") for n in (1, 500)),
    *(why_block.why_message(replace(prompts(1)[0], kind=kind), 2, 5) for kind in PromptKind),
    *(why_block.muted_message(kind, "op", changed=True) for kind in why_block.MUTABLE),
]
DRAFT = SettingsDraft(team=Team(), workspace=WORKSPACE, members=MEMBERS, reply={})
VIEWS = [
    settings_form.settings_form(DRAFT),
    settings_form.settings_form(replace(DRAFT, team=FULL, members=MANY, theirs=[CHANGE] * 30)),
    *(
        me_form.me_form(Me(person=person, team=FULL, slack_zone="UTC"), {})
        for person in (Person(key=ANA), TOLD)
    ),
    *(roles_form.roles_form(held(people), {}) for people in ([], MANY)),
]


@pytest.mark.parametrize("shown", MESSAGES)
def test_a_message_keeps_slacks_limits(shown):
    assert flaws_of_blocks(shown["blocks"], "message") == []
    assert len(shown["blocks"]) <= MAX_BLOCKS
    assert "<!channel>" not in str(shown["blocks"])
    assert "<https://evil" not in str(shown["blocks"])


@pytest.mark.parametrize("view", VIEWS)
def test_a_form_keeps_slacks_limits(view):
    assert flaws_of_view(view) == []


def test_every_name_is_on_one_page_of_who_is_who():
    rows = len(MANY) + len(UNKNOWN)
    pages = [
        who_message.who_message(MANY, UNKNOWN, page=page, may_assign=False)["blocks"]
        for page in range(-(-rows // who_message.PER_PAGE))
    ]

    claimable = [b for page in pages for b in page if b.get("block_id", "").startswith("who:")]
    names = [who_message.name_of_block(block["block_id"]) for block in claimable]
    assert len(set(names)) == len(names)
    shown = str(pages)
    assert all(f"<@{member.id}>" in shown for member in MANY)


def test_a_row_s_name_comes_back_from_its_block_also_behind_a_project_s_mark():
    [row] = [
        b
        for b in who_message.who_message(
            [], [Unmatched(name="bea@x.org", commits=1)], page=0, may_assign=True
        )["blocks"]
        if b["type"] == "actions"
    ]

    assert who_message.name_of_block(f"{row['block_id']}@forecast") == "bea@x.org"


def test_why_this_is_on_a_full_message_too_and_once():
    full = message("t", [section(str(n)) for n in range(60)])

    shown = why_block.with_why(full, "k")

    assert len(shown["blocks"]) == MAX_BLOCKS
    assert shown["blocks"][-1]["block_id"] == "why"
    assert why_block.with_why(shown, "k") == shown


def test_stakeholders_are_addresses_and_the_wrong_line_is_named():
    assert read_stakeholders("a@b.co\n\n kim@x.example \na@b.co") == ("a@b.co", "kim@x.example")
    for wrong in ("a@b.co\nnobody", "x@y", "a b@c.de", "a@b.co\rBcc: x@y.z w", "<@U1>"):
        with pytest.raises(UserError, match=r"Line [12], "):
            read_stakeholders(wrong)
    with pytest.raises(UserError, match="At most 20 lines"):
        read_stakeholders("a@b.co\n" * 21)


def test_the_chain_is_steps_in_time_and_reads_as_it_is_typed():
    chain = read_chain("30 lead\n15 Owner\n45 min @BEN\n60 stakeholders", MEMBERS, ANA)

    assert chain == ("15 owner", "30 lead", f"45 {BEN}", "60 stakeholders")
    assert read_chain(chain_lines(chain, MEMBERS), MEMBERS, ANA) == chain
    assert "45 @ben" in chain_lines(chain, MEMBERS)
    for wrong in ("", "15 owner\nsoon lead", "15 owner\n0 lead", "15 owner\n9 @zoe"):
        with pytest.raises(UserError, match=r"^(Line 2|Write at least)"):
            read_chain(wrong, MEMBERS, ANA)


def test_under_a_box_people_stand_by_their_names_and_no_mrkdwn():
    members = [*MEMBERS, Member(id="U0BEN2", name="ben")]

    assert in_box(f"Only <@{ANA}> or <@U0GONE> can: `/bqx who`.", members) == (
        "Only Ana or U0GONE can: /bqx who."
    )
    assert in_box(f"<@{BEN}> or <@U0BEN2>?", members) == f"ben ({BEN}) or ben (U0BEN2)?"


WORK, ISRAEL = (0, 1, 2, 3, 4), (6, 0, 1, 2, 3)


def test_where_no_friday_is_worked_a_friday_is_taken_and_the_day_is_said():
    assert read_review_day("2026-11-26", ISRAEL) == "2026-11-26"
    assert read_review_day("2026-11-27", ISRAEL) == "2026-11-27"
    before = Team(review_anchor="2026-11-27", review_at="14:00")
    after = replace(before, work_days=ISRAEL)

    shown = str(settings_form.settings_saved(before, after, "op", changed=True))

    assert "every other Thursday from 2026-11-26, at 14:00, since no Friday is worked" in shown


def test_a_review_begins_on_a_friday():
    assert read_review_day("2026-11-27", WORK) == "2026-11-27"
    assert read_review_day("", WORK) == ""
    with pytest.raises(UserError, match="Thursday: choose a Friday"):
        read_review_day("2026-11-26", WORK)


def test_countries_are_found_by_name_and_code_with_their_parts():
    assert find_countries("germ")[0] == ("DE", "Germany")
    assert ("DE-BE", "Germany, BE") in find_countries("germany")
    assert find_countries("us")[0] == ("US", "United States")
    assert len(find_countries("")) == 98
    assert find_countries("atlantis") == []
    assert all(len(name) <= 75 for name in country_names().values())


def test_zones_are_found_by_city_first():
    found = [each["value"] for each in me_form.zone_options("berl", "UTC")]

    assert found == ["slack", "Europe/Berlin"]
    assert len(me_form.zone_options("", "UTC")) == 100
