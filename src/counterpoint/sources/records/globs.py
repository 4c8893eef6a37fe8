"""Which files: patterns as ``**/*.toml``, over the paths below the folder that is imported.

What a pattern means, wcmatch says, and of its braces bracex. The walk is ours: one for all patterns of a mapping, in
order of the paths, through no link.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from counterpoint.errors import BadValue

if TYPE_CHECKING:
    from wcmatch.glob import WcMatcher

MOST_PATTERNS = 1000
_SKIPPED = frozenset({".git", ".hg", ".svn"})


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> WcMatcher[str]:
    """A pattern, to match relative POSIX paths with.

    ``*`` and ``?`` stay within one part of a path, ``**`` is any number of them, ``[abc]`` is one of these, ``{a,b}``
    either.

    >>> compile_glob("teams/**/*.toml").match("teams/archive/core.toml")
    True

    Raises:
        BadValue: its braces stand for more than MOST_PATTERNS patterns.
    """
    import bracex
    from wcmatch import glob

    try:
        every = bracex.expand(pattern, limit=MOST_PATTERNS)
    except bracex.ExpansionLimitException as error:
        message = f"the braces of {pattern!r} stand for more than {MOST_PATTERNS} patterns"
        raise BadValue(message, hint="write * in place of them") from error
    return glob.compile(every, flags=glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX, limit=MOST_PATTERNS)


def matches(path: str, files: Iterable[str], exclude: Iterable[str] = ()) -> bool:
    """Does a relative POSIX path match one of these patterns and none of those?"""
    return any(compile_glob(one).match(path) for one in files) and not any(
        compile_glob(one).match(path) for one in exclude
    )


def walk(root: Path, patterns: Iterable[str]) -> Iterator[str]:
    """Every file below ``root`` that could match, as sorted relative POSIX paths. Links to folders are not followed.

    Only folders that a pattern can reach are looked into; of version control's own folders none is.
    """
    heads = sorted({_head(pattern) for pattern in patterns})
    starts = [
        head for head in heads if not any(head != other and f"{head}/".startswith(_slash(other)) for other in heads)
    ]
    for start in starts:
        yield from _below(root / start if start else root, start)


def _head(pattern: str) -> str:
    """The folders of a pattern up to its first wildcard."""
    parts = pattern.split("/")[:-1]
    plain = parts
    for index, part in enumerate(parts):
        if re.search(r"[*?\[{]", part):
            plain = parts[:index]
            break
    return "/".join(plain)


def _slash(head: str) -> str:
    return f"{head}/" if head else ""


def _below(folder: Path, prefix: str) -> Iterator[str]:
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in found:
        path = f"{prefix}/{entry.name}" if prefix else entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED:
                yield from _below(Path(entry.path), path)
        elif entry.is_file():
            yield path
