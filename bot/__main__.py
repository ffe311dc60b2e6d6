"""`python -m bot` is the command `bqx`."""

from bot.cli import main

main()
