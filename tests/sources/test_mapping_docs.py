"""docs/mapping.md: every example is run, every key and function explained. ``BLESS=1`` writes the outcomes anew."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.model.statements import Draft, Quarantined
from counterpoint.sources.records import Reading, parse_mapping, read
from counterpoint.sources.records.functions import descriptions
from counterpoint.sources.records.keys import ACTIVITY, FIELD, FILES, MAPPING, RECORD
from counterpoint.sources.records.load_activity import COLUMNS
from tests.sources.mappings import ROOT, write
from tests.sources.traces.readings import reading

PAGE = ROOT / "docs" / "mapping.md"
BLESS = os.environ.get("BLESS") == "1"
FENCE = re.compile(r"^(`{3,})(\w+)(?: ([^\n]+))?\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{2,3} .*$", re.MULTILINE)
OUTCOMES = ("states", "quarantined", "problems", "rows")


@dataclass
class Block:
    """One fenced block of the page: what it is for, its text, and where it stands."""

    purpose: str
    text: str
    start: int
    end: int


@dataclass
class Example:
    """What an outcome block is about: the files and the mapping before it, in its section."""

    files: dict[str, str] = field(default_factory=dict)
    mapping: str = ""
    style: str = "mapping"


def blocks(text: str) -> Iterator[Block | None]:
    """Every block in order; None where a section begins."""
    marks: list[tuple[int, Block | None]] = [(match.start(), None) for match in HEADING.finditer(text)]
    for match in FENCE.finditer(text):
        marks.append((match.start(), Block(match[3] or "", match[4], match.start(4), match.end(4))))
    inside = [(block.start, block.end) for _, block in marks if block is not None]
    for at, block in sorted(marks, key=lambda one: one[0]):
        if block is not None or not any(start <= at < end for start, end in inside):
            yield block


def examples(text: str) -> Iterator[tuple[Example, Block]]:
    """Each outcome block with its example."""
    current = Example()
    for block in blocks(text):
        if block is None:
            current = Example()
        elif block.purpose.startswith("file="):
            name = block.purpose.removeprefix("file=")
            current = Example({**current.files, name: block.text}, current.mapping, current.style)
        elif block.purpose == "record":
            current = Example({**current.files, "record.json": block.text}, current.mapping, current.style)
        elif block.purpose == "mapping":
            current = Example(current.files, block.text)
        elif block.purpose.split()[0:1] in (["set"], ["rule"]):
            style, _, kind = block.purpose.partition(" ")
            current = Example(current.files, _around(block.text, style, kind or "work"), style)
        elif block.purpose in OUTCOMES:
            yield current, block


def _around(text: str, style: str, kind: str) -> str:
    head = '[mapping]\nsource = "doc"\npeople = "github"\nnobody = ["TBD"]\n\n[[records]]\nfiles = ["record.json"]\n'
    head += f'format = "json"\nentity = "{kind}:{{id}}"\n\n'
    if style == "rule":
        return head + text
    return head + "[records.set]\n" + text.replace("[schedule.fields]", "[records.set.schedule.fields]")


def outcome(example: Example, purpose: str, folder: Path) -> str:
    """What the page must say."""
    folder.mkdir(exist_ok=True)
    write(folder, dict(example.files))
    if purpose == "rows":
        return "".join(_rows(example, folder))
    try:
        found = read(parse_mapping(example.mapping), folder)
    except InvalidInput as error:
        assert purpose == "problems", [str(problem) for problem in error.problems]
        return "".join(f"{problem}\n" for problem in error.problems)
    if purpose == "quarantined":
        return "".join(map(_quarantined, found.quarantined))
    return "".join(_states(found, example.style))


def _rows(example: Example, folder: Path) -> Iterator[str]:
    """Rows of activity, and what could not be read."""
    mapping = folder.with_name("mapping.toml")
    mapping.write_text(example.mapping, encoding="utf-8")
    found = reading(folder, {"mapping": str(mapping)}, form="mapping")
    for row in found.rows:
        ends = f'{row["actor"]} {row["verb"]} "{row["object"]}" of {row["work"]} at {row["zone"]}'
        yield f"{row['moment']:%Y-%m-%d %H:%M} {ends}\n"
    for one in found.troubles:
        yield f"{one.level} {one.file}:{one.line} {one.field}: {one.message} ({one.hint})\n"


def _states(found: Reading, style: str) -> Iterator[str]:
    for draft in found.drafts:
        if style != "mapping" and draft.attribute in ("exists", "handle"):
            continue
        head = draft.attribute if style == "set" else f"{draft.entity} {draft.attribute}"
        yield f"{head} {json.dumps(draft.value, ensure_ascii=False)}{_times(draft)}\n"


def _times(draft: Draft) -> str:
    said = f" said {draft.said[:16]}" if draft.said else ""
    start = f" from {draft.valid_from[:10]}" if draft.valid_from else ""
    return said + start + (f" to {draft.valid_to[:10]}" if draft.valid_to else "")


def _quarantined(one: Quarantined) -> str:
    hint = f" ({one.hint})" if one.hint else ""
    return f"{one.level} {one.file}:{one.line} {one.record or '-'} {one.field or '-'}: {one.message}{hint}\n"


def functions_table() -> str:
    """The reference of functions, from their own descriptions."""
    rows = ["| function | what it gives |", "|---|---|"]
    for text in sorted(descriptions().values()):
        call, _, about = text.partition(": ")
        rows.append(f"| `{call}` | {' '.join(about.split()).replace('|', '&#124;')} |")
    return "\n".join(rows)


CASES = [
    pytest.param(example, block, id=f"{number}-{block.purpose}")
    for number, (example, block) in enumerate(examples(PAGE.read_text()))
]


@pytest.mark.skipif(BLESS, reason="the page is written anew")
@pytest.mark.parametrize(("example", "block"), CASES)
def test_example(example: Example, block: Block, tmp_path: Path) -> None:
    assert outcome(example, block.purpose, tmp_path) == block.text


@pytest.mark.skipif(not BLESS, reason="BLESS=1 writes the page anew")
def test_bless(tmp_path: Path) -> None:
    text = PAGE.read_text()
    found = list(examples(text))
    for number, (example, block) in reversed(list(enumerate(found))):
        said = outcome(example, block.purpose, tmp_path / str(number))
        text = text[: block.start] + said + text[block.end :]
    start, end = _functions_place(text)
    PAGE.write_text(text[:start] + functions_table() + text[end:])


def _functions_place(text: str) -> tuple[int, int]:
    start = text.index("### Functions\n\n") + len("### Functions\n\n")
    return start, text.index("\n\n", start)


@pytest.mark.skipif(BLESS, reason="the page is written anew")
def test_every_function_is_in_the_reference() -> None:
    text = PAGE.read_text()
    start, end = _functions_place(text)
    assert text[start:end] == functions_table()


def test_every_key_is_in_the_reference() -> None:
    text = PAGE.read_text()
    for keys in (MAPPING, RECORD, FILES, FIELD):
        missing = [name for name in keys if f"\n| `{name}` |" not in text]
        assert not missing
    section = text[text.index("### [[activity]]") : text.index("### What cannot be read")]
    assert [name for name in (*ACTIVITY, *COLUMNS) if f"`{name}`" not in section] == []


def test_every_mapping_on_the_page_has_an_outcome() -> None:
    shown = {example.mapping for example, _ in examples(PAGE.read_text())}
    mappings = [b for b in blocks(PAGE.read_text()) if b and b.purpose == "mapping"]
    assert [b.text for b in mappings if b.text not in shown] == []
    assert len(CASES) > 30
    assert all(block.text.strip() for _, block in examples(PAGE.read_text()))
