r"""
The parts that the patterns of the recognisers are made of.

Every quantifier is bounded: a log line is hostile until proven otherwise, and a pattern such as
`(\d+)/(\d+)` takes minutes on a long run of digits (contracts, analysis 5.2).
"""

import re

NUMBER = (
    r"(?:\d{1,3}(?:[,'_\u2019]\d{2,3}){1,6}(?![\d])"
    r"|\d{1,3}(?:\.\d{3}){2,5}(?![\d.])"
    r"|\d{1,15}(?:\.\d{1,6})?)"
)
SUFFIX = r"(?:[kKMGTP]i?[bB]?(?:ytes?|its?)?|[kKMGT]i?B|B|[Bb]ytes?)(?![A-Za-z])"
_START = r"(?<![\w.+$@/%\-])(?<!\d[:,#])"
_OF = r"\s{1,4}[(\[]?(?:out of|of)(?: about| the| a)?(?: total)?(?: of)?\s{1,4}~?"
_SLASH = r"\s{0,8}/\s{0,8}~?"
_END = r"(?![\w/])(?![.:,\-]\d)(?!\s?%)"
PERCENT_SIGN = r"(?:\s?%|\s(?:percent|per cent|pct)\b)"

COUNT = (
    rf"{_START}(?P<done>{NUMBER})(?:\s?(?P<done_unit>{SUFFIX}))?"
    rf"(?:\s(?P<counted>[A-Za-z]{{2,14}}(?:\(s\))?))?"
    rf"(?P<slash>{_SLASH}|{_OF})"
    rf"(?P<total>{NUMBER})(?:\s?(?P<total_unit>{SUFFIX}))?{_END}"
)
OUTER_COUNT = (
    rf"{_START}(?P<outer_done>\d{{1,6}})\s{{0,3}}(?:/|of)\s{{0,3}}(?P<outer_total>\d{{1,6}})"
)
PERCENT = rf"(?<![\w,/+\-])(?<!\w\.)(?<!\d:)(?P<percent>\d{{1,3}}(?:[.,]\d{{1,6}})?){PERCENT_SIGN}"

# A bar stands in brackets or pipes, or is drawn with signs that nobody writes otherwise.
_DRAWN = "\u2500-\u257f\u2580-\u25ff\u2800-\u28ff"
BAR = (
    rf"(?:[\[|<▕(][#=>*.+\-_:oO\s{_DRAWN}]{{2,300}}\d?[#=>*.+\-_:oO\s{_DRAWN}]{{1,300}}[\]|>▏)\\/]"
    rf"|[{_DRAWN}][{_DRAWN}\s]{{2,300}})"
)

# What may stand before the words of a line: time, level, logger, host, a container's "#5".
PREFIX = (
    r"^(?:\s{0,12}(?:"
    r"\[?\d{2,4}[-/.]\d{2}[-/.]\d{2,4}(?:[T ,]{1,2}\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?)?"
    r"(?:Z|\s?[+-]\d{2}:?\d{2})?\]?"
    r"|\[?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?:\s?[AP]M)?\]?"
    r"|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|info|debug|INF|DBG|I|II)\]?\s?[:|>\-]?(?=\s)"
    r"|[A-Za-z_][\w.\-]{0,40}(?:\[\d{1,7}\])?:(?=\s)"
    r"|\[[A-Za-z][\w.\- ]{0,40}\](?=\s)"
    r"|#\d{1,4}(?=\s)|remote:|[=\-*>#|]{1,12}(?=\s)|\[gw\d{1,3}\]"
    r")){0,6}\s{0,12}"
)

