"""Nothing is written on either side before a person has seen what that is, and said yes."""

from datetime import timedelta

import pytest

from bot.adapters.code_host.github import GitHubHost
from bot.domain.effects import EffectKind
from bot.domain.issues import Severity
from bot.errors import RefusedError, UserError
from bot.usecases.code_issues.connecting import agree, look_at_host, propose_host
from bot.usecases.code_issues.from_host import send_what_differs, take_from_host
from bot.usecases.code_issues.refusals import clear_refusal, note_refusal, try_again
from tests.builders import ANA, BEN, CARA
from tests.code_host.server import REPO, TOKEN
from tests.code_host.test_sync import Pair, small  # noqa: F401 - a fixture


@pytest.fixture
def pair(small, there, host):  # noqa: F811 - the fixture
    """A plan and a code host that nobody has agreed to."""
    return Pair(small, there, host)


def proposed(pair, host=None):
    return propose_host(pair.small.plans, host or pair.host, pair.small.workspace_id, now=pair.now)


def connection(pair):
    with pair.small.plans.reading(pair.small.workspace_id) as plan:
        return next(iter(plan.code_hosts()))


def told(pair):
    return [each.effect.payload for each in pair.waiting(EffectKind.CODE_HOST_NOTICE)]


def file(pair, title, **fields):
    from bot.domain.entries import IssueEntry  # noqa: PLC0415
    from bot.usecases.file_issue import file_issue  # noqa: PLC0415

    entry = IssueEntry(title=title, severity=Severity.MINOR, **fields)
    return file_issue(pair.small.plans, entry, pair.small.asker(now=pair.now)).issue


def test_before_a_yes_nothing_is_written_and_the_host_is_looked_at_once_a_day(pair):
    pair.there.add("Sum is wrong")
    pair.file_from_mark()
    proposed(pair)
    assert pair.there.counted() == ["GET 200"]
    pair.there.add("Another")

    assert [pair.step() for _ in range(3)] == [[], [], []]
    assert not proposed(pair)
    assert len(pair.issues()) == 1
    assert {row["title"] for row in pair.there.issues.values()} == {"Sum is wrong", "Another"}

    pair.now += timedelta(days=1)
    assert proposed(pair)
    assert connection(pair).look.count == 2


def test_those_who_run_the_project_are_asked_once(pair):
    pair.there.add()
    proposed(pair)
    pair.small.plans.forget(pair.now + timedelta(days=90))
    pair.now += timedelta(days=90)
    proposed(pair)

    assert sorted(each["member"] for each in told(pair)) == sorted({ANA, CARA})


def test_a_first_look_counts_names_and_compares(pair):
    for number in range(12):
        pair.there.add(f"Issue {number}", labels=["level 1"] if number == 3 else ["bug"])
    pair.there.add("The feed of ticks is broken")
    pair.there.add("Exactly  alike")
    pair.there.add("a pull request", pull=True)
    pair.there.add("closed", state="closed")
    pair.there.add("Secret plans leaked outside")
    file(pair, "Feed of ticks is broken since")
    same = file(pair, "Exactly alike")
    file(pair, "Secret plans leaked outside", visible_to=(ANA,))
    pair.file_from_mark()

    look = look_at_host(pair.small.plans, pair.host, pair.small.workspace_id)

    assert (look.count, look.outward) == (14, 1)
    assert look.titles[0] == ("#1", "Issue 0")
    assert len(look.titles) == 10
    assert dict(look.levels) == {"1": 1, "3": 13}
    assert dict(look.same) == {same.key: 14}
    assert [(each[0], each[2]) for each in look.alike] == [("#13", "ISS-001")]


def test_a_yes_takes_over_and_makes_what_was_shown(pair):
    pair.there.add("Sum is wrong")
    number = pair.there.add("Exactly alike")
    same = file(pair, "Exactly alike")
    pair.file_from_mark()
    proposed(pair)
    pair.agree()

    pair.step()

    assert sorted(each.title for each in pair.issues()) == [
        "Exactly alike",
        "Retry",
        "Sum is wrong",
    ]
    assert {row["title"] for row in pair.there.issues.values()} == {
        "Sum is wrong",
        "Exactly alike",
        "Retry",
    }
    with pair.small.plans.reading(pair.small.workspace_id) as plan:
        assert [each.number for each in plan.code_links(issue_key=same.key)] == [number]


@pytest.mark.parametrize(
    ("label", "severity"), [("level 1", Severity.BLOCKER), ("level 4", Severity.MAJOR)]
)
def test_one_of_the_same_title_keeps_its_label_there(pair, label, severity):
    number = pair.there.add("Exactly alike", labels=[label])
    file(pair, "Exactly alike")
    pair.change(severity=Severity.MAJOR)
    pair.agree()
    pair.step()
    pair.step()

    assert pair.issue.severity is severity
    assert pair.there.labels(number) == [label]


def test_what_was_there_before_is_late_from_the_yes_on_and_not_from_its_birth(pair):
    pair.there.now = pair.now - timedelta(days=400)
    pair.there.add("Old and grey")
    proposed(pair)
    pair.agree()
    pair.there.now = pair.now + timedelta(minutes=1)
    pair.there.add("Brand new")
    pair.step()

    [old, new] = sorted(pair.issues(), key=lambda each: each.discovered_at)
    assert old.discovered_at == pair.now - timedelta(days=400, minutes=10) + timedelta(seconds=1)
    assert old.clock_start == pair.now
    assert new.clock_start == new.discovered_at


