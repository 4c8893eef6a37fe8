"""One OWNERS file, and OWNERS_ALIASES: YAML, as prow reads it. A file that cannot be read counts as absent.

Scalars are taken as they are written (a login ``1e5`` or ``on`` stays what it is), and every name keeps its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterpoint.model.statements import Quarantined

LARGEST = 1024 * 1024
ROLES = ("approvers", "reviewers", "required_reviewers", "emeritus_approvers", "emeritus_reviewers")
# What makes a file a simple one for prow; emeritus lists and options may stand beside filters.
_SIMPLE = ("approvers", "reviewers", "required_reviewers", "labels")
_OTHERS = ("options", "filters", "security_contacts")
_OPTIONS = ("no_parent_owners", "auto_approve_unowned_subfolders")


@dataclass(frozen=True, slots=True)
class Name:
    """A user or an alias as it was written, and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """The lists for the paths that ``pattern`` (Go's regular expressions) is found in; None is every path."""

    pattern: str | None
    line: int
    lists: Mapping[str, tuple[Name, ...]]


@dataclass(frozen=True, slots=True)
class OwnersFile:
    """One OWNERS file. ``directory`` is '' for the root."""

    file: str
    directory: str
    sections: tuple[Section, ...] = ()
    options: frozenset[str] = frozenset()
    quarantined: tuple[Quarantined, ...] = ()

    @property
    def stops(self) -> bool:
        """``no_parent_owners``: the files above have no say where this one names somebody."""
        return "no_parent_owners" in self.options

    @property
    def refused(self) -> bool:
        """The whole file could not be read."""
        return any(one.level == "file" for one in self.quarantined)


@dataclass(frozen=True, slots=True)
class Aliases:
    """OWNERS_ALIASES: names (in lower case) to members; ``broken`` are those whose members could not be read."""

    members: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    quarantined: tuple[Quarantined, ...] = ()


