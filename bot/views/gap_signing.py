"""The signatures of an assessment: the brief's "Assessor", section by section."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.views.mrkdwn import Block, Message, actions, button, mention, message, section, when
from bot.views.undo_message import undo_button

SIGN = "sign"  # value: "report key:section"
SECTIONS = {
    1: "Completeness Check",
    2: "Gap Identification",
    3: "Issue Review",
    4: "Forecast Update",
    5: "Recommendations",
}


def sign_message(snapshot: Mapping[str, Any], report_key: str) -> Message:
    """Return the five sections of the report: who signed each, and a button for the others."""
    signed = snapshot.get("signed", {})
    left = [number for number in SECTIONS if str(number) not in signed]
    blocks = [section(_intro(left))]
    blocks += [_section(number, signed.get(str(number)), report_key) for number in SECTIONS]
    return message(_intro(left).replace("*", ""), blocks)


def _intro(left: list[int]) -> str:
    done = len(SECTIONS) - len(left)
    if not left:
        return "*Signed:* all five sections of this assessment."
    return f"*Sign this assessment:* {done} of {len(SECTIONS)} sections are signed."


def _section(number: int, signed: Mapping[str, Any] | None, report_key: str) -> Block:
    name = f"{number}. {SECTIONS[number]}"
    if signed:
        at = when(datetime.fromisoformat(signed["at"]), "{date_short}, {time}")
        return section(f"✓ {name}: signed by {mention(signed['by'])} · {at}")
    sign = button("Sign", SIGN, f"{report_key}:{number}", label=f"Sign {name}")
    return section(f"{name}: not signed", accessory=sign)


def signed_message(number: int, signed_by: str, operation: str, *, changed: bool) -> Message:
    """Return the receipt of a signature, or who signed before."""
    name = f"{number}. {SECTIONS[number]}"
    if not changed:
        text = f"{mention(signed_by)} signed {name} before you."
        return message("Signed already", [section(text)])
    row = actions("signed", [undo_button(operation)])
    return message(f"Signed: {name}", [section(f"✓ You signed *{name}*."), row])
