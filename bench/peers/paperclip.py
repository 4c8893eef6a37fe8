"""Paperclip (npm ``paperclipai``): its server with the PostgreSQL that it brings, spoken to over its HTTP API.

PostgreSQL does not start as root, so an ordinary user is named where this is run as root. Every client is an agent of
its own (which starts nothing when woken), an item is an issue, and to claim is ``checkout``.
"""

from __future__ import annotations

import http.client
import json
import os
import pwd
import re
import shutil
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from peer import FIRST, Peer, PeerError, Places, Planned, Seat
from servers import ended, free_port, listening

IDLE = 2.0
"""Seconds after which a kept connection is not trusted any more: the server closes idle ones after five."""
PAGE = 1000
"""The most issues that it lists at once."""
REFUSED = 409
OPEN = "status=todo&assigneeAgentId=null&includeBlockedBy=true"
COPY_ISSUES = """
    INSERT INTO issues SELECT made.* FROM issues old,
        unnest(%s::uuid[], %s::text[], %s::int[]) WITH ORDINALITY AS new (id, title, planned, number),
        jsonb_populate_record(old, jsonb_build_object(
            'id', new.id, 'title', new.title, 'issue_number', old.issue_number + new.number,
            'identifier', regexp_replace(old.identifier, '[0-9]+$', '') || old.issue_number + new.number,
            'created_at', old.created_at - interval '1 day' + new.planned * interval '1 second',
            'updated_at', old.updated_at - interval '1 day' + new.planned * interval '1 second')) AS made
    WHERE old.id = %s"""
COPY_WAITING = """
    INSERT INTO issue_relations SELECT made.* FROM issue_relations old,
        unnest(%s::uuid[], %s::uuid[]) AS new (own, before),
        jsonb_populate_record(old, jsonb_build_object(
            'id', gen_random_uuid(), 'issue_id', new.before, 'related_issue_id', new.own)) AS made
    WHERE old.related_issue_id = %s"""
ASLEEP = {"heartbeat": {"enabled": False, "wakeOnDemand": False}}


class Paperclip:
    name = "Paperclip"
    reached = "its HTTP API, one server for all clients, PostgreSQL"

    def __init__(self, places: Places) -> None:
        self._command, self._user = places.paperclip, places.paperclip_user
        self._port, self._company, self._folder = 0, "", Path()
        self._server: subprocess.Popen[bytes] | None = None

    def version(self) -> str:
        return subprocess.run([self._command, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def start(self, folder: Path) -> None:
        self._port, self._folder = free_port(), folder
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
        """One of each sort through its API and the others as copies of its rows: its API takes minutes for 20,000."""
        ids = {item.number: str(uuid.uuid4()) for item in items}
        api = _Api(self._port)
        for waits in (False, True):
            alike = [item for item in items if (item.after is not None) is waits]
            if alike:
                sample = alike.pop(0)
                body: dict[str, Any] = {"blockedByIssueIds": [ids[sample.after]]} if sample.after else {}
                body |= {"title": sample.title, "status": "todo"}
                ids[sample.number] = api.send("POST", f"/companies/{self._company}/issues", body)["id"]
                with psycopg.connect(self._database(), autocommit=True) as database:
                    _copy(database, ids[sample.number], alike, ids)
        return [ids[item.number] for item in items if item.after is None]

    def _database(self) -> str:
        """The address of the PostgreSQL that it brings, whose port it tells in its log."""
        told = re.search(r"\(pg:(\d+)\)", (self._folder / "server.log").read_text())
        if told is None:
            raise PeerError("it does not tell its database's port")
        return f"postgresql://paperclip:paperclip@127.0.0.1:{told[1]}/paperclip"

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
        found = passed = 0
        while found < FIRST and (page := self._page(OPEN, 2 * FIRST, passed)):
            found, passed = found + _free(page), passed + len(page)
        return min(found, FIRST)

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


def _copy(database: psycopg.Connection[Any], sample: str, items: Sequence[Planned], ids: dict[int, str]) -> None:
    """Make more items like one that is there already; those that wait have each their own to wait for."""
    own, before = [ids[item.number] for item in items], [ids[item.after] for item in items if item.after]
    database.execute(COPY_ISSUES, (own, [item.title for item in items], [item.number for item in items], sample))
    if before:
        database.execute(COPY_WAITING, (own, before, sample))
    database.execute("UPDATE companies SET issue_counter = (SELECT max(issue_number) FROM issues)")
    database.execute("ANALYZE")


def _free(rows: list[dict[str, Any]]) -> int:
    return sum(1 for row in rows if all(other["status"] == "done" for other in row["blockedBy"]))


def peer(places: Places) -> Peer:
    return Paperclip(places)