_NO_ED = (
    r"(?:failed|skipped|needed|used|unused|limited|expected|allowed|red|speed|feed|seed|need|indeed"
    r"|allocated|reserved|connected|supported|blocked|assigned|rejected|dropped|missed|scheduled"
    r"|requested|exceeded|retried|corrupted|degraded|elapsed|killed|delayed|shared|dedicated"
    r"|required|detected|unresponsive|expired|denied|refused|crashed|rated|ranked|signed|aged|shed"
    r"|estimated|embed|bed|based|queued|cached|changed|charged|terminated|selected|reached|exited|started|restarted|paused|spawned|freed"
    r"|evicted|occupied|opened|closed|logged|mounted|registered|authenticated|accepted|negotiated"
    r"|discarded|ignored|excluded|deferred|throttled|suspended|stopped|enabled|disabled|repeated"
    r"|authorized|configured|mapped|misplaced|disconnected|lost|attempted|triggered)\b"
)
DONE_WORD = (
    rf"(?<![A-Za-z])(?=[A-Za-z]{{2}})(?:(?!(?i:{_NO_ED}))[A-Za-z]{{2,14}}(?:ed|ED)"
    r"|(?i:done|complete|built|written|sent|passed|ok|success(?:ful(?:ly)?)?|indexed|succeed))(?![\w])"
)
_NO_ING = (
    r"(?:retrying|using|waiting|remaining|pending|rating|ping|string|during|warning|missing"
    r"|setting|nothing|anything|something|everything|being|having|spring|king|ring|thing|ranking"
    r"|charging|discharging|listening|binding|sleeping|throttling|reconnecting|polling|scaling"
    r"|swapping|pinging|connecting|restarting|trying|according|including|spanning|paging|existing"
    r"|failing|incoming|outgoing|timing|holding|blocking|attempting|respawning|increasing|looking|leading"
    r"|decreasing|dropping|falling|rising|exceeding|leaving|keeping|allocating|saving energy)\b"
)
DOING_WORD = rf"(?<![\w\-])(?=[A-Za-z]{{5}})(?!(?i:{_NO_ING}))(?i:[a-z]{{2,16}}ing|backfill)\b"

_NOUNS = (
    r"action|archive|article|artifact|asset|backup|batch|batche|block|book|bucket|candle|case"
    r"|chunk|class|classe|column|combination|component|configuration|config|contract"
    r"|crate|currency pair|datafile|dataset|day|dependency|dependencie|deltas?|dir|directory"
    r"|directorie|doc|document|email|entity|entitie|entry|entrie|epoch|episode|event|example"
    r"|experiment|feature|file|fit|fold|frame|game|generation|group|hour|image|index|indexe|indice"
    r"|input|instrument|item|iter|iteration|job|key|layer|line|link target|map|market|message"
    r"|migration|minute|model|module|month|object|op|operation|order|pack|package|pair|partition"
    r"|phase|photo|pixel|point|product|project|property|propertie|quarter|query"
    r"|querie|question|read|record|repo|repository|repositorie|request|round|row|rule|run|sample"
    r"|scenario|scene|section|segment|sentence|sequence|series|set|shard|simulation|snapshot"
    r"|song|source|spec|split|stage|statement|step|stock|story|storie|subject|suite|sweep|symbol|table"
    r"|tablespace|target|task|test|ticker|ticket|tile|timestep|token|track|transaction|trial|tuple"
    r"|unit|update|upload|url|user|variant|vertex|video|volume file|week|window|word|year|zone file"
)
NOUN = rf"(?<![\w\-])(?i:(?:{_NOUNS}))"
NOUNS_AFTER = rf"(?i:(?:{_NOUNS})s?(?:\(s\))?|total)(?![\w\-])"

SPEED_OR_ETA = (
    r"(?:\d[\d.,]{0,12}\s?(?:[kKMGT]i?)?(?:[bB]|[Bb]ytes|it|rows|items|files)?/s(?:ec)?\b"
    r"|(?i:eta)\b|\d{1,6}(?:\.\d{1,3})?[smhd]\w{0,6} (?:left|remain)|\d{1,3}:\d{2}(?::\d{2})?\b|"
    r"[\-\d]{1,2}:[\-\d]{2}:[\-\d]{2})"
)


def pattern(*parts: str) -> re.Pattern[str]:
    """Return the compiled pattern of these parts in a row."""
    return re.compile("".join(parts))
