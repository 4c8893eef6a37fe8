"""``docs/protocols.md``: every protocol as its table, made from the code. A test holds the page to it.

Written anew with ``python -m counterpoint.protocols.page > docs/protocols.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from counterpoint.model.commands import commands_below
from counterpoint.model.kinds import KINDS, Attribute
from counterpoint.protocols.catalogue import PROTOCOLS
from counterpoint.protocols.machine import NOTHING, Protocol, Transition

_HEAD = """# Protocols

A protocol is a table: from which state which verb leads where, and who may. What the table does not list is refused,
and the refusal says who may, and how. Every yes is one entry of source `protocol`, by whoever acted: the statement
`act` says what was done, and the others what follows from it. So everything is in `counterpoint history`, and replaying
the acts gives the same statements (`counterpoint verify --replay`).

[A first day](first-day.md) goes through the everyday commands, one by one.

- **One transaction.** What ran out on the things that an act touches is carried out first, then the act, then what
  follows from it by the rules of any protocol. Either all of it is kept or nothing.
- **Time.** What the clock is to do follows from the state. It is done by whoever comes next, once among any number of
  processes; `counterpoint tick --watch` or `counterpoint serve` make it prompt, and nothing depends on them.
- **Keys.** With `--key NAME` an act that is given again does nothing a second time and gets the same answer.
- **Other sources.** Where a tracker or a file says something else of the same thing, the act settles it, and that
  reopens when they say something new.
- **Undo** does not touch acts: each protocol has its own way back.

Made from `counterpoint.protocols`; a test keeps the two the same.
"""


def page() -> str:
    """The page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for one in PROTOCOLS:
        yield from _protocol(one)


def _protocol(one: Protocol) -> Iterator[str]:
    yield f"## {one.noun}"
    yield ""
    yield f"{one.about[0].upper()}{one.about[1:]}."
    yield ""
    yield "| verb | from | to | who |"
    yield "|---|---|---|---|"
    for row in one.transitions:
        yield f"| {_verb(one, row)} | {_states(row.sources)} | {_states(row.targets) or 'refused'} | {row.who} |"
    yield ""
    yield "What holds at all times:"
    yield ""
    yield from (f"- {invariant}" for invariant in one.invariants)
    yield ""
    if KINDS[one.kind].kept:
        yield f"It states of {_a(one.kind)}: {', '.join(map(_attribute, KINDS[one.kind].attributes))}."
    else:
        yield f"It states of {_a(one.kind)} what [the vocabulary](vocabulary.md#{one.kind}) has of one."
    if one.speaks_of:
        yield f"Of other things it states {', '.join(f'`{name}`' for name in one.speaks_of)}."
    reads = [each.name for each in commands_below((one.noun,)) if not each.act]
    if reads:
        yield f"Besides its acts there are {', '.join(f'`{name}`' for name in reads)}."
    yield ""


def _verb(one: Protocol, row: Transition) -> str:
    return f"*{row.verb}*" if row.automatic else f"`{one.noun} {row.verb}`"


def _states(states: tuple[str, ...]) -> str:
    return ", ".join("nothing" if state == NOTHING else state for state in states)


def _attribute(one: Attribute) -> str:
    return f"`{one.name}`"


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


if __name__ == "__main__":
    sys.stdout.write(page())
