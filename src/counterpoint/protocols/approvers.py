"""Who may approve, in words that name everybody and the command: an approval that people cannot find is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.errors import Refused
from counterpoint.protocols.doing import or_nobody
from counterpoint.protocols.gates import Places, grants_of, matched, open_yet, places_asked, right_approvers, voice
from counterpoint.state.view import State
from counterpoint.state.who import who

MOST_NAMES = 20


def names(approvers: Mapping[str, Sequence[str]]) -> str:
    """``person:ana, person:bo (for team:lang); person:cy may``: everybody, up to MOST_NAMES for each party."""
    told = []
    for party, everyone in approvers.items():
        more = f" and {len(everyone) - MOST_NAMES} more" if len(everyone) > MOST_NAMES else ""
        listed = ", ".join(everyone[:MOST_NAMES]) + more
        told.append(party if list(everyone) == [party] else f"{listed or 'nobody'} (for {party})")
    between = " or " if all(list(everyone) == [party] for party, everyone in approvers.items()) else "; "
    return f"{between.join(told) or 'nobody'} may"


def refusal_of(state: State, approval: str) -> str:
    """``person:ana: the key is in the log``: who refused it, and why."""
    return "; ".join(f"{row['party']}: {row['text']}" for row in state.tables(approval, "refused"))


def who_may(state: State, approval: str, given: Sequence[str] | None = None) -> str:
    """Everybody whose voice is still of use to an approval, and the command; ``given`` are voices given already."""
    gate, work, asker = (next(iter(state.refs(approval, name)), "") for name in ("gate", "work", "asked_by"))
    places = places_asked(state, approval)
    so_far = grants_of(state, approval) if given is None else given
    spoken = {voice(state, one) for one in so_far}
    everyone = right_approvers(state, gate, work, asker or None, places)
    useful = {
        party: [one for one in everyone[party] if voice(state, one) not in spoken]
        for party in open_yet(state, so_far, places)
    }
    return f"{names(useful)}: counterpoint approval grant {approval}"


def must_be_possible(state: State, by: str, gate: str, places: Places, approvers: Mapping[str, Iterable[str]]) -> None:
    """Check that those who may approve are enough.

    Raises:
        Refused: they are not; the hint says who can name others.
    """
    everyone = dict.fromkeys(one for some in approvers.values() for one in some)
    if len(matched(state, everyone, places)) >= places.enough:
        return
    may = f"only {', '.join(everyone)} may" if everyone else "nobody who is asked may"
    raise Refused(
        f"{gate} takes {places.in_words()}, and {may} approve what {by} asks for",
        hint=f"nobody approves their own, and a person counts once; {can_name(state, gate)} can name others, as "
        f"approver or needs of {gate}",
    )


def can_name(state: State, gate: str) -> str:
    """Who decides on the work of the gate, and in the zones around it."""
    things = (*state.refs(gate, "work"), *state.zones(gate))
    return or_nobody(dict.fromkeys(one for thing in things for one in who(state, thing).deciders))
