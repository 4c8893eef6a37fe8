"""An organisation's page, served on this machine: the web face, the organisation and the server put together.

It stands beside ``wiring`` and not in it, because a web framework takes longer to import than most commands take.
"""

from __future__ import annotations

import importlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import uvicorn

from counterpoint import settings, wiring
from counterpoint.errors import StoreError
from counterpoint.faces.web.app import create_app
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import trace_files
from counterpoint.live.clock import ticking
from counterpoint.live.desk import Desk, Model, Told, desk
from counterpoint.questions import Questions

HERE = "127.0.0.1"
_SIMULATION = ("numba", "SALib")
_MODEL = "counterpoint.whatif_desk"
"""Imported when somebody asks a what-if, by the desk's own thread: with the engine's compiler it takes seconds."""


def serve(address: str | None, port: int, listening: Callable[[str], None]) -> None:
    """Serve until interrupted, on this machine only; port 0 is any that is free.

    ``listening`` is called with the URL as soon as requests are taken.

    Raises:
        NotFound: there is no organisation.
        StoreError: the port is taken.
    """
    ledger = wiring.open_ledger(address)
    try:
        with _bound(port) as door, _whatifs(ledger, address) as answering:
            app = create_app(lambda as_of: Questions(ledger, as_of), desk=answering)
            config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            url = f"http://{HERE}:{door.getsockname()[1]}/"
            with ticking(ledger):
                _Server(config, lambda: listening(url)).run(sockets=[door])
    finally:
        ledger.close()


@contextmanager
def _whatifs(ledger: Ledger, address: str | None) -> Iterator[Desk | None]:
    """What answers what-ifs while the server is up; nothing where the extra that simulates is not installed."""
    if any(find_spec(name) is None for name in _SIMULATION):
        yield None
        return
    organisation = settings.organisation(address)

    def head() -> str:
        with ledger.read() as snapshot:
            # Activity is no entry of the ledger, and what it says is in the model too.
            return f"{snapshot.head()[1]} {len(trace_files(snapshot.connection))}"

    def opened(told: Told) -> Model:
        model: Model = importlib.import_module(_MODEL).open_choosing(ledger, organisation, told)
        return model

    # One core is left for answering.
    with desk(head, opened, max(1, (os.cpu_count() or 1) - 1)) as made:
        yield made


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
