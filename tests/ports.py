"""Ports for servers that have to be told theirs."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """
    Yield a port of loopback on which a server may listen until the block is left.

    It is bound meanwhile and never listens, so that the kernel gives it to nobody who asks for any
    port; a server that binds it by its number is let in, as both are willing to share it.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
