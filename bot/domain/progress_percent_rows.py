"""The general rows that yield a percentage: never without a word or a bar that means progress."""

from bot.domain.progress_patterns import (
    BAR,
    DOING_WORD,
    DONE_WORD,
    PERCENT,
    PREFIX,
    SPEED_OR_ETA,
    pattern,
)
from bot.domain.progress_recognisers import Needs, Rank, Recogniser

_PROGRESS = (
    r"(?<![\w\-])(?i:progress|completion|completed|complete|done|finished|overall|so far"
    r"|percent(?:age)?(?: (?:complete|done))?)\b"
)
_NOUN_OF_WORK = (
    r"(?<![\w\-])(?i:extraction|migration|installation|verification|replication|synchroni[sz]ation"
    r"|conversion|backup|restore|rebuild|resync|recovery|scrub|import|export|download|upload|copy"
    r"|transfer|build|sync|backfill|clone|reindex|scan|unpack|job|task|stage|phase|epoch|reshape"
    r"|optimi[sz]ation|compilation|generation|simulation|calculation|computation|deployment"
    r"|update|upgrade|render|dump|reload|move|check|repair|defrag(?:mentation)?)"
)
_KEY = (
    r"(?<![\w.\-])(?:[a-z]{1,12}[_.])?(?i:progress(?:[_ ]?(?:pct|percent(?:age)?|ratio))?|"
    r"pct(?:_(?:complete|done))?"
    r"|percent(?:age)?(?:[_ ]?(?:complete|completed|done))?|(?:complete|completion|"
    r"done)[_ ]?(?:pct|percent(?:age)?"
    r"|ratio|fraction)|fraction[_ ]?(?:done|complete))"
)
_NUMBER = r"\d{1,3}(?:\.\d{1,9})?(?![\w/:,.]\d|[\w/])"

