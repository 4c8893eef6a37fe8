"""What went through protocols: approvals and handoffs, with the times of their acts."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.view import State

_ANSWERED_GATE = ("passed", "failed", "waived")


def approval(making: Making) -> Iterator[Row]:
    """Every approval that was asked for, a row for each who gave or refused it; and every gate that sources tell of.

    A gate is told where no approval was asked for at it; its approver is who may pass it, where that is one party.
    """
    state, times = making.state, _Times(making)
    through = set()
    for one in state.entities("approval"):
        gate, work = making.one(one, "gate"), making.one(one, "work")
        through.add((gate, work))
        answers = [(str(row["party"]), "grant") for row in state.tables(one, "grant")]
        answers += [(str(row["party"]), "refuse") for row in state.tables(one, "refused")]
        asked = times.first(one, "ask") or making.begun(one, ("exists", "work"))
        head = (one, work, making.zone(work) if work is not None else None, making.one(one, "asked_by"))
        nobody: list[tuple[str | None, str]] = [(None, "")]
        for party, verb in answers or nobody:
            answered = None if party is None else times.by(one, verb, state.canonical(party))
            yield *head, party, asked, answered, state.text(one, "status")
    for gate in making.surrounded("gate"):
        work, status = making.one(gate, "work"), state.text(gate, "status") or "open"
        if work is not None and (gate, work) not in through:
            approvers = state.refs(gate, "approver")
            answered = state.text(gate, "passed") if status in _ANSWERED_GATE else None
            yield (
                gate, work, making.zone(work), None, approvers[0] if len(approvers) == 1 else None, None, answered,
                status,
            )  # fmt: skip


def handoff(making: Making) -> Iterator[Row]:
    """Every handoff: from its first offer to its end."""
    state, times = making.state, _Times(making)
    courses = making.courses("handoff")
    for one in state.entities("handoff"):
        status = state.text(one, "status")
        answered = courses.since(one, status) if status not in (None, "offered") else None
        offered = times.first(one, "offer") or courses.first(one, "offered")
        yield (
            one, making.one(one, "what"), making.one(one, "giver"), making.one(one, "receiver"), offered, answered,
            status,
        )  # fmt: skip


class _Times:
    """When acts were done to a thing."""

    def __init__(self, making: Making) -> None:
        state: State = making.state
        self._first: dict[tuple[str, str], str] = {}
        self._by: dict[tuple[str, str, str], str] = {}
        for act in making.acts:
            subject = state.canonical(act.subject)
            self._first.setdefault((subject, act.verb), act.said)
            self._by[subject, act.verb, state.canonical(act.actor)] = act.said

    def first(self, subject: str, verb: str) -> str | None:
        """When it was done for the first time."""
        return self._first.get((subject, verb))

    def by(self, subject: str, verb: str, party: str) -> str | None:
        """When a party did it last."""
        return self._by.get((subject, verb, party))
