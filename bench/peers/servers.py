"""Servers that a tool needs: a free port, waiting until it listens, ending it."""

from __future__ import annotations

import socket
import subprocess
import time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listening(port: int, server: subprocess.Popen[bytes], patience: float = 600.0) -> None:
    """Wait until something listens on a local port.

    Raises:
        RuntimeError: the server ended, or did not listen in time.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        return
    raise RuntimeError(f"nothing listens on port {port} after {patience:.0f} s")


def ended(server: subprocess.Popen[bytes] | None) -> None:
    """Ask it to end, and wait; kill it if it does not."""
    if server is None or server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
