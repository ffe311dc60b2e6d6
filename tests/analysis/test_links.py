import dataclasses
import random

import pytest

from bot.analysis.lexical import PlanIndex
from bot.analysis.link_thresholds import AUTO, NONE, SUGGEST, decide, is_undocumented
from bot.analysis.link_values import Ranking, Thresholds
from bot.analysis.links import rank
from tests.analysis.projects import known, plan, work

THRESHOLDS = Thresholds(link=0.3, auto=0.8, margin=0.2, undocumented=0.5)
SIGNED = work("signed", "Sign release artefacts", paths="ci/sign.sh vendor/1/1.c")
TWINS = plan("Polish the shell", "Polish the shell")


def ranking(*scores: float) -> Ranking:
    ranked = tuple((f"T-{number}", score) for number, score in enumerate(scores, start=1))
    lead = scores[0] - scores[1] if len(scores) > 1 else sum(scores)
    return Ranking(work_id="c", ranked=ranked, undocumented=0.1, margin=lead)


@pytest.mark.parametrize(
    ("scores", "decision"),
    [
        ((0.8, 0.6), AUTO),
        ((0.79, 0.1), SUGGEST),
        ((0.9, 0.75), SUGGEST),  # too little lead
        ((0.3,), SUGGEST),
        ((0.29,), NONE),
        ((), NONE),
    ],
)
def test_score_and_lead_decide(scores, decision):
    assert decide(ranking(*scores), THRESHOLDS) == decision


def test_without_an_auto_threshold_a_person_is_always_asked():
    assert decide(ranking(1.0), dataclasses.replace(THRESHOLDS, auto=None)) == SUGGEST


def test_a_commit_that_copies_a_title_is_linked_to_it():
    [found] = rank([work("c", "Retry failed HTTP calls")], plan())

    assert found.ranked[0][0] == "T-7"
    assert found.score > 0.8
    assert found.margin > 0.6
    assert found.evidence.words == ("call", "fail", "http", "retri")
    assert not is_undocumented(found, THRESHOLDS)


def test_of_two_equal_titles_none_leads_by_text_alone():
    [found] = rank([work("c", "Polish the shell")], TWINS)

    assert {key for key, _ in found.ranked[:2]} == {"T-1", "T-2"}
    assert found.margin < 0.05
    assert decide(found, THRESHOLDS) != AUTO


def test_the_author_s_own_recent_commit_tells_equal_titles_apart():
    works = [
        work("before", "Polish the shell", paths="shell/prompt.py"),
        work("c", "Polish the shell", hours=1, paths="shell/prompt.py"),
    ]

    [found] = rank(works, TWINS, [known("before", "T-2")])

    assert found.ranked[0][0] == "T-2"
    assert found.evidence.same_author_hours == 1
    assert found.evidence.paths == ("shell/prompt.py",)
    assert found.evidence.linked_count == 1


def test_a_follow_up_without_words_of_the_plan_is_led_by_author_and_files():
    works = [
        work("before", "Import users from LDAP", paths="auth/ldap.py auth/users.py"),
        work("c", "polishing", hours=2, paths="auth/ldap.py"),
        work("else", "polishing", hours=900, author="bob", paths="docs/index.md"),
    ]

    near, far = rank(works, plan(), [known("before", "T-17")])

    assert near.ranked[0][0] == "T-17"
    assert near.score > far.score
    assert near.undocumented < far.undocumented


def test_a_link_that_a_person_undid_is_not_proposed_again():
    works = [work("c", "Retry failed HTTP calls")]

    [found] = rank(works, plan(), rejected=[known("c", "T-7")])

    assert "T-7" not in {key for key, _ in found.ranked}


def test_an_undone_link_stays_possible_for_other_commits():
    works = [work("c", "Retry failed HTTP calls"), work("d", "Retry failed HTTP calls", hours=1)]

    _, found = rank(works, plan(), rejected=[known("c", "T-7")])

    assert found.ranked[0][0] == "T-7"


def test_only_commits_without_a_link_are_ranked_in_the_order_given():
    works = [work(name, "Sign release artefacts", hours=at) for at, name in enumerate("dacb")]

    found = rank(works, plan(), [known("a", "T-15")])

    assert [one.work_id for one in found] == ["d", "c", "b"]


