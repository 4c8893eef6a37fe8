"""Checks on the work: dependencies that can be met, days in their order, decisions that say what they decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from counterpoint.errors import Problem
from counterpoint.model import times
from counterpoint.model.kinds import OPEN_WORK
from counterpoint.sources.organisation.records import Record
from counterpoint.sources.organisation.vocabulary import SINCE, UNTIL
from counterpoint.sources.organisation.whole import Whole, loops, ours, problem

_IN_ORDER = (
    ("work", "start", "due", "is due before it starts"),
    ("work", "start", "finished", "was finished before it started"),
)


def dependencies(all_of_it: Whole) -> Iterator[Problem]:
    """A dependency without its two ends, or of a thing on itself."""
    for record in all_of_it.of("dependency"):
        if not ours(record.entity):
            continue
        for end, about in (("consumer", "what needs it"), ("provider", "what or who provides it")):
            if end not in record.written:
                yield problem(record, end, f"does not say {about}", f'write {end} = "work:…"')
        if record.refs("consumer") and record.refs("consumer") == record.refs("provider"):
            yield problem(record, "provider", "needs itself", "name what it really waits for, or take it out")


def cycles(all_of_it: Whole) -> Iterator[Problem]:
    """Dependencies that wait for each other in a circle."""
    edges: dict[str, list[str]] = {}
    said: dict[tuple[str, str], Record] = {}
    for record in all_of_it.of("dependency"):
        consumer, provider = record.refs("consumer"), record.refs("provider")
        status = record.one("status")
        gone = status is not None and status.value in ("declined", "withdrawn")
        if consumer and provider and consumer != provider and not gone:
            edges.setdefault(consumer[0], []).append(provider[0])
            said[consumer[0], provider[0]] = record
    for walk in loops(edges):
        record = said[walk[0], walk[1]]
        others = [said[step] for step in pairwise(walk[1:])]
        places = ", ".join(f"{one.entity} at {one.file}:{one.line}" for one in others)
        message = f"closes a circle: {' needs '.join(walk)}"
        yield problem(record, "provider", message, f"take one out, or split the work; the others are {places}")


def days(all_of_it: Whole) -> Iterator[Problem]:
    """An end before its start."""
    for kind, first, last, told in _IN_ORDER:
        for record in all_of_it.of(kind):
            start, end = _day(record, first), _day(record, last)
            if start and end and end < start:
                yield problem(record, last, f"{told} ({start} to {end})", "turn the two round, or put one right")
    for record in all_of_it.of("zone"):
        for draft in record.all("freeze"):
            window = draft.value
            if isinstance(window, dict) and str(window["end"]) < str(window["start"]):
                message = f"ends before it starts ({window['start']} to {window['end']})"
                yield problem(record, "freeze", message, "first day, then last day", draft)
    for record in all_of_it.records:
        if {SINCE, UNTIL} <= record.written.keys():
            exists = record.one("exists")
            if exists and exists.valid_from and exists.valid_to and exists.valid_to <= exists.valid_from:
                yield problem(record, UNTIL, "ends before it starts", "since is its first day, until its last")


def finished(all_of_it: Whole) -> Iterator[Problem]:
    """Work that is finished on a day and still open."""
    for record in all_of_it.of("work"):
        status = record.one("status")
        if record.one("finished") and status is not None and status.value in OPEN_WORK:
            hint = 'write status = "done", or take the day out'
            yield problem(record, "finished", f"has a day, and the status is {status.value}", hint)


def decisions(all_of_it: Whole) -> Iterator[Problem]:
    """A decision that does not say what it is about, or is decided without an outcome."""
    for record in all_of_it.of("decision"):
        if not ours(record.entity):
            continue
        status = record.one("status")
        if "question" not in record.written:
            yield problem(record, "question", "does not say what is to be decided", 'write question = "…"')
        if status is not None and status.value == "decided" and "outcome" not in record.written:
            yield problem(record, "status", "is decided, and nobody can see what", 'write outcome = "…"')


def deadlines(all_of_it: Whole) -> Iterator[Problem]:
    """Advice that comes too late, and a default that is no option or that nothing makes true."""
    for record in all_of_it.of("decision"):
        advise_by, deadline, default = (record.one(name) for name in ("advise_by", "deadline", "default"))
        if advise_by and deadline and str(advise_by.value) > str(deadline.value):
            message = f"comes after the deadline ({advise_by.value} after {deadline.value})"
            yield problem(record, "advise_by", message, "advice is asked for before it is decided")
        if advise_by and "consulted" not in record.written:
            yield problem(record, "advise_by", "waits for nobody's advice", 'write consulted = ["team:…"]')
        if default is None:
            continue
        options = [str(one.value) for one in record.all("option")]
        if options and default.value not in options:
            yield problem(record, "default", f"{default.value!r} is none of the options", "write one of the options")
        if "deadline" not in record.written and "due" not in record.written:
            yield problem(record, "default", "never comes true: there is no deadline", "write deadline = …")


def memberships(all_of_it: Whole) -> Iterator[Problem]:
    """Somebody who belongs to a team and to those who once did."""
    for record in all_of_it.of("team"):
        here = {*record.refs("member"), *record.refs("lead")}
        for draft in record.all("alumnus"):
            if draft.value in here:
                message = f"{draft.value} is a member or a lead too"
                yield problem(record, "alumnus", message, "an alumnus has left; take one of the two out", draft)


def _day(record: Record, attribute: str) -> date | None:
    draft = record.one(attribute)
    return times.day(draft.value) if draft is not None and isinstance(draft.value, str) else None
