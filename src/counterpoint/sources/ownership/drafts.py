"""Ownership files as statements: a zone for each rule, owned by the parties that it names.

Zones: ``zone:<repository>`` around everything; ``zone:<repository>/<pattern>`` for a rule of CODEOWNERS, the pattern
as it is written; ``zone:<repository>/<directory>/~owners`` for an OWNERS file. Docs: docs/ownership.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from counterpoint.model.identifiers import in_namespace, slugify
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.sources.ownership.codeowners import LONGEST_EXCERPT, Codeowners, Rule, load_codeowners, pattern_of
from counterpoint.sources.ownership.files import repository
from counterpoint.sources.ownership.owners import Name, OwnersFile
from counterpoint.sources.ownership.parties import Party
from counterpoint.sources.ownership.tree import OwnersTree, upward


@dataclass(frozen=True, slots=True)
class OwnershipDrafts:
    """What the ownership files of a repository state, and what of them could not be read or stated."""

    drafts: tuple[Draft, ...]
    quarantined: tuple[Quarantined, ...]


def ownership_drafts(repo_dir: Path | str, repository_name: str | None = None, namespace: str = "") -> OwnershipDrafts:
    """The ownership files of a checked-out repository as statements.

    ``repository_name`` names the zones (default: the name of the directory); ``namespace`` is put on every reference.

    Raises:
        NotFound: ``repo_dir`` is not a directory.
    """
    root = repository(repo_dir)
    maker = _Maker(slugify(repository_name or root.name) or "repository", namespace)
    drafts: list[Draft] = []
    quarantined: list[Quarantined] = []
    rules = load_codeowners(root)
    if rules is not None:
        quarantined += maker.skipped(rules)
        drafts += maker.codeowners(rules)
    tree = OwnersTree(root)
    files = list(tree.every_file())
    if files:
        quarantined += tree.aliases.quarantined
    for file in files:
        quarantined += tree.problems(file)
        drafts += maker.owners(tree, file)
        quarantined += maker.unstated(file)
    if drafts:
        drafts = [*maker.repository_zone(drafts[0]), *drafts]
    return OwnershipDrafts(tuple(drafts), tuple(quarantined))


class _Maker:
    """Makes the drafts of one repository; remembers which parties were introduced already."""

    def __init__(self, repository_name: str, namespace: str) -> None:
        self._name = repository_name
        self._namespace = namespace
        self._introduced: set[str] = set()

    def zone(self, rest: str = "") -> str:
        """``zone:<repository>[/rest]``; where a slug cannot hold the text, a hash of it tells it from others."""
        slug = slugify(rest)
        if slug != rest:
            slug = f"{slug}~{hashlib.sha256(rest.encode()).hexdigest()[:8]}"
        return self._ref(f"zone:{self._name}/{slug}" if rest else f"zone:{self._name}")

    def repository_zone(self, first: Draft) -> Iterator[Draft]:
        zone = self.zone()
        yield Draft(zone, "exists", True, first.file, 1, zone)
        yield Draft(zone, "title", self._name, first.file, 1, zone)

    def codeowners(self, rules: Codeowners) -> Iterator[Draft]:
        """A zone for each pattern: of two rules with one pattern only the later ever holds, so it alone is stated."""
        last = {rule.pattern.text: rule for rule in rules.rules}
        lines = sorted([*(rule.line for rule in rules.rules), *(bad.line or 0 for bad in rules.quarantined)])
        positions = {line: position for position, line in enumerate(lines, 1)}
        for rule in rules.rules:
            if last[rule.pattern.text] is rule:
                yield from self._rule(rule, positions[rule.line])

    def skipped(self, rules: Codeowners) -> Iterator[Quarantined]:
        """What could not be read, with the zone of its pattern, so that what it stated before is kept."""
        for bad in rules.quarantined:
            pattern = pattern_of(bad.excerpt) if bad.level == "record" else ""
            if len(pattern) >= LONGEST_EXCERPT:  # it may have been cut
                pattern = ""
            yield replace(bad, record=self.zone(pattern)) if pattern else bad

    def _rule(self, rule: Rule, position: int) -> Iterator[Draft]:
        zone = self.zone(rule.pattern.text)
        values: dict[str, Json] = {
            "exists": True,
            "title": rule.pattern.text,
            "covers": rule.pattern.text,
            "position": position,
            "parent": self.zone(),
            **self._deciders(party for party in rule.owners),
        }
        for attribute, value in values.items():
            yield Draft(zone, attribute, value, rule.file, rule.line, zone)
        for party in rule.owners:
            yield from self._introduce(party, rule.file, rule.line)

    def owners(self, tree: OwnersTree, file: OwnersFile) -> Iterator[Draft]:
        """A zone for the file: what holds for every path under its directory."""
        if file.refused:
            return
        zone = self._owners_zone(file.directory)
        approvers = {
            holder.party: holder
            for section in file.sections
            if section.pattern is None
            for name in section.lists.get("approvers", ())
            for holder in tree.expand(name, "approvers", file, None)[0]
        }
        above = next((place for place in [*upward(file.directory)][1:] if _read(tree, place)), None)
        values: dict[str, Json] = {
            "exists": True,
            "title": file.file,
            "covers": f"/{file.directory}/" if file.directory else "*",
            "parent": self.zone() if above is None or file.stops else self._owners_zone(above),
            "inherit": not file.stops,
            **self._deciders(approvers),
        }
        line = file.sections[0].line if file.sections else 1
        for attribute, value in values.items():
            yield Draft(zone, attribute, value, file.file, line, zone)
        for label in _labels(file):
            yield Draft(zone, "label", label.text, file.file, label.line, zone)
        for party, holder in approvers.items():
            yield from self._introduce(party, holder.file, holder.line)

    def unstated(self, file: OwnersFile) -> Iterator[Quarantined]:
        """Filters other than ``.*`` are regular expressions, which no zone covers: they are told, not stated."""
        for section in file.sections:
            if section.pattern is not None:
                message = f"the filter {section.pattern!r} is not stated: a zone covers path patterns only"
                hint = "counterpoint who --repo reads it from the file"
                zone = self._owners_zone(file.directory)
                yield Quarantined("field", message, hint, file.file, section.line, zone, "filters")

    def _owners_zone(self, directory: str) -> str:
        return self.zone(f"{directory}/~owners" if directory else "~owners")

    def _deciders(self, parties: Iterable[Party]) -> dict[str, Json]:
        """Owner and decider: to be listed in either format is to be one of those who may approve."""
        refs: list[Json] = [self._ref(ref) for ref in sorted({party.ref for party in parties})]
        if not refs:
            return {}
        return {"owner": refs, "decider": list(refs), **({"rule": "any"} if len(refs) > 1 else {})}

    def _introduce(self, party: Party, file: str, line: int) -> Iterator[Draft]:
        ref = self._ref(party.ref)
        if ref in self._introduced:
            return
        self._introduced.add(ref)
        yield Draft(ref, "exists", True, file, line, ref)
        if party.kind == "team":
            yield Draft(ref, "title", party.name, file, line, ref)
            return
        system = "email" if party.kind == "email" else "github"
        yield Draft(ref, "handle", {"system": system, "handle": party.name}, file, line, ref)

    def _ref(self, ref: str) -> str:
        return in_namespace(ref, self._namespace)


def _read(tree: OwnersTree, directory: str) -> bool:
    file = tree.file_in(directory)
    return file is not None and not file.refused


def _labels(file: OwnersFile) -> list[Name]:
    return [name for section in file.sections if section.pattern is None for name in section.lists.get("labels", ())]
