"""What a message shows, and whether Slack would take it."""

from bot.sandbox.blocks import flaws_of_blocks
from bot.views.mrkdwn import MAX_MESSAGE, block_size


def texts(shown):
    """The text of every section and every small print."""
    blocks = shown["blocks"]
    return [b["text"]["text"] for b in blocks if "text" in b] + [
        element["text"]
        for block in blocks
        if block["type"] == "context"
        for element in block["elements"]
    ]


def within_limits(shown):
    """Slack would take it, with room to spare."""
    assert flaws_of_blocks(shown["blocks"], "message") == []
    assert len(shown["blocks"]) <= 50
    assert max(map(len, texts(shown))) <= 3000
    assert block_size(shown["blocks"]) <= MAX_MESSAGE + 100
