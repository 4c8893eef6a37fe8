"""Checks on how work and agents go: terms for agents, time-outs, approvals, stages, figures to be reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from counterpoint.errors import Problem
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PARTIES
from counterpoint.model.participation import actions
from counterpoint.sources.organisation.problems import meant
from counterpoint.sources.organisation.records import Record
from counterpoint.sources.organisation.whole import Whole, ours, problem

EVERY_ACTION = "*"


def lines() -> tuple[str, ...]:
    """What a term may be about: every command that is done by name, the noun of each alone, and all of them."""
    nouns = [one.partition(" ")[0] for one in actions()]
    return (EVERY_ACTION, *dict.fromkeys((*nouns, *actions())))


def terms(all_of_it: Whole) -> Iterator[Problem]:
    """Terms for what nobody can do, and reviews that no person gives."""
    known = lines()
    for record in all_of_it.of("zone"):
        for draft in record.all("terms"):
            term = draft.value
            if not isinstance(term, dict):
                continue
            action, reviewer = str(term["action"]), term.get("reviewer")
            if action not in known:
                hint = meant(action, known, 'write noun and verb as in "lease take", a noun alone, or "*"')
                yield problem(record, "terms", f"there is no action {action!r}", hint, draft)
            if reviewer is not None and term["term"] != "review":
                message = f"names a reviewer, and {action!r} is {term['term']}"
                yield problem(record, "terms", message, 'write term = "review", or leave the reviewer out', draft)
            if reviewer is not None and kind_of(str(reviewer)) == "agent":
                message = f"{reviewer} is an agent, and a review is a person's"
                yield problem(record, "terms", message, "name a person, or a team in which there are persons", draft)


def lease_times(all_of_it: Whole) -> Iterator[Problem]:
    """A time-out for what holds no lease, or of no time."""
    for record in all_of_it.of("zone"):
        for draft in record.all("lease_time"):
            row = draft.value
            if not isinstance(row, dict):
                continue
            party, minutes = str(row["party"]), row["minutes"]
            if party not in PARTIES:
                hint = meant(party, PARTIES, f"one of {', '.join(PARTIES)}")
                yield problem(record, "lease_time", f"there is no kind of party {party!r}", hint, draft)
            if not _whole(minutes):
                message = f"{minutes} is not a number of minutes"
                yield problem(record, "lease_time", message, "write a whole number from 1 up", draft)


def needs(all_of_it: Whole) -> Iterator[Problem]:
    """Approvals that cannot come: none of them, more than there are people, or by agents where people are asked for."""
    for record in all_of_it.of("gate"):
        people_only = record.one("people_only")
        for draft in record.all("needs"):
            need = draft.value
            if not isinstance(need, dict):
                continue
            party, count = str(need["party"]), need["count"]
            there = _there(all_of_it, party)
            if not isinstance(count, int) or count < 1:
                message = f"{count} is not a number of approvals"
                yield problem(record, "needs", message, "write a whole number from 1 up", draft)
            elif there is not None and count > there:
                message = f"{count} approvals are needed of {party}, which can give {there}"
                yield problem(record, "needs", message, f"at most {there}", draft)
            if people_only is not None and people_only.value is True and kind_of(party) == "agent":
                message = f"{party} is an agent, and only people may approve here"
                yield problem(record, "needs", message, "name a person, or leave people_only out", draft)


def stages(all_of_it: Whole) -> Iterator[Problem]:
    """A way without stages, stages in one place, and a stage that work is in and its way does not have."""
    for record in all_of_it.of("workflow"):
        if not ours(record.entity):
            continue
        rows = [(draft, draft.value) for draft in record.all("stage") if isinstance(draft.value, dict)]
        if "stage" not in record.written:
            yield problem(record, "stage", "leads nowhere: it has no stage", 'write [[workflow.stage]] with name = "…"')
        twice = {order for order, count in Counter(row["order"] for _, row in rows).items() if count > 1}
        for draft, row in rows:
            if row["order"] in twice:
                message = f"{row['name']!r} is not the only stage of order {row['order']}"
                yield problem(record, "stage", message, "give each its own place", draft)
    for record in all_of_it.of("work"):
        yield from _in_a_stage(all_of_it, record)


def key_results(all_of_it: Whole) -> Iterator[Problem]:
    """A figure that is reached where it starts."""
    for record in all_of_it.of("objective"):
        for draft in record.all("key_result"):
            row = draft.value
            if isinstance(row, dict) and row.get("start") == row["target"]:
                message = f"{row['name']!r} starts at its target, {row['target']}"
                yield problem(record, "key_result", message, "write the figure from which it is to get there", draft)


def _in_a_stage(all_of_it: Whole, record: Record) -> Iterator[Problem]:
    stage, ways = record.one("stage"), record.refs("workflow")
    way = all_of_it.first(ways[0]) if ways else None
    if stage is None or way is None:
        return
    known = [str(draft.value["name"]) for draft in way.all("stage") if isinstance(draft.value, dict)]
    if stage.value not in known:
        hint = meant(str(stage.value), known, f"one of {', '.join(known)}")
        yield problem(record, "stage", f"{ways[0]} has no stage {stage.value!r}", hint)


def _there(all_of_it: Whole, party: str) -> int | None:
    """How many there are to approve for a party; None where it is not known."""
    if kind_of(party) != "team":
        return 1
    people = all_of_it.people_of(party)
    if people is None or any(kind_of(one) == "team" for one in people):
        return None
    return len(people)


def _whole(number: object) -> bool:
    return isinstance(number, int) and number >= 1
