"""The plan's database: SQLite by default, PostgreSQL by its connection string."""

from bot.adapters.database.migrating import migrate
from bot.adapters.database.opening import open_database
from bot.adapters.database.plans import SqlPlanDatabase

__all__ = ["SqlPlanDatabase", "migrate", "open_database"]
