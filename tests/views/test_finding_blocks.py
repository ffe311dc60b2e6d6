"""A finding on a page: its evidence, its buttons, and the line that is left once it is settled."""

import json
from dataclasses import replace

import pytest

from bot.domain.findings import FindingKind, FindingState, GapAnswer
from bot.domain.outcomes import Repaired
from bot.domain.records import to_plain
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.finding_answers import MORE
from bot.views.finding_blocks import (
    SETTLED_ROOM,
    evidence_lines,
    finding_blocks,
    outcome_of,
    repaired_message,
    room_of,
)
from bot.views.gap_pages import MAX_PAGES, SureLink, detail_pages, linked_pages
from bot.views.gap_signing import sign_message, signed_message
from bot.views.mrkdwn import block_size
from tests.builders import ANA
from tests.conftest import MONDAY
from tests.findings import BY_KIND, FINDINGS, REPORT, Kind, assessment_of

HOSTILE = "<!channel> <@U1> *b* `c` <https://e|b> & \u202e" * 70
MARKS = ("<!channel", "<@U1", "<https", "\u202e")


def plain(finding):
    return json.loads(json.dumps(to_plain(finding)))


def labels(finding):
    row = finding_blocks(plain(finding), None)[1]["elements"]
    return [
        [option["text"]["text"] for option in each["options"]]
        if each["action_id"] == MORE
        else each["text"]["text"]
        for each in row
    ]


def settled(finding, answer=GapAnswer.LINKED, verdict="linked to 1.5.4 “BQX”", **fields):
    state = FindingState.DISMISSED if answer is GapAnswer.NOT_A_GAP else FindingState.SETTLED
    known = {"answered_by": ANA, "answered_at": MONDAY, "operation": "op", **fields}
    return replace(finding, state=state, answer=answer, verdict=verdict, **known)


@pytest.mark.parametrize("kind", list(FindingKind))
def test_each_kind_can_be_answered(kind):
    blocks = finding_blocks(plain(BY_KIND[kind]), None)

    assert flaws_of_blocks(blocks, "message") == []
    assert blocks[1]["type"] == "actions"
    first = blocks[1]["elements"][0]
    assert first["type"] == "button"
    assert BY_KIND[kind].key in first["value"] or first["value"] == "ISS-001"


def test_a_likely_home_is_one_click_and_something_else_is_in_the_menu():
    assert labels(BY_KIND[Kind.COMMIT_UNPLANNED]) == [
        "Link to…",
        "Create task…",
        ["Not a gap, because…", "Remind me later…"],
    ]
    likely = next(one for one in FINDINGS if one.proposal.get("score"))
    assert labels(likely) == [
        "Link to 1.5.4 (82 %)",
        "Create task…",
        ["Link to something else…", "Not a gap, because…", "Remind me later…"],
    ]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Kind.STAGE_PROGRESS_UNLOGGED, "Set 150/336"),
        (Kind.TASK_COMPLETE_IN_GIT, "Mark complete (6.5 h)…"),
        (Kind.TASK_NO_ESTIMATE, "Set 4 h"),
        (Kind.DELIVERABLE_AT_RISK, "Move the ETA to 12 Dec"),
        (Kind.REF_AMBIGUOUS, "It is “Infrastructure Management”"),
        (Kind.PLAN_CONTRADICTION, "It is complete"),
    ],
)
def test_the_first_button_says_what_it_writes(kind, first):
    assert labels(BY_KIND[kind])[0] == first


def test_completing_a_stage_with_open_tasks_is_asked_first():
    row = finding_blocks(plain(BY_KIND[Kind.PLAN_CONTRADICTION]), None)[1]

    assert "open tasks are completed too" in row["elements"][0]["confirm"]["text"]["text"]


def test_a_phase_that_contradicts_itself_can_only_be_reopened():
    phase = replace(
        BY_KIND[Kind.PLAN_CONTRADICTION],
        text="Phase 1.5 “BQX” is complete, but 1 stage is not: 1.5.4.",
        proposal={},
    )

    assert labels(phase)[0] == "Reopen"
    assert len(labels(phase)) == 2


