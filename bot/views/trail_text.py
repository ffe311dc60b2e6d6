"""Whether the audit trail is as it was written, as lines of plain text."""

from bot.domain.trail import Verdict


def describe_verdict(verdict: Verdict) -> list[str]:
    """Return that a trail is intact, or where it is not."""
    if verdict.broken is None:
        return [f"The audit trail is intact: {verdict.head.words}."]
    lines = [f"The audit trail is NOT as it was written: {verdict.broken.what}."]
    if change := verdict.broken.change:
        lines.append(
            f"Row {change.id}, of {change.why.at:%Y-%m-%d %H:%M} UTC, {change.kind}"
            f" {_plain(change.key)}, by {_plain(change.why.actor_id)}."
        )
    lines.append(f"The {verdict.intact:,} rows before it are as they were written.")
    return lines


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
