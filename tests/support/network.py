"""No test talks to anything but this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOOPBACK = ("127.", "::1", "localhost")


class OutsideConnection(AssertionError):
    """A test tried to reach another machine."""


@contextmanager
def forbid_outside_connections() -> Iterator[None]:
    """Make ``socket.connect`` to anything but loopback and UNIX sockets raise OutsideConnection."""
    real_connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise OutsideConnection(f"a test tried to connect to {address!r}")
        real_connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect = real_connect  # type: ignore[method-assign]
