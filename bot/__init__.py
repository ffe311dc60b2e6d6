"""BQX Cadence: a Slack app that keeps a project's plan true."""
