"""Rows for formats peculiar to one family of tools, tried before the general ones."""

from bot.domain.progress_patterns import (
    BAR,
    COUNT,
    NOUN,
    OUTER_COUNT,
    PERCENT,
    PERCENT_SIGN,
    PREFIX,
    pattern,
)
from bot.domain.progress_recognisers import Needs, Rank, Recogniser, Rule

_OUTER = (
    r"(?<![\w\-])(?i:epoch|fold|pass|cycle|generation|round|phase|stage|pair|part|item|file|run"
    r"|trial|seed|task|repeat|split|step|job|dataset|model|symbol|table)s?[\s:#=(\[]{0,4}"
)
_SHORT = r"\d{1,12}"

NESTED_ROWS = (
    Recogniser(
        name="loop in a loop",
        rank=Rank.COUNT,
        pattern=pattern(
            _OUTER,
            OUTER_COUNT,
            rf"[\])]?(?![\w/]).{{0,60}}?(?:{NOUN}s?[\s:#=(\[]{{1,4}}|[\[(]|{BAR}\s{{0,3}}|\|\s{{0,3}})",
            COUNT,
        ),
        example="Epoch [3/10], Step [129/336], Loss: 0.2113",
    ),
    Recogniser(
        name="percentage in a loop",
        rank=Rank.COUNT,
        pattern=pattern(
            _OUTER, OUTER_COUNT, r"[\])]?(?![\w/])[\s:,;|\-]{1,6}[\[(]?\s{0,3}", PERCENT
        ),
        example="Encoding: task 1 of 2, 38.40 % (12.3 fps, avg 12.3 fps, ETA 00h00m10s)",
    ),
    Recogniser(
        name="bracket in a bracket",
        rank=Rank.COUNT,
        pattern=pattern(r"\[", OUTER_COUNT, r"\]\s?\[", COUNT, r"\]"),
        rule=Rule.ZERO_BASED,
        example="[2/10][129/336]\tLoss_D: 0.3 Loss_G: 1.2",
    ),
    Recogniser(
        name="epoch column before a bar",
        rank=Rank.COUNT,
        pattern=pattern(
            r"^\s{1,12}", OUTER_COUNT, r"\s{1,12}\d.{0,160}?\d%\|.{0,120}?\|\s{0,3}", COUNT
        ),
        example="      3/10      4.21G     1.203     640:  38%|███▊      | 129/336 [00:12<00:20]",
    ),
)

