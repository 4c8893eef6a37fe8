"""Markdown as records need it: front matter, title, sections, tables, list fields and link targets.

What is a heading, a table, a list, a code block, a comment or a link definition, markdown-it-py says: CommonMark, and
GitHub's tables. Ours is what a renderer has no use for:

- The front matter as data: a plugin would find the YAML one as text, but neither TOML's nor one that is not closed.
- Sections: a heading with the lines below it as they are written, without the tables and comments among them.
- ``- Name: value`` as a field, a table as records, and labels and addresses of links as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from counterpoint.errors import InvalidInput, Problem
from counterpoint.sources.records.formats import tomls, yamls
from counterpoint.sources.records.formats.document import Document, Marks, unreadable
from counterpoint.sources.records.formats.tables import add_value, read_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_LINE_END = re.compile(r"\r\n?|\n")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]:", re.DOTALL)
_FIELD = re.compile(r"(?:\*\*|__)?([^:*`\[\]]{1,60}?)(?:\*\*|__)?:(?:\*\*|__)?(?:[ \t]+(.*))?")


@dataclass(slots=True)
class _Scan:
    """What has been seen so far; ``path`` is the headings that we are under, by level.

    ``unsaid``: the lines (from 0) that are no text of a section; ``bodies``: the line below each section's heading.
    """

    lines: list[str]
    marks: Marks = field(default_factory=Marks)
    notes: list[Problem] = field(default_factory=list)
    title: str | None = None
    path: dict[int, str] = field(default_factory=dict)
    sections: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    unsaid: set[int] = field(default_factory=set)
    tables: list[dict[str, Any]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)


def read(text: str) -> Iterator[Document]:
    """One document: ``title``, ``front``, ``fields``, ``sections``, ``tables`` and ``links``.

    Raises:
        InvalidInput: the front matter cannot be read, or is not closed.
    """
    from markdown_it.tree import SyntaxTreeNode

    scan = _Scan(_LINE_END.split(text))
    front, first = _front_matter(scan)
    # Blank lines in place of the front matter keep every line number what it is in the file.
    scan.lines[:first] = [""] * first
    found: dict[str, Any] = {}
    for node in SyntaxTreeNode(_parser().parse("\n".join(scan.lines), found)).walk():
        _take(node, scan)
    _fill_sections(scan)
    marks = scan.marks
    data = {
        "title": scan.title,
        "front": front,
        "fields": scan.fields,
        "sections": scan.sections,
        "tables": scan.tables,
        "links": _links(found, scan.lines),
    }
    marks.lines[id(data)] = 1
    yield Document(data, 1, marks, scan.notes)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Blocks only: the text within them stays as it is written, and so do addresses, which nobody follows here."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda _url: True  # type: ignore[method-assign, assignment]
    return parser


def _front_matter(scan: _Scan) -> tuple[Any, int]:
    """The front matter, and the number of lines that it takes."""
    lines = scan.lines
    fence = lines[0].rstrip()
    if fence not in ("---", "+++"):
        return {}, 0
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() in (fence, "..." if fence == "---" else fence)), 0)
    if not end:
        raise unreadable("the front matter is not closed", line=1, hint=f"end it with a line {fence}")
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


def _take(node: SyntaxTreeNode, scan: _Scan) -> None:
    """What one block means for the document."""
    if node.type == "heading" and node.level == 0:
        _open_section(node, scan)
    elif node.type == "table":
        path = list(scan.path.values())
        table = read_table(node, scan.lines, scan.marks, scan.notes)
        scan.tables.append({**table, "heading": path[-1] if path else "", "path": path})
        scan.marks.lines[id(scan.tables[-1])] = _lines(node)[0] + 1
        scan.unsaid.update(_lines(node))
    elif node.type == "html_block" and scan.lines[_lines(node)[0]].lstrip().startswith("<!--"):
        scan.unsaid.update(_lines(node))
    elif node.type == "list_item" and len(scan.sections) <= 1:
        _take_field(node, scan)


def _lines(node: SyntaxTreeNode) -> range:
    """The lines of a block, from 0."""
    return range(*node.map) if node.map else range(0)


def _take_field(item: SyntaxTreeNode, scan: _Scan) -> None:
    """A list item ``- Name: value`` before the first section below the title is a field of the whole file."""
    first = item.children[0] if item.children else None
    if first is None or first.type != "paragraph" or item.parent is None or item.parent.type != "bullet_list":
        return
    if match := _FIELD.fullmatch(_joined(first)):
        name = match.group(1).strip()
        add_value(scan.fields, name, (match.group(2) or "").strip())
        scan.marks.keys.setdefault(id(scan.fields), {}).setdefault(name, _lines(first)[0] + 1)


def _joined(block: SyntaxTreeNode) -> str:
    """The text of a block, as written, on one line."""
    return " ".join(line.strip() for line in block.children[0].content.split("\n"))


def _open_section(node: SyntaxTreeNode, scan: _Scan) -> None:
    heading, level = _joined(node), int(node.tag[1:])
    if scan.title is None and level == 1:
        scan.title = heading
    scan.path = {known: text for known, text in scan.path.items() if known < level} | {level: heading}
    section = {"heading": heading, "level": level, "path": list(scan.path.values()), "text": ""}
    lines = _lines(node)
    scan.marks.lines[id(section)] = lines.start + 1
    scan.unsaid.update(lines)
    scan.sections.append(section)
    scan.bodies.append(lines.stop)


def _fill_sections(scan: _Scan) -> None:
    ends = [*scan.bodies, len(scan.lines)][1:]
    for section, start, end in zip(scan.sections, scan.bodies, ends, strict=False):
        said = (scan.lines[number].rstrip() for number in range(start, end) if number not in scan.unsaid)
        section["text"] = "\n".join(said).strip()


def _links(found: dict[str, Any], lines: list[str]) -> dict[str, str]:
    """Addresses by label; the parser folds the case of labels, so they are read where they stand. Notes are none."""
    links: dict[str, str] = {}
    for folded, reference in found.get("references", {}).items():
        match = _LABEL.search("\n".join(lines[slice(*reference["map"])]))
        label = " ".join(match.group(1).split()) if match else folded
        if not label.startswith("^"):
            links.setdefault(label, reference["href"])
    return links
