"""Draw a burn-down with the fan of its forecast, as a PNG that reads on a phone."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from matplotlib import get_data_path
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from bot.domain.forecast import FAN_LEVELS, Forecast
from bot.reports.time_ticks import time_ticks

_SIZE_INCHES, _DPI = (12.8, 7.2), 100  # 1280 x 720 pixels
_WIDTH = 1280
_DAY_S = 86_400
_HALF = 0.5
_INK, _SOFT, _GRID = "#1f2933", "#52606d", "#e4e7eb"
_FAN, _PLANNED = "#2b6cb0", "#b7472a"
_FONT = "DejaVu Sans"  # comes with matplotlib, so every machine draws the same
_TEXT, _TITLE = 24, 30  # points; at 360 pixels across letters are still 7 and 9 pixels high
_AXES = (0.105, 0.135, 0.865, 0.65)  # left, bottom, width, height of the figure
_LONGEST_WORDS = 120  # characters looked at before the width decides
_LEAST_PAST = timedelta(weeks=6)
_BANDS = ((0, 4, 0.16), (1, 3, 0.28))  # positions in FAN_LEVELS and opacity
_NAME_HEIGHTS = (0.94, 0.82, 0.70)  # of the axes, one for each date
_HEADROOM = (1.1, 1.15, 1.35, 1.6)  # the curve stays below as many names
# Controls, and characters that turn the direction of writing.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_UNKNOWN = "\u25a1"  # a box, for what the font cannot draw


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The stretch of time that is drawn, and the zone it is read in."""

    begin: datetime
    end: datetime
    zone: tzinfo

    def x(self, moment: datetime) -> float:
        return moment.timestamp() / _DAY_S

    def share(self, moment: datetime | None) -> float:
        """Return where a moment lies, from 0 at the left to 1 at the right; never is far out."""
        return (moment - self.begin) / (self.end - self.begin) if moment else float("inf")

    def words(self, moment: datetime | None) -> str:
        if moment is None:
            return "not within ten years"
        local = moment.astimezone(self.zone)
        year = "" if local.year == self.begin.astimezone(self.zone).year else f" {local.year}"
        return f"{local.day} {local:%b}{year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """A date to mark; None as its moment means never."""

    name: str
    moment: datetime | None
    color: str
    dash: str


def fan_chart(
    past: Sequence[tuple[datetime, int]],
    forecast: Forecast | None,
    *,
    title: str,
    y_label: str = "tasks left",
    planned: datetime | None = None,
    note: str = "",
    zone: tzinfo = UTC,
) -> bytes:
    """
    Return a PNG, 1280 by 720 pixels; the same arguments give the same bytes.

    Args:
        past: Tasks left at moments that are over, oldest first; at least one.
        forecast: None draws the past alone.
        title: Anybody's words; they are drawn as they are and cut to one line.
        y_label: What is counted.
        planned: The plan's own date, where it names one.
        note: A line under the title; without one it explains the fan.
        zone: The reader's zone, for the dates.

    Raises:
        ValueError: `past` is empty.
    """
    if not past:
        raise ValueError("A chart needs at least one moment of the past.")
    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)  # makes itself the figure's canvas
    axes = figure.add_axes(_AXES)
    frame = _frame(past, forecast, planned, zone)
    _dress(axes, frame)
    _write(figure, 0.955, title, size=_TITLE, color=_INK, weight="bold")
    _write(figure, 0.87, note or _legend(y_label, forecast), size=_TEXT, color=_SOFT)
    if forecast and forecast.fan:
        _draw_fan(axes, frame, forecast)
    dates = _dates(forecast, planned, frame)
    highest = _draw_past(axes, frame, past, forecast)
    axes.set_ylim(0, _HEADROOM[len(dates)] * highest)
    for height, date in zip(_NAME_HEIGHTS, dates, strict=False):
        _mark(axes, frame, date, height)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    return buffer.getvalue()


def _legend(y_label: str, forecast: Forecast | None) -> str:
    if forecast is None or not forecast.fan:
        return y_label
    return f"{y_label} \u00b7 dark: 70 % likely, light: 90 %"


def _frame(
    past: Sequence[tuple[datetime, int]],
    forecast: Forecast | None,
    planned: datetime | None,
    zone: tzinfo,
) -> _Frame:
    """Return the time to draw: the whole fan, and as much of the past as leaves it room."""
    today = max(moment for moment, _ in past)
    ahead = [today + timedelta(weeks=1)]
    if forecast:
        today = max(today, forecast.made_at)
        ahead += [week.at for week in forecast.fan]
        ahead += [date for date in (forecast.scope.p85,) if date and date <= max(ahead)]
    end = max(ahead)
    if planned:
        end = max(end, min(planned, today + 2 * max(end - today, _LEAST_PAST)))
    begin = max(min(moment for moment, _ in past), today - max(_LEAST_PAST, 2 * (end - today)))
    return _Frame(begin=begin, end=end, zone=zone)


def _dress(axes: Axes, frame: _Frame) -> None:
    left, right = frame.x(frame.begin), frame.x(frame.end)
    axes.set_xlim(left, right + 0.03 * (right - left))
    ticks = time_ticks(frame.begin, frame.end, frame.zone)
    axes.set_xticks([frame.x(moment) for moment, _ in ticks], [words for _, words in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.tick_params(labelsize=_TEXT, labelcolor=_SOFT, length=0, pad=10, labelfontfamily=_FONT)
    axes.grid(visible=True, axis="y", color=_GRID, linewidth=1.5)
    axes.set_axisbelow(True)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_SOFT)


def _draw_fan(axes: Axes, frame: _Frame, forecast: Forecast) -> None:
    """Draw the bands and the middle; each edge comes down to zero on its own date."""
    edges = [_edge(forecast, place) for place in range(len(FAN_LEVELS))]
    moments = sorted({moment for edge in edges for moment in edge})
    x = [frame.x(moment) for moment in moments]
    heights = [[_height(edge, moment) for moment in moments] for edge in edges]
    for low, high, opacity in _BANDS:
        axes.fill_between(x, heights[low], heights[high], color=_FAN, alpha=opacity, linewidth=0)
    middle = edges[2]
    axes.plot([frame.x(at) for at in middle], list(middle.values()), color=_FAN, linewidth=4)


def _edge(forecast: Forecast, place: int) -> dict[datetime, float]:
    """Return one line of the fan: its weeks until the date, then zero."""
    zero = forecast.scope.date(FAN_LEVELS[place])
    points = {
        week.at: week.remaining[place] for week in forecast.fan if zero is None or week.at < zero
    }
    if zero is not None and zero <= forecast.fan[-1].at:
        points[zero] = 0.0
    return points


def _height(edge: dict[datetime, float], moment: datetime) -> float:
    """Return the line's height at a moment, straight between its points."""
    before = max((at for at in edge if at <= moment), default=next(iter(edge)))
    after = min((at for at in edge if at >= moment), default=None)
    if after is None or after == before:
        return edge[before]
    share = (moment - before) / (after - before)
    return edge[before] + share * (edge[after] - edge[before])