class _Unfit(Exception):
    """Not of the form that is expected; what, where, and what to do. Never leaves this module."""

    def __init__(self, message: str, hint: str, line: int | None, name: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.name = message, hint, line, name


def read_owners(content: bytes, file: str, directory: str) -> OwnersFile:
    """Read the content of an OWNERS file; what is wrong with it is in ``quarantined``."""
    notes: list[Quarantined] = []
    try:
        top = _mapping(_yaml(content), "the file", "write keys such as approvers: with lists under them")
        sections = _sections(top, file, notes)
        options = _options(top, file, notes)
    except _Unfit as error:
        bad = Quarantined(
            "file", f"{file} is not used: {error.message}", error.hint, file, error.line, field=error.name
        )
        return OwnersFile(file, directory, quarantined=(bad,))
    for key, (line, _) in top.items():
        if key not in (*ROLES, *_SIMPLE, *_OTHERS):
            hint = f"known are {', '.join((*ROLES, 'labels', *_OTHERS))}"
            notes.append(Quarantined("field", f"{key!r} means nothing in an OWNERS file", hint, file, line, field=key))
    return OwnersFile(file, directory, tuple(sections), options, tuple(notes))


def read_aliases(content: bytes, file: str = "OWNERS_ALIASES") -> Aliases:
    """Read the content of OWNERS_ALIASES. An alias that is no list of names is broken; the others hold."""
    members: dict[str, tuple[Name, ...]] = {}
    broken: set[str] = set()
    notes: list[Quarantined] = []
    try:
        top = _mapping(_yaml(content), "the file", "write aliases: with a list of users under each name")
        _, node = top.get("aliases", (1, None))
        listed = {} if _empty(node) else _mapping(node, "aliases", "write a list of users under each name")
    except _Unfit as error:
        bad = Quarantined(
            "file", f"{file} is not used: {error.message}", error.hint, file, error.line, field=error.name
        )
        return Aliases(quarantined=(bad,))
    for name, (line, node) in listed.items():
        try:
            members[normal(name)] = _names(node, name, braces=True)
        except _Unfit as error:
            broken.add(normal(name))
            notes.append(Quarantined("field", error.message, error.hint, file, error.line or line, field=name))
    return Aliases(members, frozenset(broken), tuple(notes))


def normal(name: str) -> str:
    """A login or alias as prow compares it: without case, without a leading ``@``."""
    return name.lower().removeprefix("@")


def _sections(top: Mapping[str, tuple[int, Any]], file: str, notes: list[Quarantined]) -> list[Section]:
    plain = _lists(top)
    filters_line, filters = top.get("filters", (1, None))
    found: list[Section] = []
    if any(plain.values()):
        found.append(Section(None, min(name.line for names in plain.values() for name in names), plain))
    if _empty(filters):
        return found
    if any(plain.get(role) for role in _SIMPLE):
        message = "filters are ignored where approvers, reviewers or labels stand beside them"
        notes.append(
            Quarantined("field", message, 'move those under ".*" in filters', file, filters_line, field="filters")
        )
        return found
    for pattern, (line, node) in _mapping(
        filters, "filters", "write a regular expression, with lists under it"
    ).items():
        lists = _lists(_mapping(node, f"the filter {pattern!r}", "write lists such as approvers: under it"))
        found.append(Section(None if pattern == ".*" else pattern, line, lists))
    return found


def _lists(table: Mapping[str, tuple[int, Any]]) -> dict[str, tuple[Name, ...]]:
    return {role: _names(table[role][1], role) for role in (*ROLES, "labels") if role in table}


def _options(top: Mapping[str, tuple[int, Any]], file: str, notes: list[Quarantined]) -> frozenset[str]:
    _, node = top.get("options", (1, None))
    if _empty(node):
        return frozenset()
    found = set()
    for key, (line, value) in _mapping(node, "options", "write no_parent_owners: true under it").items():
        if key not in _OPTIONS:
            hint = f"known are {', '.join(_OPTIONS)}"
            notes.append(Quarantined("field", f"there is no option {key!r}", hint, file, line, field="options"))
        elif not str(getattr(value, "tag", "")).endswith(":bool"):
            raise _Unfit(f"{key} is neither true nor false", "write true or false, without quotes", line, "options")
        elif value.value.lower() in ("true", "yes", "on"):
            found.add(key)
    return frozenset(found)


def _yaml(content: bytes) -> Any:
    """The file as YAML nodes, which know their lines."""
    import yaml

    try:
        return yaml.compose(content.decode(), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise _Unfit("it is not UTF-8", "save it as UTF-8", None) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _Unfit(f"it is not YAML: {error.problem or error.context}", "correct the line", line) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _Unfit(f"it is not YAML: {type(error).__name__}", "write plain lists of names", None) from None


def _empty(node: Any) -> bool:
    return node is None or str(node.tag).endswith(":null")


def _mapping(node: Any, what: str, hint: str) -> dict[str, tuple[int, Any]]:
    """The entries of a mapping node: key to (line, node). Nothing at all is an empty one."""
    if _empty(node):
        return {}
    line = node.start_mark.line + 1
    if node.id != "mapping":
        chromium = " (lists of addresses, as Chromium writes them, are not read)" if node.id == "scalar" else ""
        raise _Unfit(f"{what} has no keys{chromium}", hint, line)
    found: dict[str, tuple[int, Any]] = {}
    for key, value in node.value:
        if key.id != "scalar":
            raise _Unfit(f"a key of {what} is not a name", hint, key.start_mark.line + 1)
        if key.value in found:
            raise _Unfit(f"{key.value!r} stands twice in {what}", "join the two", key.start_mark.line + 1, key.value)
        found[key.value] = (key.start_mark.line + 1, value)
    return found


def _names(node: Any, what: str, *, braces: bool = False) -> tuple[Name, ...]:
    """A list of names; with ``braces`` also ``{ one, two }``, which prow takes for the members of an alias."""
    if _empty(node):
        return ()
    line = node.start_mark.line + 1
    entries: list[Any] = node.value if node.id == "sequence" else []
    if node.id == "mapping" and braces and all(_empty(value) for _, value in node.value):
        entries = [key for key, _ in node.value]
    if len(entries) != len(node.value) or any(entry.id != "scalar" for entry in entries):
        raise _Unfit(f"{what} is not a list of names", "write one name on each line, after a hyphen", line, what)
    return tuple(Name(entry.value, entry.start_mark.line + 1) for entry in entries if not _empty(entry))
