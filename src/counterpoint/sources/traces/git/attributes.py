"""What a repository says in its ``.gitattributes`` of files that are generated or vendored, as of one commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterpoint.model.leaving_out import GENERATED, VENDORED, Attribute
from counterpoint.model.statements import Json
from counterpoint.sources.traces.git.repository import Repository

_FILE = b".gitattributes"
_LARGEST = 1 << 20
_MOST_LINES = 20_000
_NAMES = {f"linguist-{name}": name for name in (GENERATED, VENDORED)}
_LINE = re.compile(r'(?:"((?:[^"\\]|\\.)*)"|(\S+))\s+(.*)')
_TRUE = frozenset({"true", "set", "1", "yes"})


def read_attributes(repository: Repository, commit: str) -> list[Json]:
    """Every line about generated or vendored files, outer folders first, as a cursor keeps it."""
    found: list[Json] = []
    for folder, text in _files(repository, commit):
        found += [one.as_json() for one in parse_attributes(folder, text)]
    return found[:_MOST_LINES]


def parse_attributes(folder: str, text: str) -> Iterator[Attribute]:
    """The lines about generated or vendored files of one ``.gitattributes`` in ``folder`` ('' for the root).

    >>> [(one.pattern, one.name, one.value) for one in parse_attributes("", "*.pyi linguist-generated=true text")]
    [('*.pyi', 'generated', True)]
    """
    for line in text.splitlines():
        found = _LINE.match(line.strip())
        if found is None or line.lstrip().startswith(("#", "!", "[attr]")):
            continue
        quoted, plain, said = found.groups()
        pattern = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        for word in said.split():
            name, _, value = word.lstrip("-!").partition("=")
            if name in _NAMES:
                yield Attribute(folder, pattern, _NAMES[name], _value(word, value))


def _value(word: str, value: str) -> bool | None:
    if word.startswith("!"):
        return None
    if word.startswith("-"):
        return False
    return value.lower() in _TRUE if "=" in word else True


def _files(repository: Repository, commit: str) -> Iterator[tuple[str, str]]:
    """Every ``.gitattributes`` of a commit: its folder and its text. One that is not there, or huge, is left out."""
    code, out, _ = repository.git("ls-tree", "-r", "-z", "--full-tree", commit)
    if code:
        return
    entries: list[tuple[str, bytes]] = []
    for line in out.split(b"\0"):
        about, _, path = line.partition(b"\t")
        if path == _FILE or path.endswith(b"/" + _FILE):
            folder = path[: -len(_FILE)].rstrip(b"/").decode("utf-8", "backslashreplace")
            entries.append((folder, about.split()[2]))
    if not entries:
        return
    _, answers, _ = repository.git("cat-file", "--batch-check", given=b"\n".join(name for _, name in entries))
    wanted: list[tuple[str, bytes, int]] = []
    for (folder, name), answer in zip(entries, answers.splitlines(), strict=False):
        size = answer.rpartition(b" ")[2]
        if size.isdigit() and int(size) <= _LARGEST:
            wanted.append((folder, name, int(size)))
    _, texts, _ = repository.git("cat-file", "--batch", given=b"\n".join(name for _, name, _ in wanted))
    at = 0
    for folder, _, length in wanted:
        at = texts.index(b"\n", at) + 1
        yield folder, texts[at : at + length].decode("utf-8", "replace")
        at += length + 1
