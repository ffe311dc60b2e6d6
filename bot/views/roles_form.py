"""`/bqx admins`: who may do what, and the form that gives a role."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.people import Role, RoleHeld
from bot.errors import FormError
from bot.views.mrkdwn import (
    VALUE,
    Block,
    Message,
    View,
    actions,
    button,
    context,
    form_input,
    message,
    option,
    plain,
    read_value,
    section,
)
from bot.views.undo_message import undo_button

CALLBACK_ID = "roles_form"
EDIT = "roles_edit"
MEMBER, ROLE = "role_member", "role"
_MAX_NAMED = 60  # mentions of one role: 3,000 characters are a hundred and thirty
_WHAT = {
    Role.ADMIN: "edit the settings and give roles",
    Role.LEAD: "close a Level 1, say who is who, undo what others did, connect a base",
    Role.MEMBER: "work: log progress, answer gaps, file and work on issues",
    Role.VIEWER: "read, and file issues",
}


def roles_message(held: Sequence[RoleHeld], *, who_can: str, may_edit: bool) -> Message:
    """
    Return who has which role, with a button for who may change that.

    Args:
        who_can: Who may, in words: "<@U1> can".
    """
    blocks = _lists(held)
    if may_edit:
        blocks.append(actions("roles", [button("Give a role…", EDIT, "", style="primary")]))
    else:
        blocks.append(context(f"{who_can} give roles."))
    return message("Who may do what", blocks)


def roles_form(held: Sequence[RoleHeld], reply: Mapping[str, Any]) -> View:
    """Return the modal: who has what, a member and a role."""
    roles = [option(role.value.capitalize(), role.value, _WHAT[role]) for role in Role]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "private_metadata": json.dumps({"reply": dict(reply)}),
        "title": plain("Roles", 24),
        "submit": plain("Give the role", 24),
        "close": plain("Close", 24),
        "blocks": [
            form_input(
                MEMBER,
                "Member",
                {"type": "users_select", "action_id": VALUE},
                hint="Who gets another role.",
            ),
            form_input(
                ROLE, "Role", {"type": "radio_buttons", "action_id": VALUE, "options": roles}
            ),
            *_lists(held),
        ],
    }


def read_roles_form(view: View) -> tuple[str, Role, Mapping[str, Any]]:
    """
    Return the member, the role, and where the answer goes.

    Raises:
        FormError: one of the two was not chosen.
    """
    member_id, role = read_value(view, MEMBER), read_value(view, ROLE)
    wrong = {}
    if not member_id:
        wrong[MEMBER] = "Choose who gets the role."
    if not role:
        wrong[ROLE] = "Choose a role."
    if wrong:
        raise FormError(wrong)
    return member_id, Role(role), json.loads(view["private_metadata"])["reply"]


def role_given(
    member_id: str, before: Role, after: Role, operation: str, *, changed: bool
) -> Message:
    """Return what somebody may do now."""
    if not changed:
        text = f"<@{member_id}> is {after.value} already."
        return message("No change", [section(text)])
    return message(
        f"Now {after.value}",
        [
            section(
                f"<@{member_id}> is *{after.value}* now (was {before.value}): may {_WHAT[after]}."
            ),
            actions("role_given", [undo_button(operation)]),
        ],
    )


def _lists(held: Sequence[RoleHeld]) -> list[Block]:
    blocks: list[Block] = []
    for role in Role:
        having = [each for each in held if each.role is role]
        names = [_name(each) for each in having[:_MAX_NAMED]]
        more = f" and {len(having) - _MAX_NAMED} more" if len(having) > _MAX_NAMED else ""
        who = ", ".join(names) + more if names else "nobody"
        blocks.append(section(f"*{role.value.capitalize()}* may {_WHAT[role]}:\n{who}"))
    blocks.append(
        context(
            "Slack's admins are admins here, and the tech lead of the settings is lead, until"
            " somebody gives them another role."
        )
    )
    return blocks


def _name(held: RoleHeld) -> str:
    by_default = held.role is Role.ADMIN and not held.is_given
    return f"<@{held.member.id}>" + (" (Slack admin)" if by_default else "")
