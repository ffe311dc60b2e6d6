"""`/bqx rules`: what the team taught the bot about its commits."""

from collections.abc import Sequence

from bot.domain.evidence import RuleKind, WorkRule
from bot.views.mrkdwn import (
    Block,
    Message,
    actions,
    button,
    context,
    mention,
    message,
    one_line,
    section,
    when,
)
from bot.views.undo_message import undo_button
from bot.views.wording import count

REMOVE = "rule_remove"  # value: the rule's key
MAX_RULES = 20
_SAYS = {
    RuleKind.AUTHOR: "Commits by `{}` are no plan work.",
    RuleKind.PATH: "Commits that touch only `{}` are no plan work.",
    RuleKind.WORK: "Commits of the type `{}:` are no plan work.",
}


def rules_message(rules: Sequence[tuple[WorkRule, str]]) -> Message:
    """
    Return the rules that are in use, each with its reason and a button that takes it back.

    Args:
        rules: Each with the name of the stage or task that a folder belongs to.
    """
    if not rules:
        text = "There are no rules about commits yet."
        how = "They come from *Not a gap because…* and *Link to…* in the Monday thread."
        return message(text, [section(f"{text}\n{how}")])
    blocks: list[Block] = [section(f"*{count(len(rules), 'rule')} about commits*")]
    for rule, name in rules[:MAX_RULES]:
        blocks.append(
            section(
                f"*{rule.key}* · {_says(rule, name)}\n{one_line(rule.reason, 200)}",
                accessory=button("Remove", REMOVE, rule.key, label=f"Remove {rule.key}"),
            )
        )
        made = f"{mention(rule.made_by)}" + (f" · {when(rule.made_at)}" if rule.made_at else "")
        blocks.append(context(made))
    if len(rules) > MAX_RULES:
        blocks.append(context(f"and {len(rules) - MAX_RULES} more"))
    return message(f"{count(len(rules), 'rule')} about commits", blocks)


def rule_removed(rule: WorkRule, name: str, operation: str) -> Message:
    """Return the receipt of a removal."""
    text = f"{rule.key} is removed."
    says = f"*{rule.key}* is removed: {_says(rule, name)}"
    return message(text, [section(says), actions("rule_removed", [undo_button(operation)])])


def _says(rule: WorkRule, name: str) -> str:
    pattern = one_line(rule.pattern, 120).replace("`", "'")
    if rule.kind is RuleKind.BELONGS:
        return f"Commits that touch only `{pattern}` belong to {one_line(name, 120) or 'it'}."
    return _SAYS[rule.kind].format(pattern)