def test_commits_that_nobody_asks_for_are_context_only():
    works = [work(name, "Sign release artefacts", hours=at) for at, name in enumerate("dacb")]

    every = rank(works, plan(), [known("a", "T-15")])
    some = rank(works, plan(), [known("a", "T-15")], only={"c", "a"})

    [of_every] = [one for one in every if one.work_id == "c"]
    assert [one.work_id for one in some] == ["c"]
    assert some[0].evidence == of_every.evidence
    assert some[0].score == pytest.approx(of_every.score)


def test_links_of_commits_and_tasks_that_are_gone_are_left_out():
    links = [known("gone", "T-1"), known("a", "T-99")]

    found = rank([work("a", "x"), work("b", "Sign release artefacts")], plan(), links)

    assert [one.work_id for one in found] == ["b"]
    assert found[0].ranked[0][0] == "T-15"


def test_without_a_plan_every_commit_is_undocumented():
    assert rank([work("c", "anything")], []) == [
        Ranking(work_id="c", ranked=(), undocumented=1.0, margin=0.0)
    ]


def test_without_commits_there_is_nothing_to_rank():
    assert rank([], plan()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "\x00\x01\x02\x7f",
        "the of and",
        "word " * 200_000,
        "修复登录问题",
        "\ud800 lone",
    ],
    ids=["empty", "blank", "control", "stop words", "1 MB", "Chinese", "surrogate"],
)
@pytest.mark.parametrize("with_context", [False, True])
def test_any_text_is_ranked(text, with_context):
    works = [work("a", "Sign release artefacts", paths="a.py"), work("c", text, hours=3)]

    found = rank(works, plan(), [known("a", "T-15")] if with_context else [])

    assert 0 <= found[-1].score <= 1
    assert 0 <= found[-1].undocumented <= 1


def test_a_commit_of_very_many_files_is_ranked():
    vendored = " ".join(f"vendor/{at % 100}/{at}.c" for at in range(20_000))
    works = [SIGNED, work("c", "Import the library", hours=1, paths=vendored)]

    [found] = rank(works, plan(), [known("signed", "T-15")])

    assert 0 <= found.score <= 1


def test_a_plan_of_one_task_is_enough():
    works = [work("c", "Sign release artefacts"), work("d", "unrelated words")]

    copied, other = rank(works, plan()[14:15])

    assert copied.ranked[0][0] == "T-15"
    assert other.score < copied.score


@pytest.mark.parametrize("title", ["", "Same title", "the"])
def test_a_plan_in_which_every_title_is_the_same_gives_no_lead(title):
    same = [dataclasses.replace(one, title=title) for one in plan()]

    [found] = rank([work("c", "Same title")], same)

    assert found.margin < 0.05


def test_a_plan_without_creation_order_is_ranked_too():
    unordered = [dataclasses.replace(one, order=None) for one in plan()]
    works = [work("a", "Sign release artefacts"), work("c", "Translate error messages", hours=1)]

    [found] = rank(works, unordered, [known("a", "T-15")])

    assert found.ranked[0][0] == "T-16"


def test_the_same_input_gives_the_same_numbers_whatever_was_asked_before():
    index = PlanIndex(plan())
    works = [work("a", "Sign artefacts", paths="a/b.py"), work("c", "Sign them", paths="a/b.py")]
    first = rank(works, index, [known("a", "T-15")])
    rank([work("x", "other words entirely")], index)

    assert rank(works, index, [known("a", "T-15")]) == first
    assert rank(works, PlanIndex(plan()), [known("a", "T-15")]) == first


def test_the_order_of_the_known_links_does_not_matter():
    works = [work(f"k{at}", "some work", hours=at, paths=f"p{at % 3}.py") for at in range(20)]
    links = [known(f"k{at}", f"T-{1 + at % 5}") for at in range(20)]
    asked = work("c", "some work", hours=21, paths="p1.py")
    shuffled = random.Random(1).sample(links, len(links))

    assert rank([*works, asked], plan(), shuffled) == rank([*works, asked], plan(), links)