def _draw_past(
    axes: Axes, frame: _Frame, past: Sequence[tuple[datetime, int]], forecast: Forecast | None
) -> int:
    """Draw the burn-down and return the most that was left in the time drawn."""
    points = [*past, (forecast.made_at, forecast.remaining)] if forecast else list(past)
    x, y = [frame.x(moment) for moment, _ in points], [left for _, left in points]
    axes.plot(x, y, color=_INK, linewidth=4.5, solid_joinstyle="round")
    axes.plot(x[-1], y[-1], "o", color=_INK, markersize=13)
    seen = [left for moment, left in points if moment >= frame.begin]
    return max(*seen, 1)


def _dates(forecast: Forecast | None, planned: datetime | None, frame: _Frame) -> list[_Date]:
    """
    Return the dates to mark, the one to be named highest first.

    Names in the right half stand left of their lines, so a later line has to be the longer one,
    or its name would cross an earlier line; in the left half it is the other way round.
    """
    dates = [_Date(name="planned", moment=planned, color=_PLANNED, dash="-")] if planned else []
    if forecast and not forecast.done:
        dates.append(_Date(name="50 %", moment=forecast.scope.p50, color=_FAN, dash="-"))
        dates.append(_Date(name="85 %", moment=forecast.scope.p85, color=_FAN, dash="--"))
    share = {date: frame.share(date.moment) for date in dates}
    late = sorted((date for date in dates if share[date] > _HALF), key=lambda date: -share[date])
    early = sorted((date for date in dates if share[date] <= _HALF), key=lambda date: share[date])
    return late + early


def _mark(axes: Axes, frame: _Frame, date: _Date, height: float) -> None:
    """Draw one date as an upright line with its name; one outside is only named, at the edge."""
    words = f"{date.name}  {frame.words(date.moment)}"
    share = frame.share(date.moment)
    on_the_left = share > _HALF
    inside = date.moment is not None and 0 <= share <= 1
    x = axes.get_xlim()[1 if on_the_left else 0]
    if date.moment and inside:
        x = frame.x(date.moment)
        top = height + 0.05
        axes.axvline(x, ymax=top, color=date.color, linestyle=date.dash, linewidth=3)
    elif date.moment:
        words = f"{words} \u2192" if on_the_left else f"\u2190 {words}"
    axes.annotate(
        words,
        (x, height),
        xycoords=axes.get_xaxis_transform(),
        xytext=((-12 if on_the_left else 12) if inside else 0, 0),
        textcoords="offset points",
        ha="right" if on_the_left else "left",
        va="center",
        fontsize=_TEXT,
        fontfamily=_FONT,
        color=date.color,
        parse_math=False,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )


def _write(
    figure: Figure,
    height: float,
    words: str,
    *,
    size: int,
    color: str,
    weight: str = "normal",
) -> None:
    """Write one line from the left edge, cut to the width of the picture."""
    line = figure.text(
        0.03,
        height,
        _drawable(words),
        fontsize=size,
        fontfamily=_FONT,
        fontweight=weight,
        color=color,
        va="center",
        parse_math=False,
    )
    _cut(line)


def _cut(line: Text) -> None:
    words = line.get_text()
    while line.get_window_extent().x1 > 0.98 * _WIDTH:
        words = words[:-1].rstrip()
        line.set_text(f"{words}\u2026")


def _drawable(words: str) -> str:
    """Return the words as one line of characters that the font knows."""
    line = " ".join(_UNWANTED.sub(" ", words).split())[:_LONGEST_WORDS]
    return "".join(letter if ord(letter) in _letters() else _UNKNOWN for letter in line)


@cache
def _letters() -> frozenset[int]:
    fonts = (
        f"{get_data_path()}/fonts/ttf/{name}.ttf" for name in ("DejaVuSans", "DejaVuSans-Bold")
    )
    plain, bold = (frozenset(FT2Font(font).get_charmap()) for font in fonts)
    return plain & bold
