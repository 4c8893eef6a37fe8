"""MCP Agent Mail (PyPI ``mcp-agent-mail``): one HTTP server that all agents share, as its documentation has it.

It has mail and reservations of files, and no items: an item is here a message to a common mailbox, to list what is
ready is to fetch that mailbox whole, and to claim is an exclusive reservation of a path named after the item. It grants
every reservation and says with it who else holds one: only a grant without such a conflict counts as "yes".
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mcpcalls import McpSession
from peer import FIRST, Peer, Places, Planned, Seat
from servers import ended, free_port, listening

PROJECT, SLUG, BOX = "/bench/project", "bench-project", "Board"
EVERYTHING = 10_000_000


class AgentMail:
    name = "MCP Agent Mail"
    reached = "MCP over HTTP, one server for all clients"

    def __init__(self, places: Places) -> None:
        self._python, self._folder, self._port = places.agent_mail, Path(), 0
        self._server: subprocess.Popen[bytes] | None = None

    def version(self) -> str:
        asks = "import importlib.metadata as m; print(m.version('mcp-agent-mail'))"
        return subprocess.run([self._python, "-c", asks], capture_output=True, text=True, check=True).stdout.strip()

    def start(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "STORAGE_ROOT": str(folder / "archive"),
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'mail.sqlite3'}",
            "LLM_ENABLED": "false",
            "MCP_TOOLS_MODE": "extended",
        }
        command = [self._python, "-m", "mcp_agent_mail.cli", "serve-http", "--port", str(self._port)]
        with (folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        listening(self._port, self._server)

    def seed(self, items: Sequence[Planned]) -> list[str]:
        """Rows of its database: its server files some fifteen messages a second."""
        _prepare(self._port)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        with sqlite3.connect(self._folder / "mail.sqlite3") as database:
            project, agent = database.execute("SELECT project_id, id FROM agents WHERE name = ?", (BOX,)).fetchone()
            database.executemany(
                "INSERT INTO messages"
                " (id, project_id, sender_id, subject, body_md, importance, ack_required, created_ts)"
                " VALUES (?, ?, ?, ?, ?, 'normal', 0, ?)",
                [(number, project, agent, title, title, now) for number, title, _ in items],
            )
            database.executemany(
                "INSERT INTO message_recipients (message_id, agent_id, kind) VALUES (?, ?, 'to')",
                [(number, agent) for number, _, _ in items],
            )
        database.close()
        return [f"item-{number}" for number, _, _ in items]

    def seat(self, number: int) -> Seat:
        return _Seat(_session(self._port), number)

    def stop(self) -> None:
        ended(self._server)


def _session(port: int) -> McpSession:
    return McpSession(f"http://127.0.0.1:{port}/mcp/")


def _register(session: McpSession, name: str) -> None:
    session.call("register_agent", project_key=PROJECT, program="bench", model="none", name=name)


def _prepare(port: int) -> None:
    """Make the project and its mailbox, from a process that ends: no thread may stay where clients are forked."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            session = _session(port)
            _register(session, BOX)
            session.close()
            code = 0
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise RuntimeError("MCP Agent Mail did not make its mailbox")


class _Seat:
    def __init__(self, session: McpSession, number: int) -> None:
        self._session, self._name = session, f"Client{number}"
        _register(session, BOX)
        _register(session, self._name)

    def create(self, title: str) -> None:
        self._session.call(
            "send_message", project_key=PROJECT, sender_name=self._name, to=[BOX], subject=title, body_md=title
        )

    def claim(self, item: str) -> bool:
        told = self._session.call(
            "file_reservation_paths", project_key=PROJECT, agent_name=self._name, paths=[item], exclusive=True
        )
        return bool(told["granted"]) and not told["conflicts"]

    def ready(self) -> int:
        return len(self.titles())

    def first(self) -> int:
        return len(self._box(FIRST))

    def titles(self) -> list[str]:
        return self._box(EVERYTHING)

    def _box(self, limit: int) -> list[str]:
        box = self._session.call("fetch_inbox", project_key=PROJECT, agent_name=BOX, limit=limit)
        return [message["subject"] for message in box]

    def holders(self, item: str) -> set[int] | None:
        found = self._session.read(f"resource://file_reservations/{SLUG}?active_only=true")
        return {int(row["agent"].removeprefix("Client")) for row in found if row["path_pattern"] == item}

    def close(self) -> None:
        self._session.close()


def peer(places: Places) -> Peer:
    return AgentMail(places)
