"""One outside world each: the database, git, Slack, the durable engine."""
