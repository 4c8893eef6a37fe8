"""Copies of an organisation: exported, backed up, restored, moved to another store; every hash stays as it was.

Activity is told of in every copy: which files count, how far each source was read, who the actors are. The files are in
the lake, which is a folder, or an address, of its own: a move takes them along where both places have a lake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from counterpoint.actions.timing import retime_all
from counterpoint.errors import NotFound, StoreError
from counterpoint.ledger import transfer
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import trace_files
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.reports import Copied
from counterpoint.settings import without_password

if TYPE_CHECKING:
    from counterpoint.lake.place import Place


def export_to(ledger: Ledger, out: BinaryIO, progress: Progress = nobody_watching) -> None:
    """Write the whole ledger as JSON Lines."""
    for line in transfer.export(ledger, progress):
        out.write(line)


def export_file(ledger: Ledger, path: Path, progress: Progress = nobody_watching) -> Copied:
    """Write the whole ledger into a new file. It gets its name when it is whole.

    Raises:
        StoreError: the file is there already.
    """
    if path.exists():
        raise StoreError(f"{path} is there already", hint="give another name; an export is never overwritten")
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as out:
            export_to(ledger, out, progress)
        with partial.open("rb") as lines:
            digest = transfer.check_lines(lines)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return _copied(ledger, ledger.store.url, str(path), digest)


def backup_file(ledger: Ledger, path: Path, progress: Progress = nobody_watching) -> Copied:
    """Write a compressed copy, read back before it gets its name.

    Raises:
        StoreError: the file is there already.
    """
    digest = transfer.backup(ledger, path, progress)
    return _copied(ledger, ledger.store.url, str(path), digest)


def restore_file(path: Path, to: str, progress: Progress = nobody_watching) -> Copied:
    """Make an organisation of a backup or an export, in an empty place. All of it or nothing.

    Raises:
        NotFound: there is no such file.
        StoreError: there is an organisation already.
        InvalidInput: the file is no copy.
        Damaged: the copy is not whole.
    """
    if not path.is_file():
        raise NotFound(f"there is no {path}", hint="give a file that counterpoint backup or export wrote")
    with transfer.open_lines(path) as lines:
        return _into(to, str(path), iter(lines), progress)


def move(
    ledger: Ledger, to: str, progress: Progress = nobody_watching, *, lakes: tuple[Place, Place] | None = None
) -> Copied:
    """Copy the organisation to another, empty store. The old place stays as it is.

    ``lakes`` are the one of the old place and the one of the new: files of activity that are not in the new one are
    copied there, before anything else. None: they stay where they are.

    Raises:
        StoreError: there is an organisation already, the place cannot be used, or a file of activity cannot be copied.
        Damaged: the copy is not what the ledger holds.
    """
    if "://" not in to:
        _free(Path(to))
    if lakes is not None:
        _take_along(ledger, *lakes, progress)
    return _into(to, ledger.store.url, transfer.export(ledger, progress), progress)


def _take_along(ledger: Ledger, old: Place, new: Place, progress: Progress) -> None:
    with ledger.read() as snapshot:
        names = [one.name for one in trace_files(snapshot.connection)]
    missing = new.lacking(names) if names else []
    if not missing:
        return
    for done, name in enumerate(missing, start=1):
        new.put(name, old.content(name), settled=False)
        progress("copying activity", done, len(missing))
    new.settle(missing)


def _into(to: str, source: str, lines: Iterator[bytes], progress: Progress) -> Copied:
    if "://" in to:
        return _fill(to, source, lines, progress)
    path = Path(to)
    _free(path)
    # A file gets its name when it is whole: nobody can open, or write to, half an organisation.
    partial = path.with_name(path.name + ".partial")
    remove(partial)
    try:
        done = _fill(str(partial), source, lines, progress)
        try:
            path.hardlink_to(partial)
        except FileExistsError as error:
            raise StoreError(f"{to} is there already", hint="somebody made it meanwhile") from error
    finally:
        remove(partial)
    return replace(done, to=without_password(to))


def _free(path: Path) -> None:
    if path.exists():
        raise StoreError(f"{path} is there already", hint="give another name; an organisation is never overwritten")


def _fill(to: str, source: str, lines: Iterator[bytes], progress: Progress) -> Copied:
    target = Ledger.create(to)
    try:
        digest = transfer.restore(target, lines, progress)
        retime_all(target)
        return _copied(target, source, to, digest)
    finally:
        target.close()


def remove(path: Path) -> None:
    """Remove an organisation's file, with what the store keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-next", "-turn"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copied(ledger: Ledger, source: str, to: str, digest: str) -> Copied:
    with ledger.read() as snapshot:
        entries, files = snapshot.head()[0], len(trace_files(snapshot.connection))
    return Copied(without_password(source), without_password(to), entries, digest, files, None)
