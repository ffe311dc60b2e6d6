"""What every plan database promises: run once on SQLite and once on PostgreSQL."""
