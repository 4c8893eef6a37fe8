"""A git repository as a source of activity: what is new since the last reading, in batches, in flat memory."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.model.activity import Position, Progress, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.git.attributes import read_attributes
from counterpoint.sources.traces.git.company import Company
from counterpoint.sources.traces.git.history import read_history
from counterpoint.sources.traces.git.repository import (
    ALL,
    HEAD,
    Repository,
    is_repository,
    open_repository,
    title_of,
)
from counterpoint.sources.traces.git.running import SAFE
from counterpoint.sources.traces.git.telling import Telling

READING = 1
"""Goes up whenever a commit would come to other rows: what was read before is then read anew."""
MOST_TOLD = 1000
"""How many troubles of one kind are reported one by one; of the others, how many there are."""
OPTIONS: Mapping[str, str] = {
    "name": "what the repository is called; else what its folder is called",
    "ref": "the branch, tag or commit whose history is read; else that of HEAD",
    "all": "yes: every branch and tag, also those of remotes",
}


class GitHistory:
    """A repository. See :class:`counterpoint.model.activity.TraceSource`."""

    format = "git"

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        """Check the options.

        Raises:
            UsageError: one of them cannot be meant.
        """
        every = options.get("all", "no").strip().lower()
        if every not in ("yes", "no"):
            raise UsageError(f"all={every!r} cannot be meant", hint="all=yes, or leave it out")
        if every == "yes" and "ref" in options:
            raise UsageError("all=yes and ref=… exclude each other", hint="leave one of them out")
        self.path = path
        self.wanted = ALL if every == "yes" else options.get("ref", "").strip() or HEAD
        self.title = options.get("name", "").strip() or title_of(path)
        self.name = f"git:{self.title}"

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        """See :class:`counterpoint.model.activity.TraceSource`.

        A commit never changes, so what is new is what the tips of the last reading do not reach. Where they are no
        part of the history any more, or something that all rows follow from has changed (.mailmap, the options, how
        much of the history is there), it is read anew.
        """
        repository = open_repository(self.path)
        tips = repository.tips(self.wanted)
        mailmap = self._mailmap(repository, tips)
        now: dict[str, Json] = {
            "reading": READING,
            "place": str(repository.folder),
            "wanted": self.wanted,
            "tips": dict(sorted(tips.items())),
            "mailmap": mailmap,
            "shallow": sha256(" ".join(sorted(repository.shallow)).encode()).hexdigest() if repository.shallow else "",
            "partial": repository.partial,
            "attributes": None,
        }
        self._of_another(repository, cursor, tips)
        old = _tips_before(cursor, now)
        if cursor is not None and (old is None or not repository.holds(old, tips.values())):
            yield Position(now, replaces=True)
            return
        main = self._main(repository, tips)
        now["attributes"] = read_attributes(repository, main) if main is not None else []
        new = sorted(set(tips.values()) - set(old or ()))
        count = 0
        if new:
            reading = _Reading(self.title, repository, mailmap, [*new, *(f"^{one}" for one in old or ())])
            yield from reading.rows(progress)
            count = reading.count
        yield Position(now, files=count)

    def _of_another(self, repository: Repository, cursor: Json, tips: Mapping[str, str]) -> None:
        """Refuse to replace what was read of one repository by the history of another that happens to have its name.

        Raises:
            InvalidInput: it was read somewhere else, and what was read there is no part of this history.
        """
        kept = cursor if isinstance(cursor, dict) else {}
        before, place = kept.get("tips"), kept.get("place")
        if not isinstance(before, dict) or not before or place in (None, str(repository.folder)):
            return
        if not repository.holds([str(one) for one in before.values()], tips.values()):
            raise InvalidInput(
                f"{self.name} was read from {place}, and {self.path} has another history",
                hint=f"give it a name of its own with name=…; if it is the same repository, forget {self.name} first",
            )

    def _mailmap(self, repository: Repository, tips: Mapping[str, str]) -> str | None:
        main = self._main(repository, tips)
        return repository.blob(main, ".mailmap") if main is not None else None

    def _main(self, repository: Repository, tips: Mapping[str, str]) -> str | None:
        """The commit whose .mailmap and .gitattributes hold: the one that is asked for, of all of them HEAD."""
        if self.wanted != ALL or not tips:
            return next(iter(tips.values()), None)
        code, out, _ = repository.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return out.decode().strip() if code == 0 else min(tips.values())


class _Reading:
    """One reading of some revisions."""

    def __init__(self, title: str, repository: Repository, mailmap: str | None, revisions: list[str]) -> None:
        self._title = title
        self._repository, self._mailmap, self._revisions = repository, mailmap, revisions
        self._told: dict[str, int] = {}
        self.count = 0

    def rows(self, progress: Progress) -> Iterator[Traces | Quarantined]:
        company = Company(self._repository, self._mailmap)
        telling = Telling(company, self._repository.shallow)
        total = _Total(self._repository, self._revisions)
        what = f"reading the history of {self._title}"
        try:
            if self._repository.partial:
                yield _partial()
            for one in read_history(self._repository, self._mailmap, self._revisions):
                if isinstance(one, Quarantined):
                    yield from self._trouble(one)
                    continue
                for told in telling.add(one):
                    if isinstance(told, Quarantined):
                        yield from self._trouble(told)
                    else:
                        yield told
                self.count += 1
                if self.count % 1000 == 0:
                    progress(what, self.count, total.known())
            if telling.rows:
                yield telling.taken()
            progress(what, self.count, self.count)
            yield from self._left_untold()
        finally:
            total.close()
            company.close()

    def _trouble(self, one: Quarantined) -> Iterator[Quarantined]:
        self._told[one.message] = self._told.get(one.message, 0) + 1
        if self._told[one.message] <= MOST_TOLD:
            yield one

    def _left_untold(self) -> Iterator[Quarantined]:
        for message, times in self._told.items():
            if times > MOST_TOLD:
                yield Quarantined("record", f"{times - MOST_TOLD} more commits: {message}")


class _Total:
    """How many commits there are to read: counted by another git while the first one reads, and known once it is.

    It begins when reading has taken a while: nobody is told how much of a short history is read, and where there are
    few processors it would hold up the reading.
    """

    def __init__(self, repository: Repository, revisions: list[str]) -> None:
        self._count = 0
        self._repository, self._revisions = repository, revisions
        self._begins: float | None = time.monotonic() + _COUNTED_AFTER if len(revisions) <= _MOST_COUNTED else None
        self._git: subprocess.Popen[bytes] | None = None

    def known(self) -> int:
        """The count; 0 until it is known."""
        if self._begins is not None and time.monotonic() >= self._begins:
            self._begins = None
            self._begin()
        if self._git is not None and self._git.poll() is not None:
            out, _ = self._git.communicate()
            self._count = int(out) if out.strip().isdigit() else 0
            self._git = None
        return self._count

    def _begin(self) -> None:
        with suppress(OSError):
            self._git = subprocess.Popen(
                [*SAFE, "rev-list", "--count", *self._revisions, "--"], cwd=self._repository.folder,
                env=dict(self._repository.env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def close(self) -> None:
        """Stop counting."""
        if self._git is not None:
            with self._git as git:
                git.kill()
            self._git = None


_MOST_COUNTED = 100
_COUNTED_AFTER = 1.5


def _tips_before(cursor: Json, now: Mapping[str, Json]) -> list[str] | None:
    """The tips that the last reading came to; None where it read in another way than this one would."""
    if cursor is None:
        return []
    if not isinstance(cursor, dict):
        return None
    tips = cursor.get("tips")
    same = all(cursor.get(name) == now[name] for name in ("reading", "wanted", "mailmap", "shallow", "partial"))
    return [str(one) for one in tips.values()] if same and isinstance(tips, dict) else None


def _partial() -> Quarantined:
    return Quarantined(
        "field", "the clone is partial: it lacks contents of files, so lines are not counted, and a file that was "
        "renamed and changed at once is one removed and one added",
        "git fetch --refetch --no-filter in the clone, or a clone without --filter; then trace it again", field="size",
    )  # fmt: skip


def _opened(path: Path, options: Mapping[str, str]) -> GitHistory:
    return GitHistory(path, options)


FORMAT = Format(
    name="git",
    about="the history of a git repository: a work tree, a bare repository, a submodule",
    recognises=is_repository,
    opened=_opened,
    options=OPTIONS,
)
