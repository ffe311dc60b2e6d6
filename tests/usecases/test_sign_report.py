"""Signing an assessment, section by section."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.assessment import Assessment
from bot.domain.effects import EffectKind, EffectState
from bot.domain.findings import Report
from bot.domain.plan import Member
from bot.errors import UserError
from bot.usecases.reporting import REPORT_KIND
from bot.usecases.sign_report import sign_section, skipped_sentence, unsigned_sentence
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

KEY = "gap_assessment:2025-11-17"
LATER = MONDAY + timedelta(hours=1)


def report(local_date: str = "2025-11-17") -> Report:
    found = Assessment(as_of=MONDAY, period_start=MONDAY - timedelta(days=7), local_date=local_date)
    return Report(
        key=f"{REPORT_KIND}:{local_date}",
        kind=REPORT_KIND,
        local_date=local_date,
        as_of=MONDAY,
        snapshot=found.to_plain(),
    )


@pytest.fixture
def small(tmp_path):
    small = SmallPlan(tmp_path)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_report(report())
    return small


def led_by(small, member_id):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, lead_id=member_id))


def sign(small, section, member_id=ANA, **request):
    asker = small.asker(member_id, now=LATER, **request)
    return sign_section(small.plans, KEY, section, asker)


def signatures(small):
    with small.plans.reading(small.workspace_id) as plan:
        return plan.report(KEY).snapshot["signed"]


def effects(small, kind):
    with small.plans.reading(small.workspace_id) as plan:
        waiting = plan.deliveries(EffectState.PENDING)
    return [one.effect for one in waiting if one.effect.kind is kind]


def test_a_signature_is_in_the_snapshot_with_name_and_moment(small):
    done = sign(small, 1)

    assert (done.signed_by, done.changed) == (ANA, True)
    assert signatures(small) == {
        "1": {"by": ANA, "by_name": "Ana", "at": "2025-11-17T09:00:00+00:00"}
    }


def test_a_signature_is_in_the_audit_trail(small):
    done = sign(small, 2)

    with small.plans.reading(small.workspace_id) as plan:
        (change,) = plan.operation(done.operation)
    assert (change.kind, change.key, change.why.actor_id) == ("sign_off", f"{KEY}:2", ANA)
    assert change.why.evidence == "section 2 of 2025-11-17"


def test_messages_and_file_follow_a_signature(small):
    sign(small, 1)

    assert [len(effects(small, kind)) for kind in (EffectKind.GAP_SIGN, EffectKind.GAP_REPORT)] == [
        1,
        1,
    ]


def test_the_second_who_signs_is_told_who_was_first(small):
    sign(small, 1, ANA)

    done = sign(small, 1, BEN)

    assert (done.signed_by, done.changed, done.operation) == (ANA, False, "")
    assert signatures(small)["1"]["by"] == ANA


def test_a_second_click_changes_nothing(small):
    sign(small, 1)

    assert sign(small, 1).changed is False


def test_one_click_sent_twice_is_one_signature_and_one_answer(small):
    first = sign(small, 1, cause="act:1")

    assert sign(small, 1, cause="act:1") == first
    assert len(effects(small, EffectKind.ANSWER)) == 1


def test_where_there_is_a_lead_the_lead_and_admins_sign(small):
    led_by(small, BEN)

    with pytest.raises(UserError, match=f"<@{BEN}>, the tech lead, or an admin"):
        sign(small, 1, ANA)

    assert sign(small, 1, BEN).changed
    assert sign(small, 2, CARA).changed
    assert sorted(signatures(small)) == ["1", "2"]


def test_a_lead_who_has_left_keeps_nobody_from_signing(small):
    led_by(small, BEN)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(Member(id=BEN, name="Ben", is_active=False))

    assert sign(small, 1, ANA).changed


@pytest.mark.parametrize(("key", "section"), [("gap_assessment:1999-01-04", 1), (KEY, 0), (KEY, 6)])
def test_what_is_not_there_is_not_signed(small, key, section):
    with pytest.raises(UserError):
        sign_section(small.plans, key, section, small.asker())


def test_the_last_signature_sends_the_final_file_once(small):
    for section in (5, 1, 4, 2):
        sign(small, section)
    assert effects(small, EffectKind.GAP_FILE) == []

    done = sign(small, 3)

    (file,) = effects(small, EffectKind.GAP_FILE)
    assert (file.key, file.payload["report"]) == (f"{KEY}#file:signed", KEY)
    undo(small.plans, done.operation, small.asker())
    sign(small, 3)
    assert len(effects(small, EffectKind.GAP_FILE)) == 1


def test_a_signature_is_taken_back_and_given_again(small):
    done = sign(small, 1)

    back = undo(small.plans, done.operation, small.asker())
    assert signatures(small) == {}

    assert sign(small, 1, BEN).changed
    assert signatures(small)["1"]["by"] == BEN
    with pytest.raises(UserError, match="changed again since"):
        undo(small.plans, back.operation, small.asker(CARA))


def test_the_next_assessment_says_what_was_not_signed(small):
    def said():
        with small.plans.reading(small.workspace_id) as plan:
            return unsigned_sentence(plan, report())

    assert said() == "The assessment of 2025-11-17 was not signed."
    for section in (1, 2, 3):
        sign(small, section)
    assert said() == "The assessment of 2025-11-17 was signed in 3 of 5 sections."
    for section in (4, 5):
        sign(small, section)
    assert said() == ""


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("2025-11-17", ""),
        ("2025-11-10", ""),
        ("2025-11-12", ""),  # made by hand on a Wednesday
        ("2025-11-03", "No assessment was made on 2025-11-10."),
        ("2025-10-27", "No assessment was made on 2025-11-03 and 2025-11-10."),
        ("2025-10-06", "No assessment was made on 5 Mondays, 2025-10-13 to 2025-11-10."),
        ("2025-12-01", ""),  # a clock that went back
    ],
)
def test_mondays_without_an_assessment_are_named(last, said):
    assert skipped_sentence(report(last), date(2025, 11, 17)) == said


def test_before_the_first_assessment_nothing_was_skipped():
    assert skipped_sentence(None, date(2025, 11, 17)) == ""
