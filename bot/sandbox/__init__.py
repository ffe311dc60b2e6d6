"""The local workspace: a strict mirror of Slack on loopback, with a page to look at it."""
