"""A history from its one stream, however it is damaged: a commit that git cannot read holds up none of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterpoint.errors import InvalidInput
from counterpoint.model.statements import Quarantined
from counterpoint.sources.traces.git.commits import Commit, Truncated, commits
from counterpoint.sources.traces.git.repository import Repository
from counterpoint.sources.traces.git.stream import EXACT_RENAMES, WITHOUT_FILES, Stream

MOST_DAMAGED = 100
"""After so many commits that git cannot read, a repository is said to be damaged."""


def read_history(
    repository: Repository, mailmap: str | None, revisions: Sequence[str]
) -> Iterator[Commit | Quarantined]:
    """Every commit of some revisions, each once.

    Where git ends because a commit's files cannot be read (contents are missing or damaged), that commit is read
    again with less, told, and the stream goes on after it.

    Raises:
        InvalidInput: the history itself is damaged, or too much of it.
    """
    done = damaged = 0
    while True:
        stream = Stream(repository, mailmap, revisions, *([f"--skip={done}"] if done else []))
        try:
            held: Commit | None = None
            try:
                for commit in commits(stream.tokens()):
                    if held is not None:
                        yield held
                        done += 1
                    held = commit
            except Truncated:
                held = None
            if stream.code == 0:
                if held is not None:
                    yield held
                return
            damaged += 1
            if damaged > MOST_DAMAGED:
                raise _damaged(repository, stream.complaint)
        finally:
            stream.close()
        yield from _again(repository, mailmap, revisions, done, stream.complaint)
        done += 1


def _again(
    repository: Repository, mailmap: str | None, revisions: Sequence[str], at: int, complaint: str
) -> Iterator[Commit | Quarantined]:
    """The commit at a place in the history, with what git can read of it."""
    one = (f"--skip={at}", "--max-count=1")
    for files, lost in ((EXACT_RENAMES, "the lines"), (WITHOUT_FILES, "the files")):
        stream = Stream(repository, mailmap, revisions, *one, files=files)
        try:
            found = list(commits(stream.tokens()))
        except Truncated:
            found = []
        finally:
            stream.close()
        if stream.code == 0 and len(found) == 1:
            yield found[0]
            yield Quarantined(
                "field", f"{lost} that this commit changed cannot be read: {complaint}",
                "git fsck says what is missing; fetch it, and trace the repository again", file=found[0].sha.decode(),
                field="change",
            )  # fmt: skip
            return
    raise _damaged(repository, complaint)


def _damaged(repository: Repository, complaint: str) -> InvalidInput:
    return InvalidInput(
        f"the history of {repository.shown} cannot be read: {complaint or 'git ended without saying why'}",
        hint="git fsck says what is damaged; a fresh clone may be whole",
    )
