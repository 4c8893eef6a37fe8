"""The lake on object storage: a real server that speaks S3, and Arrow's file system on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from counterpoint.errors import StoreError
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.keeping import run_kept
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, run
from counterpoint.lake.sweeping import sweep
from counterpoint.measures.declaration import Asked
from counterpoint.measures.volume import VOLUME
from tests.lake.rows import Trace, kept, written
from tests.measures.trial import NOW, organisation

server = pytest.importorskip("moto.server", reason="moto[server] is not installed")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A bucket on a server of this test's own."""
    one = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    one.start()
    host, port = one.get_host_and_port()
    address = f"s3://key:secret@lake/ours?endpoint_override={host}:{port}&scheme=http&region=us-east-1"
    found = Place.at(address + "&allow_bucket_creation=true")
    found.system.create_dir("lake")
    yield found
    one.stop()


def test_rows_are_kept_once_read_and_cleared_away(place: Place) -> None:
    assert not place.local
    assert "secret" not in place.address
    files = written(place, [[Trace(1, 1), Trace(2, 60)]])
    assert written(place, [[Trace(1, 1), Trace(2, 60)]], files) == []
    more = written(place, [[Trace(2, 60), Trace(3, 61)]], files)
    assert len(kept(place, [*files, *more])) == 3
    given = Input(place, [one.name for one in [*files, *more]], organisation(), NOW)
    asked = Asked("source", "month")
    fresh = run(VOLUME, asked, given, DuckEngine())
    assert [row["value"] for row in fresh.rows.to_pylist() if row["figure"] == "rows"] == [1, 1, 1]
    assert run_kept(VOLUME, asked, given, DuckEngine()).rows == fresh.rows
    assert run_kept(VOLUME, asked, given, DuckEngine()).kept
    gone = sweep(place, [one.name for one in files], datetime.now(UTC) + timedelta(days=2))
    assert gone == [one.name for one in more]
    with pytest.raises(StoreError, match="lacks"):
        kept(place, more)


def test_a_bucket_that_is_not_there_is_told(place: Place) -> None:
    nowhere = replace(place, root="nobodys/lake")
    with pytest.raises(StoreError, match="cannot be written"):
        nowhere.keep("activity/x/2026-01", VOLUME.schema.empty_table())
