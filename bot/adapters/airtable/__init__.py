"""Airtable by its Web API, through pyairtable: the port AirtableApi."""

from bot.adapters.airtable.api import PyAirtableApi
from bot.adapters.airtable.client import GovernedApi

__all__ = ["GovernedApi", "PyAirtableApi"]
