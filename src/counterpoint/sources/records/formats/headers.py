"""RFC-822-style headers, as PEPs and mail have them: a block of ``Name: value`` at the top of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterpoint.errors import Problem
from counterpoint.sources.records.formats.document import Document, Marks, unreadable

# A name of up to a few words, odd spacing on both sides of the colon; ``:Name: value`` as reStructuredText has it.
# A value that starts with // belongs to an address that wrapped without its indent.
_FIELD = re.compile(r":?([A-Za-z][\w.()/ -]{0,60}?)[ \t]*:(?!//)[ \t]*(.*)")
# A block may stand in a preformatted or a code block, and be indented as a whole.
_OPENING = re.compile(r"\s*(?:<pre>|`{3,}\w*|-{3,})\s*")
_CLOSING = re.compile(r"\s*(?:</pre>|`{3,}|-{3,})\s*")


def read(text: str) -> Iterator[Document]:
    """One document: each field by its name, continuation lines joined by line breaks, the rest as ``_body``.

    A field that is there several times is a list of its values, as RFC 822 allows.

    Raises:
        InvalidInput: there is no header block at the top.
    """
    lines = text.splitlines()
    start = next((index for index, line in enumerate(lines) if line.strip() and not _OPENING.fullmatch(line)), None)
    if start is None:
        raise unreadable("there is no header block: the file is empty")
    margin = len(lines[start]) - len(lines[start].lstrip())
    fields: dict[str, list[list[str]]] = {}
    where: dict[str, int] = {}
    notes: list[Problem] = []
    current: list[str] | None = None
    end = len(lines)
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip() or _CLOSING.fullmatch(line):
            end = index + 1
            break
        line = line[margin:] if not line[:margin].strip() else line.lstrip()
        if line[0] in " \t" and current is not None:
            current.append(line.strip())
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            if current is None:
                raise unreadable("there is no header block at the top", line=index + 1, hint="expected Name: value")
            notes.append(_stray(line, index + 1))
            continue
        name = match.group(1)
        current = [match.group(2).strip()]
        where.setdefault(name, index + 1)
        fields.setdefault(name, []).append(current)
    data: dict[str, object] = {name: _value(values) for name, values in fields.items()}
    data["_body"] = "\n".join(lines[end:]).strip()
    yield Document(data, start + 1, Marks({id(data): start + 1}, {id(data): where}), notes)


def _stray(line: str, number: int) -> Problem:
    return Problem(
        f"{line.strip()[:60]!r} is neither a field nor the continuation of one",
        line=number,
        hint="indent a continuation line; end the block with a blank line",
    )


def _value(values: list[list[str]]) -> str | list[str]:
    texts = ["\n".join(part for part in parts if part) for parts in values]
    return texts[0] if len(texts) == 1 else texts
