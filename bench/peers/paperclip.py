"""Paperclip (npm ``paperclipai``): its server with the PostgreSQL that it brings, spoken to over its HTTP API.

PostgreSQL does not start as root, so an ordinary user is named where this is run as root. Every client is an agent of
its own (which starts nothing when woken), an item is an issue, and to claim is ``checkout``.
"""

from __future__ import annotations

import http.client
import json
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from peer import FIRST, Peer, PeerError, Places, Planned, Seat
from servers import ended, free_port, listening

IDLE = 2.0
"""Seconds after which a kept connection is not trusted any more: the server closes idle ones after five."""
PAGE = 1000
"""The most issues that it lists at once."""
REFUSED = 409
OPEN = "status=todo&assigneeAgentId=null&includeBlockedBy=true"
ASLEEP = {"heartbeat": {"enabled": False, "wakeOnDemand": False}}


class Paperclip:
    name = "Paperclip"
    reached = "its HTTP API, one server for all clients, PostgreSQL"

    def __init__(self, places: Places) -> None:
        self._command, self._user = places.paperclip, places.paperclip_user
        self._port, self._company = 0, ""
        self._server: subprocess.Popen[bytes] | None = None

    def version(self) -> str:
        return subprocess.run([self._command, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def start(self, folder: Path) -> None:
        self._port = free_port()
        environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "PORT": str(self._port),
            "DO_NOT_TRACK": "1",
            "PAPERCLIP_TELEMETRY_DISABLED": "1",
            "PAPERCLIP_OPEN_ON_LISTEN": "false",
        }
        words = ["onboard", "--yes", "--bind", "loopback", "--no-install-service", "--data-dir", str(folder / "data")]
        user = self._user or None
        group = pwd.getpwnam(user).pw_gid if user else None
        if user:
            shutil.chown(folder, user)
        with (folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [self._command, *words],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
                group=group,
                extra_groups=[] if user else None,
            )
        listening(self._port, self._server)
        self._company = str(_Api(self._port).send("POST", "/companies", {"name": "Bench"})["id"])

    def seed(self, items: Sequence[Planned]) -> list[str]:
        """Through its API; first what waits for nothing, and then the rest."""
        ids: dict[int, str] = {}

        @cache
        def api(_worker: int) -> _Api:
            return _Api(self._port)

        def add(worker: int, item: Planned) -> None:
            waits: dict[str, Any] = {"blockedByIssueIds": [ids[item.after]]} if item.after else {}
            body = {"title": item.title, "status": "todo"} | waits
            ids[item.number] = api(worker).send("POST", f"/companies/{self._company}/issues", body)["id"]

        def share(worker: int, rows: Sequence[Planned]) -> None:
            for row in rows[worker::4]:
                add(worker, row)

        for waiting in (False, True):
            rows = [item for item in items if (item.after is not None) is waiting]
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(share, range(4), [rows] * 4))
        return [ids[item.number] for item in items if item.after is None]

    def seat(self, number: int) -> Seat:
        return _Seat(_Api(self._port), self._company, number)

    def stop(self) -> None:
        ended(self._server)


class _Api:
    """A connection that is kept while it is used."""

    def __init__(self, port: int) -> None:
        self._port, self._last = port, 0.0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask, and read the answer as JSON.

        Raises:
            Taken: the thing asked for is somebody else's.
            PeerError: any other answer that is no success.
        """
        if time.monotonic() - self._last > IDLE:
            self._connection.close()
        text = json.dumps(body) if body is not None else None
        self._connection.request(method, f"/api{path}", text, {"content-type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        self._last = time.monotonic()
        if answer.status == REFUSED:
            raise Taken(content.decode()[:200])
        if answer.status >= 300:
            raise PeerError(f"{answer.status} {content.decode()[:200]}")
        return json.loads(content)


class Taken(PeerError):
    """Somebody else has it."""


class _Seat:
    def __init__(self, api: _Api, company: str, number: int) -> None:
        self._api, self._company = api, company
        found = {agent["name"]: agent["id"] for agent in api.send("GET", f"/companies/{company}/agents")}
        name = f"client{number}"
        self._agent = found.get(name) or self._hire(name)

    def _hire(self, name: str) -> str:
        body = {"name": name, "role": "general", "adapterType": "process", "adapterConfig": {"command": "true"}}
        made: str = self._api.send("POST", f"/companies/{self._company}/agents", body | {"runtimeConfig": ASLEEP})["id"]
        return made

    def create(self, title: str) -> None:
        self._api.send("POST", f"/companies/{self._company}/issues", {"title": title, "status": "todo"})

    def claim(self, item: str) -> bool:
        try:
            self._api.send("POST", f"/issues/{item}/checkout", {"agentId": self._agent, "expectedStatuses": ["todo"]})
        except Taken:
            return False
        return True

    def ready(self) -> int:
        """Its list filters by status and assignee; what waits for something open is left out here."""
        return _free(self._list(OPEN))

    def first(self) -> int:
        return _free(self._page(OPEN, FIRST, 0))

    def _page(self, query: str, limit: int, offset: int) -> list[dict[str, Any]]:
        path = f"/companies/{self._company}/issues?{query}&limit={limit}&offset={offset}"
        page: list[dict[str, Any]] = self._api.send("GET", path)
        return page

    def _list(self, query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self._page(query, PAGE, len(rows))
            rows += page
            if len(page) < PAGE:
                return rows

    def titles(self) -> list[str]:
        return [row["title"] for row in self._list("status=todo")]

    def holders(self, item: str) -> set[int] | None:
        holder = self._api.send("GET", f"/issues/{item}")["assigneeAgentId"]
        agents = self._api.send("GET", f"/companies/{self._company}/agents")
        return {int(agent["name"].removeprefix("client")) for agent in agents if agent["id"] == holder}

    def close(self) -> None:
        """The connection ends with the process."""


def _free(rows: list[dict[str, Any]]) -> int:
    return sum(1 for row in rows if all(other["status"] == "done" for other in row["blockedBy"]))


def peer(places: Places) -> Peer:
    return Paperclip(places)
