"""Where the lake is: a folder of Parquet files, on a disk, a share, or object storage, through Arrow's file systems."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from counterpoint.errors import StoreError

COMPRESSION = "zstd"


@dataclass(frozen=True)
class Place:
    """A folder, and the file system that it is in. ``local`` is its path where other programs can open its files."""

    address: str
    system: fs.FileSystem
    root: str

    @classmethod
    def at(cls, address: str) -> Place:
        """The lake at a path, or at an address such as ``s3://bucket/lake``. The folder is made when it is written to.

        Raises:
            StoreError: there is no such kind of place, or it cannot be reached.
        """
        try:
            if "://" not in address:
                return cls(address, fs.LocalFileSystem(), Path(address).resolve().as_posix())
            system, root = fs.FileSystem.from_uri(address)
            return cls(address, system, root.rstrip("/"))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise StoreError(
                f"the lake at {address} cannot be used: {error}",
                hint="give a folder, or an address such as s3://bucket/folder, in COUNTERPOINT_LAKE",
            ) from error

    @property
    def local(self) -> bool:
        """Whether its files are files of this machine."""
        return isinstance(self.system, fs.LocalFileSystem)

    def path(self, name: str) -> str:
        """The whole path of a file in it."""
        return f"{self.root}/{name}"

    def keep(self, folder: str, table: pa.Table) -> tuple[str, int]:
        """Write a table as one Parquet file, named after its content; its name and its bytes.

        The same rows are the same bytes, so they are the same file: writing again what is there changes nothing.

        Raises:
            StoreError: it cannot be written; nothing that was there is touched.
        """
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression=COMPRESSION, version="2.6")
        content = sink.getvalue()
        name = f"{folder}/{hashlib.sha256(content).hexdigest()[:40]}.parquet"
        try:
            if self.system.get_file_info(self.path(name)).type != fs.FileType.File:
                self._write(name, content)
        except OSError as error:
            raise StoreError(
                f"{self.path(name)} cannot be written: {error}", hint="is there room, and may you?"
            ) from error
        return name, content.size

    def _write(self, name: str, content: pa.Buffer) -> None:
        path = self.path(name)
        self.system.create_dir(path.rpartition("/")[0], recursive=True)
        # A file has its name only once it is whole: who reads the folder meanwhile finds it, or finds nothing.
        temporary = f"{path}.part"
        with self.system.open_output_stream(temporary) as stream:
            stream.write(content)
        self.system.move(temporary, path)
