"""The durable engine: jobs that are run once in effect, whatever dies."""
