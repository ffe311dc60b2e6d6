"""The answer to a command, whichever way it came in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.commands import Command
from bot.usecases.asking import Asker
from bot.views.mrkdwn import Message, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    The answer to a command.

    Args:
        message: What is shown; with a form, what is shown where none can be opened.
        form: The modal to open where Slack gave a trigger.
        saved: The command wrote something.
    """

    message: Message
    form: View | None = None
    saved: bool = False


Answers = Mapping[str, Callable[[Command, Asker], Reply]]  # by the command's name
