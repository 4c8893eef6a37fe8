"""Every question, usable from Python: references as people write them go in, answers as people read them come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.errors import UsageError
from counterpoint.ledger.ledger import Ledger
from counterpoint.model import answers, differences
from counterpoint.model.agenda import Agenda, Rhythm
from counterpoint.model.alignment import Alignment
from counterpoint.model.approvals import GatesBefore
from counterpoint.model.escalations import Escalations, Ladder
from counterpoint.model.handoffs import Handoff, Handoffs
from counterpoint.model.identifiers import kind_of
from counterpoint.model.inbox import Inbox
from counterpoint.model.kinds import KINDS, attribute_of
from counterpoint.model.leases import Checked, Lease, Leases
from counterpoint.model.page import Named, Page
from counterpoint.model.participation import AgentTerms
from counterpoint.model.records import DecidedBy, Deciders, EntryLine, History, Listing, Row, Told, Unread
from counterpoint.model.score import Level, Score
from counterpoint.model.statements import Json
from counterpoint.model.times import start_of
from counterpoint.model.values import names_something
from counterpoint.model.workflows import Conformance, Way
from counterpoint.questions import escalations as climbing
from counterpoint.questions import handoffs as passing
from counterpoint.questions import leases as leasing
from counterpoint.questions import rhythm as rituals
from counterpoint.questions import workflows as flow
from counterpoint.questions.approvals import gates_before
from counterpoint.questions.inbox import inbox_of
from counterpoint.questions.moment import Asking, Moment
from counterpoint.questions.score import full_score, search, titles
from counterpoint.state.alignment import alignment
from counterpoint.state.changed import changed
from counterpoint.state.collisions import collisions
from counterpoint.state.contradictions import contradictions
from counterpoint.state.cycles import cycles
from counterpoint.state.dangling import dangling
from counterpoint.state.depends import depends
from counterpoint.state.involve import involve
from counterpoint.state.owns import owns
from counterpoint.state.page import page
from counterpoint.state.path import path
from counterpoint.state.ready import ready
from counterpoint.state.scope import Scope
from counterpoint.state.terms import agent_terms
from counterpoint.state.view import State
from counterpoint.state.who import DECIDABLE, who, who_each

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "person": ("name",),
    "agent": ("sponsor", "status"),
    "team": ("parent", "lead", "status"),
    "zone": ("owner", "rule", "model"),
    "objective": ("owner", "priority", "status"),
    "work": ("owner", "decider", "status", "due"),
    "dependency": ("consumer", "provider", "type", "size", "status"),
    "decision": ("question", "decider", "status", "due"),
    "gate": ("work", "type", "approver", "status"),
    "ritual": ("owner", "schedule", "duration"),
    "occurrence": ("ritual", "start", "status"),
    "approval": ("work", "version", "asked_by", "approver", "status"),
    "lease": ("holder", "token", "status"),
    "handoff": ("giver", "receiver", "status"),
    "escalation": ("party", "cause", "status"),
    "commitment": ("owner", "to", "asked_of", "due", "status"),
    "proposal": ("by", "about", "reviewer", "status"),
    "waiver": ("of", "work", "owner", "ends", "status"),
    "workflow": ("owner", "zone", "class", "version"),
    "standard": ("owner", "zone", "class"),
}


class Questions:
    """The questions that one organisation answers, as of now or of a moment (see :class:`Moment`)."""

    def __init__(self, ledger: Ledger, as_of: str | None = None, known_at: str | None = None) -> None:
        self.ledger = ledger
        self.moment = Moment(ledger, as_of, known_at)

    def who(self, reference: str) -> answers.Who:
        """Who makes the final call, and why."""
        return self.moment.ask(lambda asking: who(asking.state, asking.find(reference)))

    def deciders(self, kind: str, where: Mapping[str, str] | None = None) -> Deciders:
        """Who decides on every thing of a kind.

        Raises:
            UsageError: nobody decides on things of that kind, or there is no such kind or attribute.
        """
        if kind not in DECIDABLE:
            raise UsageError(f"nobody decides on a {kind}", hint=f"one of: {', '.join(sorted(DECIDABLE))}")
        return self.moment.ask(lambda asking: _deciders(asking, kind, where or {}))

    def owns(self, reference: str) -> answers.Owns:
        """Who owns it."""
        return self.moment.ask(lambda asking: owns(asking.state, asking.find(reference)))

    def show(self, reference: str) -> Page:
        """Everything about one thing: each value with who said it and when, who decides, and what hangs together."""
        return self.moment.ask(lambda asking: page(asking.state, asking.find(reference)))

    def history(self, reference: str) -> History:
        """Everything that was ever said on a thing, retractions included."""
        return self.moment.ask(lambda asking: _history(asking, reference))

    def entry(self, sequence: int) -> tuple[Told, ...]:
        """Every statement of one entry."""
        return self.moment.ask(lambda asking: tuple(asking.snapshot.entry_events(sequence)))

    def entries(self, after: int = 0, limit: int | None = None) -> tuple[EntryLine, ...]:
        """The entries after a sequence number, oldest first."""
        return self.moment.ask(
            lambda asking: tuple(EntryLine(**row) for row in asking.snapshot.entries(after=after, limit=limit))
        )

    def listing(self, kind: str, where: Mapping[str, str] | None = None) -> Listing:
        """Things of one kind; ``where`` keeps those with these values.

        Raises:
            UsageError: there is no such kind or attribute.
        """
        if kind not in KINDS:
            raise UsageError(f"there is no kind {kind!r}", hint=f"one of: {', '.join(KINDS)}")
        return self.moment.ask(lambda asking: _listing(asking, kind, where or {}))

    def depends(self, reference: str) -> answers.Depends:
        """What it needs and what needs it, directly and beyond, and why."""
        return self.moment.ask(lambda asking: depends(asking.state, asking.find(reference)))

    def ready(
        self,
        limit: int | None = None,
        *,
        party: str | None = None,
        zone: str | None = None,
        team: str | None = None,
    ) -> answers.Ready:
        """What work can start, and what the rest waits for; of all work, or of what a party may take, a zone or a team
        has. With a ``limit`` the first of it, which takes no longer where there is much."""

        def ask(asking: Asking) -> answers.Ready:
            given = (
                None if one is None else asking.find(one, kind)
                for one, kind in ((party, "person"), (zone, "zone"), (team, "team"))
            )
            return ready(asking.state, Scope(*given), limit)

        return self.moment.ask(ask)

    def alignment(self, objective: str | None = None, *, zone: str | None = None, team: str | None = None) -> Alignment:
        """Which open effort serves which objective, how far these are, and what serves none; of one objective and what
        is part of it, or of the work of a zone or a team."""

        def ask(asking: Asking) -> Alignment:
            only = None if objective is None else asking.find(objective, "objective")
            in_zone, in_team = (
                None if one is None else asking.find(one, kind) for one, kind in ((zone, "zone"), (team, "team"))
            )
            return alignment(asking.state, only, Scope(None, in_zone, in_team))

        return self.moment.ask(ask)

    def inbox(self, party: str, limit: int | None = None) -> Inbox:
        """What needs a party now, for it and the teams that it speaks for; for nobody else's eyes."""
        return self.moment.ask(lambda asking: inbox_of(asking, asking.find(party, "person"), limit))

    def agent_terms(self, agent: str, on: str | None = None) -> AgentTerms:
        """What an agent may do on a thing: alone, with a review, or never; and what keeps it from acting at all."""
        return self.moment.ask(
            lambda asking: agent_terms(asking.state, asking.find(agent, "agent"), on and asking.find(on))
        )

    def path(self, target: str | None = None) -> answers.Path:
        """The critical path to a work item or an objective, or through everything that is open."""
        return self.moment.ask(lambda asking: path(asking.state, target and asking.find(target)))

    def cycles(self) -> answers.Cycles:
        """Where things depend on each other in a circle."""
        return self.moment.ask(lambda asking: cycles(asking.state))

    def collisions(self) -> answers.Collisions:
        """What collides in time."""
        return self.moment.ask(lambda asking: collisions(asking.state))

    def involve(self, references: Iterable[str] = (), paths: Iterable[str] = ()) -> answers.Involve:
        """Whom to involve before a change to work or paths, and why each one."""
        every, touched = list(references), list(paths)
        return self.moment.ask(lambda asking: involve(asking.state, [asking.find(one) for one in every], touched))

    def contradictions(self) -> differences.Contradictions:
        """Where sources differ, since when, and who may settle it."""
        return self.moment.ask(lambda asking: contradictions(asking.state))

    def contradictions_of(self, reference: str) -> differences.Contradictions:
        """Where sources differ on one thing."""
        return self.moment.ask(lambda asking: contradictions(asking.state, [asking.find(reference)]))

    def changed(self, since: str) -> differences.Changed:
        """What changed since a moment, in what was known then.

        Raises:
            BadValue: neither a date nor a time.
        """
        stamp = start_of(since)
        with self.ledger.read(stamp, stamp) as before, self.moment.open() as asking:
            return asking.written(changed(State(before), asking.state))

    def lease(self, item: str) -> Lease:
        """Who holds a thing or a named resource, until when, and who is next."""
        return self.moment.ask(lambda asking: leasing.lease(asking, item))

    def leases(self) -> Leases:
        """Everything that is held, what ends soonest first."""
        return self.moment.ask(leasing.leases)

    def gates(self, work: str) -> GatesBefore:
        """The gates before a work: by what each is passed, or who can pass it, and how."""
        return self.moment.ask(lambda asking: gates_before(asking, asking.find(work, "work")))

    def way(self, work: str) -> Way:
        """The way that a work goes: its stages, where it is, and what the next asks for."""
        return self.moment.ask(lambda asking: flow.way(asking, asking.find(work, "work")))

    def conformance(self, workflow: str | None = None) -> Conformance:
        """How work really went, against the declared way; of one workflow, or of every one."""
        return self.moment.ask(lambda asking: flow.conformance(asking, workflow and asking.find(workflow, "workflow")))

    def escalations(self) -> Escalations:
        """Everything on its way up, with whom it is."""
        return self.moment.ask(climbing.escalations)

    def ladder(self, thing: str) -> Ladder:
        """Whom an escalation about a thing would ask, and whom it would pass over."""
        return self.moment.ask(lambda asking: climbing.ladder_of(asking, asking.find(thing, "work")))

    def handoffs(self) -> Handoffs:
        """Everything that is in the air between two parties."""
        return self.moment.ask(passing.handoffs)

    def handoff(self, thing: str) -> Handoff:
        """The newest handoff of a thing, with what goes with it.

        Raises:
            NotFound: it was never handed over.
        """
        return self.moment.ask(lambda asking: passing.handoff(asking, asking.find(thing, "work")))

    def lease_check(self, item: str, token: int) -> Checked:
        """May whoever shows this token write to the resource?"""
        return self.moment.ask(lambda asking: leasing.checked(asking, item, token))

    def rhythm(self, ritual: str | None = None, count: int = 1) -> Rhythm:
        """What rituals have next (one of them, or all), what nobody recorded, and which have no occurrences."""
        return self.moment.ask(lambda asking: rituals.rhythm(asking, ritual, count))

    def agenda(self, ritual: str, occurrence: str | None = None) -> Agenda:
        """What the next occurrence of a ritual is to be about, or the one at a date or time, and who is needed.

        Raises:
            BadValue: ``occurrence`` is neither a date nor a time.
            NotFound: the ritual has no such occurrence.
            Refused: it has none at all.
        """
        return rituals.agenda_of(self.ledger, self.moment, ritual, occurrence)

    def dangling(self) -> differences.Dangling:
        """What is not as an organisation would want it: references to nothing, circles, work nobody decides on."""
        return self.moment.ask(lambda asking: dangling(asking.state))

    def quarantine(self, source: str | None = None) -> tuple[Unread, ...]:
        """What could not be read."""

        def unread(asking: Asking) -> tuple[Unread, ...]:
            rows = asking.snapshot.quarantined(source)
            return tuple(Unread(**{name: row[name] for name in Unread.__dataclass_fields__}) for row in rows)

        return self.moment.ask(unread)

    def score(
        self, level: Level = "deliverable", teams: Iterable[str] = (), window: tuple[str, str] | None = None
    ) -> Score:
        """The full score at a level of zoom, for some teams or all, over a window of days or what is open.

        Raises:
            BadValue: no such level, or a window that is none.
            NotFound: no such team.
        """
        every = list(teams)
        return self.moment.ask(lambda asking: full_score(asking, level, every, window))

    def search(self, text: str) -> tuple[Named, ...]:
        """Things that have every word of a text in their reference or name, the closest first."""
        return self.moment.ask(lambda asking: search(asking, text))

    def titles(self, references: Iterable[str]) -> dict[str, str]:
        """What people call each of these things; those that nobody says anything of are left out."""
        every = list(references)
        return self.moment.ask(lambda asking: titles(asking, every))

    def now(self) -> str:
        """The moment as of which these questions are answered: a stamp."""
        return self.moment.ask(lambda asking: asking.state.now)

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the last entry: what ``verify --head`` and caches compare with."""
        return self.moment.ask(lambda asking: asking.snapshot.head())


def _history(asking: Asking, reference: str) -> History:
    root = asking.find(reference)
    names = asking.state.names(root)
    return History(root, tuple(names), tuple(asking.snapshot.history(names)))


def _listing(asking: Asking, kind: str, where: Mapping[str, str]) -> Listing:
    columns = tuple(dict.fromkeys((*_COLUMNS.get(kind, ()), *where)))
    found = _matching(asking, kind, where)
    return Listing(kind, columns, tuple(_row(asking.state, entity, columns) for entity in found))


def _matching(asking: Asking, kind: str, where: Mapping[str, str]) -> list[str]:
    wanted = {name: _wanted(asking, kind, name, value) for name, value in where.items()}
    return [
        entity
        for entity in asking.state.entities(kind)
        if all(_holds(asking.state, entity, name, value) for name, value in wanted.items())
    ]


def _wanted(asking: Asking, kind: str, name: str, value: str) -> str:
    """A value as people write it, as values are compared: references found, yes and no, everything else as it is."""
    declared = attribute_of(kind, name)
    if declared is None:
        known = ", ".join(attribute.name for attribute in KINDS[kind].attributes)
        article = "an" if kind[0] in "aeiou" else "a"
        raise UsageError(f"{article} {kind} has no {name!r}", hint=f"one of: {known}")
    if names_something(declared):
        return asking.find(value)
    if declared.choices and value not in declared.choices:
        known = ", ".join(declared.choices)
        raise UsageError(f"{value!r} is no {name} of {KINDS[kind].plural}", hint=f"one of: {known}")
    return {"yes": "true", "no": "false"}.get(value, value) if declared.type == "flag" else value


def _holds(state: State, entity: str, attribute: str, wanted: str) -> bool:
    declared = attribute_of(kind_of(entity), attribute)
    if declared is not None and declared.type in {"ref", "refs"}:
        return wanted in state.refs(entity, attribute)
    value = state.value(entity, attribute)
    items = value if isinstance(value, list) else [value]
    return any(wanted in _texts(state, item) for item in items if item is not None)


def _texts(state: State, item: Json) -> tuple[str, ...]:
    """What a value may be asked for by: itself, or each part of a table (a role's party, a handle's name)."""
    if isinstance(item, dict):
        return tuple(state.canonical(str(part)) for part in item.values() if part is not None)
    return (str(item).lower(),) if isinstance(item, bool) else (str(item),)


def _row(state: State, entity: str, columns: tuple[str, ...]) -> Row:
    found = {name: state.get(entity, name) for name in columns}
    values = {name: None if one is None else one.value for name, one in found.items()}
    disputed = tuple(name for name, one in found.items() if one is not None and one.disputed)
    return Row(entity, state.text(entity, "title") or state.text(entity, "name"), values, disputed)


def _deciders(asking: Asking, kind: str, where: Mapping[str, str]) -> Deciders:
    state = asking.state
    every = who_each(state, _matching(asking, kind, where))
    counts = dict.fromkeys(("one", "shared", "ambiguous", "none"), 0)
    rows = []
    for subject, found in every.items():
        counts[found.answer] += 1
        title = state.text(subject, "title")
        rows.append(DecidedBy(subject, title, found.answer, found.deciders, found.rule, found.inherited_from))
    return Deciders(kind, counts, tuple(rows))
