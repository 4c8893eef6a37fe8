"""An organisation's page, served on this machine: the web face, the organisation and the server put together.

It stands beside ``wiring`` and not in it, because a web framework takes longer to import than most commands take.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from counterpoint import wiring
from counterpoint.errors import StoreError
from counterpoint.faces.web.app import create_app
from counterpoint.live.clock import ticking
from counterpoint.questions import Questions

HERE = "127.0.0.1"


def serve(address: str | None, port: int, listening: Callable[[str], None]) -> None:
    """Serve until interrupted, on this machine only; port 0 is any that is free.

    ``listening`` is called with the URL as soon as requests are taken.

    Raises:
        NotFound: there is no organisation.
        StoreError: the port is taken.
    """
    ledger = wiring.open_ledger(address)
    try:
        with _bound(port) as door:
            app = create_app(lambda as_of: Questions(ledger, as_of))
            config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            url = f"http://{HERE}:{door.getsockname()[1]}/"
            with ticking(ledger):
                _Server(config, lambda: listening(url)).run(sockets=[door])
    finally:
        ledger.close()


class _Server(uvicorn.Server):
    """A server that tells when it takes requests (and Ctrl-C) rather than when it is about to."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        self._started()


def _bound(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((HERE, port))
        door.listen()
    except (OSError, OverflowError) as error:
        door.close()
        raise StoreError(
            f"port {port} cannot be used: {error}", hint="give another with --port, or 0 for any"
        ) from error
    return door
