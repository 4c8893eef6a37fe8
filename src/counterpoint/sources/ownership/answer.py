"""Who owns a path of a checked-out repository, with no organisation at hand: ``counterpoint who --repo DIR PATH``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from counterpoint.errors import Problem
from counterpoint.model.answers import Step
from counterpoint.model.statements import Quarantined
from counterpoint.sources.ownership.codeowners import LOCATIONS, Codeowners, Rule, load_codeowners
from counterpoint.sources.ownership.files import Asked, PathKind, asked, repository
from counterpoint.sources.ownership.owners import ROLES, OwnersFile
from counterpoint.sources.ownership.tree import Holder, OwnersTree

Format = Literal["CODEOWNERS", "OWNERS"]
Answer = Literal["one", "shared", "none"]
MOST_OVERRULED = 10


@dataclass(frozen=True, slots=True)
class Matched:
    """The rule that holds: its file, its line, its pattern (for OWNERS the filter, None where there is none)."""

    file: str
    line: int
    pattern: str | None


@dataclass(frozen=True, slots=True)
class Owner:
    """One party in one role. ``nearest``: named by the nearest file that names anybody in this role.

    Roles: ``owner`` in CODEOWNERS; ``approvers``, ``reviewers``, ``required_reviewers``, ``emeritus_approvers`` and
    ``emeritus_reviewers`` in OWNERS. Only owners and approvers decide.
    """

    role: str
    party: str
    name: str
    file: str
    line: int
    nearest: bool = True
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one of the two formats says of a path; ``deciders`` are references, nearest first.

    ``answer``: *one*; *shared* under the rule any (any one of them may approve); *none*. ``inherited_from`` is the
    OWNERS file of a directory further up whose approvers are the nearest. ``labels`` are those of OWNERS.
    """

    format: Format
    answer: Answer
    rule: str | None
    deciders: tuple[str, ...]
    matched: Matched | None
    inherited_from: str | None
    owners: tuple[Owner, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnershipAnswer:
    """Who owns ``path``. The fields of the format that was ``used`` stand here; ``other`` is what the other one says.

    ``used`` is None where no file says anything, and ``why`` says in words why this format was used.
    """

    path: str
    kind: PathKind
    used: Format | None
    why: str
    answer: Answer
    rule: str | None
    deciders: tuple[str, ...]
    matched: Matched | None
    inherited_from: str | None
    owners: tuple[Owner, ...]
    labels: tuple[str, ...]
    other: Finding | None
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]


def who_owns(repo_dir: Path | str, path: Path | str, *, prefer: Format | None = None) -> OwnershipAnswer:
    """Who owns a path of a checked-out repository, by its CODEOWNERS or its OWNERS files.

    The path may be a file, a directory (then it is asked for a new file in it), or not exist (yet). ``prefer``
    chooses between the formats where both name an answer; otherwise CODEOWNERS is used.

    Raises:
        NotFound: ``repo_dir`` is not a directory.
        Refused: the path leads out of the repository.
    """
    root = repository(repo_dir)
    question = asked(root, path)
    steps: list[Step] = []
    problems: list[Quarantined] = []
    by_rules = _by_codeowners(load_codeowners(root), question, steps, problems)
    by_tree = _by_owners(OwnersTree(root), question, steps, problems)
    used, why = _choose(by_rules, by_tree, prefer)
    other = next((one for one in (by_rules, by_tree) if one is not None and one is not used), None)
    shown = used or Finding("CODEOWNERS", "none", None, (), None, None, ())
    steps.append(Step("which format", question.path or ".", why))
    return OwnershipAnswer(
        question.path,
        question.kind,
        used.format if used else None,
        why,
        shown.answer,
        shown.rule,
        shown.deciders,
        shown.matched,
        shown.inherited_from,
        shown.owners,
        shown.labels,
        other,
        tuple(steps),
        tuple(as_problem(one) for one in problems),
    )


def as_problem(bad: Quarantined) -> Problem:
    """What could not be read, as a problem to print."""
    return Problem(bad.message, bad.file, bad.line, bad.field, bad.hint)


def _choose(rules: Finding | None, tree: Finding | None, prefer: Format | None) -> tuple[Finding | None, str]:
    """The finding that answers. A format answers where a rule of it matches, even one that names nobody."""
    by_rules = rules if rules is not None and rules.matched else None
    by_tree = tree if tree is not None and tree.matched else None
    if by_rules and by_tree:
        if prefer == "OWNERS":
            return by_tree, "OWNERS, as was asked; CODEOWNERS has an answer too"
        if prefer == "CODEOWNERS":
            return by_rules, "CODEOWNERS, as was asked; OWNERS has an answer too"
        return by_rules, "CODEOWNERS, because the host of the repository enforces it; OWNERS needs a bot that does"
    if by_rules:
        return by_rules, "CODEOWNERS has a rule for it" + (", OWNERS names no approver" if tree else "")
    if by_tree:
        return by_tree, "OWNERS names approvers" + (", no rule of CODEOWNERS matches" if rules else "")
    if rules and tree:
        return rules, "no rule of CODEOWNERS matches, and OWNERS names no approver"
    if rules or tree:
        return rules or tree, "no rule of CODEOWNERS matches" if rules else "OWNERS names no approver"
    return None, "there is neither a CODEOWNERS nor an OWNERS file that can be used"


