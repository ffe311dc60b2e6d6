"""What `bqx gaps` prints: lines for people, one object for scripts."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.assessment import Assessment

_FINDING = ("kind", "refs", "commits", "owner", "state", "verdict", "text", "evidence")
_LINK = ("sha", "ref", "record", "tier", "score", "reason", "status")


def gaps_object(found: Assessment) -> dict[str, Any]:
    """Return the object of `bqx gaps --json` (the design, section 7)."""
    plain = found.to_plain()
    return {
        "as_of": plain["as_of"],
        "not_assessed": plain["not_assessed"],
        "findings": [_chosen(finding, _FINDING) for finding in plain["findings"]],
        "links": [_chosen(link, _LINK) for link in plain["links"]],
    }


def describe_gaps(found: Assessment) -> Iterator[str]:
    """Yield the findings as lines, worst first, and what was not assessed."""
    if not found.findings:
        yield "Nothing found."
    for finding in found.findings:
        yield f"{finding.kind.value:22} {finding.text}"
        for line in finding.evidence:
            yield f"{'':22}   {line}"
    for sentence in found.not_assessed:
        yield f"{'not assessed':22} {sentence}"
    for remark in found.remarks:
        yield f"{'remark':22} {remark}"


def _chosen(plain: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain[name] for name in names}
