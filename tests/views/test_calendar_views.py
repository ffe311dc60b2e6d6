"""The calendar's messages, with nothing in them and with far too much, against Slack's limits."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cadences import ALL, END_OF_DAY, GAP_ASSESSMENT, JOB_WORDS, NO_ANCHOR
from bot.domain.calendar import Slot
from bot.domain.calendar_outcomes import Absence, ComingRun, EndOfDay, Paused, Review, SaidSame
from bot.domain.issues import Issue, Severity
from bot.domain.people import Person
from bot.domain.plan import Change, Phase, ProgressUpdate, Stage, Status, Why
from bot.domain.team import Pause
from bot.sandbox.blocks import flaws_of_blocks
from bot.views.away_message import absence_told, absences_message, away_written, back_written
from bot.views.cadence_message import pause_reminder, paused_message, resumed_message
from bot.views.end_of_day_message import end_of_day_message, same_message
from bot.views.mrkdwn import block_size
from bot.views.review_message import architecture_message, phase_review_message
from bot.views.schedule_message import schedule_lines, schedule_message, schedule_rows
from bot.views.undo_message import what_changed
from bot.views.wording import item_name
from tests.builders import ANA, BEN
from tests.conftest import MONDAY
from tests.views.test_limits import parsed_texts

HOSTILE = "<!channel> <@U1> *bold* _it_ ~no~ `code` & <https://evil|bank> \u202e\x00 " * 40
LONG = "x" * 3000
DAY = date(2025, 11, 17)


def run(number, text, state):
    day = DAY + timedelta(days=number)
    slot = Slot(key=f"x:{day}", instant=MONDAY + timedelta(days=number), local_date=day)
    return ComingRun(
        job=(GAP_ASSESSMENT, END_OF_DAY)[number % 2],
        slot=slot,
        subject=("", ANA)[number % 2],
        state=state,
        reason=text,
        pause_key="PAUSE-001" if state in {"paused", "skipped"} else "",
    )


def pause(job, text, last=None):
    return Pause(
        key="PAUSE-001", job=job, first="2025-11-17", last=last, reason=text, by=BEN, at=MONDAY
    )


def person(text, number=0, **fields):
    away = {"away_since": MONDAY, "away_until": MONDAY + timedelta(days=3), "away_reason": text}
    return Person(key=f"U0M{number:03d}", away_by=BEN, **{**away, **fields})


def stage(text, number):
    return Stage(
        key=f"STG-{number}",
        ref=text[:300],
        name=text,
        status=Status.IN_PROGRESS,
        phase_key=f"P{number % 3}",
    )


def messages(text, many):
    states = ("due", "moved", "merged", "paused", "skipped")
    runs = [run(n, text, states[n % 5]) for n in range(min(many, 14))]
    yield schedule_message(runs, [NO_ANCHOR])
    yield schedule_message([], [NO_ANCHOR])
    for job in JOB_WORDS:
        for last in (None, "2025-11-17", "2025-12-01"):
            done = Paused(pauses=(pause(job, text, last),), following=MONDAY, operation="op")
            yield paused_message(done)
            yield resumed_message(done)
    yield pause_reminder(pause(ALL, text), MONDAY + timedelta(days=400))
    away = Absence(person=person(text), replaced=person(text), operation="op")
    for asker in (ANA, "U0M000"):
        yield away_written(away, asker)
        yield back_written(away, asker)
        yield absences_message([person(text, n) for n in range(many)], asker)
    yield absences_message([], ANA)
    yield absence_told(person(text), BEN, MONDAY)
    yield absence_told(person(text, away_since=None), BEN, MONDAY)
    stages = tuple(stage(text, n) for n in range(many))
    update = ProgressUpdate(
        key="PRG-1",
        stage_key="STG-0",
        member_id=ANA,
        at=MONDAY,
        progress=None,
        note=text,
        status=Status.IN_PROGRESS,
    )
    suggested = {each.key: ("129/336", text) for each in stages}
    for said in ({}, {"STG-0": update}, {each.key: update for each in stages}):
        for skipped in (False, True):
            shown = EndOfDay(
                member_id=ANA,
                local_date=DAY,
                stages=stages,
                said=said,
                hints=dict.fromkeys(suggested, text),
                late=True,
                skipped=skipped,
            )
            yield end_of_day_message(shown, suggested)
    yield same_message(SaidSame(operation="op", stages=stages))
    review = Review(
        local_date=DAY,
        late=True,
        phases=tuple(Phase(key=f"P{n}", ref=text, name=text) for n in range(many)),
        stages=stages,
        issues=tuple(
            Issue(key=f"ISS-{n}", title=text, severity=Severity.DEBT, discovered_at=MONDAY)
            for n in range(many)
        ),
        not_shown=3,
        risks=(text,) * many,
        assessed="2025-11-10",
    )
    for each in (review, Review(local_date=DAY, late=False)):
        yield phase_review_message(each)
        yield architecture_message(each)


@pytest.mark.parametrize("text", ["plain", HOSTILE, LONG], ids=["plain", "hostile", "long"])
@pytest.mark.parametrize("many", [1, 3, 500])
def test_every_message_stays_inside_slacks_limits(text, many):
    for shown in messages(text, many):
        assert flaws_of_blocks(shown["blocks"], "message") == [], shown
        assert 0 < len(shown["text"]) <= 4000
        assert block_size(shown["blocks"]) <= 13_000


def test_no_word_of_a_person_comes_alive():
    for shown in messages(HOSTILE, 3):
        for said in [shown["text"], *parsed_texts(shown["blocks"])]:
            assert "<!channel>" not in said
            assert "<@U1>" not in said
            assert "<https://evil" not in said


def test_a_review_tells_phases_issues_and_risks():
    review = Review(
        local_date=DAY,
        late=False,
        phases=(Phase(key="P1", ref="1", name="Build", status=Status.IN_PROGRESS),),
        stages=(
            replace(stage("1.1", 1), phase_key="P1"),
            replace(stage("1.2", 2), phase_key="P1", status=Status.COMPLETE, docs_url="https://x"),
        ),
        issues=(
            Issue(key="ISS-1", title="t", severity=Severity.MAJOR, discovered_at=MONDAY),
            Issue(key="ISS-2", title="Old index", severity=Severity.DEBT, discovered_at=MONDAY),
        ),
        risks=("1.1 will be late.",),
        assessed="2025-11-10",
    )

    phases, debt = str(phase_review_message(review)), str(architecture_message(review))

    assert "2 stages: 1 in progress, 1 complete" in phases
    assert "Level 2: Major issue: 1" in phases
    assert "1.1 will be late." in phases
    assert "1 open issue* of technical debt" in debt or "1 open issue of technical debt" in debt
    assert "Old index" in debt
    assert "1 of 2 stages link to documentation" in debt


def test_the_command_lines_rows_keep_their_shape():
    rows = schedule_rows([run(0, "", "due"), run(2, "moved from Mon", "moved")], ZoneInfo("UTC"))

    assert rows[0] == {
        "job": "gap_assessment",
        "at": "2025-11-17T08:00:00+00:00",
        "zone": "UTC",
        "date": "2025-11-17",
        "state": "due",
        "reason": "",
        "subject": "",
    }
    assert schedule_lines(rows) == [
        "2025-11-17T08:00:00+00:00  gap_assessment  (UTC)",
        "2025-11-19T08:00:00+00:00  gap_assessment  (UTC)  moved: moved from Mon",
    ]


def test_history_and_undo_say_which_cadence_and_which_days():
    made = replace(pause(GAP_ASSESSMENT, "release", "2025-12-01"), first="2025-12-01")
    for each, said in (
        (made, "gap assessment, skipped on 2025-12-01"),
        (replace(made, last="2025-12-05"), "gap assessment, paused from 2025-12-01 to 2025-12-05"),
        (replace(made, job=ALL, last=None), "all cadences, paused from 2025-12-01"),
    ):
        assert item_name(each) == said


def test_what_was_taken_out_or_brought_back_is_said_in_words():
    why = Why(operation="op", actor_id="U0ANA", at=MONDAY, reason="/bqx resume")
    gone = Change(
        id=1,
        kind="pause",
        key="PAUSE-001",
        before={"removed_at": None},
        after={"removed_at": MONDAY.isoformat()},
        why=why,
    )

    assert what_changed(gone) == "taken out"
    assert what_changed(gone, backwards=True) == "brought back"
    made = replace(gone, before=None, after={"job": GAP_ASSESSMENT, "reason": "release"})
    assert what_changed(made) == "made: release"


def test_who_is_back_reads_which_absence_that_ends():
    was = Person(key="U0ANA", away_since=MONDAY, away_reason="Rome")
    shown = back_written(Absence(person=Person(key="U0ANA"), replaced=was, operation="op"), "U0ANA")

    assert "It ends: away from" in str(shown["blocks"])
    assert "(Rome)" in str(shown["blocks"])


def test_an_earlier_skip_is_named_with_whoever_did_it():
    skipped = pause(GAP_ASSESSMENT, "", "2025-12-08")
    done = Paused(
        pauses=(skipped,), following=MONDAY, operation="op", before=(replace(skipped, by="U0BEN"),)
    )

    assert "by <@U0BEN>" in str(paused_message(done)["blocks"])


def test_own_settings_say_what_nothing_said_means():
    why = Why(operation="op", actor_id="U0ANA", at=MONDAY, reason="/bqx me")
    said = Change(
        id=1,
        kind="person",
        key="U0ANA",
        before={"zone": None, "work_days": None, "prompt_at": None},
        after={"zone": "UTC", "work_days": [0, 1, 2], "prompt_at": ""},
        why=why,
    )

    assert what_changed(said) == (
        "zone: as in Slack → UTC; work days: as the team has it → Monday to Wednesday;"
        " prompt at: as the team has it → none"
    )
