"""A session with an MCP server through the official SDK, for callers that are not asynchronous.

The SDK (``mcp`` 2) is no dependency of the project, so it is imported only where a server is really spoken to.
"""

from __future__ import annotations

import importlib
import json
import os
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from anyio.from_thread import start_blocking_portal
from peer import PeerError


class McpSession:
    """One client of one MCP server."""

    def __init__(self, server: Any) -> None:
        """``server``: an address of the streamable HTTP transport, or what ``stdio_server`` made."""
        sdk: Any = importlib.import_module("mcp")
        self._portal_manager = start_blocking_portal()
        self._portal = self._portal_manager.__enter__()
        self._manager: AbstractContextManager[Any] = self._portal.wrap_async_context_manager(sdk.Client(server))
        self._client = self._manager.__enter__()

    def call(self, tool: str, **arguments: object) -> Any:
        """Call a tool; returns what its text says, as JSON.

        Raises:
            PeerError: the tool answered with an error.
        """
        answer = self._portal.call(partial(self._client.call_tool, tool, arguments))
        text = "".join(getattr(piece, "text", "") for piece in answer.content)
        if answer.is_error:
            raise PeerError(text)
        return json.loads(text)

    def read(self, address: str) -> Any:
        """Read a resource, as JSON."""
        answer = self._portal.call(self._client.read_resource, address)
        return json.loads("".join(getattr(piece, "text", "") for piece in answer.contents))

    def close(self) -> None:
        self._manager.__exit__(None, None, None)
        self._portal_manager.__exit__(None, None, None)


def stdio_server(command: str, arguments: list[str], environment: dict[str, str]) -> Any:
    """A server process of one's own, spoken to over its standard input and output; what it logs is dropped."""
    sdk: Any = importlib.import_module("mcp")
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    parameters = sdk.StdioServerParameters(command=command, args=arguments, env=kept | environment)
    return sdk.stdio_client(parameters, errlog=open(os.devnull, "w"))  # noqa: PTH123
