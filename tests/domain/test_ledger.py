"""What becomes of a finding from one Monday to the next."""

from dataclasses import replace

import pytest

from bot.domain.findings import Finding, FindingKind, FindingState, GapAnswer
from bot.domain.ledger import FROM_GIT, adopted, carry, ended
from bot.domain.plan import Status
from tests.conftest import MONDAY
from tests.domain.builders import DAY, HOUR, commit, found, kinds, of_kind, stage

WEEK = 7 * DAY
PLAN = {"stages": (stage("1.1", started_at=None),)}
POOL = {"paths": ("db/pool.py",)}


def gap(key="stage_old:STG-1", kind=FindingKind.STAGE_OLD, **rest) -> Finding:
    return Finding(key=key, kind=kind, text=key, first_seen_at=MONDAY, **rest)


def settled(finding, answer=GapAnswer.COMPLETE):
    return replace(finding, state=FindingState.SETTLED, answer=answer, revision=3)


def dismissed(finding, until=None, answer=GapAnswer.LATER):
    return replace(finding, state=FindingState.DISMISSED, answer=answer, until=until, revision=3)


def test_a_gap_found_for_the_first_time_is_new():
    (finding,) = carry([gap()], [], MONDAY)

    assert (finding.state, finding.first_seen_at) == (FindingState.NEW, MONDAY)


def test_a_gap_nobody_answered_is_carried_since_its_first_day():
    (finding,) = carry([gap()], [gap(revision=2)], MONDAY + WEEK)

    assert finding.state is FindingState.CARRIED
    assert (finding.first_seen_at, finding.revision) == (MONDAY, 2)


def test_a_carried_gap_shows_what_is_found_now():
    now = replace(gap(), text="30 days", evidence=("newer",))

    (finding,) = carry([now], [gap()], MONDAY + WEEK)

    assert (finding.text, finding.evidence) == ("30 days", ("newer",))


def test_the_same_gap_is_never_new_twice():
    ledger: list[Finding] = []
    states = []
    for week in range(4):
        shown = found(**PLAN, earlier=ledger, now=MONDAY + week * WEEK).findings
        age = [finding for finding in shown if finding.kind is FindingKind.STAGE_AGE_UNKNOWN]
        states += [finding.state.value for finding in age]
        ledger = list(shown)

    assert states == ["new", "carried", "carried", "carried"]


def test_what_is_no_longer_found_is_settled_by_nobody():
    (end,) = ended([], [gap()], MONDAY + WEEK)

    assert (end.state, end.answer, end.answered_by) == (
        FindingState.SETTLED,
        GapAnswer.GONE,
        "cadence",
    )
    assert ended([gap()], [gap()], MONDAY) == ()
    assert ended([], [settled(gap()), dismissed(gap("b"))], MONDAY) == ()


def test_what_was_gone_and_comes_back_is_known():
    (finding,) = carry([gap()], [settled(gap(), GapAnswer.GONE)], MONDAY + WEEK)

    assert (finding.state, finding.first_seen_at) == (FindingState.CARRIED, MONDAY)
    assert finding.answer is None


def test_what_was_repaired_and_comes_back_is_a_new_gap():
    (finding,) = carry([gap()], [settled(gap())], MONDAY + WEEK)

    assert (finding.state, finding.first_seen_at) == (FindingState.NEW, MONDAY + WEEK)
    assert (finding.revision, finding.answer) == (3, None)


def test_what_was_dismissed_is_silent_until_its_date_and_then_known():
    before = dismissed(gap(), MONDAY + WEEK)

    assert carry([gap()], [before], MONDAY + WEEK - HOUR) == ()
    (finding,) = carry([gap()], [before], MONDAY + WEEK)
    assert (finding.state, finding.answer) == (FindingState.CARRIED, None)


def test_what_was_dismissed_for_good_stays_silent():
    assert carry([gap()], [dismissed(gap())], MONDAY + 500 * DAY) == ()


@pytest.mark.parametrize("kind", list(FindingKind))
def test_a_failed_read_of_git_ends_nothing_that_git_tells(kind):
    before = gap(f"{kind}:x", kind)

    assert bool(ended([], [before], MONDAY, unread=FROM_GIT)) is (kind not in FROM_GIT)


def test_a_failed_read_claims_nothing_from_the_silence_of_git():
    done = stage("1.1", status=Status.COMPLETE, started_at=None, completed_at=MONDAY - 3 * DAY)
    commits = [commit(f"feat: Stage 1.2 rows {n}", at=MONDAY - n * DAY) for n in range(1, 20)]
    plan = {"stages": (done, stage("1.2"))}

    assert kinds(found(*commits, **plan)) == ["stage_no_evidence"]
    assert kinds(found(*commits, **plan, work={"unread": FROM_GIT})) == []


# Pieces of work that nobody planned


