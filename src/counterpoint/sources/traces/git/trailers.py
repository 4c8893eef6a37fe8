"""What the message of a commit says of people and of AI: the lines ``Name: value`` that git calls trailers, and a few
sentences that AI agents write. The text itself goes nowhere.

Trailers are taken from any line of the body, not from its last paragraph alone: a squashed commit has those of its
parts in the middle. Quoted and indented lines are no trailers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from counterpoint.sources.traces.git.agents import AGENT_ADDRESSES, tool_in

CO_AUTHOR, REVIEW, REPORT, PASSED = "co-author", "review", "report", "passed"
ROLES: Mapping[str, str] = {
    "author": CO_AUTHOR,
    "authored-by": CO_AUTHOR,
    "co-author": CO_AUTHOR,
    "co-authors": CO_AUTHOR,
    "co-authored-by": CO_AUTHOR,
    "coauthored-by": CO_AUTHOR,
    "also-authored-by": CO_AUTHOR,
    "co-developed-by": CO_AUTHOR,
    "codeveloped-by": CO_AUTHOR,
    "paired-with": CO_AUTHOR,
    "acked-by": REVIEW,
    "approved-by": REVIEW,
    "reviewed-by": REVIEW,
    "tested-by": REVIEW,
    "verified-by": REVIEW,
    "reported-by": REPORT,
    "requested-by": REPORT,
    "suggested-by": REPORT,
    "committed-by": PASSED,
    "merged-by": PASSED,
    "signed-off-by": PASSED,
}
"""What a trailer makes of those whom it names, by its name in lower case with hyphens. ``A-and-B-by`` is both."""
_AI_TRAILERS = frozenset(
    {
        "ai-agent", "ai-assisted-by", "ai-assistant", "ai-generated-by", "ai-model", "ai-tool", "assisted-by",
        "assisted-with", "generated-by", "generated-with", "made-with", "written-with",
    }
)  # fmt: skip
_AI_SESSIONS: Mapping[str, str] = {
    "amp-thread": "amp",
    "amp-thread-id": "amp",
    "claude-code-session": "claude",
    "claude-session": "claude",
    "codex-session": "codex",
    "copilot-session": "copilot",
    "cursor-session": "cursor",
    "devin-session": "devin",
}
_NOBODY = frozenset({"-", "?", "me", "myself", "n/a", "na", "nobody", "none", "self", "tba", "tbd", "todo"})
_LINE = re.compile(r"^([A-Za-z][A-Za-z _-]{1,38}?)[ \t]?:[ \t]*(\S.*)$", re.MULTILINE)
_PERSON = re.compile(r"([^<>,;]*)<\s*([^<>]*?)\s*>")
_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?![\w.@-])")
_BARE_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_STATEMENT = re.compile(
    r"^\W{0,4}(?:Generated|Made|Created|Written|Co-?written|Built|Authored) (?:with|by|using) (?:the )?"
    r"(?:\[(?P<linked>[^\]]{2,40})\]\(|(?P<plain>[^\n]{2,40}))",
    re.MULTILINE | re.IGNORECASE,
)
_MADE = re.compile(r"\b(?:with|by|using)\b", re.IGNORECASE)
_KERNEL_FORM = re.compile(r"[A-Za-z][\w .-]{1,30}:[A-Za-z][\w.-]*\d[\w.-]*")
LONGEST_NAME = 80
MOST_TRAILERS = 1000
LONGEST_VALUE = 1000
"""Nothing after so many characters of a trailer is looked at, so that a hostile one cannot hold the program up."""


class Named(NamedTuple):
    """Somebody whom a trailer names: what they did, which trailer says so, and who. ``address`` may be ``@account``."""

    role: str
    trailer: str
    name: str
    address: str


class Mark(NamedTuple):
    """That an AI took part: by what it is known (trailer, statement), how surely, and which AI, where that is told."""

    by: str
    confidence: float
    tool: str


NO_MARK = Mark("", 0.0, "")


class Message(NamedTuple):
    """What a message says of people and AI; ``trailers`` are its lines ``name: value``, names in lower case.

    ``cut`` says that there are more of them than anybody writes, and that the others were not read.
    """

    people: tuple[Named, ...]
    mark: Mark
    trailers: tuple[tuple[str, str], ...]
    cut: bool = False


_SAYS_NOTHING = Message((), NO_MARK, ())


def read_message(text: str) -> Message:
    """Read the message of a commit, without looking at its first line."""
    _, _, body = text.partition("\n")
    if not body or body.isspace():
        return _SAYS_NOTHING
    found = list(islice(_LINE.finditer(body), MOST_TRAILERS + 1)) if ":" in body else []
    trailers = tuple((_key(one[1]), one[2][:LONGEST_VALUE].rstrip()) for one in found[:MOST_TRAILERS])
    people: list[Named] = []
    marks: list[Mark] = []
    for key, value in trailers:
        if key in _AI_SESSIONS:
            marks.append(Mark("trailer", 0.9, _AI_SESSIONS[key]))
        elif key in _AI_TRAILERS:
            marks.append(_assisted(value))
        elif key.endswith(("-by", "-with")) or key in ROLES:
            _take(key, value, people, marks)
    if _MADE.search(body):
        marks += [mark for found in _STATEMENT.finditer(body) if (mark := _stated(found)).tool]
    return Message(
        tuple(people), max(marks, key=lambda one: one.confidence, default=NO_MARK), trailers, len(found) > MOST_TRAILERS
    )


def _key(name: str) -> str:
    return name.strip().lower().replace(" ", "-").replace("_", "-")


def _take(key: str, value: str, people: list[Named], marks: list[Mark]) -> None:
    for part in _parts(key):
        role = ROLES[part]
        for name, address in _people_in(value, named_alone=part != "author"):
            # By its name beyond doubt an AI, under an address that is not one: whose address it is took no part by it.
            tool = tool_in(name) if address.lower() not in AGENT_ADDRESSES and "[bot]" not in address else ""
            if tool:
                marks.append(Mark("trailer", 0.8, tool))
            else:
                people.append(Named(role, part, name, address))


def _parts(key: str) -> Iterator[str]:
    """The trailers that a name stands for: ``reported-and-tested-by`` is two."""
    if key in ROLES:
        yield key
    elif "-and-" in key:
        for word in key.removesuffix("-by").split("-and-"):
            if f"{word}-by" in ROLES:
                yield f"{word}-by"


def _people_in(value: str, *, named_alone: bool) -> Iterator[tuple[str, str]]:
    found = _PERSON.findall(value)
    if found:
        for name, address in found:
            yield _name(name), address.replace(" at ", "@").replace(" dot ", ".").strip()
        return
    handles = list(_HANDLE.finditer(value))
    if handles:
        ends = [0, *(one.end() for one in handles)]
        for end, one in zip(ends, handles, strict=False):
            yield _name(value[end : one.start()].strip(" ,;(")), f"@{one[1]}"
        return
    addresses = _BARE_ADDRESS.findall(value)
    if addresses:
        yield from (("", address) for address in addresses)
        return
    for name in value.split(",") if named_alone else ():
        plain = _name(name.partition("(")[0].partition("#")[0])
        if plain.lower() not in _NOBODY and 2 <= len(plain) <= LONGEST_NAME and any(map(str.isalpha, plain)):
            yield plain, ""


def _name(text: str) -> str:
    return text.strip(" \t\r\"'&").removeprefix("and ")


def _assisted(value: str) -> Mark:
    """What a trailer that is there to name an AI says; a human being is named in some of them all the same."""
    found = _PERSON.search(value)
    if found is not None:
        tool = AGENT_ADDRESSES.get(found[2].lower(), "")
        if tool:
            return Mark("trailer", 0.95, tool)
        tool = tool_in(found[1])
        return Mark("trailer", 0.8, tool) if tool else NO_MARK
    tool = tool_in(value)
    if tool:
        return Mark("trailer", 0.9, tool)
    alone = tool_in(value, alone=True)
    if alone:
        return Mark("trailer", 0.6, alone)
    return Mark("trailer", 0.6, "") if _KERNEL_FORM.match(value) else NO_MARK


def _stated(found: re.Match[str]) -> Mark:
    linked = found["linked"]
    tool = tool_in(linked, alone=True) if linked else tool_in(found["plain"])
    return Mark("statement", 0.9, tool) if tool else NO_MARK
