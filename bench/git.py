"""Reading a history into the lake, against ``git log --numstat -M`` to nowhere; and its memory, however long it is.

    python bench/git.py CLONE… [--rounds 5] [--pydriller PYTHON]
    python bench/git.py --generate FOLDER [--commits 1000000] [--people 4000]
    python bench/git.py --memory CLONE [--refs at-100000 at-300000 main]
    python bench/git.py --map CLONE [--refs at-100000 at-300000 main]

*CLONE* is a repository that you bring, bare or not. Ours begins with opening it and ends with its last Parquet file;
the floor is git alone, which counts the same lines and writes them into nothing. In turns, in one run; the ratio is of
the medians. ``trace`` is the whole command's work: the ledger, the identities and the quarantine as well. PyDriller,
where a Python is given that has it (``uv venv`` and ``uv pip install pydriller``), walks the same commits and asks each
for the lines that were added and removed in each file, once.

``--generate`` makes a bare repository by ``git fast-import``: commits on one line with a merge here and there, by
people of whom few write most, of one to three files out of 50,000, of which a few are changed most. Its branches
``at-N`` are its first N commits. ``--memory`` reads each reference in a process of its own and says how much memory
that took at most; ``--map`` does all that ``counterpoint map`` does with each, from reading to the page.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pyarrow as pa

from counterpoint.actions.tracing import TraceRequest, stored, trace
from counterpoint.lake.place import Place
from counterpoint.lake.writing import Writer
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.activity import Traces
from counterpoint.reporting import Wanted, map_repositories, render
from counterpoint.sources.traces.git import GitHistory

_DRILLER = """
import sys
from pydriller import Repository
count = sum(file.added_lines + file.deleted_lines for one in Repository(sys.argv[1]).traverse_commits()
            for file in one.modified_files)
print(count)
"""


class _Nobody:
    """Stands for the ledger: an identifier for each reference, made out of it."""

    def meet(self, identities: object) -> None:
        """Nobody is remembered."""

    def identifiers(self, references: pa.Array) -> pa.Array:
        """As long as real ones."""
        return pa.array(
            [None if one is None else f"actor:{hash(one):020x}" for one in references.to_pylist()], pa.string()
        )


def into_files(clone: Path, folder: str, options: dict[str, str] | None = None) -> int:
    """Read a history into Parquet files; how many rows it has."""
    source = GitHistory(clone, options or {})
    writer = Writer(Place.at(folder), source.name, "git")
    rows = 0
    for one in source.read(None, lambda *_: None):
        if isinstance(one, Traces):
            rows += one.rows.num_rows
            writer.add(stored(one, source.name, _Nobody()), one.latest)  # type: ignore[arg-type]
    writer.close()
    return rows


def only_read(clone: Path) -> None:
    """Read a history into rows, and drop them."""
    for _ in GitHistory(clone, {}).read(None, lambda *_: None):
        pass


def whole(clone: Path, folder: str) -> None:
    """What the command does: a new organisation, and the history in it."""
    ledger = Ledger.create(f"{folder}/org.db")
    try:
        trace(ledger, Place.at(f"{folder}/lake"), TraceRequest(clone), actor="person:bench@local")
    finally:
        ledger.close()


def git_alone(clone: Path) -> None:
    """The floor."""
    subprocess.run(["git", "-C", str(clone), "log", "--numstat", "-M"], stdout=subprocess.DEVNULL, check=True)


def compare(clone: Path, rounds: int, driller: str | None) -> None:
    """Every way in turns; medians and their ratio to the floor."""
    with tempfile.TemporaryDirectory() as place:
        folders = (str(Path(place) / str(number)) for number in range(10_000))

        def fresh() -> str:
            folder = Path(next(folders))
            folder.mkdir()
            return str(folder)

        ways: dict[str, Callable[[], object]] = {
            "git log --numstat -M": lambda: git_alone(clone),
            "read into rows": lambda: only_read(clone),
            "read into Parquet": lambda: into_files(clone, fresh()),
            "trace": lambda: whole(clone, fresh()),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        rows = into_files(clone, fresh())
        for _ in range(rounds):
            for name, way in ways.items():
                took[name].append(_seconds(way))
        if driller:
            took["PyDriller"] = [
                _seconds(
                    lambda: subprocess.run([driller, "-c", _DRILLER, str(clone)], check=True, stdout=subprocess.PIPE)
                )
            ]
    floor = statistics.median(wall for wall, _ in took["git log --numstat -M"])
    print(f"{clone}: {rows} rows")
    for name, times in took.items():
        walls = [wall for wall, _ in times]
        median, worked = statistics.median(walls), statistics.median(busy for _, busy in times)
        spread = f"({min(walls):.2f} to {max(walls):.2f})"
        print(f"  {name:22} {median:8.2f} s  {spread:18} {median / floor:6.2f}   processor {worked:6.2f} s")


def _seconds(way: Callable[[], object]) -> tuple[float, float]:
    """How long a way takes, and how long processors work for it, ours and git's together."""
    busy, begun = _busy(), time.perf_counter()
    way()
    return time.perf_counter() - begun, _busy() - busy


