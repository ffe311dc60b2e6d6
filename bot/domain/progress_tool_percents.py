"""Rows for percentages in formats peculiar to one family of tools."""

from bot.domain.progress_patterns import PERCENT, pattern
from bot.domain.progress_recognisers import Needs, Rank, Recogniser

TOOL_PERCENT_ROWS = (
    Recogniser(
        name="verdict of a test and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"(?:\b(?:PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b.{0,200}?\[\s{0,3}(?P<percent>\d{1,3})%\]"
            r"|\[gw\d{1,3}\] \[\s{0,3}(?P<percent_2>\d{1,3})%\])"
        ),
        needs=Needs.PERCENT,
        trusted=True,
        example="tests/test_gaps.py::test_two FAILED                      [ 38%]",
    ),
    Recogniser(
        name="map and reduce",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"(?i:\bmap)\s{0,2}=?\s{0,2}(?:100%,?\s{1,3}(?i:reduce)\s{0,2}=?\s{0,2}(?P<percent>\d{1,3})%"
            r"|(?P<percent_2>\d{1,3})%,?\s{1,3}(?i:reduce))"
        ),
        needs=Needs.PERCENT,
        trusted=True,
        example="25/11/10 12:00:01 INFO mapreduce.Job:  map 38% reduce 0%",
    ),
    Recogniser(
        name="transfer columns",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"^\s{0,3}(?P<percent>\d{1,3})\s{1,6}[\d.]{1,8}[kMGTP]?\s{1,6}\d{1,3}\s{1,6}[\d.]{1,8}[kMGTP]?"
            r"\s{1,6}\d{1,3}\s{1,6}[\d.]{1,8}[kMGTP]?\s{1,6}[\d.]{1,8}[kMGTP]?\s{1,6}[\d.]{1,8}[kMGTP]?"
            r"\s{1,6}[\d\-]{1,3}:[\d\-]{2}:[\d\-]{2}\s"
        ),
        needs=Needs.WORDS,
        words=(":",),
        trusted=True,
        example=" 38 3360k   38 1290k    0     0   460k      0  0:00:07  0:00:02  0:00:05  461k",
    ),
    Recogniser(
        name="dots and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(r"^\s{0,8}\d{1,9}[KM]?(?: [.,]{1,60}){1,8}\s{1,60}", PERCENT),
        needs=Needs.PERCENT,
        trusted=True,
        example="  1200K .......... .......... .......... .......... .......... 38% 1.20M 10s",
    ),
    Recogniser(
        name="counting up in tens",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"(?:^|[\s\]:])0%?(?:\.{3}\d0%?){0,9}\.{3}(?P<percent>\d0|100)%?\.{0,3}(?: - "
            r"done\.?)?\s{0,3}$"
        ),
        needs=Needs.WORDS,
        words=("0...", "0%..."),
        trusted=True,
        example="0...10...20...30...",
    ),
    Recogniser(
        name="percents in a row",
        rank=Rank.PERCENT,
        pattern=pattern(r"(?i:progress in percents?):(?: \d{1,3}){0,100} (?P<percent>\d{1,3})\b"),
        needs=Needs.WORDS,
        words=("percent",),
        trusted=True,
        example="InnoDB: Progress in percents: 35 36 37 38",
    ),
    Recogniser(
        name="command to a build server",
        rank=Rank.PERCENT,
        pattern=pattern(r"task\.setprogress value=(?P<percent>\d{1,3});"),
        needs=Needs.WORDS,
        words=("setprogress",),
        trusted=True,
        example="##vso[task.setprogress value=38;]Extracting features",
    ),
    Recogniser(
        name="of one hundred",
        rank=Rank.PERCENT,
        pattern=pattern(r"^\s{0,8}\((?P<percent>\d{1,3}\.\d{1,3})/100%\)"),
        needs=Needs.WORDS,
        words=("/100%)",),
        trusted=True,
        example="    (38.40/100%)",
    ),
    Recogniser(
        name="percentage in a bar",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"\[[=#]{1,60}\s{0,3}(?P<percent>\d{1,3}(?:\.\d{1,3})?)%\s{0,3}[=#]{0,60}\s{0,60}\]"
        ),
        needs=Needs.PERCENT,
        trusted=True,
        example="[======================38.4%                           ]",
    ),
    Recogniser(
        name="size and percentage of a backup",
        rank=Rank.PERCENT,
        pattern=pattern(
            r"\bfile \S{1,300} \((?:bundle [\d/]{1,20}, )?[\d.]{1,9}[KMGT]?i?B, ", PERCENT, r"\)"
        ),
        needs=Needs.PERCENT,
        trusted=True,
        example="P01   INFO: backup file db:/data/base/1/2608 (12.9MB, 38.40%) checksum 5f1c",
    ),
)