PERCENT_ROWS = (
    Recogniser(
        name="stated percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"{_PROGRESS}[\s:=\-.>(\[\"'|]{{1,8}}(?:(?:is|at|now|of|only|about|[A-Za-z]{{1,16}}:)\s{{1,3}}){{0,2}}[\[(]?\s{{0,3}}",
            PERCENT,
        ),
        needs=Needs.PERCENT,
        example="Progress: 38.4%",
    ),
    Recogniser(
        name="progress, then percentage",
        rank=Rank.PERCENT,
        pattern=pattern(PREFIX, r"(?i:progress)[: ].{1,100}?\s[(\[]?", PERCENT),
        needs=Needs.PERCENT,
        example="Progress: 129.00 million rows, 1.2 GB (12.3 million rows/s.) 38%",
    ),
    Recogniser(
        name="finished percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"(?!(?i:passed|compressed|ok|success)){DONE_WORD}\s?[:=]\s{{0,4}}", PERCENT
        ),
        needs=Needs.PERCENT,
        weak=True,
        example="/dev/sdb: Moved: 38.40%",
    ),
    Recogniser(
        name="finished size and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"{DONE_WORD}[:=\s]\s{{0,12}}[\d.,]{{1,12}}\s?[A-Za-z]{{0,6}}\s{{1,6}}\(",
            PERCENT,
            r"\)",
        ),
        needs=Needs.PERCENT,
        weak=True,
        example="Bytes scrubbed:   129.00GiB  (38.40%)",
    ),
    Recogniser(
        name="percentage finished",
        rank=Rank.PERCENT,
        pattern=pattern(
            PERCENT,
            r"[)\]]?[\s,:\-]{0,3}(?:(?:is|of (?:the )?[\w ]{1,30}?|tuples|rows|files)\s)?"
            rf"(?:{DONE_WORD}|(?:EXECUTING|CONFIGURING|INITIALIZING)\b|{DOING_WORD})",
        ),
        needs=Needs.PERCENT,
        example="2025-11-10 12:00:01 backup is 38.4% complete",
    ),
    Recogniser(
        name="bar and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(BAR, r"[\s:|]{0,6}(?:\w{1,12}\s{0,2}=\s{0,2})?[(]?", PERCENT),
        needs=Needs.PERCENT,
        example="[########        ] | 38% Completed | 10.2s",
    ),
    Recogniser(
        name="percentage and bar",
        rank=Rank.PERCENT,
        pattern=pattern(PERCENT, r"[\s:]{0,4}", BAR),
        needs=Needs.PERCENT,
        example="data.csv   38%[=======>            ]   1.20M  1.21MB/s    eta 3s",
    ),
    Recogniser(
        name="signs and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(r"(?:^\s{0,4}[#=*]{2,200}|[#=]{5,200})[\s|>]{1,200}", PERCENT),
        needs=Needs.PERCENT,
        example="###########################                         38.4%",
    ),
    Recogniser(
        name="percentage in brackets",
        rank=Rank.PERCENT,
        pattern=pattern(r"(?<![^\s:\]])\[\s{0,6}", PERCENT, r"\s{0,3}\]"),
        needs=Needs.PERCENT,
        weak=True,
        example="tests/test_gaps.py .......................................               [ 38%]",
    ),
    Recogniser(
        name="doing percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"{DOING_WORD}(?:[\s:.\-…]{{1,80}})(?:[^\s;|%]{{1,60}}[\s:]{{1,12}}){{0,6}}?[(\[]?\s{{0,4}}",
            PERCENT,
        ),
        needs=Needs.PERCENT,
        weak=True,
        example="(Reading database ... 38%",
    ),
    Recogniser(
        name="work and percentage",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"{_NOUN_OF_WORK}s?(?:\s[\w\-]{{1,20}})?\s{{0,3}}[:=]\s{{0,4}}[\[(]?\s{{0,3}}", PERCENT
        ),
        needs=Needs.PERCENT,
        example="recovery = 38.4%",
    ),
    Recogniser(
        name="percentage and speed",
        rank=Rank.PERCENT,
        pattern=pattern(
            PERCENT,
            rf"[)\]]?[\s,|\-]{{1,30}}(?:[\w.,()/~]{{1,20}}[\s,|]{{1,12}}){{0,5}}?{SPEED_OR_ETA}",
        ),
        needs=Needs.PERCENT,
        example="  1,234,567  45%    1.20MB/s    0:00:10 (xfr#5, to-chk=10/20)",
    ),
    Recogniser(
        name="percentage of a size",
        rank=Rank.PERCENT,
        pattern=pattern(PERCENT, r" of ~?\s{0,3}[\d.]{1,9}\s?[kKMGT]i?B (?:at|in) "),
        needs=Needs.PERCENT,
        example="[download]  38.4% of 129.00MiB at 1.20MiB/s ETA 00:10",
    ),
    Recogniser(
        name="percentage first",
        rank=Rank.PERCENT,
        pattern=pattern(r"^\s{0,4}", PERCENT, r"\s{1,3}(?:[\-+] |\d{1,9} [\-+] |\[\w|\()"),
        needs=Needs.PERCENT,
        weak=True,
        example=" 38% 129 + data/audusd.csv",
    ),
    Recogniser(
        name="progress by name",
        rank=Rank.PERCENT,
        pattern=pattern(
            rf"{_KEY}(?:[\"']?\s{{0,2}}[=:]\s{{0,2}}[\"']?|\s(?=[01]\.\d))(?P<stated>{_NUMBER})"
        ),
        needs=Needs.WORDS,
        words=("progress", "pct", "percent", "fraction", "ratio"),
        example='{"event": "tick", "progress": 38.4}',
    ),
    Recogniser(
        name="percentage alone",
        rank=Rank.RATIO,
        pattern=pattern(PREFIX, PERCENT, r"[.\s]{0,9}$"),
        needs=Needs.PERCENT,
        example="2025-11-10 12:00:01 38%",
    ),
)
