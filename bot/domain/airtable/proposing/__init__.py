"""Propose which table and field of any base is what in the plan."""
