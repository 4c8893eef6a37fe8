"""Any act of the command table by any party on anything that is there: most are refused, and every kind is done."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from pathlib import Path

from counterpoint.actions.performing import perform
from counterpoint.actions.timers import ring_all
from counterpoint.errors import CounterpointError, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.command import Command, Parameter
from counterpoint.model.commands import COMMANDS
from counterpoint.model.kinds import KIND_NAMES
from counterpoint.model.statements import Json
from counterpoint.model.times import moment, stamp
from counterpoint.state.view import State
from tests.protocols.leasing import SharedClock, quicker
from tests.protocols.models import NO, YES
from tests.protocols.processes import Job, Tape

ORGANISATION = """
[[agent]]
id = "build"
sponsor = "bo"
[[gate]]
id = "quality"
work = "checkout"
approver = ["person:cy", "person:bo"]
rule = "any"
valid_hours = 2
[[decision]]
id = "vendor"
question = "Which vendor?"
zone = "shop"
[[objective]]
id = "grow"
title = "Grow"
owner = "team:web"
[[work]]
id = "search"
title = "Search"
owner = "person:bo"
zone = "shop"
[[dependency]]
id = "search-cards"
consumer = "work:search"
provider = "work:cards"
"""
WORDS = ("one", "two", "why not", "3", "v1", "v2")


class Anything:
    """Thinks of acts."""

    def __init__(self, ledger: Ledger, dice: random.Random) -> None:
        self.ledger, self.dice = ledger, dice
        self.there: dict[str, list[str]] = {}
        self.now = ""
        self.acts = [one for one in COMMANDS if one.act]

    def look(self) -> None:
        """What is there now."""
        with self.ledger.read() as snapshot:
            state = State(snapshot)
            self.there = {kind: sorted(state.entities(kind)) for kind in KIND_NAMES}
            self.now = snapshot.now

    def act(self) -> tuple[Command, str, dict[str, Json]]:
        """An act, who does it, and with which arguments."""
        command = self.dice.choice(self.acts)
        by = self.dice.choice([*self.there["person"], *self.there["agent"]])
        arguments: dict[str, Json] = {}
        for one in command.parameters:
            if one.name != "key" and (one.required or self.dice.random() < 0.4):
                value = self.value(one)
                arguments[one.name] = [value] if one.many else value
        return command, by, arguments

    def value(self, one: Parameter) -> Json:
        """Something for one argument, mostly of its sort."""
        if one.sort in ("reference", "resource", "party"):
            kinds = [kind for kind in one.kinds or ("work",) if self.there[kind]]
            return self.dice.choice(self.there[self.dice.choice(kinds)]) if kinds else "work:none"
        later = moment(self.now) + timedelta(hours=self.dice.choice((1, 5, 30, 200)))
        by_sort: dict[str, Json] = {
            "number": self.dice.randint(1, 4),
            "flag": self.dice.random() < 0.5,
            "choice": self.dice.choice(one.choices) if one.choices else "",
            "day": stamp(later)[:10],
            "deadline": stamp(later),
            "moment": stamp(later),
        }
        return by_sort.get(one.sort, self.dice.choice(WORDS))


def busy(url: str, clock: SharedClock, number: int, acts: int) -> Job:
    """Does so many acts; whatever is refused must be refused in words."""

    def job(tape: Tape) -> None:
        ledger = quicker(Ledger.open(url, clock=clock))
        anything = Anything(ledger, random.Random(number))
        for each in range(acts):
            if each % 8 == 0:
                anything.look()
                ring_all(ledger)
            command, by, arguments = anything.act()
            noun, verb = command.words
            tape.ask(noun, verb, by, arguments, by=partial(done, ledger, noun, verb, by, arguments))

    return job


def done(ledger: Ledger, noun: str, verb: str, by: str, arguments: dict[str, Json]) -> str:
    """Was it done? Only a rule, or what was meant, may stand against it."""
    try:
        perform(ledger, noun, verb, by=by, arguments=arguments)
    except StoreError:
        raise
    except CounterpointError:
        return NO
    return YES


def clock_of(folder: Path, now: str) -> SharedClock:
    """The clock that all of them share."""
    return SharedClock(folder / "clock", now)
