"""`/bqx links`: what is shown of a stage's commits, and the form that corrects one."""

from dataclasses import replace

import pytest

from bot.domain.evidence import SeenCommit
from bot.domain.matching import Link, Tier
from bot.domain.outcomes import LinkCorrected, LinkedCommit
from bot.errors import FormError
from bot.sandbox.blocks import flaws_of_view
from bot.views.gap_pages import LINK_WRONG
from bot.views.links_message import (
    CORRECT_ID,
    ELSEWHERE,
    NOWHERE,
    WHERE,
    correct_form,
    link_corrected,
    links_message,
    read_correct_form,
)
from bot.views.mrkdwn import VALUE
from bot.views.repair_inputs import RECORD
from tests.builders import STAGES
from tests.findings import COMMITS, SHAS
from tests.views.messages import texts, within_limits

STAGE = STAGES[0]
HOSTILE = "<!channel> *bold* & <https://evil.example|bank>\n\u202e" * 60
SAFE = "&lt;!channel&gt; *bold* &amp; &lt;https://evil.example|bank&gt;"
REPLY = {"response_url": "https://hooks.example/1"}
TARGET = f"{SHAS[0]}:{STAGE.key}"


def linked(number=0, *, subject="Add a cache", reason="the subject names stage 1.5.4", author=""):
    known = COMMITS[number % len(COMMITS)]
    commit = replace(known.commit, subject=subject, author_name=author or "Ben Okafor")
    link = Link(
        sha=commit.sha,
        ref="1.5.4",
        record=STAGE.key,
        tier=Tier.SUBJECT,
        score=1.0,
        reason=reason,
        status="linked",
    )
    seen = SeenCommit(commit=commit, repo="bqx", arrived_at=known.arrived_at)
    return LinkedCommit(seen=seen, link=link, record=STAGE)


def test_without_commits_it_says_so_and_how_to_name_the_stage():
    shown = links_message(STAGE, [], 0)

    within_limits(shown)
    assert shown["text"] == "No commit that I have seen belongs to it."
    [text] = texts(shown)
    assert text.startswith("*1.5.4* · BQX Table Recalculation\n")
    assert "`Stage: 1.5.4`" in text


def test_each_commit_shows_why_and_has_a_button_that_names_it():
    shown = links_message(STAGE, [linked(0), linked(1)], 2)

    within_limits(shown)
    title, first, author, second, _ = shown["blocks"]
    assert "*2 commits*, newest first" in title["text"]["text"]
    assert first["text"]["text"] == (f"`{SHAS[0][:7]}` Add a cache\nthe subject names stage 1.5.4")
    assert author["elements"][0]["text"].startswith("Ben Okafor · <!date^")
    for block, sha in ((first, SHAS[0]), (second, SHAS[1])):
        button = block["accessory"]
        assert (button["action_id"], button["value"]) == (LINK_WRONG, f"{sha}:STG-901")
    assert "older" not in str(shown)


def test_one_commit_is_not_called_commits():
    assert links_message(STAGE, [linked()], 1)["text"] == "1 commit of 1.5.4"


def test_the_older_ones_are_counted():
    shown = links_message(STAGE, [linked(number) for number in range(20)], 1234)

    within_limits(shown)
    assert shown["text"] == "1,234 commits of 1.5.4"
    assert texts(shown)[-1] == "and 1,214 older ones"
    assert sum("accessory" in block for block in shown["blocks"]) == 20


def test_hostile_words_ping_nobody_and_stay_on_one_line():
    shown = links_message(STAGE, [linked(subject=HOSTILE, reason=HOSTILE, author=HOSTILE)], 1)

    within_limits(shown)
    for text in texts(shown)[1:]:
        assert "<!channel" not in text
        assert "<https" not in text
        assert "\u202e" not in text
    _, commit, author = texts(shown)
    assert commit.count("\n") == 1
    assert commit.count(SAFE) >= 4
    assert author.startswith("&lt;!channel&gt; *bold* &amp; ")


def test_a_hostile_stage_does_not_end_its_bold_title():
    stage = replace(STAGE, ref="1*<!here>&", name="<!channel> & co")

    for shown in (links_message(stage, [], 0), links_message(stage, [linked()], 1)):
        title = texts(shown)[0]
        ref = title.split(" · ")[0]
        assert ref.count("*") == 2
        assert ref.endswith("&lt;!here&gt;&amp;*")
        assert title.startswith(f"{ref} · &lt;!channel&gt; &amp; co\n")
        assert "<!" not in shown["text"]


@pytest.mark.parametrize("many", [1, 20, 200])
@pytest.mark.parametrize("words", [HOSTILE, "x" * 3000, "&" * 3000], ids=["hostile", "x", "amp"])
def test_however_much_there_is_it_stays_inside_slacks_limits(many, words):
    found = [linked(n, subject=words, reason=words, author=words) for n in range(many)]

    within_limits(links_message(replace(STAGE, name=words, ref=words), found, many))


# The form


def sent(where, record=None, form=None):
    chosen = {"value": record} if record else None
    return {
        **(form or correct_form(TARGET, "s", "r", REPLY)),
        "state": {
            "values": {
                WHERE: {VALUE: {"selected_option": {"value": where}}},
                RECORD: {VALUE: {"selected_option": chosen}},
            }
        },
    }


@pytest.mark.parametrize("words", ["", "plain", HOSTILE, "&" * 3000])
def test_the_form_shows_what_is_linked_to_what_inside_slacks_limits(words):
    form = correct_form(TARGET, words, words, REPLY)

    assert flaws_of_view(form) == []
    assert form["callback_id"] == CORRECT_ID
    text = form["blocks"][0]["text"]["text"]
    assert text.startswith(f"`{SHAS[0][:7]}` ")
    assert len(text) <= 3000
    assert "<" not in text
    assert (SAFE in text) == (words == HOSTILE)


def test_the_form_reads_back_where_a_commit_belongs():
    assert read_correct_form(sent(ELSEWHERE, "STG-902")) == (
        SHAS[0],
        "STG-901",
        "STG-902",
        REPLY,
    )


@pytest.mark.parametrize("record", [None, "STG-902"])
def test_nothing_in_the_plan_counts_even_where_a_record_is_chosen(record):
    assert read_correct_form(sent(NOWHERE, record)) == (SHAS[0], "STG-901", None, REPLY)


def test_another_stage_has_to_be_chosen():
    with pytest.raises(FormError) as refused:
        read_correct_form(sent(ELSEWHERE))

    assert list(refused.value.fields) == [RECORD]


@pytest.mark.parametrize(
    ("moved_to", "says"),
    [
        ("1.5.5 “R & D” <!here>", "belongs to 1.5.5 “R &amp; D” &lt;!here&gt; now"),
        ("", "belongs to nothing here now"),
    ],
)
def test_the_receipt_says_where_it_belongs_and_can_be_undone(moved_to, says):
    shown = link_corrected(LinkCorrected(operation="op-1", sha=SHAS[0], moved_to=moved_to))

    within_limits(shown)
    assert says in texts(shown)[0]
    [undo] = shown["blocks"][-1]["elements"]
    assert undo["value"] == "op-1"
