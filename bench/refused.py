"""What a refusal costs: asked for the first time, with everything held, and asked again, on sight.

    python bench/refused.py [--times 1000] [--store sqlite|postgresql]

One process asks for a resource that another agent holds. Both ways take turns in one run. The figures are statements
and milliseconds of processor time for one refusal, of the process that asks and, on PostgreSQL, of the server's process
that answers it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
from counterpoint.actions.applying import apply
from counterpoint.actions.performing import perform
from counterpoint.errors import Refused
from counterpoint.ledger.ledger import Ledger
from ledger import places
from raw import Tape

ORGANISATION = """
[[person]]
id = "ana"
[[agent]]
id = "one"
sponsor = "ana"
[[agent]]
id = "other"
sponsor = "ana"
[[work]]
id = "checkout"
[organisation]
terms = [{ action = "*", term = "alone" }]
"""
TURNS = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    print(f"{'':<28}{'statements':>10} {'process ms':>11} {'server ms':>10}")
    for store in arguments.store or ("sqlite", "postgresql"):
        with places(store) as place:
            measure(store, place(), arguments.times)


def measure(store: str, address: str, times: int) -> None:
    """Two lines of the result."""
    ledger = Ledger.create(address)
    with TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        (Path(folder) / "organisation.toml").write_text(ORGANISATION)
        apply(ledger, Path(folder), actor="local")
    perform(ledger, "lease", "take", by="agent:one", arguments={"item": "work:checkout"})
    ways: dict[str, Callable[[], None]] = {"with everything held": ledger.refused.clear, "on sight": lambda: None}
    spent = dict.fromkeys(ways, (0.0, 0.0))
    for _ in range(TURNS):
        for way, before in ways.items():
            refuse(ledger)
            began = processor(ledger)
            for _ in range(times // TURNS):
                before()
                refuse(ledger)
            ended = processor(ledger)
            spent[way] = (spent[way][0] + ended[0] - began[0], spent[way][1] + ended[1] - began[1])
    for way, before in ways.items():
        before()
        with Tape(ledger.store.engine) as tape:
            refuse(ledger)
        process, server = (1e3 * one / times for one in spent[way])
        statements = sum(kind != "commit" for kind, *_ in tape.calls)
        print(f"{store + ', ' + way:<32}{statements:>6} {process:>11.2f} {server:>10.2f}")
    ledger.close()


def refuse(ledger: Ledger) -> None:
    """Ask for what somebody else holds."""
    try:
        perform(ledger, "lease", "take", by="agent:other", arguments={"item": "work:checkout"})
    except Refused:
        return
    raise SystemExit("it was given")


def processor(ledger: Ledger) -> tuple[float, float]:
    """Seconds of processor time so far: of this process, and of the server's process for its one connection."""
    if not ledger.store.is_postgresql:
        return time.process_time(), 0.0
    with ledger.store.reading() as connection:
        number = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    fields = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
