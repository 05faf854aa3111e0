"""Serving the fake on loopback, in this thread or beside a test."""

import threading
import time
from email.utils import formatdate
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from brickwall.wechat.fake.app import create_fake
from brickwall.wechat.fake.world import World

LOOPBACK = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Writes no log, because addresses carry tokens and codes; its clock can be wrong."""

    world: World

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time for the Date header, as the world has it."""
        return formatdate(time.time() + self.world.clock_offset, usegmt=True)

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def open_server(world: World, port: int) -> BaseWSGIServer:
    """Return a server for the fake on 127.0.0.1, a thread a request; port 0 takes a free one."""
    handler = type("Handler", (QuietHandler,), {"world": world})
    return make_server(LOOPBACK, port, create_fake(world), threaded=True, request_handler=handler)


def serve_fake(world: World, port: int) -> None:
    """Serve the fake until the process ends."""
    open_server(world, port).serve_forever()


class FakeServer:
    """The fake, served by a thread for the length of a block."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self._server = open_server(world, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Address, to be used as ``api_base``."""
        return f"http://{LOOPBACK}:{self._server.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
