"""The picture of a burn-down: right size, same bytes, any words."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.domain.forecast import NEVER_DAYS, FanWeek, Forecast, Span
from bot.reports.fan_chart import fan_chart
from bot.reports.time_ticks import time_ticks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAST = [(NOW - timedelta(weeks=weeks), 20 + 3 * weeks) for weeks in range(10, -1, -1)]
FORECAST = Forecast(
    made_at=NOW,
    remaining=20,
    scope=Span(made_at=NOW, days=(20, 25, 28, 31, 40, 47, 52, 56, 62)),
    fan=tuple(
        FanWeek(
            at=NOW + timedelta(weeks=week),
            remaining=tuple(max(0.0, 20 - week * rate) for rate in (7, 5, 3.5, 2.7, 2.3)),
        )
        for week in range(10)
    ),
)


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_the_picture_is_a_png_of_1280_by_720_pixels_without_metadata():
    image = Image.open(io.BytesIO(fan_chart(PAST, FORECAST, title="Phase 2")))

    assert (image.format, image.size) == ("PNG", (1280, 720))
    assert "Software" not in image.info


def test_the_same_arguments_give_the_same_bytes():
    planned = NOW + timedelta(weeks=5)

    first, second = (fan_chart(PAST, FORECAST, title="Phase 2", planned=planned) for _ in "ab")

    assert first == second


@pytest.mark.parametrize(
    "title",
    ["$\\frac{1}{0}$", "$", "a\nb\x00\u202ec", "\u65e5\u672c\u8a9e \U0001f680", "W" * 5_000, ""],
)
def test_any_words_are_drawn_as_one_line(title):
    image = picture(fan_chart(PAST, FORECAST, title=title))

    assert image.crop((1265, 0, 1280, 130)).getextrema() == ((255, 255),) * 3


def test_words_between_dollars_stay_words():
    plain = fan_chart(PAST, FORECAST, title="x y")

    assert fan_chart(PAST, FORECAST, title="$x y$") != plain


def test_without_a_forecast_the_past_is_drawn_with_the_reason():
    with_note = fan_chart(PAST, None, title="Phase 2", note="not enough data (3 of 13)")

    assert picture(with_note).size == (1280, 720)
    assert with_note != fan_chart(PAST, None, title="Phase 2")


@pytest.mark.parametrize("days_ahead", [-2_000, -1, 30, 9_000])
def test_a_planned_date_shows_wherever_it_lies(days_ahead):
    planned = NOW + timedelta(days=days_ahead)

    colors = picture(fan_chart(PAST, FORECAST, title="Phase 2", planned=planned)).getcolors(10**6)

    assert (183, 71, 42) in {color for _, color in colors}


def test_an_end_that_never_comes_is_drawn_without_its_date():
    never = Span(made_at=NOW, days=(*FORECAST.scope.days[:4], *[NEVER_DAYS] * 5))

    assert picture(fan_chart(PAST, replace(FORECAST, scope=never), title="2")).size == (1280, 720)


def test_nothing_left_is_drawn_too():
    done = Forecast(made_at=NOW, remaining=0, scope=Span(made_at=NOW, days=(0.0,) * 9))

    assert picture(fan_chart([(NOW, 0)], done, title="Phase 2")).size == (1280, 720)


def test_a_chart_of_no_past_is_refused():
    with pytest.raises(ValueError, match="at least one moment"):
        fan_chart([], FORECAST, title="Phase 2")


@pytest.mark.parametrize("days", [3, 20, 60, 200, 800, 4_000])
def test_a_stretch_of_time_has_few_ticks_inside_it(days):
    end = NOW + timedelta(days=days)

    ticks = time_ticks(NOW, end, ZoneInfo("Europe/Berlin"))

    assert len(ticks) <= 5
    assert all(NOW <= at <= end for at, _ in ticks)


def test_ticks_are_mondays_of_the_readers_zone_in_a_short_stretch():
    ticks = time_ticks(NOW, NOW + timedelta(days=30), ZoneInfo("Europe/Berlin"))

    assert [words for _, words in ticks] == ["9 Mar", "16 Mar", "23 Mar", "30 Mar"]
