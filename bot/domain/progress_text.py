"""What a terminal would have shown: a log's bytes cut into plain segments."""

import re

SEGMENT_CHARS = 4096  # no tool states its progress further right; keeps hostile lines cheap

_OSC = re.compile(r"\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?")
_CURSOR = re.compile(r"\x1b\[[0-?]{0,16}[ -/]{0,4}[A-HJKSTfsu]")  # moves or erases: a new picture
_CSI = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,4}[@-~]?|[ -/]{0,2}[0-Z\\^-~])")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_DIGIT_GROUPS = re.compile(
    r"(?<![\d.,] )(?<![\w.,/])"
    r"(\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3}){1,4})"
    r"(\s{0,3}(?:/|of|out of)\s{0,3})"
    r"(\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3}){1,4})(?![\d/])"
)
_SPACES = re.compile(r"[ \u00a0\u202f\u2009]")


def segments(text: str) -> list[str]:
    """Return what stood on the screen, oldest first, without colours and control characters."""
    return [shown for picture in pictures(text) if (shown := plain(picture))]


def pictures(text: str) -> list[str]:
    """
    Return the lines of a log as they were drawn, oldest first, cut to `SEGMENT_CHARS`.

    A carriage return, a backspace and a cursor move begin a new one, as a line feed does: a
    progress bar draws thousands of pictures into one line.
    """
    if "\x1b" in text:
        text = _CSI.sub("", _CURSOR.sub("\n", _OSC.sub("", text)))
    if "\b" in text:
        text = text.replace("\b", "\n")
    lines = text.splitlines()
    return [line if len(line) <= SEGMENT_CHARS else line[:SEGMENT_CHARS] for line in lines]


def plain(picture: str) -> str:
    """Return a line without control characters and the space behind it."""
    shown = picture.rstrip()
    if shown.isprintable():
        return shown
    return _CONTROLS.sub("", shown.expandtabs())[:SEGMENT_CHARS]


def without_digit_gaps(segment: str) -> str:
    """Return `segment` with the spaces of "1 290 of 3 360" closed, where both numbers have them."""
    return _DIGIT_GROUPS.sub(
        lambda m: _SPACES.sub("", m[1]) + m[2] + _SPACES.sub("", m[3]),
        segment,
    )
