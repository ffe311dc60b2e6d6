"""`/bqx rules`: every rule says what it does, why, and who made it."""

from dataclasses import replace

import pytest

from bot.domain.evidence import RuleKind, WorkRule
from bot.views.rules_message import MAX_RULES, REMOVE, rule_removed, rules_message
from tests.builders import ANA
from tests.conftest import MONDAY
from tests.views.messages import texts, within_limits

RULE = WorkRule(
    key="RULE-001",
    kind=RuleKind.AUTHOR,
    pattern="ben@bqx.example",
    reason="Vendored",
    made_by=ANA,
    made_at=MONDAY,
)
HOSTILE = "<!channel> *b* `c` & <https://evil.example|bank>\n\u202e" * 60
SAYS = {
    RuleKind.AUTHOR: "Commits by `src/db` are no plan work.",
    RuleKind.PATH: "Commits that touch only `src/db` are no plan work.",
    RuleKind.WORK: "Commits of the type `src/db:` are no plan work.",
    RuleKind.BELONGS: "Commits that touch only `src/db` belong to 1.5.5 “R &amp; D”.",
}


def test_without_rules_it_says_where_they_come_from():
    shown = rules_message([])

    within_limits(shown)
    assert shown["text"] == "There are no rules about commits yet."
    assert "*Not a gap because…*" in texts(shown)[0]


@pytest.mark.parametrize("kind", RuleKind)
def test_each_kind_of_rule_says_what_it_does_when_shown_and_when_removed(kind):
    rule = replace(RULE, kind=kind, pattern="src/db")

    shown = rules_message([(rule, "1.5.5 “R & D”")])
    removed = rule_removed(rule, "1.5.5 “R & D”", "op-1")

    assert f"*RULE-001* · {SAYS[kind]}\nVendored" in texts(shown)
    assert f"*RULE-001* is removed: {SAYS[kind]}" in texts(removed)


def test_a_rule_has_a_button_that_removes_it_and_says_who_made_it():
    shown = rules_message([(RULE, "")])

    within_limits(shown)
    title, rule, made = shown["blocks"]
    assert title["text"]["text"] == "*1 rule about commits*"
    button = rule["accessory"]
    assert (button["action_id"], button["value"]) == (REMOVE, "RULE-001")
    assert button["accessibility_label"] == "Remove RULE-001"
    assert made["elements"][0]["text"].startswith(f"<@{ANA}> · <!date^")


def test_a_rule_whose_maker_and_day_are_not_known_says_so():
    shown = rules_message([(replace(RULE, made_by="", made_at=None), "")])

    assert texts(shown)[-1] == "somebody"


def test_a_folder_of_something_that_is_gone_still_reads():
    shown = rules_message([(replace(RULE, kind=RuleKind.BELONGS, pattern="src"), "")])

    assert "belong to it." in texts(shown)[1]


def test_of_many_rules_the_first_are_shown_and_the_rest_counted():
    rules = [(replace(RULE, key=f"RULE-{n:03}"), "") for n in range(1, MAX_RULES + 6)]

    shown = rules_message(rules)

    within_limits(shown)
    assert [b["accessory"]["value"] for b in shown["blocks"] if "accessory" in b] == [
        rule.key for rule, _ in rules[:MAX_RULES]
    ]
    assert shown["text"] == f"{MAX_RULES + 5} rules about commits"
    assert texts(shown)[-1] == "and 5 more"


@pytest.mark.parametrize("kind", RuleKind)
def test_hostile_words_ping_nobody_and_end_no_code(kind):
    rule = replace(RULE, kind=kind, pattern=HOSTILE, reason=HOSTILE)

    for shown in (rules_message([(rule, HOSTILE)]), rule_removed(rule, HOSTILE, "op-1")):
        within_limits(shown)
        for text in [t for t in texts(shown) if "RULE-001" in t]:
            assert "<" not in text
            assert "\u202e" not in text
            assert "&lt;!channel&gt; *b* 'c' &amp; &lt;https" in text
        assert "<" not in shown["text"]
    text = texts(rules_message([(rule, HOSTILE)]))[1]
    assert text.count("\n") == 1
    assert "&lt;!channel&gt; *b* `c` &amp; &lt;https" in text.split("\n")[1]


def test_a_pattern_with_braces_is_shown_as_it_is():
    shown = rules_message([(replace(RULE, kind=RuleKind.PATH, pattern="{0}/{x}"), "")])

    assert "`{0}/{x}`" in texts(shown)[1]


@pytest.mark.parametrize("words", [HOSTILE, "x" * 3000, "&" * 3000], ids=["hostile", "x", "amp"])
@pytest.mark.parametrize("kind", RuleKind)
def test_however_much_there_is_it_stays_inside_slacks_limits(kind, words):
    rules = [(replace(RULE, kind=kind, pattern=words, reason=words), words)] * 200

    within_limits(rules_message(rules))


def test_a_removal_can_be_undone():
    shown = rule_removed(RULE, "", "op-1")

    assert shown["text"] == "RULE-001 is removed."
    [undo] = shown["blocks"][-1]["elements"]
    assert undo["value"] == "op-1"
