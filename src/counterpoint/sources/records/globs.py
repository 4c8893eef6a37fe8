"""Which files: patterns as ``**/*.toml``, over the paths below the folder that is imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|\{[^{}]*\}|[^*?\[{]+|.", re.DOTALL)
_SKIPPED = frozenset({".git", ".hg", ".svn"})


@lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over a relative POSIX path.

    ``*`` and ``?`` stay within one part of a path, ``**`` crosses them, ``[abc]`` is one of these, ``{a,b}`` either.

    >>> bool(compile_glob("teams/**/*.toml").fullmatch("teams/archive/core.toml"))
    True
    """
    return re.compile("".join(_translated(token) for token in _TOKEN.findall(pattern)))


def _translated(token: str) -> str:
    fixed = {"**/": "(?:[^/]+/)*", "/**": "(?:/.*)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token)
    if fixed is not None:
        return fixed
    if token.startswith("[") and len(token) > 2:
        inside = token[1:-1].replace("\\", "\\\\")
        return f"[^/{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
    if token.startswith("{") and token.endswith("}"):
        return "(?:" + "|".join(re.escape(one).replace("\\*", "[^/]*") for one in token[1:-1].split(",")) + ")"
    return re.escape(token)


def matches(path: str, files: Iterable[str], exclude: Iterable[str] = ()) -> bool:
    """Does a relative POSIX path match one of these patterns and none of those?"""
    return any(compile_glob(one).fullmatch(path) for one in files) and not any(
        compile_glob(one).fullmatch(path) for one in exclude
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
