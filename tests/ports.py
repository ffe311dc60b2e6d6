"""A port for a server that is started later, or twice."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_port() -> Iterator[int]:
    """
    Keep a free port of 127.0.0.1 from everybody who asks the system for any.

    A server that binds it with SO_REUSEADDR, as servers do, may listen there all the same.
    """
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]
