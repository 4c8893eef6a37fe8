"""Where the lake is: a folder of Parquet files, on a disk, a share, or object storage, through Arrow's file systems."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from counterpoint.errors import StoreError

COMPRESSION, QUICK = "zstd", "snappy"
ROWS_TO_COMPRESS_WELL = 2_000
"""Below this many rows a file is compressed quickly: to begin with each column costs more than it saves."""
ROWS_IN_A_GROUP = 125_000
"""Small enough that several processors share one file, and that a month is read in parts."""
_WHOLE_AT_ONCE = ("s3", "gcs", "abfs")
"""Object storage shows a file only once it is whole, and moves it by copying it."""
WRITTEN_AT_ONCE = 8
"""How many files are written side by side: a disk makes many safe in the time that one takes."""
_PART = ".part"
_CREDENTIALS = re.compile(r"//[^/@]*@")


@dataclass(frozen=True)
class Place:
    """A folder, and the file system that it is in. ``local`` says whether other programs can open its files by path.

    ``address`` is shown to people: it has no password.
    """

    address: str
    system: fs.FileSystem
    root: str

    @classmethod
    def at(cls, address: str) -> Place:
        """The lake at a path, or at an address such as ``s3://bucket/lake``. The folder is made when it is written to.

        Raises:
            StoreError: there is no such kind of place, or it cannot be reached.
        """
        shown = _CREDENTIALS.sub("//", address)
        try:
            if "://" not in address:
                return cls(address, fs.LocalFileSystem(), Path(address).resolve().as_posix())
            system, root = fs.FileSystem.from_uri(address)
            return cls(shown, system, root.rstrip("/"))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise StoreError(
                f"the lake at {shown} cannot be used: {str(error).replace(address, shown)}",
                hint="give a folder, or an address such as s3://bucket/folder, in COUNTERPOINT_LAKE",
            ) from error

    @property
    def local(self) -> bool:
        """Whether its files are files of this machine."""
        return isinstance(self.system, fs.LocalFileSystem)

    def path(self, name: str) -> str:
        """The whole path of a file in it."""
        return f"{self.root}/{name}"

    def keep(self, folder: str, table: pa.Table, *, settled: bool = True) -> tuple[str, int]:
        """Write a table as one Parquet file, named after its content; its name and its bytes.

        The same rows in the same order are the same bytes, however their text was encoded in memory, so they are the
        same file: writing again what is there changes nothing. ``settled`` as in :meth:`put`.

        Raises:
            StoreError: it cannot be written; nothing that was there is touched.
        """
        content = content_of(table)
        name = f"{folder}/{hashlib.sha256(content).hexdigest()[:40]}.parquet"
        if not self.there(name):
            self.put(name, content, settled=settled)
        elif settled:
            # Whoever wrote it may not have come to this.
            self.settle([name])
        return name, content.size

    def put(self, name: str, content: pa.Buffer, *, settled: bool = True) -> None:
        """Write a file, which has its name only once it is whole and, on a disk, safe from a loss of power.

        The name itself is safe as well, unless ``settled`` is false: then whoever writes many files has to
        :meth:`settle` them, which costs less for all of them at once.

        Raises:
            StoreError: it cannot be written.
        """
        path = self.path(name)
        try:
            if self.system.type_name in _WHOLE_AT_ONCE:
                # There are no folders there, only names.
                self._stream(path, content)
                return
            self.system.create_dir(path.rpartition("/")[0], recursive=True)
            temporary = f"{path}.{uuid.uuid4().hex}{_PART}"
            if self.local:
                _write_safely(Path(temporary), Path(path), content)
            else:
                self._stream(temporary, content)
                self.system.move(temporary, path)
        except OSError as error:
            raise _unwritable(path, error) from error
        if settled:
            self.settle([name])

    def settle(self, names: Iterable[str]) -> None:
        """Make the names of files that were written safe from a loss of power: those of their folders too, up to the
        folder of the lake. Where the lake is on no disk of this machine, that is up to whoever keeps it.

        Raises:
            StoreError: that cannot be done.
        """
        if not self.local or not hasattr(os, "O_DIRECTORY"):
            return
        root = Path(self.root)
        inner = {Path(self.path(name.rpartition("/")[0])) for name in names}
        folders = {root, *inner, *(above for one in inner for above in one.parents if root in above.parents)}
        try:
            with ThreadPoolExecutor(WRITTEN_AT_ONCE) as pool:
                list(pool.map(_settle, folders))
            # The folder of the lake may be new as well; the one that it is in may be somebody else's.
            with suppress(PermissionError):
                _settle(root.parent)
        except OSError as error:
            raise _unwritable(self.root, error) from error

    def _stream(self, path: str, content: pa.Buffer) -> None:
        with self.system.open_output_stream(path) as stream:
            stream.write(content)

    def there(self, name: str) -> bool:
        """Whether there is such a file.

        Raises:
            StoreError: that cannot be told.
        """
        return not self.lacking([name])

    def lacking(self, names: Sequence[str]) -> list[str]:
        """Those of some files that are not there.

        Raises:
            StoreError: that cannot be told.
        """
        try:
            found = self.system.get_file_info([self.path(name) for name in names])
        except OSError as error:
            raise StoreError(f"the lake at {self.address} cannot be read: {error}") from error
        return [name for name, one in zip(names, found, strict=True) if one.type != fs.FileType.File]

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a file.

        Raises:
            StoreError: it is not there, or is no Parquet file.
        """
        try:
            with self.system.open_input_file(self.path(name)) as stream:
                return pq.ParquetFile(stream).read(columns=None if columns is None else list(columns))
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self, [name], str(error)) from error

    def content(self, name: str) -> pa.Buffer:
        """A file as it is.

        Raises:
            StoreError: it is not there.
        """
        try:
            with self.system.open_input_file(self.path(name)) as stream:
                return stream.read_buffer()
        except OSError as error:
            raise unreadable(self, [name], str(error)) from error

    def keys(self, name: str) -> pa.Array:
        """The keys of the rows of a file; see :meth:`read`."""
        return self.read(name, ["key"])["key"].combine_chunks()

    def files(self, folder: str) -> Iterable[fs.FileInfo]:
        """Whatever files are in a folder and the folders in it.

        Raises:
            StoreError: it cannot be listed.
        """
        chosen = fs.FileSelector(self.path(folder), recursive=True, allow_not_found=True)
        try:
            return [one for one in self.system.get_file_info(chosen) if one.type == fs.FileType.File]
        except OSError as error:
            raise StoreError(f"the lake at {self.address} cannot be listed: {error}") from error

    def remove(self, path: str) -> None:
        """Delete a file by its whole path; it does not matter if somebody was quicker.

        Raises:
            StoreError: it cannot be deleted.
        """
        try:
            self.system.delete_file(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{path} cannot be deleted: {error}") from error


def content_of(table: pa.Table) -> pa.Buffer:
    """A table as a Parquet file: the same bytes for the same rows."""
    columns, texts, times = [], [], []
    for one in table.schema:
        values = table[one.name]
        if pa.types.is_dictionary(one.type):
            values = _in_order_of_rows(values)
            texts.append(one.name)
        elif pa.types.is_string(one.type):
            texts.append(one.name)
        elif pa.types.is_timestamp(one.type):
            times.append(one.name)
        columns.append(values)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns, schema=table.schema.remove_metadata()),
        sink,
        compression=COMPRESSION if table.num_rows >= ROWS_TO_COMPRESS_WELL else QUICK,
        version="2.6",
        row_group_size=ROWS_IN_A_GROUP,
        use_dictionary=texts,
        column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
    )
    return sink.getvalue()


