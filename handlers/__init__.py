"""Every way in: one module for each thing a member, or the clock, can do."""
