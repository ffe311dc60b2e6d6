"""The general rows that yield a count of a total."""

from bot.domain.progress_patterns import (
    BAR,
    COUNT,
    DOING_WORD,
    DONE_WORD,
    NOUN,
    NOUNS_AFTER,
    NUMBER,
    PERCENT,
    PREFIX,
    SPEED_OR_ETA,
    pattern,
)
from bot.domain.progress_recognisers import Needs, Rank, Recogniser, Rule

_BETWEEN = r"[\s:=\-.(\[>\"'|]{1,8}"
_WORD = r"(?:[^\s/;|,]{1,60}\s{1,60})"
_LEFT_WORD = r"(?i:left|remaining|remain|to go|pending|to do|todo|outstanding)\b"
_SURELY_DONE = (
    r"(?i:done|completed?|finished|processed|handled|migrated|copied|converted|exported|imported"
    r"|loaded|indexed|extracted|written|uploaded|downloaded|verified)\b"
)
_DONE_KEY = (
    r"(?i:(?:n_|num_|tasks?_|rows_|files_|steps_)?(?:done|completed?|processed|finished|succeeded"
    r"|handled|migrated|copied|converted|exported|imported|loaded|indexed|extracted|written)"
    r"(?:_(?:rows|files|items|tasks|steps|records|count|jobs|chunks|partitions|batches))?"
    r"|[a-z]{1,20}_(?:done|completed|processed|finished)|current(?:_?(?:step|item|index|page|batch))?"
    r"|step|iteration|batch|(?:global_?)step)"
)
_TOTAL_KEY = (
    r"(?i:(?:n_|num_)?total(?:_?(?:steps|rows|files|items|tasks|records|count|pages|chunks|units|jobs"
    r"|iterations|partitions|tables|batches))?|[a-z]{1,20}_total|max_?steps|of|out_of|expected)"
)
_IS = r"[\"']?\s{0,2}[=:]\s{0,2}[\"']?"
_END = r"(?![\w%/]|\.\d|:\d)"
_PAIRS = r"(?:[,;]?\s{0,2}[\"']?\w{1,24}[\"']?\s?[=:]\s?[\"']?[\w.%\-]{1,24}[\"']?){0,3}"

