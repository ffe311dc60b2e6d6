"""The chart of a report, drawn from its frozen snapshot."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.domain.assessment import Assessment
from bot.domain.facts import Facts
from bot.reports.forecast_chart import forecast_chart

NOW = datetime(2025, 11, 17, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)
CHART = {
    "title": "BQX: what is left",
    "unit": "tasks left",
    "made_at": NOW.isoformat(),
    "past": [[(NOW - back * WEEK).isoformat(), 20 + 3 * back] for back in range(12, -1, -1)],
    "days": [20, 25, 28, 31, 40, 47, 52, 56, 62],
    "fan": [
        [
            (NOW + ahead * WEEK).isoformat(),
            [max(0.0, 20 - ahead * rate) for rate in (7, 5, 4, 3, 2)],
        ]
        for ahead in range(10)
    ],
    "remaining": 20,
}


def frozen(zone: str = "Europe/Berlin", **changed: object) -> dict[str, object]:
    """A report's snapshot as it comes back from the database."""
    assessment = Assessment(
        as_of=NOW, period_start=NOW - WEEK, zone=zone, facts=Facts(chart=CHART | changed)
    )
    return json.loads(json.dumps(assessment.to_plain()))


def test_it_is_a_png_of_the_size_that_reads_on_a_phone():
    image = Image.open(io.BytesIO(forecast_chart(frozen())))

    assert (image.format, image.size) == ("PNG", (1280, 720))


def test_the_same_snapshot_gives_the_same_bytes():
    assert forecast_chart(frozen()) == forecast_chart(frozen())


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Phase 2: what is left"},
        {"unit": "stages left"},
        {"remaining": 12},
        {"days": [10, 12, 14, 16, 20, 24, 26, 28, 31]},
        {"past": CHART["past"][6:]},
        {"fan": CHART["fan"][:5]},
    ],
)
def test_everything_that_is_frozen_is_drawn(changed):
    assert forecast_chart(frozen(**changed)) != forecast_chart(frozen())


def test_dates_are_in_the_zone_of_the_report():
    late = {"made_at": (NOW + timedelta(hours=15, minutes=30)).isoformat()}

    assert forecast_chart(frozen("UTC", **late)) != forecast_chart(frozen("Asia/Tokyo", **late))


def test_what_never_ends_is_drawn_too():
    never = [20, 25, 28, 31, 40, 10**6, 10**6, 10**6, 10**6]

    assert forecast_chart(frozen(days=never)) is not None


def test_without_a_forecast_nothing_is_drawn():
    plain = Assessment(as_of=NOW, period_start=NOW - WEEK).to_plain()

    assert forecast_chart(plain) is None
    assert forecast_chart({"facts": {}, "zone": "UTC"}) is None


def test_a_chart_without_a_past_is_refused():
    with pytest.raises(ValueError, match="at least one moment"):
        forecast_chart(frozen(past=[]))


def test_a_past_without_a_fan_is_drawn_alone():
    alone = forecast_chart(frozen(fan=[]))

    assert alone is not None
    assert alone != forecast_chart(frozen())