def _busy() -> float:
    several = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in several)


def generate(folder: Path, commits: int, people: int) -> None:
    """Make a repository of so many commits."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    command = ["git", "-C", str(folder), "-c", "core.compression=1", "fast-import", "--quiet", "--depth=10"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as git:
        assert git.stdin is not None
        _write(git.stdin, commits, people)
    if git.returncode:
        raise SystemExit(git.returncode)


def _write(entry: IO[bytes], commits: int, people: int) -> None:
    dice = random.Random(4)
    files = 37**3
    bodies = ["".join(f"line {dice.randint(0, 9)}\n" for _ in range(8)) for _ in range(500)]
    for number in range(1, commits + 1):
        who = min(int(dice.paretovariate(0.7)), people)
        when = 1_000_000_000 + number * 600
        message = f"Change {number} (#{number % 9973})\n\nReviewed-by: R{who % 97} <r{who % 97}@example.org>\n"
        lines = [
            "commit refs/heads/main", f"mark :{number}",
            f"author P{who} <p{who}@example.org> {when} +0100", f"committer P{who} <p{who}@example.org> {when} +0100",
            f"data {len(message)}", message,
        ]  # fmt: skip
        if number > 1:
            lines.append(f"from :{number - 1}")
        if number % 20 == 0 and number > 100:
            lines.append(f"merge :{number - 50}")
        for _ in range(dice.randint(1, 3)):
            file = min(int(dice.paretovariate(0.5)), files) % files
            path = f"d{file // 1369}/e{file // 37 % 37}/f{file % 37}.py"
            content = f"file {file}\n" + bodies[dice.randrange(len(bodies))]
            lines += [f"M 100644 inline {path}", f"data {len(content)}", content]
        entry.write("\n".join([*lines, ""]).encode())
        if number % 100_000 == 0 or number in (10_000, 30_000):
            entry.write(f"reset refs/heads/at-{number}\nfrom :{number}\n\ncheckpoint\n\n".encode())


def memory(clone: Path, references: list[str]) -> None:
    """The most memory that reading each reference took, in a process of its own."""
    for reference in references:
        command = [sys.executable, __file__, "--one", reference, str(clone)]
        print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout, end="", flush=True)


def one_reading(clone: Path, reference: str) -> None:
    """Read one reference, and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        rows = into_files(clone, folder, {"ref": reference})
        print(f"{reference}: {rows} rows, {_taken(begun)}")


def maps(clone: Path, references: list[str]) -> None:
    """The most memory that a map of each reference took, in a process of its own."""
    for reference in references:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "repository"
            one = ["--bare", "--shared", "--single-branch", "--branch", reference]
            subprocess.run(["git", "clone", "--quiet", *one, str(clone), str(copy)], check=True)
            command = [sys.executable, __file__, "--one-map", reference, str(copy)]
            print(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout, end="", flush=True)


def one_map(clone: Path, reference: str) -> None:
    """Draw the map of a repository, and say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        page = render(map_repositories([clone], Path(folder), Wanted(), lambda *_: None))
        print(f"{reference}: a page of {len(page)} characters, {_taken(begun)}")


def _taken(begun: float) -> str:
    ours, gits = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    took = time.perf_counter() - begun
    return f"{took:.0f} s (processor {_busy():.0f} s), at most {ours:.0f} MB, and git beside it {gits:.0f} MB"


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pydriller", metavar="PYTHON")
    parser.add_argument("--generate", type=Path, metavar="FOLDER")
    parser.add_argument("--commits", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--refs", nargs="+", default=["at-100000", "at-300000", "main"])
    parser.add_argument("--map", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--one-map", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.generate:
        generate(given.generate, given.commits, given.people)
    for clone in given.clones:
        if given.one:
            one_reading(clone, given.one)
        elif given.one_map:
            one_map(clone, given.one_map)
        elif given.map:
            maps(clone, given.refs)
        elif given.memory:
            memory(clone, given.refs)
        else:
            compare(clone, given.rounds, given.pydriller)


if __name__ == "__main__":
    main()
