"""The path of an organisation's files: texts, records, checks, drafts. Wrong files are refused whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from counterpoint.errors import Problem
from counterpoint.model.statements import Draft
from counterpoint.sources.organisation.check_identity import mentions
from counterpoint.sources.organisation.checks import check_all
from counterpoint.sources.organisation.problems import in_order
from counterpoint.sources.organisation.records import read_records
from counterpoint.sources.organisation.whole import Whole, ours, problem, whole

SUFFIX = ".toml"
MAPPING_SUFFIX = ".mapping.toml"
"""Mapping files may lie beside the organisation's own; they are no part of it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A reference into another namespace: an import may bring what it means; only the ledger can say if it is there."""

    reference: str
    place: Problem
    """What to tell where nothing answers to it."""


@dataclass(frozen=True, slots=True)
class OrganisationReading:
    """What an organisation's files say.

    ``problems`` are all there are, by file and line; with any of them ``drafts`` is empty, for wrong files are refused
    whole. ``outside`` are the references that only the ledger can judge, the same one once for each place.
    """

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    outside: tuple[Outside, ...] = ()


def read_organisation(folder: Path, known: Iterable[str] = (), skip: Collection[str] = ()) -> OrganisationReading:
    """Read every ``*.toml`` below ``folder`` (mapping files and what is hidden left out).

    ``known`` are entities that other sources describe without a namespace: they may be pointed at. ``skip`` names
    checks to leave out. A folder or file that cannot be read is a problem like any other.
    """
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem("this is not UTF-8", name, line, None, "save the file as UTF-8"))
        except OSError as error:
            problems.append(Problem(f"cannot be read: {error.strerror}", name, None, None, "check who may read it"))
    if not files and not problems:
        what = "there are no .toml files in it" if folder.is_dir() else "there is no such folder"
        hint = f"`counterpoint init {folder}` writes a first organisation"
        return OrganisationReading((), (Problem(what, str(folder), None, None, hint),))
    return _reading(files, problems, known, skip)


def read_texts(files: Mapping[str, str], known: Iterable[str] = (), skip: Collection[str] = ()) -> OrganisationReading:
    """As :func:`read_organisation`, of texts by the name of their file."""
    return _reading(files, [], known, skip)


def _reading(
    files: Mapping[str, str], problems: list[Problem], known: Iterable[str], skip: Collection[str]
) -> OrganisationReading:
    reading = read_records(files)
    all_of_it = whole(reading.records, known)
    # What an unreadable file describes is not known: calling every reference to it wrong would bury the one mistake.
    blind = () if reading.complete and not problems else ("references",)
    every = in_order([*problems, *reading.problems, *check_all(all_of_it, {*skip, *blind})])
    drafts = () if every else tuple(draft for record in reading.records for draft in record.drafts)
    return OrganisationReading(drafts, every, tuple(_outside(all_of_it)))


def _outside(all_of_it: Whole) -> Iterable[Outside]:
    there = all_of_it.known
    for record, draft, target in mentions(all_of_it):
        if not ours(target) and target not in there:
            hint = "import it first, or check the spelling"
            yield Outside(target, problem(record, draft.attribute, f"nothing describes {target}", hint, draft))
    for record in all_of_it.records:
        if not ours(record.entity) and record.entity not in there:
            hint = "import it first, or check the spelling"
            yield Outside(record.entity, problem(record, "", f"nothing else describes {record.entity}", hint))


def _paths(folder: Path) -> list[Path]:
    found = [
        path
        for path in folder.rglob(f"*{SUFFIX}")
        if path.is_file()
        and not path.name.endswith(MAPPING_SUFFIX)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())