def _by_codeowners(
    file: Codeowners | None, question: Asked, steps: list[Step], problems: list[Quarantined]
) -> Finding | None:
    if file is None:
        steps.append(Step("CODEOWNERS", ", ".join(LOCATIONS), "not there"))
        return None
    problems.extend(file.quarantined)
    if file.refused is not None:
        steps.append(Step("CODEOWNERS", file.file, f"not used: {file.refused.message}"))
        return None
    skipped = f", {len(file.quarantined)} lines skipped" if file.quarantined else ""
    steps.append(Step("CODEOWNERS", file.file, f"the first of its places; {len(file.rules)} rules{skipped}"))
    matching = file.rules_for(question.probe)
    if not matching:
        steps.append(Step("last matching rule", file.file, "no rule matches"))
        return Finding("CODEOWNERS", "none", None, (), None, None, ())
    held, overruled = matching[0], matching[1:]
    steps.append(Step("last matching rule", f"{held.file}:{held.line}", _words(held), _refs(held)))
    for rule in overruled[:MOST_OVERRULED]:
        steps.append(Step("matches too, overruled", f"{rule.file}:{rule.line}", _words(rule), _refs(rule)))
    if len(overruled) > MOST_OVERRULED:
        steps.append(Step("matches too, overruled", file.file, f"{len(overruled) - MOST_OVERRULED} more rules"))
    owners = tuple(Owner("owner", party.ref, str(party), held.file, held.line) for party in held.owners)
    matched = Matched(held.file, held.line, held.pattern.text)
    return _finding("CODEOWNERS", owners, matched, None)


def _words(rule: Rule) -> str:
    return f"{rule.pattern.text} → {', '.join(str(party) for party in rule.owners) or 'explicitly nobody'}"


def _refs(rule: Rule) -> tuple[str, ...]:
    return tuple(party.ref for party in rule.owners)


def _finding(
    form: Format, owners: tuple[Owner, ...], matched: Matched | None, inherited: str | None, labels: Iterable[str] = ()
) -> Finding:
    deciders = tuple(dict.fromkeys(owner.party for owner in owners if owner.role in ("owner", "approvers")))
    answer: Answer = "none" if not deciders else "one" if len(deciders) == 1 else "shared"
    rule = "any" if answer == "shared" else None
    return Finding(form, answer, rule, deciders, matched, inherited, owners, tuple(labels))


def _by_owners(tree: OwnersTree, question: Asked, steps: list[Step], problems: list[Quarantined]) -> Finding | None:
    files = tree.files_for(question)
    if not files:
        steps.append(Step("OWNERS", question.directory or ".", "not there, nor in any directory above"))
        return None
    problems.extend(tree.aliases.quarantined)
    owners: list[Owner] = []
    for role in ROLES:
        for place, (_, holders) in enumerate(tree.layers(question, role)):
            owners += [_owner(holder, place == 0) for holder in holders]
    layers = tree.layers(question, "approvers")
    speaking = {file.file: tuple(holder.party.ref for holder in holders) for file, holders in layers}
    for file in files:
        problems.extend(tree.problems(file))
        said = _said(tree, file, question, file.file in speaking)
        steps.append(Step("OWNERS", file.file, said, speaking.get(file.file, ())))
    labels = tree.labels(question)
    if aliases := tree.aliases.members:
        as_users = sorted({str(owner.name) for owner in owners if owner.alias is None})
        note = f"{len(aliases)} aliases; no alias, so taken as users: {', '.join(as_users) or 'none'}"
        steps.append(Step("OWNERS_ALIASES", "OWNERS_ALIASES", note))
    if not layers:
        return _finding("OWNERS", tuple(owners), None, None, labels)
    nearest = layers[0][1][0]
    own = f"{question.directory}/OWNERS" if question.directory else "OWNERS"
    inherited = None if nearest.file == own else nearest.file
    matched = Matched(nearest.file, nearest.line, nearest.pattern)
    return _finding("OWNERS", tuple(owners), matched, inherited, labels)


def _owner(holder: Holder, nearest: bool) -> Owner:
    return Owner(holder.role, holder.party.ref, str(holder.party), holder.file, holder.line, nearest, holder.alias)


def _said(tree: OwnersTree, file: OwnersFile, question: Asked, has_say: bool) -> str:
    """What one OWNERS file says of the path, in words, for the steps."""
    if file.refused:
        return f"not used, as if it were not there: {file.quarantined[0].message}"
    parts = []
    for role in ROLES:
        names = [
            f"{holder.party} (alias {holder.alias})" if holder.alias else str(holder.party)
            for holder in tree.holders(file, question, role)
        ]
        if names:
            silenced = " (without a say: no_parent_owners below)" if role == "approvers" and not has_say else ""
            parts.append(f"{role.replace('_', ' ')}: {', '.join(names)}{silenced}")
    parts += sorted(file.options)
    return "; ".join(parts) or "names nobody for this path"
