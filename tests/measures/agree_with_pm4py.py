"""Do our figures agree with PM4Py's? To the last digit in counts, and to 1e-9 in shares and times.

    python -m tests.measures.agree_with_pm4py --pm4py PYTHON_WITH_PM4PY LOG…

PM4Py (AGPL) runs as a process of its own, in an environment of its own (``uv venv x && uv pip install --python
x/bin/python pm4py``). Nothing is fetched: bring the logs. ``--write FILE`` keeps what PM4Py says of the one log.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from counterpoint.measures.edges import EDGES
from counterpoint.measures.flow import FLOW
from counterpoint.measures.handover import HANDOVER
from counterpoint.measures.handover_people import HANDOVER_PEOPLE
from counterpoint.measures.returns import RETURNS
from tests.measures.logs import log_rows, unhidden

FIGURES = Path(__file__).with_name("pm4py_figures.py")
WORKING = "UTC Mon-Fri 07:00-17:00"
CLOSE = 1e-9
Compared = tuple[str, Any, Any]


def theirs(python: str, log: Path) -> dict[str, Any]:
    """What PM4Py says of a log."""
    done = subprocess.run([python, str(FIGURES), str(log)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return found


def compared(rows: pa.Table, said: Mapping[str, Any]) -> Iterator[Compared]:
    """Each figure by name, ours and PM4Py's."""
    yield "steps", rows.num_rows, said["steps"]
    for name, column in (("cases", "work"), ("activities", "object"), ("parties", "actor")):
        yield name, len(set(rows[column].to_pylist())), said[name]
    flow = {row["figure"]: row["value"] for row in unhidden(FLOW, rows)}
    yield "flow: cases", flow["cases"], said["cases"]
    yield "flow: cycle", flow["cycle"], said["cycle"]
    yield "flow: cycle_mean", flow["cycle_mean"], said["cycle_mean"]
    returns = {row["figure"]: row["value"] for row in unhidden(RETURNS, rows)}
    yield "returns: repeated", returns["repeated"], said["repeated_cases"] / said["cases"]
    yield from _edges(rows, said)
    yield from _network("handover_people", unhidden(HANDOVER_PEOPLE, rows), said["handover"], "log:")
    if "handover_groups" in said:
        yield "groups", len(set(rows["zone"].to_pylist())), said["groups"]
        yield from _network("handover by zone", unhidden(HANDOVER, rows, grain="zone"), said["handover_groups"])


def _edges(rows: pa.Table, said: Mapping[str, Any]) -> Iterator[Compared]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in unhidden(EDGES, rows, settings={"hours": WORKING}):
        found.setdefault((row["before"], row["step"]), {})[row["figure"]] = row["value"]
    yield "edges", len(found), len(said["edges"])
    for one, two, count in said["edges"]:
        yield f"edges: times {one} > {two}", found[one, two]["times"], count
    for one, two, mean, median in said["edge_times"]:
        yield f"edges: time_mean {one} > {two}", found[one, two]["time_mean"], mean
        yield f"edges: time {one} > {two}", found[one, two]["time"], median
    for one, two, median in said["edge_working"]:
        yield f"edges: time_working {one} > {two}", found[one, two]["time_working"], median


def _network(name: str, rows: Sequence[Any], said: Sequence[Any], prefix: str = "") -> Iterator[Compared]:
    shares: dict[tuple[str, str], float] = {}
    times: Counter[tuple[str, str]] = Counter()
    total = 0
    for row in rows:
        ends = _plain(row["unit"], prefix), _plain(row["other"], prefix)
        if row["figure"] == "share":
            shares[ends] = row["value"]
        elif row["figure"] == "times":
            times[ends], total = int(row["value"]), row["n"]
    yield f"{name}: pairs", len(shares), len(said)
    for one, two, share in said:
        yield f"{name}: share {one} > {two}", shares[one, two], share
        yield f"{name}: times {one} > {two}", times[one, two], round(share * total)


def _plain(name: str, prefix: str) -> str:
    return name.partition("/")[2] if prefix and name.startswith(prefix) else name


def differing(found: Sequence[Compared]) -> list[Compared]:
    """Those that do not agree: whole numbers must be the same, others close to 1e-9 of the larger."""
    return [
        (name, our, their)
        for name, our, their in found
        if (our != their if isinstance(their, int) else abs(our - their) > CLOSE * max(1.0, abs(our), abs(their)))
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say what differs; 1 where something does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pm4py", required=True, metavar="PYTHON", help="a Python that has PM4Py")
    parser.add_argument("--write", type=Path, help="keep what PM4Py says here")
    parser.add_argument("logs", nargs="+", type=Path)
    asked = parser.parse_args(arguments)
    wrong = 0
    for log in asked.logs:
        said = theirs(asked.pm4py, log)
        if asked.write:
            asked.write.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        found = list(compared(log_rows(log, nobody=""), said))
        differ = differing(found)
        wrong += len(differ)
        print(f"{log.name}: {len(found)} figures compared with PM4Py {said['pm4py']}, {len(differ)} differ")
        print(f"  {said['cases']} cases, {said['steps']} steps, {said['activities']} activities, "
              f"{said['parties']} parties, {len(said['edges'])} edges, {len(said['handover'])} handovers")  # fmt: skip
        for name, our, their in differ[:20]:
            print(f"  {name}: {our!r} here, {their!r} there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
