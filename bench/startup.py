"""Start-up of the command line, against the interpreter alone. Aim: a quarter of a second to --help.

python bench/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 9
COMMANDS = {
    "python, nothing imported": [sys.executable, "-c", "pass"],
    "python, click imported": [sys.executable, "-c", "import click"],
    "counterpoint --help": [str(Path(sys.executable).parent / "counterpoint"), "--help"],
    "counterpoint who --help": [str(Path(sys.executable).parent / "counterpoint"), "who", "--help"],
}


def once(command: list[str]) -> float:
    """Seconds of wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands in turns and print medians and ratios to the interpreter alone."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(once(command))
    floor = statistics.median(next(iter(times.values())))
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:28} {middle:.3f} s  ({min(found):.3f} to {max(found):.3f})  {middle / floor:.1f} times")


if __name__ == "__main__":
    main()