COUNT_ROWS = (
    Recogniser(
        name="left of total",
        rank=Rank.COUNT,
        weak=True,
        pattern=pattern(
            r"(?<![\w\-])(?i:remaining|left|remain|to go)[\s:=]{1,3}"
            rf"(?P<left>{NUMBER})\s{{0,3}}(?:/|of|out of)\s{{0,3}}"
            rf"(?P<total>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("left", "remain", "pending", "to go", "todo", "to do", "outstanding"),
        example="remaining: 207 of 336",
    ),
    Recogniser(
        name="so many left of total",
        rank=Rank.COUNT,
        weak=True,
        pattern=pattern(
            rf"(?<![\w.:/,\-])(?P<left>{NUMBER})(?: [a-z]{{2,16}})?\s{{1,3}}{_LEFT_WORD}\s{{0,"
            rf"3}}[(]?"
            rf"(?:/|of|out of)\s{{0,3}}(?P<total>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("left", "remain", "pending", "to go", "todo", "to do", "outstanding"),
        example="207 left of 336",
    ),
    Recogniser(
        name="of total left",
        rank=Rank.COUNT,
        weak=True,
        pattern=pattern(
            rf"(?<![\w.:/,\-])(?P<left>{NUMBER})\s{{0,3}}(?:/|of|out of)\s{{0,"
            rf"3}}(?P<total>{NUMBER})"
            rf"(?: [a-z]{{2,16}}){{0,2}}\s{{1,3}}(?:are |still )?{_LEFT_WORD}"
        ),
        needs=Needs.WORDS,
        words=("left", "remain", "pending", "to go", "todo", "to do", "outstanding"),
        example="207 of 336 partitions remaining",
    ),
    Recogniser(
        name="percentage that agrees, before",
        rank=Rank.COUNT,
        pattern=pattern(PERCENT, r"[^%]{0,24}?", COUNT),
        rule=Rule.AGREES,
        example="Receiving objects:  38% (129/336), 1.20 MiB | 1.10 MiB/s",
    ),
    Recogniser(
        name="percentage that agrees, behind",
        rank=Rank.COUNT,
        pattern=pattern(COUNT, r"[^%]{0,24}?", PERCENT),
        rule=Rule.AGREES,
        example="129/336 kB (38%), 0/1 tablespace",
    ),
    Recogniser(
        name="bar and count",
        rank=Rank.COUNT,
        pattern=pattern(BAR, r".{0,24}?", COUNT),
        example=" 38%|███▊      | 129/336 [02:10<03:29,  1.01s/it]",
    ),
    Recogniser(
        name="count and bar",
        rank=Rank.COUNT,
        pattern=pattern(COUNT, r"[\s:]{0,4}", BAR),
        example="129/336 [==========>...................] - ETA: 12s - loss: 0.2113",
    ),
    Recogniser(
        name="count and time",
        rank=Rank.COUNT,
        pattern=pattern(COUNT, r"\s?[\[(]\d{1,3}:\d{2}"),
        example="129/336 [02:10<03:29,  1.01s/it]",
    ),
    Recogniser(
        name="count and speed",
        rank=Rank.COUNT,
        pattern=pattern(
            COUNT, rf"[^%/]{{0,30}}?(?<![\w.])(?:{SPEED_OR_ETA}|\d{{1,6}}\.\d{{1,2}}s$)"
        ),
        weak=True,
        rule=Rule.NO_DATE,
        example="#5 sha256:4f4fb700ef54 129.0MB / 336.0MB 12.3MB/s",
    ),
    Recogniser(
        name="count finished",
        rank=Rank.COUNT,
        pattern=pattern(COUNT, rf"(?:\s{{1,3}}[\w\-()]{{1,24}}){{0,3}}?[\s:\-]{{1,3}}{DONE_WORD}"),
        example="2025-11-10 12:00:01 INFO backfill: 129/336 partitions complete",
    ),
    Recogniser(
        name="finished count",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w\-])(?:{DONE_WORD}|(?i:progress|overall|so far)\b)(?:\s?\(\d{{1,"
            rf"4}}\))?{_BETWEEN}"
            rf"(?:{_WORD}){{0,3}}?[\[(\"']?\s{{0,6}}",
            COUNT,
        ),
        example="Processed 1,290 of 3,360 rows",
    ),
    Recogniser(
        name="doing count",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"{DOING_WORD}(?:[\s:.\-]{{1,24}}|\.{{3}}\s?){_WORD}{{0,6}}?[\[(\"'#]?\s{{0,8}}", COUNT
        ),
        weak=True,
        example="Downloading shard 129 of 336",
    ),
    Recogniser(
        name="noun and count",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"{NOUN}s?(?:\(s\))?(?:\s\d{{1,6}})?(?:\[\d{{1,6}}\]|\([a-z]{{2,8}}\)|\s)?[\s:#=(\[.\-]{{0,8}}",
            COUNT,
        ),
        weak=True,
        example="[2025-11-10 12:00:31] step 129/336 loss=0.387 lr=2.9e-04 CPU 41%",
    ),
    Recogniser(
        name="count and noun",
        rank=Rank.COUNT,
        pattern=pattern(COUNT, rf"[\])]?(?:\s[\w.\-]{{1,20}}){{0,2}}?\s{{1,3}}{NOUNS_AFTER}"),
        weak=True,
        example="EURUSD: 129/336 windows",
    ),
    Recogniser(
        name="count in brackets",
        rank=Rank.COUNT,
        pattern=pattern(r"\[\s{0,6}", COUNT, r"\s{0,3}\]"),
        weak=True,
        example="[129/336] Building CXX object src/reader.cc.o",
    ),
    Recogniser(
        name="count in parentheses, first",
        rank=Rank.COUNT,
        pattern=pattern(PREFIX, r"\(\s{0,6}", COUNT, r"\s{0,3}\)"),
        weak=True,
        example="(129/336) Installing musl (1.2.4-r2)",
    ),
    Recogniser(
        name="count in parentheses, last",
        rank=Rank.COUNT,
        pattern=pattern(r"\s\(\s{0,6}", COUNT, r"\s{0,3}\)[.…]{0,3}\s{0,9}$"),
        weak=True,
        rule=Rule.NO_DATE,
        example="audusd_features.parquet (129/336)",
    ),
    Recogniser(
        name="done and total by name",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w.\-]){_DONE_KEY}{_IS}(?P<done>{NUMBER}){_END}[\"']?{_PAIRS}[,;|/\s]{{1,4}}[\"']?"
            rf"{_TOTAL_KEY}{_IS}(?P<total>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("total", "of", "expected", "max"),
        example='{"level": "info", "processed": 129, "failed": 2, "total": 336}',
    ),
    Recogniser(
        name="total and done by name",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w.\-]){_TOTAL_KEY}{_IS}(?P<total>{NUMBER}){_END}[\"']?[,;|/\s]{{1,4}}[\"']?"
            rf"(?!(?i:step|batch|iteration)){_DONE_KEY}{_IS}(?P<done>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("total", "expected", "max"),
        example="total=336 done=129 failed=2",
    ),
    Recogniser(
        name="done and left by name",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w.\-]){_DONE_KEY}{_IS}(?P<done>{NUMBER}){_END}[\"']?[,;|/\s]{{1,4}}[\"']?"
            rf"(?i:remaining|left|pending|todo){_IS}(?P<left>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("left", "remain", "pending", "todo"),
        example="completed: 129, remaining: 207",
    ),
    Recogniser(
        name="done and left in words",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w.:/,\-])(?P<done>{NUMBER}) (?:[a-z]{{2,16}} ){{0,2}}?{_SURELY_DONE}[,;]?"
            r"(?: and)? "
            rf"(?P<left>{NUMBER}) (?:[a-z]{{2,16}} ){{0,2}}?{_LEFT_WORD}"
        ),
        needs=Needs.WORDS,
        words=("left", "remain", "pending", "to go", "todo", "to do", "outstanding"),
        example="129 files done, 207 remaining",
    ),
    Recogniser(
        name="outcomes and total",
        rank=Rank.COUNT,
        pattern=pattern(
            r"(?<![\w.:/,\-])(?:(?P<plus_1>\d{1,12}) (?:failed|skipped|todo), )?"
            r"(?:(?P<plus_2>\d{1,12}) (?:failed|skipped|todo), )?"
            rf"(?P<done>{NUMBER}) (?:[a-z]{{2,16}} ){{0,2}}?{DONE_WORD}[,;]?"
            r"(?: \d{1,12} [A-Za-z]{2,16},){0,5} [(]?(?P<total>\d{1,15}) (?:in )?[Tt]otal\b"
        ),
        needs=Needs.WORDS,
        words=("total",),
        example="Tests:       2 failed, 127 passed, 336 total",
    ),
    Recogniser(
        name="total and outcome",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?<![\w.:/,\-])(?P<total>\d{{1,15}}) (?:total|jobs|tasks|splits)[,;:] "
            rf"(?P<done>{NUMBER}) {DONE_WORD}"
        ),
        needs=Needs.WORDS,
        words=("total", "jobs", "tasks", "splits"),
        example="Total for query: 336 jobs; 129 completed, 0 removed, 200 idle, 7 running",
    ),
    Recogniser(
        name="done, then the total",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"{DONE_WORD}[:\s]{{1,3}}(?P<done>{NUMBER})(?: [a-z]{{2,16}})?[,;]? "
            rf"[(]?total[:\s]{{1,3}}"
            rf"(?P<total>{NUMBER}){_END}"
        ),
        needs=Needs.WORDS,
        words=("total",),
        example="processed 129 rows (total 336)",
    ),
    Recogniser(
        name="count at the start",
        rank=Rank.RATIO,
        pattern=pattern(
            r"^\s{0,12}(?:\[?[\d\-/.]{6,10}[T ,])?(?:\[?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9}"
            r")?Z?\]?\s{1,3})?"
            r"(?:(?:INFO|DEBUG|info)\]?:?\s{1,3})?"
            r"(?:\[[A-Za-z][\w.\-]{0,40}\]\s{1,3})?(?:#|No\. )?",
            COUNT,
            r"(?=\s|:|$)",
        ),
        weak=True,
        rule=Rule.NO_DATE,
        example="129/336 Test #12: reader_roundtrip ...............   Passed    0.01 sec",
    ),
    Recogniser(
        name="count of a label",
        rank=Rank.RATIO,
        pattern=pattern(PREFIX, r"[A-Za-z][\w.\- ]{0,40}[:=]\s{0,6}", COUNT, r"\s{0,9}$"),
        weak=True,
        rule=Rule.NO_DATE,
        example="2025-11-10 12:00:01 AUDUSD: 129/336",
    ),
)
