"""Words beside a number that mean something else than progress."""

import re

_CONTEXT_CHARS = 48
_OWN_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,6})?\s?%\s{0,4}[(\[]?$")
_CLAUSE_END = re.compile(r"[;|,]")

# Directly before a count: attempts, resources, versions, places, ratios.
_BEFORE_COUNT = re.compile(
    r"(?i:\b(?:retr(?:y|ies|ying|ied)|todo|patch|commit|attempts?|try|tries|reconnect\w{0,6}|backlog|queue|lag|load"
    r"|load average|cpus?|mem(?:ory)?|heap|ram|swap|disk|storage|space|battery|versions?|python"
    r"|java|node|nodes|ratio|aspect|rating|score|grade|ready|replicas?|quorum|ports?|slots?|links?"
    r"|lanes?|ranks?|workers?|threads?|cores?|gpus?|vcpus?|interface|(?:eth|bond|en|wlan|lo)\d{1,2}"
    r"|levels?|priority|prio|severity|http|https|status code|codes?|exit|errno|usage|used|uses|"
    r"using"
    r"|free|available|limit|quota|connections?|clients?|sessions?|pool|capacity|chapters?"
    r"|figure|rfc|hits?|misses|cached?|checks|failed|failures?|errors?|channel|bus|device|dev|vol"
    r"|volume|disc|season|date|day of|on|since|until|accuracy|acc|precision|recall|f1|rssi|signal"
    r"|speed|rate|voltage|temperature|temp|duplex|stratum|ttl|hop|vlan|irq|cv)"
    r"(?:\(s\))?(?:\s(?:is|at|of|was|number|no\.?|used|usage|now))?[\s:=#(\[\-]{0,6}$)"
)
# Within three words behind a count.
_AFTER_COUNT = re.compile(
    r"^\)?(?:\s{1,3}[A-Za-z][\w\-/]{0,19}){0,3}?\s{1,3}"
    r"(?i:used|in use|free|available|avail|unavailable|failed|failures?|failing|errors?|errored|"
    r"down"
    r"|up|alive|healthy|unhealthy|online|offline|degraded|misplaced|unfound|busy|idle|active|inactive"
    r"|retries|retry|attempts?|tries|cores?|cpus?|vcpus?|gpus?|stars|points|full|half|ratio|compat"
    r"|compatible|supported|support|votes?|players|slots|ports|lanes|links|quorum|connected|reachable"
    r"|unreachable|allocated|reserved|occupied|rejected|dropped|lost|skipped|expired|running|ready"
    r"|checks passed|matches|matched|lag|behind)\b"
)
_AFTER_COUNT_AT_ONCE = re.compile(
    r"^[)\]]?\s?(?i:nodes?|replicas?|pods?|workers?|threads?|connections?|clients?|sessions?|servers?"
    r"|hosts?|members?|brokers?|endpoints?|attempts?|pages|seats|executors?|containers?|services?"
    r"|cores|hearts|people|persons|%|of the (?:time|manual|memory|disk|capacity))\b"
)
_RETRY_LINE = re.compile(
    r"(?i:\b(?:retry|retries|retrying|retried|attempt|attempts|attempting|reconnect(?:ing)?|backoff"
    r"|back-off|tries left|giving up|timed out|will try again|rate.?limit\w{0,4}|quota|bucket)\b)"
)
# Before a percentage, within its last two words.
_BEFORE_PERCENT = re.compile(
    r"(?i:(?:^|[^a-z0-9])(?:cpus?|mem(?:ory)?|ram|heap|swap|disk|usage|used|uses|using|util(?:i[sz]ation)?"
    r"|load|battery|level|acc(?:uracy)?|top1|top5|precision|recall|f1|auc|map|iou|r2|r²|r\^2"
    r"|confidence|interval|hit|hits|miss|[a-z_]*rate|ratio|loss|losses|watermark|error|errors|err|packets?|humidity"
    r"|volume|brightness|quality|discount|tax|growth|changed?|gain|drop|dropped|coverage|threshold"
    r"|limit|quota|full|inodes?|idle|iowait|user|usr|sys|nice|steal|gpus?|fan|speed|signal|charge"
    r"|health|compression|fragmentation|similarity|probability|score|uptime|availability|success"
    r"|failures?|failed|sparse|duplicates?|saved|saving|reduced|increased|improved|grew|fell|rose"
    r"|decreased|slower|faster|wear|capacity|occupancy|contention|throttled|overhead|margin|odds"
    r"|chance|sensitivity|specificity|win|tolerance|alpha|quantile|percentile|space|storage|free"
    r"|available|cached|gc|old gen|eden|survivor|metaspace|filesystem|partition /\S{0,40}|exceeded"
    r"|exceeds|above|below|over|under|within|last progress was)"
    r"(?:\s(?:is|at|of|was|to|by|now|used|usage|rate|ratio)){0,2}[\s:=(\[\-~<>+±]{0,8}$)"
)
_AFTER_PERCENT = re.compile(
    r"^[)\]]?\s{0,2}(?i:used|usage|free|full|of (?:the )?(?:cpu|memory|ram|disk|capacity|time|"
    r"max|quota"
    r"|limit|heap|space|total memory|system memory|requests|users)|cpu|accuracy|acc|confidence|"
    r"ci|hit"
    r"|idle|busy|loss|packet|user|usr|us|sys|sy|id|wa|iowait|util|memory|mem|available|avail|off"
    r"|discount|higher|lower|faster|slower|more|less|reduction|increase|decrease|improvement|coverage"
    r"|charged|charging|discharging|battery|humidity|duplicates?|reduced|increased|compressed"
    r"|saved|dropped|failed|success|allocated|reserved|utilized|utilised|utilization|probability"
    r"|threshold|exceeded|exceeds|sparse|over|above|below|under|missing values|interval)\b"
)
# One of many that run beside each other: its state says nothing about the whole.
_PART_LINE = re.compile(
    r"^\s{0,9}\*\s{1,40}.{1,300}?:\s{0,4}(?:\d{1,3}% /|transferring|checking)"
    r"|\d%\s{1,12}[\d.]{1,9}[kKMG]?i?B / [\d.]{1,9}[kKMG]?i?B\s{1,12}[\d.]{1,9}%"
)
_METER_LINE = re.compile(r"(?i:\b(?:battery|%cpu|cpu\(s\)|load average|packet loss|df -h)\b)")


def vetoed_count(line: str, start: int, end: int, *, strict: bool) -> bool:
    """
    Return whether the words round a count say that it is no progress.

    Args:
        strict: Nothing says that the things counted are worked off, so nodes and connections
            are what there is, not what is done.
    """
    before = _OWN_PERCENT.sub("", line[max(0, start - _CONTEXT_CHARS) : start])
    after = _clause(line[end : end + _CONTEXT_CHARS])
    return bool(
        _BEFORE_COUNT.search(before)
        or (strict and _AFTER_COUNT_AT_ONCE.match(after))
        or _AFTER_COUNT.match(after)
    )


def vetoed_percent(line: str, start: int, end: int) -> bool:
    """Return whether the words round a percentage say that it is no progress."""
    before = line[max(0, start - _CONTEXT_CHARS) : start]
    after = line[end : end + _CONTEXT_CHARS]
    return bool(
        _BEFORE_PERCENT.search(before) or _AFTER_PERCENT.match(after) or _METER_LINE.search(line)
    )


def about_retries(line: str) -> bool:
    """Return whether a line speaks of another try, whose count is no progress."""
    return _RETRY_LINE.search(line) is not None


def about_one_part(line: str) -> bool:
    """Return whether a line tells of one of many transfers or containers, not of the whole."""
    return _PART_LINE.search(line) is not None


def _clause(after: str) -> str:
    return _CLAUSE_END.split(after, maxsplit=1)[0]
