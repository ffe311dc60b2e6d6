"""What is asked of the audit trail, as people type it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.history import HistoryTextError, parse_history, split_export

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 11, 19, 10, 0, tzinfo=UTC)  # a Wednesday, 11:00 in Berlin


def at(day, hour=0, minute=0, month=11):
    """Return a wall time in Berlin as UTC."""
    return datetime(2025, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def parsed(text, zone=BERLIN):
    return parse_history(text, NOW, zone)


@pytest.mark.parametrize(
    ("text", "subject", "who"),
    [
        ("", "", ""),
        ("1.5.4", "1.5.4", ""),
        ("of stage 1.5.4:", "1.5.4", ""),
        ("ISS-004 by me", "ISS-004", "me"),
        ("by @ana 1.5.4", "1.5.4", "@ana"),
        ("1.5.4 by <@U0ANA|ana maria> since Monday", "1.5.4", "<@U0ANA|ana maria>"),
        ("@ana", "", "@ana"),
        ("1.5.4 by Ana Maria since Monday", "1.5.4", "Ana Maria"),
        ("BY @ana", "", "@ana"),
        ("ana maria", "ana maria", ""),
        ("2.16B by import", "2.16B", "import"),
    ],
)
def test_what_and_who(text, subject, who):
    ask = parsed(text)

    assert (ask.subject, ask.who) == (subject, who)


def test_team_and_people():
    assert parsed("team settings since Monday").settings
    assert parsed("settings").subject == ""
    assert parsed("about @ana").about == "@ana"
    assert parsed("about me").about == "me"
    assert parsed("about 1.5.4").subject == "1.5.4"


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since 2025-11-10", at(10), None),
        ("since Monday", at(17), None),
        ("since wed", at(19), None),
        ("since thursday", at(13), None),
        ("since yesterday", at(18), None),
        ("since last Monday", at(17), None),
        ("since last wednesday", at(12), None),
        ("since 3 days ago", at(16, 11), None),
        ("since this week", at(17), None),
        ("after 2025-11-10", at(11), None),
        ("until 2025-11-10", None, at(11)),
        ("before 2025-11-10", None, at(10)),
        ("on 2025-11-10", at(10), at(11)),
        ("since 2025-10-01 until 2025-10-31", at(1, month=10), at(1)),
        ("today", at(19), at(20)),
        ("yesterday", at(18), at(19)),
        ("this week", at(17), at(24)),
        ("last week", at(10), at(17)),
        ("this month", at(1), at(1, month=12)),
        ("last month", at(1, month=10), at(1)),
        ("on 2025-10-26", at(26, month=10), at(27, month=10)),  # of 25 hours
    ],
)
def test_times(text, since, until):
    ask = parsed(f"1.5.4 {text} by me")

    assert (ask.subject, ask.who) == ("1.5.4", "me")
    assert (ask.since, ask.until) == (since, until)


def test_the_last_days_reach_until_now():
    ask = parsed("last 3 days")

    assert ask.since == at(16, 11)
    assert ask.until is not None
    assert NOW < ask.until <= at(19, 11, 1)


def test_days_begin_where_the_asker_is():
    tokyo = ZoneInfo("Asia/Tokyo")

    assert parsed("today", tokyo).since == datetime(2025, 11, 18, 15, tzinfo=UTC)


def test_a_day_without_midnight_begins_all_the_same():
    """Lebanon sets its clocks from 00:00 to 01:00 on 2025-03-30."""
    ask = parsed("on 2025-03-30", ZoneInfo("Asia/Beirut"))

    assert ask.until - ask.since <= (at(2) - at(1))
    assert ask.since < ask.until


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.5.4 sinec Monday", "Did you mean `since`?"),
        ("1.5.4 yesteday", "Did you mean `yesterday`?"),
        ("since Mondya", "Did you mean `monday`?"),
        ("since", "When?"),
        ("since 2025-02-30", "not in the calendar"),
        ("since 0001-01-01", "no time I know"),
        ("since 9999-12-31", "no time I know"),
        ("since 3 days", "3 days ago"),
        ("last 3 moons", "no length of time"),
        ("this year", "`this week`"),
        ("by", "By whom?"),
        ("by since Monday", "By whom?"),
        ("since 2025-11-10 before 2025-11-01", "ends before it begins"),
        ("x" * 301, "300 characters"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_was_probably_meant(text, said):
    with pytest.raises(HistoryTextError, match=said.replace("?", r"\?")):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export csv 1.5.4 by me", ("csv", "1.5.4 by me")),
        ("export JSON", ("json", "")),
        ("export 1.5.4", ("csv", "1.5.4")),
        ("export", ("csv", "")),
        ("1.5.4 export", (None, "1.5.4 export")),
        ("", (None, "")),
    ],
)
def test_export_and_its_format(text, expected):
    assert split_export(text) == expected