def test_stages_of_one_name_are_told_apart():
    twins = [{"key": f"STG-{n}", "label": "2.10 “Same”"} for n in range(6)]
    finding = replace(BY_KIND[Kind.REF_AMBIGUOUS], proposal={"ref": "2.10", "choices": twins})

    shown = labels(finding)

    assert shown[:4] == [f"It is “Same” (STG-{n})" for n in range(4)]
    assert "Link to another…" in shown[4]


def test_a_key_too_long_for_the_menu_still_has_its_answers():
    finding = replace(BY_KIND[Kind.TASK_NO_OWNER], key="k" * 400)

    blocks = finding_blocks(plain(finding), None)

    assert flaws_of_blocks(blocks, "message") == []
    assert [each["type"] for each in blocks[1]["elements"]] == ["button"] * 4


def test_four_lines_of_evidence_and_every_reason_are_shown():
    lines = [f"{n}: commit" for n in range(10)]

    shown = evidence_lines([*lines, "and 7 more", "likely 1.5.4: the same files"])

    assert shown == [
        "> 0: commit",
        "> 1: commit",
        "> 2: commit",
        "> 3: commit",
        "> and 13 more",
        "> Likely 1.5.4: the same files",
    ]


def test_what_is_known_from_earlier_weeks_says_since_when():
    block = finding_blocks(plain(BY_KIND[Kind.STAGE_SILENT]), None)[0]

    assert "_Known since <!date^" in block["text"]["text"]


def test_a_settled_finding_is_one_line_with_undo():
    done = settled(FINDINGS[0])

    [block] = finding_blocks(plain(done), outcome_of(done))

    assert "*linked to 1.5.4 “BQX”*" in block["text"]["text"]
    assert f"by <@{ANA}>" in block["text"]["text"]
    assert block["accessory"]["value"] == "op"


def test_a_dismissed_finding_says_until_when_and_why():
    rests = settled(FINDINGS[0], GapAnswer.NOT_A_GAP, "not a gap", reason="a spike", until=MONDAY)

    [block] = finding_blocks(plain(rests), outcome_of(rests))

    assert "*not a gap* until <!date^" in block["text"]["text"]
    assert "(a spike)" in block["text"]["text"]


def test_what_ended_by_itself_has_nothing_to_undo():
    gone = settled(FINDINGS[0], GapAnswer.GONE, "gone", answered_by="cadence", operation=None)

    [block] = finding_blocks(plain(gone), outcome_of(gone))

    assert "*no longer found*" in block["text"]["text"]
    assert "accessory" not in block


@pytest.mark.parametrize("kind", list(FindingKind))
@pytest.mark.parametrize("text", [HOSTILE, "x" * 3000], ids=["hostile", "long"])
def test_no_words_break_a_finding(kind, text):
    finding = replace(
        BY_KIND[kind], text=text, refs=(text,), evidence=(text, f"likely {text}") * 20
    )
    done = settled(finding, GapAnswer.NOT_A_GAP, text, reason=text, until=MONDAY)

    for blocks in (
        finding_blocks(plain(finding), None),
        finding_blocks(plain(done), outcome_of(done)),
    ):
        assert flaws_of_blocks(blocks, "message") == []
        said = json.dumps([block["text"]["text"] for block in blocks if block["type"] == "section"])
        assert not [mark for mark in MARKS if mark in said.replace(f"<@{ANA}>", "")]
    assert block_size(finding_blocks(plain(done), outcome_of(done))) <= SETTLED_ROOM
    assert room_of(plain(finding))[0] == 2


def many(number, text="Stage 1.5.4 “BQX” has been in progress for 40 days."):
    return [replace(BY_KIND[Kind.STAGE_OLD], key=f"k{n}", text=text) for n in range(number)]


def pages_of(findings, outcomes=None):
    snapshot = json.loads(json.dumps(assessment_of(findings).to_plain()))
    return detail_pages({**snapshot, "outcomes": outcomes or {}})


def keys_on(page):
    return [
        block["block_id"].removeprefix("settled:")
        for block in page.message["blocks"]
        if block["type"] == "section" and block["block_id"] != "title"
    ]


