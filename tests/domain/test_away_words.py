"""Days as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.away_words import DaysOff, read_days
from bot.errors import UserError

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "first", "back", "reason"),
    [
        ("until Wednesday", None, "2026-12-02", ""),
        ("until wed flu", None, "2026-12-02", "flu"),
        ("till Friday, sick", None, "2026-11-27", "sick"),
        ("until tomorrow", None, "2026-11-26", ""),
        ("until next week", None, "2026-11-30", ""),
        ("until next friday course", None, "2026-12-04", "course"),
        ("until 2026-12-24", None, "2026-12-24", ""),
        ("until 5 Jan", None, "2027-01-05", ""),
        ("until March 5, 2027", None, "2027-03-05", ""),
        ("until further notice leave", None, None, "leave"),
        ("3 days", None, "2026-11-28", ""),
        ("for 2 weeks: parental leave", None, "2026-12-09", "parental leave"),
        ("a week", None, "2026-12-02", ""),
        ("today", "2026-11-25", "2026-11-26", ""),
        ("tomorrow dentist", "2026-11-26", "2026-11-27", "dentist"),
        ("on Friday", "2026-11-27", "2026-11-28", ""),
        ("next week", "2026-11-30", "2026-12-07", ""),
        ("2026-12-24 to 2027-01-02 family", "2026-12-24", "2027-01-03", "family"),
        ("until 31.12.", None, "2026-12-31", ""),
        ("until 5.1. sick", None, "2027-01-05", "sick"),
        ("24.12. - 2.1.2027 family", "2026-12-24", "2027-01-03", "family"),
        ("24 Dec - 2 Jan", "2026-12-24", "2027-01-03", ""),
        ("from monday to wednesday", "2026-11-30", "2026-12-03", ""),
        ("friday to monday", "2026-11-27", "2026-12-01", ""),
    ],
)
def test_days_are_read_with_the_reason_behind_them(typed, first, back, reason):
    def day(text):
        return date.fromisoformat(text) if text else None

    assert read_days(typed, TODAY) == DaysOff(day(first), day(back), reason)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "until Wednesday"),
        ("banana", "until Wednesday"),
        ("until wensday", "did you mean “wednesday”"),
        ("unitl Friday", "did you mean “until”"),
        ("0 days", "3 days"),
        ("until 32.1.", "There is no 2026-01-32"),
        ("until 2026-02-30", "There is no 2026-02-30"),
        ("until 9999-12-31", "until further notice"),
        ("2026-01-01 to 2026-01-05", "is over"),
        ("2026-12-24 to 2026-12-20", "is before"),
        ("until today", "has begun"),
        ("until <!channel>", "until Wednesday"),
    ],
)
def test_what_can_not_be_read_is_refused_with_examples(typed, said):
    with pytest.raises(UserError) as refused:
        read_days(typed, TODAY)

    assert said in str(refused.value)
    assert "<" not in str(refused.value)


@given(typed=st.text(max_size=60), today=st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_any_words_are_read_or_refused(typed, today):
    try:
        days = read_days(typed, today)
    except UserError:
        return

    assert days.back is None or days.back > (days.first or today)
