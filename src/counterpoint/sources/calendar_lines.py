"""The frame of an iCalendar file: its components with the lines they stand on, so that a broken one harms no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_NEWLINE = re.compile(r"\r\n|\r|\n")
_MARKER = re.compile(r"(BEGIN|END)\s*:\s*([A-Z0-9-]+)\s*", re.IGNORECASE)
_NAME_END = re.compile(r"[;:]")
_INSIDE = frozenset({"VALARM", "STANDARD", "DAYLIGHT", "PARTICIPANT", "VLOCATION", "VRESOURCE"})


@dataclass(slots=True)
class Block:
    """One component directly inside a calendar: its text, unfolded, and the line of the file that it begins on.

    ``broken`` says what is wrong with its frame. ``lines`` are the line numbers of its content lines.
    """

    name: str
    line: int
    content: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    broken: str = ""
    _first: dict[str, int] = field(default_factory=dict)
    _counted: int = -1

    @property
    def text(self) -> str:
        """The component as its own small text."""
        return "\r\n".join(self.content) + "\r\n"

    def line_of(self, name: str) -> int:
        """The line of the first content line with a property of this name, else the first line of the component."""
        at = self._positions().get(name)
        return self.line if at is None else self.lines[at]

    def value(self, name: str) -> str:
        """The raw value of the first property of this name, empty where there is none."""
        at = self._positions().get(name)
        return "" if at is None else value_of(self.content[at])

    def _positions(self) -> dict[str, int]:
        if len(self.content) != self._counted:
            self._first, self._counted = {}, len(self.content)
            for index, content in enumerate(self.content):
                self._first.setdefault(property_name(content), index)
        return self._first


@dataclass(slots=True)
class Frame:
    """A file: its components, the calendar's own properties, and the lines on which its own frame is broken."""

    blocks: list[Block] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    calendars: int = 0


def property_name(content: str) -> str:
    """The name of the property on a content line, in capitals."""
    found = _NAME_END.search(content)
    return (content[: found.start()] if found else content).strip().upper()


def value_of(content: str) -> str:
    """What follows the first colon that is not inside quotes."""
    quoted = False
    for index, character in enumerate(content):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return content[index + 1 :]
    return ""


def frame(text: str) -> Frame:
    """Take a file apart. A component that is not closed, or closes another, is kept and says so."""
    framer = _Framer()
    for number, content in _unfolded(text):
        marker = _MARKER.fullmatch(content)
        if marker is None:
            framer.line(number, content)
        elif marker[1].upper() == "BEGIN":
            framer.begin(number, content, marker[2].upper())
        else:
            framer.end(number, content, marker[2].upper())
    framer.unclosed()
    return framer.found


class _Framer:
    """The component that is open, and what is open inside it."""

    def __init__(self) -> None:
        self.found = Frame()
        self.block: Block | None = None
        self.inside: list[str] = []

    def line(self, number: int, content: str) -> None:
        if self.block is None:
            self.found.properties.setdefault(property_name(content), value_of(content))
            return
        self.block.content.append(content)
        self.block.lines.append(number)

    def begin(self, number: int, content: str, name: str) -> None:
        if self.block is not None and name in _INSIDE:
            self.line(number, content)
            self.inside.append(name)
            return
        self.unclosed()
        if name == "VCALENDAR":
            self.found.calendars += 1
            return
        self.block, self.inside = Block(name, number, [content], [number]), []
        self.found.blocks.append(self.block)

    def end(self, number: int, content: str, name: str) -> None:
        if name == "VCALENDAR":
            self.unclosed()
        if self.block is None:
            return
        self.line(number, content)
        if self.inside:
            if self.inside.pop() != name:
                self.block.broken = f"END:{name} closes what was not begun"
            return
        if name != self.block.name:
            self.block.broken = f"END:{name} closes BEGIN:{self.block.name}"
        self.block = None

    def unclosed(self) -> None:
        if self.block is not None:
            self.block.broken = f"BEGIN:{self.block.name} has no END:{self.block.name}"
            self.block = None


def _unfolded(text: str) -> list[tuple[int, str]]:
    """Content lines with the number of the line that each begins on; a line that begins with a space goes on."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(_NEWLINE.split(text), start=1):
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + line[1:])
        elif line.strip():
            found.append((number, line))
    return found