def test_a_title_that_was_changed_after_the_look_ties_nothing(pair):
    number = pair.there.add("Exactly alike")
    file(pair, "Exactly alike")
    proposed(pair)
    pair.there.change(number, title="Something else")
    pair.agree()
    pair.step()

    assert {each.title for each in pair.issues()} == {"Exactly alike", "Something else"}


def test_only_who_runs_the_project_says_yes_and_only_to_what_was_looked_at(pair):
    with pytest.raises(UserError, match="not looked"):
        agree(pair.small.plans, pair.host, pair.small.asker(ANA))
    proposed(pair)
    with pytest.raises(UserError, match="You can't connect"):
        agree(pair.small.plans, pair.host, pair.small.asker(BEN))

    first = agree(pair.small.plans, pair.host, pair.small.asker(ANA))
    assert agree(pair.small.plans, pair.host, pair.small.asker(CARA)) == first
    assert first.agreed_by == ANA


def test_another_repository_needs_a_yes_of_its_own_and_lets_go_of_the_first(pair):
    pair.there.add("Sum is wrong")
    pair.agree()
    pair.step()
    other = GitHubHost(TOKEN, url=pair.there.url, repo="acme/new")
    pair.there.repo["full_name"] = "acme/new"
    pair.there.issues.clear()
    pair.there.add("Quite another thing")
    pair.host = other

    pair.change(title="Sum was wrong")
    pair.step()
    assert pair.there.issues[1]["title"] == "Quite another thing"
    pair.agree()
    pair.step()

    assert {each.title for each in pair.issues()} == {"Sum was wrong", "Quite another thing"}
    with pair.small.plans.reading(pair.small.workspace_id) as plan:
        assert [each.repo for each in plan.code_hosts() if each.is_agreed] == ["acme/new"]


def test_a_mistyped_repository_leaves_the_agreed_one_as_it_is(pair):
    pair.there.add("Sum is wrong")
    pair.agree()
    pair.step()
    mistyped = GitHubHost(TOKEN, url=pair.there.url, repo="acme/elt")
    with pytest.raises(RefusedError) as refused:
        proposed(pair, mistyped)
    note_refusal(pair.small.plans, mistyped, pair.small.workspace_id, refused.value, now=pair.now)

    pair.step()

    assert pair.step() == ["GET 304"]
    assert [each.title for each in pair.issues()] == ["Sum is wrong"]
    assert {each["cause"] for each in told(pair) if "cause" in each} == {"404:read:"}


def test_five_hundred_are_looked_at_and_taken_in_pages(pair):
    for number in range(500):
        pair.there.add(f"Issue {number} of many")
    proposed(pair)
    assert len(pair.there.counted()) == 5
    assert connection(pair).look.count == 500
    pair.agree()

    assert len(pair.step()) <= 6
    assert len(pair.issues()) == 500


def test_what_cannot_be_read_is_told_once_until_it_is_cured(pair):
    pair.there.add()
    pair.agree()
    error = RefusedError("GitHub", "the token is not valid", status=401)
    given = (pair.small.plans, pair.host, pair.small.workspace_id)
    for _ in range(3):
        pair.now += timedelta(minutes=10)
        note_refusal(*given, error, now=pair.now)
    assert [each["member"] for each in told(pair) if "cause" in each] == [CARA, ANA]

    clear_refusal(*given, now=pair.now)
    assert connection(pair).troubles == ()
    note_refusal(*given, error, now=pair.now + timedelta(hours=1))
    assert len([each for each in told(pair) if "cause" in each]) == 4


def test_many_writes_refused_for_one_cause_are_told_once_and_tried_again_together(pair):
    for number in range(3):
        pair.there.add(f"Issue {number}")
    pair.agree()
    pair.step()
    given = (pair.small.plans, pair.host, pair.small.workspace_id)
    error = RefusedError("GitHub", "the token may not do this", status=403)
    for issue in pair.issues():
        note_refusal(*given, error, now=pair.now, key=issue.key)
    assert len([each for each in told(pair) if "cause" in each]) == 2

    with pytest.raises(UserError, match="You can't"):
        try_again(pair.small.plans, pair.host, pair.small.asker(BEN))
    assert try_again(pair.small.plans, pair.host, pair.small.asker(ANA, now=pair.now)) == 3

    assert len(pair.waiting(EffectKind.CODE_HOST)) == 3
    with pytest.raises(UserError, match="Nothing waits"):
        try_again(pair.small.plans, pair.host, pair.small.asker(ANA))


def test_a_yes_is_for_one_repository_of_one_name(pair):
    pair.agree()
    other = replace_repo(pair.host)

    assert take_from_host(pair.small.plans, other, pair.small.workspace_id, now=pair.now).read == 0
    assert send_what_differs(pair.small.plans, other, pair.small.workspace_id, now=pair.now) == 0
    assert connection(pair).repo == REPO


def replace_repo(host):
    other = GitHubHost(TOKEN, url="http://127.0.0.1:9", repo="acme/other")
    assert other.name == host.name
    return other


def test_a_kept_connection_comes_back_as_it_was(pair):
    pair.there.add("Sum is wrong")
    proposed(pair)
    error = RefusedError("GitHub", "HTTP 422", detail="Validation Failed", status=422)
    note_refusal(
        pair.small.plans, pair.host, pair.small.workspace_id, error, now=pair.now, key="ISS-009"
    )

    kept = connection(pair)

    assert kept.look.titles == (("#1", "Sum is wrong"),)
    assert [(each.key, each.status, each.at) for each in kept.troubles] == [
        ("ISS-009", 422, pair.now)
    ]