TOOL_ROWS = (
    Recogniser(
        name="cluster stage",
        rank=Rank.COUNT,
        pattern=pattern(rf"\((?P<done>{_SHORT}) \+ \d{{1,9}}\) ?/ ?(?P<total>{_SHORT})"),
        needs=Needs.WORDS,
        words=("stage",),
        trusted=True,
        example="[Stage 3:=====>                 (129 + 8) / 336]",
    ),
    Recogniser(
        name="vertices",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"(?:Map|Reducer) \d{{1,4}}: (?P<done>{_SHORT})(?:\(\+\d{{1,9}}(?:,-\d{{1,9}})?\))?"
            rf"/(?P<total>{_SHORT})(?![\w/])"
        ),
        needs=Needs.WORDS,
        words=("map 1:", "reducer 2:"),
        rule=Rule.SUMS,
        trusted=True,
        example="Map 1: 129(+8)/326\tReducer 2: 0(+3)/10",
    ),
    Recogniser(
        name="disk in sync",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"sync'?ed:\s{{0,3}}[\d.]{{1,6}}% \((?P<left>{_SHORT})/(?P<total>{_SHORT})\)"
        ),
        needs=Needs.WORDS,
        words=("sync",),
        trusted=True,
        example="[======>.............] sync'ed: 38.4% (207/336)K",
    ),
    Recogniser(
        name="fits of a grid search",
        rank=Rank.COUNT,
        pattern=pattern(rf"\[CV \d{{1,4}}/\d{{1,4}}; (?P<done>{_SHORT})/(?P<total>{_SHORT})\]"),
        needs=Needs.WORDS,
        words=("[cv ",),
        trusted=True,
        example="[CV 3/5; 12/50] END ...................C=1; total time=   0.1s",
    ),
    Recogniser(
        name="running, done and expected",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"\[\d{{1,9}}/(?P<done>{_SHORT})/(?P<total>{_SHORT}) (?:built|copied|fetched)"
        ),
        needs=Needs.WORDS,
        words=("built", "copied", "fetched"),
        trusted=True,
        example="[8/129/336 built, 12.3 MiB DL]",
    ),
    Recogniser(
        name="done and left of a job pool",
        rank=Rank.COUNT,
        pattern=pattern(rf"^\s{{0,4}}\d{{1,3}}% (?P<done>{_SHORT}):(?P<left>{_SHORT})="),
        needs=Needs.PERCENT,
        trusted=True,
        example="38% 129:207=16s part-000130.csv",
    ),
    Recogniser(
        name="left of a job pool",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"Left: (?P<left>{_SHORT}) .{{0,60}}?\w:\d{{1,6}}/(?P<done>{_SHORT})/\d{{1,3}}%/"
        ),
        needs=Needs.WORDS,
        words=("left:",),
        trusted=True,
        example="ETA: 16s Left: 207 AVG: 0.05s  local:8/129/100%/0.1s",
    ),
    Recogniser(
        name="packages resolved and added",
        rank=Rank.COUNT,
        pattern=pattern(rf"resolved (?P<total>{_SHORT}), .{{0,60}}?added (?P<done>{_SHORT})"),
        needs=Needs.WORDS,
        words=("resolved",),
        trusted=True,
        example="Progress: resolved 336, reused 129, downloaded 0, added 129",
    ),
    Recogniser(
        name="files of total files",
        rank=Rank.COUNT,
        pattern=pattern(
            rf"{PERCENT_SIGN}\s{{1,4}}(?P<done>{_SHORT}) (?P<unit>[a-z]{{1,12}})\b.{{0,30}}?,"
            rf" total (?P<total>{_SHORT}) (?P=unit)"
        ),
        needs=Needs.WORDS,
        words=("total",),
        trusted=True,
        example="[0:10] 38.40%  129 files 1.230 GiB, total 336 files 3.204 GiB, 0 errors ETA 0:16",
    ),
    Recogniser(
        name="stack events",
        rank=Rank.COUNT,
        pattern=pattern(
            r"(?:^|\|)\s{0,12}",
            COUNT,
            r"\s{0,3}\|\s{0,3}\d{1,2}:\d{2}:\d{2}(?: [AP]M)?\s{0,3}\|\s{0,3}[A-Z_]{6,40}",
        ),
        trusted=True,
        example="my-stack |   3/10 | 12:00:01 PM | CREATE_COMPLETE      | AWS::S3::Bucket",
    ),
    Recogniser(
        name="models of a run",
        rank=Rank.COUNT,
        pattern=pattern(PREFIX, COUNT, r" (?:START|OK|PASS|SKIP|WARN|ERROR|FAIL)\b"),
        trusted=True,
        example="12:00:01  129 of 336 OK created sql table model prod.features ... "
        "[SELECT 5 in 0.10s]",
    ),
    Recogniser(
        name="completions of a job",
        rank=Rank.COUNT,
        pattern=pattern(
            r"^[a-z0-9][\w.\-]{0,80}\s{2,40}(?:(?:Running|Complete|Suspended|Failed)\s{2,20})?",
            COUNT,
            r"\s{1,20}\d{1,6}[smhd]\w{0,6}\s{1,20}\d{1,6}[smhd]\w{0,6}\s{0,9}$",
        ),
        trusted=True,
        example="backfill-audusd   129/336       10m        12m",
    ),
    Recogniser(
        name="step of an image build",
        rank=Rank.COUNT,
        pattern=pattern(
            r"^(?:#\d{1,4} |\s?=> )(?:CACHED )?\[(?:[\w.\-/]{1,60}\s{1,6}){0,3}", COUNT, r"\] "
        ),
        trusted=True,
        example="#9 [builder 3/10] RUN pip install -r requirements.txt",
    ),
    Recogniser(
        name="files and bytes",
        rank=Rank.COUNT,
        pattern=pattern(r"\[", COUNT, r" (?:files|objects)\]\["),
        trusted=True,
        example="[129/336 files][  1.2 GiB/  3.2 GiB]  38% Done   1.2 MiB/s ETA 00:00:10",
    ),
    Recogniser(
        name="percentage of all downloads",
        rank=Rank.COUNT,  # the counts behind it are those of one download
        pattern=pattern(r"^\s{0,2}", PERCENT, r" \[(?:\d{1,6} |Working|Waiting|Connecting)"),
        needs=Needs.PERCENT,
        trusted=True,
        example="12% [3 InRelease 14.2 kB/98.0 kB 14%]",
    ),
    Recogniser(
        name="roll-out",
        rank=Rank.COUNT,
        pattern=pattern(r"rollout to finish: ", COUNT),
        trusted=True,
        example="rollout to finish: 2 out of 3 new replicas have been updated...",
    ),
    Recogniser(
        name="task of a stage on a host",
        rank=Rank.COUNT,
        pattern=pattern(r"Finished task .{1,120}? \(", COUNT, r"\)$"),
        trusted=True,
        example="Finished task 128.0 in stage 3.0 (TID 336) in 12 ms on host-1 (executor 2) "
        "(129/336)",
    ),
)
