"""Counterpoint beside other tools that agents share their work with: what each is quick at, and whose "yes" is true.

    python bench/peers/compare.py --tools counterpoint counterpoint-cli taskwarrior
    python bench/peers/compare.py --sdk-python PATH --taskmaster FOLDER --agent-mail PYTHON --paperclip COMMAND …

Nothing is installed here: a tool whose place is not given is left out. ``bench/README.md`` says how to get each. Tools
take turns, ``--rounds`` times, so that a busy machine is busy for all of them. A figure is the median of the rounds'
medians, with the least of all in brackets; counts are sums.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import TOOLS, add_places
from peer import Places

SPEAK_MCP = {"task-master", "agent-mail"}
NEEDS = {"task-master": "taskmaster", "agent-mail": "agent_mail", "paperclip": "paperclip"}
"""Which place must be given for a tool; the others are commands that are found by their name."""
Round = dict[str, Any]
ASKED = {"create": "create", "claim": "claim", "first": "the first ready", "ready": "all that is ready"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", nargs="*", choices=TOOLS, default=None, help="all whose place is given")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sizes", nargs="*", default=None, help="how many items there are, each in turn")
    parser.add_argument("--races", nargs="*", default=None, help="pairs: claimants, and how many races")
    parser.add_argument("--calls", default=None, help="how often each call is made at a size (30)")
    parser.add_argument("--waits", default=None, help="each so many items one waits for another; 0: none (4)")
    parser.add_argument(
        "--sdk-python", default=sys.executable, help="an interpreter that has the mcp package, 2 or later"
    )
    parser.add_argument("--json", action="store_true", help="every figure of every round")
    parser.add_argument("--saved", nargs="*", help="measure nothing: the tables of what earlier runs wrote with --json")
    add_places(parser)
    asked = parser.parse_args()
    tools = asked.tools or [tool for tool in TOOLS if tool not in NEEDS or getattr(asked, NEEDS[tool])]
    found: dict[str, list[Round]] = {tool: [] for tool in tools}
    for file in asked.saved or ():
        for tool, rounds in json.loads(Path(file).read_text()).items():
            found.setdefault(tool, []).extend(rounds)
    for _ in range(0 if asked.saved else asked.rounds):
        for tool, rounds in found.items():
            measured = _measure(tool, asked)
            if measured is not None:
                rounds.append(measured)
    kept = {tool: rounds for tool, rounds in found.items() if rounds}
    print(json.dumps(kept, indent=2) if asked.json else "\n\n".join(tables(list(kept.values()))))
    return 0


def _measure(tool: str, asked: argparse.Namespace) -> Round | None:
    """One round of one tool, in a process of its own; None where it failed, which is told."""
    words = [asked.sdk_python if tool in SPEAK_MCP else sys.executable]
    words += [str(Path(__file__).with_name("measure.py")), tool]
    for place in dataclasses.fields(Places):
        words += [f"--{place.name.replace('_', '-')}", getattr(asked, place.name)]
    for name in ("sizes", "races"):
        if getattr(asked, name) is not None:
            words += [f"--{name}", *getattr(asked, name)]
    for name in ("calls", "waits"):
        if getattr(asked, name) is not None:
            words += [f"--{name}", getattr(asked, name)]
    print(f"{tool} …", file=sys.stderr, flush=True)
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{tool}: not measured", file=sys.stderr)
        return None
    measured: Round = json.loads(done.stdout)
    return measured


def tables(tools: Sequence[Sequence[Round]]) -> list[str]:
    """What was measured, as Markdown: how long things take, races, writers, and what each tool is."""
    made = []
    every = [found for rounds in tools for found in rounds]
    for items in sorted({size["items"] for found in every for size in found["sizes"]}):
        rows = [[rounds[0]["tool"], *_times(rounds, items)] for rounds in tools]
        made.append(_table([f"ms at {items:,} items", *ASKED.values()], rows))
    for claimants in sorted({race["claimants"] for found in every for race in found["races"]}):
        heads = [f"{claimants} claimants of one item", "races", "told yes", "true", "races all right", "ms a race"]
        made.append(_table(heads, [[rounds[0]["tool"], *_races(rounds, claimants)] for rounds in tools]))
    rows = [[rounds[0]["tool"], *_writers([found["writers"] for found in rounds])] for rounds in tools]
    made.append(_table(["8 writers", "asked", "acknowledged", "kept", "a second"], rows))
    rows = [[rounds[0]["tool"], rounds[0]["version"], rounds[0]["reached"]] for rounds in tools]
    made.append(_table(["tool", "version", "reached by"], rows))
    notes = [note for rounds in tools for note in _notes(rounds)]
    return [*made, "\n".join(notes)] if notes else made


def _notes(rounds: Sequence[Round]) -> list[str]:
    """What a tool answered instead of doing it, and lists that were not what should have been ready."""
    counted: Counter[str] = Counter()
    for found in rounds:
        parts = [(f"{race['claimants']} claimants", race) for race in found["races"]] + [("writers", found["writers"])]
        for size in found["sizes"]:
            parts += [(f"{what} at {size['items']:,} items", size[what]) for what in ASKED]
            if size["ready"]["ms"] is not None and size["ready"]["listed"] != size["ready"]["expected"]:
                listed, expected = size["ready"]["listed"], size["ready"]["expected"]
                counted[f"ready at {size['items']:,} items: {listed} were listed and {expected} can be taken"] += 1
        for what, part in parts:
            counted.update({f"{what}: {error}": count for error, count in part["errors"].items()})
    return [f"- {rounds[0]['tool']}, {what} ({count} times)" for what, count in counted.items()]


def _times(rounds: Sequence[Round], items: int) -> list[str]:
    sizes = [size for found in rounds for size in found["sizes"] if size["items"] == items]
    return [_time([size[what] for size in sizes]) for what in ASKED] if sizes else ["not measured"] * len(ASKED)


def _time(timings: Sequence[dict[str, Any]]) -> str:
    good = [timing["ms"] for timing in timings if timing["ms"] is not None]
    if not good:
        return "none answered"
    failed = sum(timing["failed"] for timing in timings)
    note = f", {failed} failed" if failed else ""
    least = min(timing["least_ms"] for timing in timings if timing["ms"] is not None)
    return f"{_short(statistics.median(good))} ({_short(least)}){note}"


def _races(rounds: Sequence[Round], claimants: int) -> list[str]:
    races = [race for found in rounds for race in found["races"] if race["claimants"] == claimants]
    if not races:
        return ["not measured"] * 5
    sums = [sum(race[name] for race in races) for name in ("races", "yes", "true", "right")]
    took, least = statistics.median(race["ms"] for race in races), min(race["least_ms"] for race in races)
    return [*(str(number) for number in sums), f"{_short(took)} ({_short(least)})"]


def _writers(writers: Sequence[dict[str, Any]]) -> list[str]:
    sums = [sum(found[name] for found in writers) for name in ("asked", "acknowledged", "kept")]
    return [*(str(number) for number in sums), _short(statistics.median(found["a_second"] for found in writers))]


def _short(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
