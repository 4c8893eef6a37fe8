"""CODEOWNERS in GitHub's dialect: rules in the order of the file, of which the last that matches a path holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from counterpoint.errors import BadValue
from counterpoint.model.patterns import PathPattern, PatternIndex, parse_pattern
from counterpoint.model.statements import Quarantined
from counterpoint.sources.ownership.files import present, read, refused
from counterpoint.sources.ownership.parties import Party, read_owner

# GitHub looks in these places in this order, and uses the first file that it finds, even one that it then cannot load.
LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
GITLAB_LOCATION = ".gitlab/CODEOWNERS"
LARGEST = 3 * 1024 * 1024
# [Name], ^[Name], [Name][2], each alone or with default owners behind it.
_SECTION = re.compile(r"\^?\[[^\]]+\](?:\[\d+\])?(?:\s|$)")
_PATTERN = re.compile(r"(?:\\.|[^ \t\\#]|\\$)+", re.DOTALL)
LONGEST_EXCERPT = 120
# White space that is neither space nor tab, and control characters: a rule with them rarely means what it shows.
_ODD = re.compile(r"[^\S \t]|[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it stands, its pattern, its owners. No owners means: explicitly nobody."""

    file: str
    line: int
    pattern: PathPattern
    owners: tuple[Party, ...]


class Codeowners:
    """One CODEOWNERS file as it was read: its rules, and what of it could not be read."""

    def __init__(self, file: str, rules: tuple[Rule, ...], quarantined: tuple[Quarantined, ...]) -> None:
        self.file = file
        self.rules = rules
        self.quarantined = quarantined
        self._index = PatternIndex([rule.pattern for rule in rules])

    @property
    def refused(self) -> Quarantined | None:
        """Why the whole file is not used, if it is not."""
        return next((one for one in self.quarantined if one.level == "file"), None)

    def rule_for(self, path: str) -> Rule | None:
        """The rule that holds for a file (relative to the root of the repository): the last that matches."""
        found = self._index.last(path)
        return None if found is None else self.rules[found]

    def rules_for(self, path: str) -> list[Rule]:
        """Every rule that matches a file, the one that holds first."""
        return [self.rules[index] for index in self._index.every(path)]


def load_codeowners(root: Path) -> Codeowners | None:
    """The CODEOWNERS file that GitHub would use, from the first of its places; None where there is none."""
    for name in LOCATIONS:
        if present(root, name):
            content = read(root, name, LARGEST)
            if isinstance(content, Quarantined):
                return Codeowners(name, (), (content,))
            return read_codeowners(content, name)
    if present(root, GITLAB_LOCATION):
        message = "is GitLab's, which is not read"
        return Codeowners(GITLAB_LOCATION, (), (refused(GITLAB_LOCATION, message, f"write {LOCATIONS[0]}"),))
    return None


def read_codeowners(content: bytes | str, file: str = LOCATIONS[0]) -> Codeowners:
    """Read the content of a CODEOWNERS file. Lines that GitHub would skip are quarantined, the others hold."""
    data = content.encode() if isinstance(content, str) else content
    rules: list[Rule] = []
    quarantined: list[Quarantined] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = _trimmed(raw.decode())
        except UnicodeDecodeError:
            quarantined.append(_bad(file, number, raw.decode(errors="replace"), "is not UTF-8", "save it as UTF-8"))
            continue
        if _SECTION.match(line):
            message = f"has a section of GitLab's ({line[:LONGEST_EXCERPT]}), and sections change what every rule means"
            hint = "write it as GitHub reads it: plain rules, the last that matches holds"
            return Codeowners(file, (), (refused(file, message, hint, number),))
        try:
            rule = _rule(file, number, line)
        except BadValue as error:
            quarantined.append(_bad(file, number, line, error.message, error.hint))
            continue
        if rule is not None:
            rules.append(rule)
    return Codeowners(file, tuple(rules), tuple(quarantined))


def pattern_of(line: str) -> str:
    """The pattern of a line, also of one that is skipped; '' where there is none."""
    found = _PATTERN.match(line)
    return found[0] if found else ""


def _trimmed(text: str) -> str:
    """Without the white space around it; a space at the end that is escaped belongs to the pattern."""
    line = text.strip(" \t\r")
    escaped = (len(line) - len(line.rstrip("\\"))) % 2 == 1
    return f"{line} " if escaped and text.lstrip(" \t")[len(line) :].startswith((" ", "\t")) else line


def _rule(file: str, number: int, line: str) -> Rule | None:
    """One line, without the white space around it; None for a comment and for an empty one."""
    if not line or line.startswith("#"):
        return None
    pattern = pattern_of(line)
    rest = line[len(pattern) :]
    if rest.startswith("#"):
        message = "a '#' within a pattern: GitHub does not say whether it starts a comment"
        raise BadValue(message, hint="write ? in its place, or a space before it if it is a comment")
    said = rest.partition("#")[0]
    if odd := _ODD.search(pattern + said):
        message = f"an unusual character (U+{ord(odd[0]):04X})"
        raise BadValue(message, hint="separate pattern and owners with plain spaces")
    owners: dict[str, Party] = {}
    for word in said.split():
        owner = read_owner(word)
        if owner is None:
            raise BadValue(f"{word!r} is no owner", hint="write @user, @org/team or an address such as a@example.org")
        owners.setdefault(str(owner).lower(), owner)
    return Rule(file, number, parse_pattern(pattern), tuple(owners.values()))


def _bad(file: str, number: int, line: str, message: str, hint: str) -> Quarantined:
    return Quarantined("record", f"the line is skipped: {message}", hint, file, number, excerpt=line[:LONGEST_EXCERPT])
