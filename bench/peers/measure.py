"""Measure one tool; ``compare.py`` runs this once for each, each with the interpreter that it needs.

    python bench/peers/measure.py taskwarrior --taskwarrior task

Prints the figures as JSON. Every part starts from an empty project: filled to each size (list what is ready, create,
claim, by one client), races for one item, and eight clients that create at the same time.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crowd import Answer, Crowd
from peer import Peer, Places, one_is_true, planned

TOOLS = {
    "counterpoint": "counterpoint_peer",
    "counterpoint-cli": "counterpoint_cli",
    "task-master": "taskmaster",
    "agent-mail": "agentmail",
    "taskwarrior": "taskwarrior",
    "paperclip": "paperclip",
}
WRITERS, EACH = 8, 10
ENOUGH = 60.0


@dataclasses.dataclass(frozen=True)
class Load:
    """How much is asked."""

    sizes: tuple[int, ...] = (1_000, 20_000)
    waits: int = 4
    calls: int = 30
    listings: int = 5
    races: tuple[tuple[int, int], ...] = ((16, 20), (64, 5))


@contextmanager
def running(peer: Peer) -> Iterator[Peer]:
    """An empty project in a folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="peer-"))
    try:
        peer.start(folder)
        yield peer
    finally:
        peer.stop()
        shutil.rmtree(folder, ignore_errors=True)


def at_size(peer: Peer, size: int, load: Load) -> dict[str, Any]:
    """One client in a project of so many items: milliseconds to list, create and claim."""
    with running(peer):
        ready = peer.seed(planned(size, load.waits))
        with Crowd(peer, 1) as client:
            client.one("create", "Warm")
            client.one("claim", ready.pop())
            expected = len(ready) + 1
            client.one("first")
            firsts = some(load.calls, lambda _: client.one("first"))
            listings = some(load.listings, lambda _: client.one("ready"))
            creates = some(load.calls, lambda number: client.one("create", f"Extra {number:04d}"))
            claims = some(load.calls, lambda _: client.one("claim", ready.pop()))
    refused = sum(1 for answer in claims if answer.value is False)
    return {
        "items": size,
        "ready": timings(listings) | {"listed": listings[-1].value, "expected": expected},
        "first": timings(firsts) | {"listed": firsts[-1].value},
        "create": timings(creates),
        "claim": timings(claims) | {"refused": refused},
    }


def some(count: int, call: Callable[[int], Answer]) -> list[Answer]:
    """So many calls one after the other, or fewer where they take long: none begins after ``ENOUGH`` seconds."""
    answers: list[Answer] = []
    until = time.monotonic() + ENOUGH
    while len(answers) < count and time.monotonic() < until:
        answers.append(call(len(answers)))
    return answers


def timings(answers: list[Answer]) -> dict[str, Any]:
    """The median and the least milliseconds of those that were answered, and what went wrong with the others."""
    good = [1_000 * answer.seconds for answer in answers if not answer.error]
    wrong = Counter(answer.error for answer in answers if answer.error)
    if not good:
        return {"ms": None, "failed": len(answers), "errors": dict(wrong)}
    told = {"ms": statistics.median(good), "least_ms": min(good), "calls": len(answers)}
    return told | {"failed": sum(wrong.values()), "errors": dict(wrong)}


def races(peer: Peer, claimants: int, count: int) -> dict[str, Any]:
    """So many clients claim one item at the same moment, again and again, each time another item."""
    said, true, errors, took, right = 0, 0, Counter[str](), list[float](), 0
    with running(peer):
        items = peer.seed(planned(count + 1, 0))
        with Crowd(peer, claimants) as clients:
            clients.together("claim", items.pop())
            for item in items:
                answers = clients.together("claim", item)
                yes = {number for number, answer in enumerate(answers) if answer.value is True}
                looked = clients.one("holders", item)
                good = not looked.error and one_is_true(yes, looked.value)
                said, true, right = said + len(yes), true + good, right + (good and len(yes) == 1)
                errors.update(answer.error for answer in (*answers, looked) if answer.error)
                took.append(1_000 * (max(a.ended for a in answers) - min(a.began for a in answers)))
    return {
        "claimants": claimants,
        "races": count,
        "yes": said,
        "true": true,
        "right": right,
        "ms": statistics.median(took),
        "least_ms": min(took),
        "errors": dict(errors),
    }


def writers(peer: Peer) -> dict[str, Any]:
    """Eight clients create ten items each at the same time: how many were acknowledged, and are there afterwards."""
    with running(peer):
        peer.seed(planned(4, 0))
        with Crowd(peer, WRITERS) as clients:
            clients.one("create", "Warm")
            titles = [[f"By {writer} {number}" for number in range(EACH)] for writer in range(WRITERS)]
            answers = clients.rows("create", titles)
            looked = clients.one("titles")
    pairs = [(title, answer) for pair in zip(titles, answers, strict=True) for title, answer in zip(*pair, strict=True)]
    acknowledged = [title for title, answer in pairs if not answer.error]
    errors = Counter(answer.error for _, answer in pairs if answer.error)
    took = max(answer.ended for _, answer in pairs) - min(answer.began for _, answer in pairs)
    there = set(looked.value or ())
    if looked.error:
        errors[f"reading afterwards: {looked.error}"] += 1
    return {
        "writers": WRITERS,
        "asked": WRITERS * EACH,
        "acknowledged": len(acknowledged),
        "kept": sum(1 for title in acknowledged if title in there),
        "a_second": len(acknowledged) / took,
        "errors": dict(errors),
    }


def measured(peer: Peer, load: Load) -> dict[str, Any]:
    """Everything about one tool."""
    return {
        "tool": peer.name,
        "version": peer.version(),
        "reached": peer.reached,
        "races": [races(peer, claimants, count) for claimants, count in load.races],
        "writers": writers(peer),
        "sizes": [at_size(peer, size, load) for size in load.sizes],
    }


def add_places(parser: argparse.ArgumentParser) -> None:
    """One option for each of ``Places``."""
    for place in dataclasses.fields(Places):
        parser.add_argument(f"--{place.name.replace('_', '-')}", default=place.default)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("--sizes", type=int, nargs="*", default=Load.sizes)
    parser.add_argument("--races", type=int, nargs="*", default=None, help="pairs: claimants, and how many races")
    parser.add_argument("--calls", type=int, default=Load.calls, help="how often each call is made at a size")
    parser.add_argument(
        "--waits", type=int, default=Load.waits, help="each so many items one waits for another; 0: none"
    )
    add_places(parser)
    asked = parser.parse_args()
    places = Places(**{place.name: getattr(asked, place.name) for place in dataclasses.fields(Places)})
    pairs = Load.races if asked.races is None else tuple(zip(asked.races[::2], asked.races[1::2], strict=True))
    peer: Peer = importlib.import_module(TOOLS[asked.tool]).peer(places)
    json.dump(
        measured(peer, Load(tuple(asked.sizes), asked.waits, asked.calls, min(asked.calls, Load.listings), pairs)),
        sys.stdout,
        indent=2,
    )
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
