"""The truck factors that Avelino, Passos, Hora and Valente published (ICPC 2016), worked out from clones.

    python bench/truck_factor.py FOLDER --aliases alias.txt --left-out filtered-files.txt

Fetches nothing. FOLDER holds clones called thor, devise, nokogiri, jekyll and celery (or ``--clone thor=PATH``); the
two lists are the study's own, ``alias.txt`` and ``filtered-files.txt`` as they stood in the history of
github:aserg-ufmg/Truck-Factor (commit 741544b, folder gittruckfactor). Each history is read up to the commit that the
table has, by the product's own source; the measure counts whoever ever wrote (``away=0``) and counts moves as changes
(``moves=1``), as the study did. Names of one person are joined as the study did: by address, by name without accents
and case, and by its list.
"""

from __future__ import annotations

import argparse
import sys
import time
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.lake.running import run_in
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked
from counterpoint.measures.tables import ORGANISATION
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from counterpoint.model.activity import Identity, Traces
from counterpoint.questions.paths import named
from counterpoint.sources.traces.formats import opened

PUBLISHED = {
    "thor": ("erikhuda/thor", "0a7a7aa6", 1),
    "devise": ("plataformatec/devise", "ac79f1e1", 2),
    "nokogiri": ("sparklemotion/nokogiri", "441ed8af", 2),
    "jekyll": ("jekyll/jekyll", "03d21b0c", 4),
    "celery": ("celery/celery", "80150fb6", 1),
}
"""What the study calls each repository, its last commit before 2015-02-25, and its truck factor."""
_RENAMES = """
select
    source, coalesce(landed, moment) as moment, coalesce(thread, '') as thread,
    json_extract_string(attributes, '$.from') as old, object as new
from stored
where verb = 'rename'
"""


def listed(path: Path, repository: str) -> list[list[str]]:
    """The lines of a list of the study that are about a repository, without its name."""
    lines = [line.rstrip("\r\n").split(";") for line in path.read_text(errors="replace").splitlines()]
    return [line[1:] for line in lines if line[0] == repository]


def plain(name: str) -> str:
    """A name without accents and case."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(one for one in letters if not unicodedata.combining(one)).upper().strip()


def joined(identities: Sequence[Identity], aliases: Sequence[Sequence[str]]) -> dict[str, str]:
    """Which party each identity is, one for all names of one person."""
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            one = above[one]
        return one

    for one in identities:
        above[top(one.reference)] = top(f"name:{plain(one.name)}") if one.name else top(one.reference)
    for row in aliases:
        above[top(f"name:{plain(row[0])}")] = top(f"name:{plain(row[1])}")
    return {one.reference: f"person:{top(one.reference)}" for one in identities}


def read(path: Path, commit: str) -> tuple[pa.Table, list[Identity]]:
    """The activity of a clone up to a commit, and who is in it."""
    source = opened(path, "git", {"ref": commit})
    parts, identities = [], []
    for one in source.read(None, lambda *_: None):
        if isinstance(one, Traces):
            parts.append(pa.Table.from_batches([one.rows]))
            identities += one.identities
    rows = pa.concat_tables(parts).unify_dictionaries()
    return rows.append_column("source", pa.array([source.name] * rows.num_rows)), identities


def worked_out(rows: pa.Table, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The measure of these rows, by figure."""
    asked = Asked(settings={"away": 0, "moves": 1})
    made = {}
    for name, relation in ORGANISATION.items():
        blank = dict.fromkeys(relation.columns)
        made[name] = pa.Table.from_pylist([blank | dict(row) for row in tables.get(name, ())], schema=relation.schema)
    with DuckEngine().session(Place.at("."), [], made) as session:
        session.table("stored", rows)
        session.table("path_name", named(session.query(_RENAMES)))
        make_views(session, asked, datetime.now(UTC))
        return {row["figure"]: row for row in run_in(TRUCK_FACTOR, asked, session).rows.to_pylist()}


def main() -> int:
    """Work out all five and compare; 1 where one differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--aliases", type=Path, required=True)
    parser.add_argument("--left-out", type=Path, required=True)
    parser.add_argument("--clone", action="append", default=[], metavar="NAME=PATH")
    asked = parser.parse_args()
    clones = dict(one.split("=", 1) for one in asked.clone)
    differ = 0
    print("repository  commit     published  found  95 %     files  authors  seconds")
    for name, (called, commit, published) in PUBLISHED.items():
        begun = time.perf_counter()
        rows, identities = read(Path(clones.get(name, asked.folder / name)), commit)
        party = joined(identities, listed(asked.aliases, called))
        tables = {
            "actor": [{"actor": one, "party": who, "sort": "person", "confidence": 1.0} for one, who in party.items()],
            "left_out": [
                {"source": rows["source"][0].as_py(), "path": row[0], "rule": row[1]}
                for row in listed(asked.left_out, called)
            ],
        }
        found = worked_out(rows, tables)
        factor = found["truck factor"]
        differ += factor["value"] != published
        print(
            f"{name:10}  {commit:9}  {published:9}  {factor['value']:5.0f}  {factor['low']:.0f} to {factor['high']:.0f}"
            f"  {factor['n']:7}  {found['authors']['value']:7.0f}  {time.perf_counter() - begun:7.1f}"
        )
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
