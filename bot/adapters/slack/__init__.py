"""Slack's Web API behind the port `Messenger`."""

from bot.adapters.slack.messenger import SlackMessenger

__all__ = ["SlackMessenger"]