@pytest.mark.parametrize("number", [1, 21, 22, 500])
@pytest.mark.parametrize("text", ["plain", HOSTILE, "x" * 3000], ids=["plain", "hostile", "long"])
def test_pages_stay_inside_slacks_limits_and_lose_nothing(number, text):
    pages = pages_of(many(number, text))

    for page in pages:
        assert flaws_of_blocks(page.message["blocks"], "message") == []
        assert block_size(page.message["blocks"]) <= 12_000
    assert len(pages) <= MAX_PAGES
    shown = [key for page in pages for key in keys_on(page)]
    assert shown == [f"k{n}" for n in range(len(shown))]
    if len(shown) < number:
        assert f"and {number - len(shown)} more, all in the report" in str(pages[-1].message)


def test_a_finding_stays_on_its_page_whatever_is_answered():
    findings = many(60)
    before = pages_of(findings)
    reason = "because " * 20
    done = settled(findings[0], GapAnswer.NOT_A_GAP, "not a gap", reason=reason, until=MONDAY)
    outcome = json.loads(json.dumps(outcome_of(done)))

    for answered in ([findings[30]], findings):
        after = pages_of(findings, {finding.key: outcome for finding in answered})
        assert [page.name for page in after] == [page.name for page in before]
        assert [keys_on(page) for page in after] == [keys_on(page) for page in before]
    changed = pages_of(findings, {findings[30].key: outcome})
    assert sum(one != other for one, other in zip(before, changed, strict=True)) == 1


def test_the_pages_of_a_section_are_numbered():
    titles = [page.message["blocks"][0]["text"]["text"] for page in pages_of(many(30))]

    assert titles == [
        "*Stages in progress (30)* · page 1 of 2",
        "*Stages in progress (30)* · page 2 of 2",
    ]


def link(number, text="feat: a cache", **fields):
    return SureLink(
        sha=f"{number:040x}",
        record_key="STG-901",
        subject=text,
        record=text,
        reason=text,
        score=0.97,
        **fields,
    )


@pytest.mark.parametrize("text", [HOSTILE, "x" * 3000], ids=["hostile", "long"])
def test_links_made_without_asking_can_be_called_wrong(text):
    pages = linked_pages([link(n, text) for n in range(500)])

    assert len(pages) == MAX_PAGES
    for page in pages:
        assert flaws_of_blocks(page.message["blocks"], "message") == []
        assert not [mark for mark in MARKS if mark in json.dumps(page.message["blocks"])]
    assert pages[0].message["blocks"][1]["accessory"]["value"] == f"{0:040x}:STG-901"


def test_a_link_that_was_called_wrong_says_so():
    [page] = linked_pages([link(1, is_wrong=True)])

    assert "somebody said that is wrong" in str(page.message)
    assert "accessory" not in page.message["blocks"][1]


def test_no_links_are_no_message():
    assert linked_pages([]) == []


def test_each_section_is_signed_by_itself():
    snapshot = {"signed": {"2": {"by": ANA, "at": MONDAY.isoformat()}}}

    message = sign_message(snapshot, REPORT)

    assert flaws_of_blocks(message["blocks"], "message") == []
    assert "1 of 5 sections are signed" in message["text"]
    values = [block["accessory"]["value"] for block in message["blocks"] if "accessory" in block]
    assert values == [f"{REPORT}:{n}" for n in (1, 3, 4, 5)]
    assert f"signed by <@{ANA}>" in str(message)
    everything = {"signed": {str(n): snapshot["signed"]["2"] for n in range(1, 6)}}
    assert "all five" in sign_message(everything, REPORT)["text"]


def test_who_signed_before_is_named():
    assert f"<@{ANA}> signed" in str(signed_message(1, ANA, "", changed=False))
    assert flaws_of_blocks(signed_message(1, ANA, "op", changed=True)["blocks"], "message") == []


def test_who_comes_second_gets_their_words_back():
    done = Repaired(operation="op", finding=settled(FINDINGS[0]), changed=False)

    text = str(repaired_message(done, "No quota for <!here>"))

    assert f"<@{ANA}> answered this before you" in text
    assert "No quota for &lt;!here&gt;" in text
