"""E-mail, spoken to a real server on this machine."""
