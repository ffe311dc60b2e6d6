"""Groups of `bqx` commands that would crowd `bot.cli`."""
