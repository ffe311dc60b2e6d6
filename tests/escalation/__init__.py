"""Escalations: the steps, the messages, and every way to die in between."""
