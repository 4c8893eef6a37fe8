"""Path patterns as ownership files and zones write them: gitignore's, in GitHub's dialect.

A pattern is read into segments anchored at the root of the repository; ``**`` stands for any number of segments.
Exact semantics with examples: docs/ownership.md. Matching takes time linear in the path for each segment, whatever
the pattern says, so that a hostile file cannot hold the program up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from counterpoint.errors import BadValue

_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<one>\?)|(?P<plain>[^\\*?]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A pattern: as it was written, and as segments from the root (escapes kept; ``**`` never twice in a row)."""

    text: str
    segments: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Does the pattern own the file ``path`` (relative to the root, with ``/``, without a leading one)?"""
        return _compiled(self.segments).match(path) is not None


def parse_pattern(text: str) -> PathPattern:
    """Read a pattern.

    Raises:
        BadValue: GitHub does not take it, or it can never match.
    """
    _refuse(text)
    anchored = "/" in text[:-1]
    parts = text.removeprefix("/").split("/")
    if parts[-1] == "":
        parts[-1] = "**"
    if "" in parts or "." in parts or ".." in parts:
        raise BadValue(f"the pattern {text!r} can never match", hint="take out '//', './' and '../'")
    if not anchored:
        parts.insert(0, "**")
    kept = [part for index, part in enumerate(parts) if part != "**" or index == 0 or parts[index - 1] != "**"]
    return PathPattern(text, tuple(kept))


def _refuse(text: str) -> None:
    if not text:
        raise BadValue("there is no pattern", hint="write a pattern, then its owners")
    if text.strip("/") == "":
        raise BadValue(f"the pattern {text!r} can never match", hint="write * for everything")
    if text.startswith("!"):
        raise BadValue(
            "a pattern cannot be negated with '!'", hint="write a later rule with other owners, or with none"
        )
    if text.startswith("\\#"):
        raise BadValue("a pattern cannot start with an escaped '#'", hint="write ? in place of \\#")
    bare = re.sub(r"\\.", "x", text, flags=re.DOTALL)
    if "[" in bare or "]" in bare:
        raise BadValue(
            "'[ ]' ranges do not work here",
            hint="if they are part of a name, write \\[ and \\]; otherwise one rule for each",
        )
    if "***" in bare:
        raise BadValue("more than two asterisks in a row", hint="write * within a name, or ** for any directories")
    if bare.endswith("\\") or "\\/" in re.sub(r"\\\\", "", text):
        raise BadValue("a backslash must escape a character of a name", hint="take the backslash out")


class PatternIndex:
    """Which of many patterns is the last that matches a path, without trying each of them.

    Patterns that are a plain path, a plain name, an extension or a directory's children are looked up. The others
    are kept under a name or an extension that a path must have to match, and tried from the last, as long as they come
    after the best one found.
    """

    def __init__(self, patterns: Sequence[PathPattern]) -> None:
        self._all = -1
        self._trees: dict[str, int] = {}
        self._inside: dict[str, int] = {}
        self._children: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._names_inside: dict[str, int] = {}
        self._extensions: dict[str, int] = {}
        self._globs: dict[str, list[int]] = {}
        self._regexes: dict[int, re.Pattern[str]] = {}
        self._patterns = tuple(patterns)
        self._keys = [_key(pattern) for pattern in self._patterns]
        for index, pattern in enumerate(self._patterns):
            self._add(index, pattern)

    def last(self, path: str) -> int | None:
        """The position of the last pattern that matches the file ``path``, or None."""
        best = self._all
        segments = path.split("/")
        end = len(segments) - 1
        here = ""
        for depth, segment in enumerate(segments):
            best = max(best, self._names.get(segment, -1))
            if self._extensions and "." in segment:
                best = max(best, self._extension(segment))
            if depth == end:
                best = max(best, self._children.get(here, -1))
            here = f"{here}/{segment}" if depth else segment
            best = max(best, self._trees.get(here, -1))
            if depth < end:
                best = max(best, self._inside.get(here, -1), self._names_inside.get(segment, -1))
        best = self._tried(path, segments, best)
        return best if best >= 0 else None

    def every(self, path: str) -> list[int]:
        """The positions of all patterns that match the file ``path``, the last first."""
        keys = _keys_of(path.split("/"))
        likely = (index for index in reversed(range(len(self._keys))) if self._keys[index] in keys)
        return [index for index in likely if self._regex(index).match(path)]

    def _tried(self, path: str, segments: list[str], best: int) -> int:
        """The last pattern that matches of those that must be tried, where it comes after ``best``."""
        for key in _keys_of(segments) if self._globs else ():
            for index in reversed(self._globs.get(key, ())):
                if index <= best:
                    break
                if self._regex(index).match(path):
                    best = index
                    break
        return best

    def _regex(self, index: int) -> re.Pattern[str]:
        """Compiled when it is first tried: a large file has many patterns that no question ever reaches."""
        found = self._regexes.get(index)
        if found is None:
            found = self._regexes[index] = _compiled(self._patterns[index].segments)
        return found

    def _extension(self, segment: str) -> int:
        best, at = -1, segment.find(".")
        while at >= 0:
            best = max(best, self._extensions.get(segment[at:], -1))
            at = segment.find(".", at + 1)
        return best

    def _add(self, index: int, pattern: PathPattern) -> None:
        head, last = pattern.segments[:-1], pattern.segments[-1]
        names = [literal(segment) for segment in head]
        plain = [name for name in names if name is not None]
        if pattern.segments in (("**",), ("**", "*")):
            self._all = index
        elif head == ("**",) and (name := literal(last)) is not None:
            self._names[name] = index
        elif head == ("**",) and last.startswith("*.") and (name := literal(last[1:])) is not None:
            self._extensions[name] = index
        elif len(head) == 2 and head[0] == "**" and last == "**" and names[1] is not None:
            self._names_inside[names[1]] = index
        elif len(plain) == len(head) and last == "**":
            self._inside["/".join(plain)] = index
        elif len(plain) == len(head) and last == "*":
            self._children["/".join(plain)] = index
        elif len(plain) == len(head) and (name := literal(last)) is not None:
            self._trees["/".join([*plain, name])] = index
        else:
            self._globs.setdefault(self._keys[index], []).append(index)


def _key(pattern: PathPattern) -> str:
    """A name that one segment of every path it matches has, or else an extension, or else ''."""
    names = [name for segment in pattern.segments if (name := literal(segment)) is not None]
    if names:
        return max(names, key=len)
    endings = [segment.rpartition("*")[2] for segment in pattern.segments]
    found = [_extension(name) for ending in endings if (name := literal(ending)) is not None]
    return max(found, key=len, default="")


def _keys_of(segments: Sequence[str]) -> set[str]:
    """Every key under which a pattern that matches a path of these segments can be kept."""
    return {"", *segments, *(_extension(segment) for segment in segments)}


def _extension(segment: str) -> str:
    """The last dot of a name and what follows, or ''."""
    dot = segment.rfind(".")
    return segment[dot:] if dot >= 0 else ""


def literal(segment: str) -> str | None:
    """The name that a segment stands for, without its escapes; None where it has a wildcard."""
    found: list[str] = []
    for token in _TOKEN.finditer(segment):
        if token["stars"] or token["one"]:
            return None
        found.append(token["escaped"] or token["plain"])
    return "".join(found)


@lru_cache(maxsize=4096)
def _compiled(segments: tuple[str, ...]) -> re.Pattern[str]:
    """Each run of segments between two ``**`` is found at its first place and kept there (an atomic group)."""
    runs = [list(run) for run in _runs(segments)]
    tail = {"*": r"\Z", "**": "."}.get(segments[-1], r"(?:/|\Z)")
    text = ""
    for number, run in enumerate(runs):
        free = number > 0
        final = number == len(runs) - 1
        if not run:
            continue
        body = "/".join(_segment(segment) for segment in run)
        skip = "(?:[^/]+/)*?" if free else ""
        text += f"{skip}{body}" if final else f"(?>{skip}{body}/)"
    return re.compile(text + tail, re.DOTALL)


def _runs(segments: tuple[str, ...]) -> Iterator[list[str]]:
    run: list[str] = []
    for segment in segments:
        if segment == "**":
            yield run
            run = []
        else:
            run.append(segment)
    yield run


def _segment(segment: str) -> str:
    if segment == "*":
        return "[^/]+"
    pieces = [""]
    for token in _TOKEN.finditer(segment):
        if token["stars"]:
            pieces.append("")
        elif token["one"]:
            pieces[-1] += "[^/]"
        else:
            pieces[-1] += re.escape(token["escaped"] or token["plain"])
    if len(pieces) == 1:
        return f"{pieces[0]}(?=/|\\Z)"
    middle = "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:-1])
    return f"(?>{pieces[0]}{middle}[^/]*{pieces[-1]}(?=/|\\Z))"
