"""The one way in which protocols act: load and lock what a rule needs, let it decide, append what it says.

One act is one transaction: first whatever ran out on what it touches, then the act, then what follows from it by the
rules of any protocol, each as an entry of its own, and the timers of everything that changed. Either all of it is
kept or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from counterpoint.actions.asked import Asked, asked
from counterpoint.actions.remembered import Remembered
from counterpoint.actions.stating import stated
from counterpoint.actions.timing import retime
from counterpoint.errors import Conflict, CounterpointError, Refused, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.naming import written
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.timers import Ringing, take_off, timers_on
from counterpoint.ledger.write import NewEntry, Transaction
from counterpoint.model.acts import CLOCK, Act, Done, Followed, Said
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PROTOCOL, ROOT_ZONE
from counterpoint.model.statements import Entry, Json
from counterpoint.model.times import times_for_people
from counterpoint.protocols.admission import Admitted, admit, agents_key, budget_key, within_budget
from counterpoint.protocols.catalogue import BY_NOUN, reactions
from counterpoint.protocols.lease import is_thing
from counterpoint.protocols.machine import Outcome
from counterpoint.protocols.proposal import proposed_by, proposing
from counterpoint.state.view import State

LONGEST_CHAIN = 64
"""How many acts may follow one from another. More would be rules that chase each other in a circle."""
TRIES = 5
MOST_REMEMBERED = 1000
"""How many requests that were refused one process remembers."""


def perform(
    ledger: Ledger,
    noun: str,
    verb: str,
    *,
    by: str,
    arguments: Mapping[str, Json] | None = None,
    key: str | None = None,
) -> Done:
    """Do one act: ``perform(ledger, "lease", "take", by="agent:deploy", arguments={"item": "work:checkout"})``.

    ``arguments`` are those of the command table, references as people write them. ``key`` names the act for good:
    given again with the same act it does nothing and answers as it did then.

    Raises:
        UsageError: there is no such act, or an argument cannot be meant.
        NotFound: nothing answers to a reference.
        Refused: a rule says no (NotAllowed: to this party; Conflict: somebody else was first).
        StoreError: the store cannot be used; nothing was written. Only where the connection was lost at the commit
            can nobody tell: given again under the same ``key``, the act is done once.
    """
    given = arguments or {}
    request = repr((noun, verb, by, sorted(given.items())))
    if key is None and request in ledger.refused:
        refuse_on_sight(ledger, noun, verb, by, given)
        ledger.refused.discard(request)
    tries = TRIES
    while True:
        tries -= 1
        try:
            with ledger.write() as transaction, in_words(transaction):
                what = asked(transaction.snapshot, noun, verb, by, given)
                done = Performance(transaction).perform(what, key)
                return written(transaction.snapshot, replace(done, told=times_for_people(done.told)))
        except Refused:
            if key is None:
                _remember(ledger, request)
            raise
        except StoreError as error:
            # Two writers that waited for each other: the server ended one of them, and nothing of it was kept.
            if not (tries and ledger.store.waited_in_a_circle(error)):
                raise


def refuse_on_sight(ledger: Ledger, noun: str, verb: str, by: str, arguments: Mapping[str, Json]) -> None:
    """Refuse an act that the state of this moment refuses, holding nothing and keeping nobody waiting; else do nothing.

    For whoever asks again for what was refused before. One moment of the state is looked at, within the call, so the
    refusal was right then, as if the act had been decided at that moment between two entries. It is never a yes: that
    takes the locks. Where anything ran out on what the act needs, or the agent has a budget, nothing is said here.
    An act under a key is not asked for here: the first time it was asked for may be under way still.

    Raises:
        As :func:`perform`.
    """
    with ledger.read() as snapshot:
        refused = _refused_at(snapshot, (noun, verb, by, arguments))
    # Raised when the block has ended well: a rollback would cost the driver what it has prepared on the server.
    if refused is not None:
        raise refused


def _refused_at(snapshot: Snapshot, request: tuple[str, str, str, Mapping[str, Json]]) -> CounterpointError | None:
    """Why an act is refused as things stand at one moment; None where it is not, or where that cannot be seen."""
    state = State(snapshot)
    try:
        what = asked(snapshot, *request)
        act = act_of(what, state)
    except Refused:
        return None
    named = [one for one in what.arguments.values() if isinstance(one, str) and is_thing(one)]
    # What every decision looks at, at once.
    state.load((act.subject, act.by, ROOT_ZONE, *named))
    try:
        admitted = admit(state, act)
        if admitted.budget is None:
            stated(state, replace(act, sponsor=admitted.sponsor), snapshot.now)
    except Refused as error:
        held = sorted({act.subject, *BY_NOUN[act.noun].keys(state, act)})
        ran_out = any(one.due <= snapshot.now for one in timers_on(snapshot.connection, held))
        return None if ran_out else worded(snapshot, error)
    return None


def _remember(ledger: Ledger, request: str) -> None:
    """That this was refused: who asks for it again is likely to be refused again."""
    if len(ledger.refused) >= MOST_REMEMBERED:
        ledger.refused.clear()
    ledger.refused.add(request)


@contextmanager
def in_words(transaction: Transaction) -> Iterator[None]:
    """What is refused in this block is told with persons as people know them."""
    try:
        yield
    except Refused as error:
        raise worded(transaction.snapshot, error) from error


def worded(snapshot: Snapshot, error: CounterpointError) -> CounterpointError:
    """The same error, with persons as people know them."""
    told = written(snapshot, {"message": error.message, "hint": error.hint})
    return type(error)(times_for_people(told["message"]), hint=times_for_people(told["hint"]))


def act_of(what: Asked, state: State) -> Act:
    """The act that was asked for, about whatever answers to its words as things stand."""
    by = state.canonical(what.by)
    subject = state.canonical(BY_NOUN[what.noun].subject(state, by, what.arguments))
    return Act(what.noun, what.verb, subject, by, what.arguments)


class Performance:
    """Acts within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self._held: set[str] = set()
        self._followed: list[Followed] = []
        self._read = Remembered(transaction)
        self._state: State | None = None

    def state(self) -> State:
        """How things stand within the transaction."""
        if self._state is None:
            self._state = State(self._read)
        return self._state

    def hold(self, keys: Iterable[str], *, shared: bool = False) -> None:
        """Hold keys; what was read before may have changed while this waited for them."""
        alone = self.transaction.alone
        self.transaction.lock(keys, shared=shared)
        if not alone:
            self._forget()

    def perform(self, what: Asked, key: str | None) -> Done:
        """Do what was asked, and what follows."""
        if key is not None:
            # Held first: whoever asks again while the first time is still under way waits for its answer.
            self.hold([f"key:{key}"])
            if (before := self._done_before(what, key)) is not None:
                return before
        if kind_of(what.by) == "agent":
            self.hold([agents_key()], shared=True)
        act = act_of(what, self.state())
        self._hold(act)
        state = self.state()
        # Whatever is decided, these are looked at: at once, and not one after the other.
        state.load((act.subject, what.by, ROOT_ZONE))
        act = act_of(what, state)
        self._hold(act)
        admitted = self._admitted(state, act)
        act = replace(act, sponsor=admitted.sponsor)
        if admitted.reviewers:
            # What the rules refuse anyhow needs nobody's review.
            stated(state, act, self.transaction.now)
            act = self._proposed(act, state)
        entry, outcome, said = self._keep(act, str(what.arguments.get("reason", "")), key)
        self._follow(act, outcome, entry)
        stands = self.state().text(act.subject, BY_NOUN[act.noun].attribute)
        return Done(
            entry.sequence, what.noun, what.verb, act.subject, act.by, stands, outcome.told, tuple(said),
            tuple(self._followed), proposal=act.subject if admitted.reviewers else None, sponsor=act.sponsor,
        )  # fmt: skip

    def ring(self, one: Ringing) -> Entry | None:
        """Do what the clock is to do; None where it is for nothing any more. The subject must be held."""
        protocol = BY_NOUN[one.noun]
        act = Act(one.noun, one.verb, one.subject, CLOCK, {}, automatic=True)
        take_off(self.transaction.connection, one)
        self._hold(act)
        try:
            entry, outcome, _ = self._keep(act, "", None)
        except Refused:
            # What it was set for has changed by other ways than protocols: an import, say.
            retime(self.transaction, [one.subject], self.state(), without=(protocol.noun, one.verb))
            return None
        self._follow(act, outcome, entry)
        return entry

    def _forget(self) -> None:
        self._read.forget()
        self._state = None

    def _hold(self, act: Act) -> None:
        """Hold what the act is decided upon; what ran out on it is carried out first."""
        state = self.state()
        wanted = {act.subject, *BY_NOUN[act.noun].keys(state, act)} - self._held
        if not wanted:
            return
        self.hold(sorted(wanted))
        self._held |= wanted
        for one in timers_on(self.transaction.connection, sorted(wanted)):
            if one.due <= self.transaction.now and not (act.by == CLOCK and act.subject == one.subject):
                self.ring(one)

    def _admitted(self, state: State, act: Act) -> Admitted:
        """On which terms the party may act; a budget is looked at while nobody else can use it up."""
        admitted = admit(state, act)
        if admitted.budget is not None:
            self.hold([budget_key(act.by)])
            within_budget(
                act, admitted.budget, self.transaction.acts_since_an_hour(state.names(act.by)), self.transaction.now
            )
        return admitted

    def _proposed(self, act: Act, state: State) -> Act:
        """That the agent proposes this act, under a name that nobody has taken."""
        while True:
            proposed = proposing(state, act)
            self.hold([proposed.subject])
            state = self.state()
            if not state.exists(proposed.subject):
                return proposed

    def _keep(self, act: Act, reason: str, key: str | None) -> tuple[Entry, Outcome, list[Said]]:
        outcome, statements = stated(self.state(), act, self.transaction.now)
        alone = self.transaction.alone
        entry = self.transaction.append(
            NewEntry(act.by, PROTOCOL, statements, reason or f"{act.noun} {act.verb}", external_id=key)
        )
        if alone:
            self._read.written(statements)
            self._state = None
        else:
            # While this waited for the head of the chain, others wrote; from now on nobody does.
            self._forget()
        after = self.state()
        retime(self.transaction, [act.subject, *(say.entity for say in outcome.says)], after)
        said = [Said(say.entity, say.attribute, say.value, say.take_back) for say in outcome.says]
        return entry, outcome, said

    def _follow(self, act: Act, outcome: Outcome, entry: Entry) -> None:
        pending = [(1, one) for one in (*outcome.then, *reactions(self.state(), act))]
        while pending:
            depth, following = pending.pop(0)
            if depth > LONGEST_CHAIN:
                raise AssertionError(f"more than {LONGEST_CHAIN} acts follow in a chain from {act.noun} {act.verb}")
            self._hold(following)
            try:
                made, its, _ = self._keep(following, f"follows from entry {entry.sequence}", None)
            except Refused:
                if following in outcome.then:
                    raise
                continue  # a reaction to what another reaction has ended meanwhile
            told = Followed(
                made.sequence, following.noun, following.verb, following.subject, times_for_people(its.told)
            )
            self._followed.append(told)
            after = (*its.then, *reactions(self.state(), following))
            pending = [*((depth + 1, one) for one in after), *pending]

    def _done_before(self, what: Asked, key: str) -> Done | None:
        """The answer to the same act under the same key, from the record.

        Raises:
            Conflict: the key was used for something else.
        """
        found = self.transaction.entry_of(key)
        if found is None:
            return None
        row, told = found
        act = next((one for one in told if one.attribute == "act"), None)
        value = act.value if act is not None and isinstance(act.value, dict) else {}
        proposed = proposed_by(value)
        value = proposed or value
        same = (self.state().canonical(row.actor), value.get("noun"), value.get("verb"), value.get("arguments")) == (
            self.state().canonical(what.by), what.noun, what.verb, dict(what.arguments),
        )  # fmt: skip
        if act is None or not same:
            raise Conflict(
                f"key {key!r} was used for entry {row.sequence}, which did something else",
                hint="use a key of its own for every act",
            )
        says = tuple(
            Said(one.entity, one.attribute, one.value, one.operation == "retract") for one in told if one is not act
        )
        status = next((str(one.value) for one in says if (one.entity, one.attribute) == (act.entity, "status")), None)
        return Done(
            row.sequence, what.noun, what.verb, act.entity, row.actor, status, "it was done before, under this key",
            says, again=True, proposal=act.entity if proposed else None,
        )  # fmt: skip
