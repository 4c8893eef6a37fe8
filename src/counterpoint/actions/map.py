"""What ``counterpoint map`` brings together: the activity of repositories, and what their ownership files say.

Ownership is read from the commit whose history is read, so that a bare repository will do and the same commit gives
the same map. Each repository gets a ledger of its own for it: its patterns are about its own paths only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from counterpoint.actions.bringing import OWNERSHIP, Request, bring
from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.traces import Traced
from counterpoint.sources.traces.git.repository import HEAD, Repository, open_repository, title_of

_FILES = frozenset({"CODEOWNERS", "OWNERS", "OWNERS_ALIASES"})
_LARGEST = 10_000_000
"""An ownership file of more bytes than this is not looked at; hosts take three million at most."""


@dataclass(frozen=True)
class Owned:
    """What the ownership files of a repository say: a ledger of it, the files, and how much could not be read."""

    repository: str
    ledger: Ledger
    files: tuple[str, ...]
    unread: int


@dataclass(frozen=True)
class Brought:
    """A repository that was brought in: what it is called, what was read, and its ownership files if it has any."""

    title: str
    traced: Traced
    owned: Owned | None


def bring_repositories(
    ledger: Ledger,
    place: Place,
    repositories: Sequence[Path],
    folder: Path,
    *,
    actor: str,
    progress: Progress = nobody_watching,
) -> tuple[Brought, ...]:
    """Bring the activity of some git repositories into an organisation, and their ownership files beside it.

    ``folder`` is an empty one that is gone afterwards. Whoever calls closes the ledgers of :class:`Owned`.

    Raises:
        NotFound: there is nothing at one of the paths.
        InvalidInput: it is no git repository, or cannot be read.
    """
    for path in repositories:
        if not path.exists():
            raise NotFound(f"there is no {path}", hint="give the folder of a git repository")
    opened = [open_repository(path) for path in repositories]
    done = []
    for number, (title, path, repository) in enumerate(zip(titles(repositories), repositories, opened, strict=True)):
        own = folder / f"ownership-{number}"
        owned = ownership_of(repository, title, own)
        traced = trace(ledger, place, TraceRequest(path, "git", {"name": title}), actor=actor, progress=progress)
        done.append(Brought(title, traced, owned))
    return tuple(done)


def titles(repositories: Sequence[Path]) -> list[str]:
    """What each repository is called: its folder; with the one above it, where two have one name.

    Raises:
        InvalidInput: one of them is there twice.
    """
    resolved = [path.resolve() for path in repositories]
    for path in resolved:
        if resolved.count(path) > 1:
            raise InvalidInput(f"{path} is there twice", hint="give each repository once")
    short = [title_of(path) for path in resolved]
    named = [
        f"{path.parent.name}-{name}" if short.count(name) > 1 else name
        for path, name in zip(resolved, short, strict=True)
    ]
    return [
        f"{name}-{named[:place].count(name) + 1}" if named[:place].count(name) else name
        for place, name in enumerate(named)
    ]


def ownership_of(repository: Repository, title: str, folder: Path) -> Owned | None:
    """What the ownership files of the commit at HEAD say; None where there are none that say anything."""
    kept = [name for name in _kept(repository) if _written(folder / "files" / title, *name)]
    if not kept:
        return None
    ledger = Ledger.open_or_create(str(folder / "ownership.db"))
    try:
        done = bring(ledger, Request(folder / "files" / title, OWNERSHIP), actor="local")
    except InvalidInput:
        ledger.close()
        return None
    return Owned(title, ledger, tuple(sorted(path for path, _ in kept)), len(done.quarantined))


def _kept(repository: Repository) -> Iterator[tuple[str, bytes]]:
    """The ownership files of the commit, with their content."""
    code, out, _ = repository.git("ls-tree", "-r", "-l", "-z", HEAD)
    if code:
        return
    for line in out.decode("utf-8", "surrogateescape").split("\0"):
        about, _, path = line.partition("\t")
        if PurePosixPath(path).name not in _FILES:
            continue
        mode, _, name, size = about.split()
        if mode.startswith("100") and size.isdigit() and int(size) <= _LARGEST:
            found, content, _ = repository.git("cat-file", "blob", name)
            if found == 0:
                yield path, content


def _written(root: Path, path: str, content: bytes) -> bool:
    """Write a file below a folder; False for a path that would lead out of it, or that no file can have here."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or PurePosixPath(path).is_absolute():
        return False
    file = root.joinpath(*parts)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except (OSError, ValueError):
        return False
    return True
