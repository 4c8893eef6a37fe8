"""Task Master (npm ``task-master-ai``) through its MCP server.

Each agent's editor starts a server of its own on the same project folder, which is how its users run it. An item is a
task, given with its fields so that no language model is asked; to claim is ``set_task_status`` to *in-progress*. It
keeps no holder. The answer tells the status before, so a claim counts as "yes" only if that was *pending*: the reading
kindest to it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcpcalls import McpSession, stdio_server
from peer import Peer, PeerError, Places, Planned, Seat

TAG = "master"


class TaskMaster:
    name = "Task Master"
    reached = "MCP over stdio, one server process for each client"

    def __init__(self, places: Places) -> None:
        self._package, self._node = Path(places.taskmaster), places.node
        self._folder = Path()

    def version(self) -> str:
        stated: str = json.loads((self._package / "package.json").read_text())["version"]
        node = subprocess.run([self._node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return f"{stated}, node {node}"

    def start(self, folder: Path) -> None:
        self._folder = folder
        (folder / ".taskmaster" / "tasks").mkdir(parents=True)
        (folder / "home").mkdir()
        settings = {"global": {"anonymousTelemetry": False, "defaultTag": TAG, "projectName": "bench"}}
        (folder / ".taskmaster" / "config.json").write_text(json.dumps(settings))
        (folder / ".taskmaster" / "state.json").write_text(json.dumps({"currentTag": TAG}))
        self._write([])

    def _write(self, tasks: list[dict[str, Any]]) -> None:
        record = {TAG: {"tasks": tasks, "metadata": {"version": "1.0.0", "taskCount": len(tasks), "tags": [TAG]}}}
        (self._folder / ".taskmaster" / "tasks" / "tasks.json").write_text(json.dumps(record, indent=2))

    def seed(self, items: Sequence[Planned]) -> list[str]:
        """Its file, written in its own form: its server takes hours for 20,000."""
        rest = {"details": "", "testStrategy": "", "status": "pending", "priority": "medium", "subtasks": []}
        self._write(
            [
                {"id": str(number), "title": title, "description": title, "dependencies": [str(after)] if after else []}
                | rest
                for number, title, after in items
            ]
        )
        return [str(number) for number, _, after in items if after is None]

    def seat(self, number: int) -> Seat:  # noqa: ARG002
        environment = {"HOME": str(self._folder / "home"), "TASK_MASTER_TOOLS": "all"}
        server = stdio_server(self._node, [str(self._package / "dist" / "mcp-server.js")], environment)
        return _Seat(McpSession(server), str(self._folder))

    def stop(self) -> None:
        """Nothing runs beside the clients' own servers."""


class _Seat:
    def __init__(self, session: McpSession, folder: str) -> None:
        self._session, self._folder = session, folder

    def create(self, title: str) -> None:
        self._session.call("add_task", projectRoot=self._folder, title=title, description=title)

    def claim(self, item: str) -> bool:
        told = self._session.call("set_task_status", projectRoot=self._folder, id=item, status="in-progress")
        changed = told["data"]["tasks"][0]
        if not changed["success"]:
            raise PeerError(str(changed))
        return bool(changed["oldStatus"] == "pending")

    def ready(self) -> int:
        """Its server lists by status alone; what waits for something open is left out here."""
        tasks = self._all()
        done = {task["id"] for task in tasks if task["status"] == "done"}
        return sum(1 for task in tasks if task["status"] == "pending" and done.issuperset(task["dependencies"]))

    def first(self) -> int:
        """It tells the one that it would do next."""
        return 1 if self._session.call("next_task", projectRoot=self._folder)["data"]["nextTask"] else 0

    def _all(self) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self._session.call("get_tasks", projectRoot=self._folder)["data"]["tasks"]
        return tasks

    def titles(self) -> list[str]:
        return [task["title"] for task in self._all()]

    def holders(self, item: str) -> set[int] | None:  # noqa: ARG002
        return None

    def close(self) -> None:
        self._session.close()


def peer(places: Places) -> Peer:
    return TaskMaster(places)
