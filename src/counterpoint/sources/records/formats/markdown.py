"""Markdown as records need it: front matter, title, sections, tables, list fields and link targets.

Not a renderer: a line scanner after GitHub's rules for tables, which leaves code blocks and comments alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from counterpoint.errors import InvalidInput, Problem
from counterpoint.sources.records.formats import tomls, yamls
from counterpoint.sources.records.formats.document import Document, Marks, unreadable
from counterpoint.sources.records.formats.tables import add_value, cells_of, is_delimiter, read_table

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:[ \t]*<?([^\s>]+)>?")
_BULLET = re.compile(r" {0,3}[-*+][ \t]+(?:\*\*|__)?([^:*`\[\]]{1,60}?)(?:\*\*|__)?:(?:\*\*|__)?(?:[ \t]+(.*))?")


@dataclass(slots=True)
class _Scan:
    """What has been seen so far; ``path`` is the headings that we are under, by level."""

    marks: Marks = field(default_factory=Marks)
    notes: list[Problem] = field(default_factory=list)
    title: str | None = None
    path: dict[int, str] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def read(text: str) -> Iterator[Document]:
    """One document: ``title``, ``front``, ``fields``, ``sections``, ``tables`` and ``links``.

    Raises:
        InvalidInput: the front matter cannot be read, or is not closed.
    """
    lines = text.splitlines()
    scan = _Scan()
    front, first = _front_matter(lines, scan)
    index = first
    while index < len(lines):
        index = _step(lines, index, scan)
    _close_section(scan)
    marks = scan.marks
    data = {
        "title": scan.title,
        "front": front,
        "fields": scan.fields,
        "sections": scan.sections,
        "tables": scan.tables,
        "links": scan.links,
    }
    marks.lines[id(data)] = 1
    yield Document(data, 1, marks, scan.notes)


def _front_matter(lines: list[str], scan: _Scan) -> tuple[Any, int]:
    if not lines or lines[0].rstrip() not in ("---", "+++"):
        return {}, 0
    fence = lines[0].rstrip()
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() in (fence, "..." if fence == "---" else fence)), 0)
    if not end:
        raise unreadable("the front matter is not closed", line=1, hint=f"end it with a line {fence}")
    # A blank line in place of the opening fence keeps every line number what it is in the file.
    inner = "\n".join(["", *lines[1:end]])
    try:
        if fence == "+++":
            data, marks = tomls.parse(inner)
            scan.marks = marks
            return data, end + 1
        for document in yamls.read(inner):
            scan.marks, scan.notes = document.marks, document.notes
            return ({} if document.data is None else document.data), end + 1
    except InvalidInput as error:
        line = error.problems[0].line if error.problems else 1
        raise unreadable(f"front matter: {error.message}", line=line, hint=error.hint) from error
    return {}, end + 1


def _step(lines: list[str], index: int, scan: _Scan) -> int:
    """Read what starts on this line; the index of the line after it."""
    line = lines[index]
    stripped = line.lstrip()
    first = stripped[:1]
    if first in "`~" and first and (fence := _FENCE.match(line)):
        return _skip_code(lines, index, fence.group(1), scan)
    if first == "<" and stripped.startswith("<!--"):
        return _skip_comment(lines, index)
    if first == "#" and (heading := _HEADING.fullmatch(line)):
        _open_section(scan, len(heading.group(1)), heading.group(2) or "", index + 1)
        return index + 1
    following = lines[index + 1] if index + 1 < len(lines) else ""
    if "|" in line and is_delimiter(following) and len(cells_of(line)) == len(cells_of(following)):
        return _table(lines, index, scan)
    if stripped and first not in "-*+>|" and _UNDERLINE.fullmatch(following) and scan.text[-1:] in ([], [""]):
        _open_section(scan, 1 if "=" in following else 2, stripped.strip(), index + 1)
        return index + 2
    scan.text.append(line.rstrip())
    if first == "[" and (link := _LINK.match(line)):
        scan.links.setdefault(link.group(1), link.group(2))
    elif first and first in "-*+" and len(scan.sections) <= 1 and (bullet := _BULLET.fullmatch(line)):
        _bullet(scan, bullet.group(1).strip(), (bullet.group(2) or "").strip(), index + 1)
    return index + 1


def _bullet(scan: _Scan, name: str, value: str, line: int) -> None:
    """A list item ``- Name: value`` before the first section below the title is a field of the whole file."""
    add_value(scan.fields, name, value)
    scan.marks.keys.setdefault(id(scan.fields), {}).setdefault(name, line)


def _skip_code(lines: list[str], index: int, fence: str, scan: _Scan) -> int:
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*")
    scan.text.append(lines[index])
    for end in range(index + 1, len(lines)):
        scan.text.append(lines[end])
        if closing.fullmatch(lines[end]):
            return end + 1
    return len(lines)


def _skip_comment(lines: list[str], index: int) -> int:
    for end in range(index, len(lines)):
        if "-->" in lines[end]:
            return end + 1
    return len(lines)


def _open_section(scan: _Scan, level: int, heading: str, line: int) -> None:
    _close_section(scan)
    heading = heading.strip()
    if scan.title is None and level == 1:
        scan.title = heading
    scan.path = {known: text for known, text in scan.path.items() if known < level} | {level: heading}
    section = {"heading": heading, "level": level, "path": list(scan.path.values()), "text": ""}
    scan.marks.lines[id(section)] = line
    scan.sections.append(section)


def _close_section(scan: _Scan) -> None:
    if scan.sections:
        scan.sections[-1]["text"] = "\n".join(scan.text).strip()
    scan.text = []


def _table(lines: list[str], index: int, scan: _Scan) -> int:
    table, end = read_table(lines, index, scan.marks, scan.notes)
    path = list(scan.path.values())
    table["heading"] = path[-1] if path else ""
    table["path"] = path
    scan.tables.append(table)
    return end
