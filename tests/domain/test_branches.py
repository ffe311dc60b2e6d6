"""Which branch a commit came from, as the merges tell it."""

import random
from datetime import UTC, datetime

import pytest

from bot.domain.activity import Commit
from bot.domain.branches import branch_of, merged_branches

AT = datetime(2025, 11, 10, tzinfo=UTC)


def commit(sha: str, parents: str = "", subject: str = "work", body: str = "") -> Commit:
    return Commit(
        sha=sha,
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=AT,
        subject=subject,
        body=body,
        parents=tuple(parents.split()),
    )


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Merge branch 'feature/1.5.4-backfill'", ("feature/1.5.4-backfill",)),
        ("Merge branch 'x' into y", ("x",)),
        ("Merge branch 'x' into 'main'", ("x",)),
        ("Merge branch 'x' of git.example.org:team/bqx into y", ("x",)),
        ("Merge branches 'a', 'b' and 'c' into main", ("a", "b", "c")),
        ("Merge remote-tracking branch 'origin/feature/2.1'", ("feature/2.1",)),
        ("Merge remote-tracking branch 'refs/remotes/origin/x' into y", ("x",)),
        ("Merge remote-tracking branches 'origin/a' and 'fork/b'", ("a", "b")),
        ("Merge pull request #12 from owner/feature/1.5.4", ("feature/1.5.4",)),
        ("Merge pull request 12 from feature/x into main", ("feature/x",)),
        ("Merge pull request 'Add it' (#3) from feature/x into main", ("feature/x",)),
        ("Merge pull request 'Add it' (#3) from ada/bqx:fix-1 into main", ("fix-1",)),
        ("Merged in feature/1.5.4 (pull request #3)", ("feature/1.5.4",)),
        ("Merge pull request #7 in BQX/cadence from feature/x to master", ("feature/x",)),
        ("Merge tag 'v1.0' of git.example.org:team/bqx", ()),
        ("Merge commit 'abc1234'", ()),
        ("Integrate the feature", ()),
        ("", ()),
    ],
)
def test_a_merge_names_its_branch(subject, names):
    assert merged_branches(commit("m", "a b", subject)) == names


def test_a_merge_may_name_its_branch_below_the_subject():
    body = "Merge in BQX/cadence from feature/x to master\n\n* work"

    assert merged_branches(commit("m", "a b", "Pull request #3: Title", body)) == ("feature/x",)


def test_what_a_merge_brought_in_carries_its_branch_and_the_main_line_none():
    history = [
        commit("tip", "merge"),
        commit("merge", "main topic2", "Merge branch 'feature/1.5'"),
        commit("topic2", "topic1"),
        commit("main", "root"),
        commit("topic1", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"topic1": "feature/1.5", "topic2": "feature/1.5"}


def test_of_merges_inside_merges_the_nearest_counts():
    history = [
        commit("m2", "root o2", "Merge branch 'outer'"),
        commit("o2", "o1 i1", "Merge branch 'inner' into outer"),
        commit("o1", "root"),
        commit("i1", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"o2": "outer", "o1": "outer", "i1": "inner"}


def test_a_branch_that_took_in_the_main_line_does_not_take_it_away():
    history = [
        commit("m", "b a2", "Merge branch 'topic'"),
        commit("a2", "a1 b", "Merge branch 'main' into topic"),
        commit("b", "root"),
        commit("a1", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"a1": "topic", "a2": "topic"}


def test_a_branch_merged_twice_keeps_its_first_part_with_the_first_merge():
    history = [
        commit("m2", "m1 t2", "Merge branch 'second'"),
        commit("m1", "root t1", "Merge branch 'first'"),
        commit("t2", "t1"),
        commit("t1", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"t1": "first", "t2": "second"}


def test_an_octopus_names_each_of_its_arms():
    history = [
        commit("m", "root a b", "Merge branches 'left' and 'right'"),
        commit("a", "root"),
        commit("b", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"a": "left", "b": "right"}


def test_an_unnamed_merge_inside_a_branch_lies_on_that_branch():
    history = [
        commit("m", "root t2", "Merge branch 'topic'"),
        commit("t2", "t1 x", "Bring in the fix"),
        commit("t1", "root"),
        commit("x", "root"),
        commit("root"),
    ]

    assert branch_of(history) == {"t2": "topic", "t1": "topic", "x": "topic"}


def test_a_part_of_a_history_is_named_as_far_as_it_goes():
    """A week's commits have parents that nobody read."""
    history = [
        commit("m", "old t2", "Merge branch 'topic'"),
        commit("t2", "t1"),
        commit("t1", "older"),
    ]

    assert branch_of(history) == {"t2": "topic", "t1": "topic"}


def test_a_long_history_takes_no_recursion():
    history = [commit("m", "0 side0", "Merge branch 'long'")]
    history += [commit(f"side{n}", f"side{n + 1}") for n in range(20_000)]

    assert len(branch_of(history)) == 20_000


@pytest.mark.parametrize("seed", range(20))
def test_on_any_history_a_name_is_of_a_merge_that_reaches_it_past_its_first_parent(seed):
    chance = random.Random(seed)
    history = [commit("0")]
    for number in range(1, 40):
        before = [str(chance.randrange(number)) for _ in range(chance.choice([1, 1, 2, 3]))]
        parents = " ".join(dict.fromkeys([str(number - 1), *before]))
        history.append(commit(str(number), parents, f"Merge branch 'b{number}'"))
    reach: dict[str, set[str]] = {}
    for one in history:
        reach[one.sha] = {one.sha}.union(*(reach[parent] for parent in one.parents))

    named = branch_of(reversed(history))

    by_name = {f"b{one.sha}": one for one in history if len(one.parents) > 1}
    for sha, name in named.items():
        first, *others = by_name[name].parents
        assert sha not in reach[first]
        assert any(sha in reach[other] for other in others)
