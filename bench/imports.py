"""Import of the three real organisations, against only parsing the same files. Aim: at most twice as long.

    python bench/imports.py [DATA]

The floor reads and parses each file with the library made for its format (tomli, PyYAML with libyaml, email.parser for
header blocks, markdown-it for Markdown) and does nothing with it. The import reads, maps, compares and commits to a new
SQLite file with synchronous=FULL. Both in one process, in turns; the ratio is of the medians.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from email.parser import HeaderParser
from pathlib import Path

import tomli
import yaml
from markdown_it import MarkdownIt

from counterpoint.actions.bringing import Request, bring, read
from counterpoint.ledger.ledger import Ledger

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    ("rust/team", "rust/teams.toml", "rust"),
    ("rust/calendar", "rust/calendar.toml", "rust"),
    ("rust/goals", "rust/goals.toml", "rust"),
    ("opentelemetry", "opentelemetry/community.toml", "otel"),
    ("python/peps", "python/peps.toml", "python"),
)
ROUNDS = 5


def parse(path: Path, markdown: MarkdownIt) -> object:
    """One file by the library of its format."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".toml":
            return tomli.loads(text)
        case ".yml" | ".yaml":
            return yaml.load(text, Loader=yaml.CSafeLoader)
        case ".rst":
            return HeaderParser().parsestr(text)
        case _:
            return markdown.parse(text)


def files(data: Path) -> list[Path]:
    """Every file that the mappings read."""
    requests = [Request(data / folder, str(ROOT / "examples" / mapping), space) for folder, mapping, space in SOURCES]
    found = []
    for request in requests:
        reading = read(request)
        found += [path for path in request.path.rglob("*") if path.is_file() and _in(reading, request.path, path)]
    return found


def _in(reading: object, root: Path, path: Path) -> bool:
    name = path.relative_to(root).as_posix()
    return bool(reading.in_scope(name)) and path.suffix in {".toml", ".yml", ".rst", ".md"}  # type: ignore[attr-defined]


def import_all(data: Path) -> None:
    """Everything into a new organisation."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.create(str(Path(folder) / "three.db"))
        for place, mapping, space in SOURCES:
            bring(ledger, Request(data / place, str(ROOT / "examples" / mapping), space), actor="local")
        ledger.close()


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(data: Path) -> None:
    """Measure, and print the ratio with a profile."""
    every = files(data)
    markdown = MarkdownIt("commonmark").enable("table")
    floor, imports = [], []
    for _ in range(ROUNDS):
        floor.append(timed(lambda: [parse(path, markdown) for path in every]))
        imports.append(timed(lambda: import_all(data)))
    low, high = statistics.median(floor), statistics.median(imports)
    print(f"files                {len(every)}")
    print(f"only parsing         {low:.3f} s  ({min(floor):.3f} to {max(floor):.3f})")
    print(f"import, committed    {high:.3f} s  ({min(imports):.3f} to {max(imports):.3f})")
    print(f"ratio                {high / low:.2f}  (aim: at most 2)")
    profile = cProfile.Profile()
    profile.runcall(import_all, data)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