def unplanned(*commits, earlier=(), now=MONDAY):
    assessment = found(*commits, stages=(stage("1.1"),), earlier=earlier, now=now)
    return of_kind(assessment, FindingKind.COMMIT_UNPLANNED)


def test_an_unplanned_piece_that_grows_keeps_its_key():
    first = commit("feat: pool", at=MONDAY - 2 * DAY, **POOL)
    (before,) = unplanned(first)
    more = commit("feat: pool again", at=MONDAY - DAY, **POOL)

    (after,) = unplanned(first, more, earlier=[before], now=MONDAY + WEEK)

    assert (after.key, after.state) == (before.key, FindingState.CARRIED)
    assert after.commits == (first.sha, more.sha)


def test_a_piece_that_grows_at_its_front_keeps_its_key():
    later = commit("feat: pool", at=MONDAY - DAY, **POOL)
    (before,) = unplanned(later)
    older = commit("feat: pool draft", at=MONDAY - 2 * DAY, **POOL)  # merged late

    (after,) = unplanned(older, later, earlier=[before], now=MONDAY + WEEK)

    assert (after.key, after.state) == (before.key, FindingState.CARRIED)


def test_of_two_pieces_that_share_an_old_one_the_first_is_it_and_the_other_is_new():
    one, two = commit("feat: a", at=MONDAY - 3 * DAY), commit("feat: b", at=MONDAY - 2 * DAY)
    old = gap("commit_unplanned:k", FindingKind.COMMIT_UNPLANNED, commits=(one.sha, two.sha))

    pieces = unplanned(one, two, earlier=[old])

    assert [(piece.key == old.key, piece.state.value) for piece in pieces] == [
        (True, "carried"),
        (False, "new"),
    ]


def test_two_pieces_never_share_a_key():
    one, two = commit("feat: a", at=MONDAY - 4 * DAY), commit("feat: b", at=MONDAY - DAY, **POOL)
    (first,) = unplanned(one)  # its key is made of the first commit
    old = replace(first, commits=(one.sha, two.sha))
    late = commit("feat: c", at=MONDAY - DAY - HOUR, **POOL)
    oldest = commit("feat: c", at=MONDAY - 6 * DAY)
    pieces = [
        replace(first, key="commit_unplanned:0", commits=(oldest.sha, two.sha)),
        replace(first, commits=(one.sha,)),
    ]

    keys = [piece.key for piece in adopted(pieces, [old])]

    assert keys == ["commit_unplanned:0", first.key]
    assert len({piece.key for piece in unplanned(one, two, late, earlier=[old])}) == 2


def test_a_piece_that_joins_two_known_ones_is_the_older():
    a, b = (
        commit("feat: a", at=MONDAY - 2 * DAY, **POOL),
        commit("feat: b", at=MONDAY - DAY, **POOL),
    )
    known = [
        gap("commit_unplanned:new", FindingKind.COMMIT_UNPLANNED, commits=(a.sha,)),
        gap("commit_unplanned:old", FindingKind.COMMIT_UNPLANNED, commits=(b.sha,)),
    ]
    known[1] = replace(known[1], first_seen_at=MONDAY - 2 * WEEK)

    (piece,) = unplanned(a, b, earlier=known)

    assert piece.key in {"commit_unplanned:new", "commit_unplanned:old"}
    assert piece.state is FindingState.CARRIED


@pytest.mark.parametrize(
    "answer", [GapAnswer.LINKED, GapAnswer.CREATED, GapAnswer.NOT_A_GAP, GapAnswer.LATER]
)
def test_answered_commits_stay_silent_when_the_piece_grows(answer):
    first = commit("feat: pool", at=MONDAY - 2 * DAY, **POOL)
    (before,) = unplanned(first)
    is_dismissed = answer in {GapAnswer.NOT_A_GAP, GapAnswer.LATER}
    until = MONDAY + 30 * DAY if answer is GapAnswer.LATER else None
    known = dismissed(before, until, answer) if is_dismissed else settled(before, answer)
    more = commit("feat: pool again", at=MONDAY - DAY, **POOL)

    assert unplanned(first, earlier=[known], now=MONDAY + WEEK) == []
    (after,) = unplanned(first, more, earlier=[known], now=MONDAY + WEEK)
    assert (after.commits, after.state) == ((more.sha,), FindingState.NEW)
    assert after.key != before.key


def test_a_piece_put_off_comes_back_with_what_it_became():
    first = commit("feat: pool", at=MONDAY - 2 * DAY, **POOL)
    (before,) = unplanned(first)
    more = commit("feat: pool again", at=MONDAY - DAY, **POOL)
    known = dismissed(before, MONDAY + WEEK)

    (after,) = unplanned(first, more, earlier=[known], now=MONDAY + WEEK)

    assert (after.key, after.state) == (before.key, FindingState.CARRIED)
    assert after.commits == (first.sha, more.sha)