def _in_order_of_rows(values: pa.ChunkedArray) -> pa.Array:
    """The same values with a dictionary in the order in which they occur, each once, and no others.

    A dictionary remembers in which order other rows were met before, and which of them are not here any more; it may be
    a hundred times as long as the rows, so only what is used of it is looked at.
    """
    joined = values if values.num_chunks == 1 else values.unify_dictionaries().combine_chunks()
    whole = joined.chunk(0) if isinstance(joined, pa.ChunkedArray) and joined.num_chunks else joined
    if not len(whole):
        return pa.array([], values.type)
    used = whole.indices.dictionary_encode()
    words = whole.dictionary.take(used.dictionary)
    once = words.dictionary_encode()
    if len(once.dictionary) == len(words):
        return pa.DictionaryArray.from_arrays(used.indices, words).cast(values.type)
    found = once.indices.take(used.indices).dictionary_encode()
    return pa.DictionaryArray.from_arrays(found.indices, once.dictionary.take(found.dictionary)).cast(values.type)


def unreadable(place: Place, names: Sequence[str], why: str) -> StoreError:
    """What is raised where files that count cannot be read: those that are missing are named."""
    gone = place.lacking(names)
    if not gone:
        return StoreError(f"a file of the lake at {place.address} cannot be read: {why}")
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return StoreError(
        f"the lake at {place.address} lacks {gone[0]}{more}",
        hint="bring the folder back from a copy; or let go of the source and trace it again",
    )


def _write_safely(temporary: Path, final: Path, content: pa.Buffer) -> None:
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(final)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _settle(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unwritable(path: str, error: OSError) -> StoreError:
    return StoreError(f"{path} cannot be written: {error}", hint="is there room, and may you?")
