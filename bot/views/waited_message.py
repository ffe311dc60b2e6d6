"""What waited: one message that lists the prompts of earlier days, each a click away."""

from collections.abc import Collection, Sequence

from bot.domain.prompts import Prompt
from bot.views.mrkdwn import Message, actions, button, context, message, section, when
from bot.views.why_block import KIND_NAMES
from bot.views.wording import count

# value: "{row}|{bundle's key}"; the bundle's key
SHOW, SHOW_ALL = "waited_show", "waited_all"
MAX_SHOWN = 20


def waited_message(prompts: Sequence[Prompt], shown: Collection[str], bundle: str) -> Message:
    """
    Return the list, oldest first.

    Args:
        shown: Keys of those that were asked for already.
        bundle: The bundle's own key.
    """
    text = f"{count(len(prompts), 'question')} waited for you"
    blocks = [section(f"*{text}*: the day had no room for more, or you were away.")]
    for number, prompt in enumerate(prompts[:MAX_SHOWN]):
        line = f"{KIND_NAMES[prompt.kind]} · {when(prompt.at)}"
        if prompt.key in shown:
            blocks.append(section(f"✓ {line}"))
        else:
            value = f"{number}|{bundle}"
            show = button("Show", SHOW, value, label=f"Show: {KIND_NAMES[prompt.kind]}")
            blocks.append(section(line, block_id=f"waited:{number}", accessory=show))
    if len(prompts) > MAX_SHOWN:
        blocks.append(context(f"and {len(prompts) - MAX_SHOWN} more: *Show all*"))
    if any(prompt.key not in shown for prompt in prompts):
        blocks.append(actions("waited_all", [button("Show all", SHOW_ALL, bundle)]))
    return message(text, blocks)
