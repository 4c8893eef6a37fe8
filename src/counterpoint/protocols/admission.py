"""May this party act at all? What holds for agents before any protocol looks at what they want."""

from __future__ import annotations

from counterpoint.errors import NotAllowed
from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.state.view import State


def agents_key() -> str:
    """What agents hold together while they act, and who stops them holds alone: so that a stop is effective at once."""
    return "agents"


def admit(state: State, act: Act, recent: int, now: str) -> tuple[Act, bool]:
    """The act as it may be done, and whether it waits for a review instead.

    ``recent`` is how many acts the agent did in the last hour.

    Raises:
        NotAllowed: the agent is stopped, or nobody is accountable for it.
    """
    if act.automatic or kind_of(act.by) != "agent":
        return act, False
    if state.text(act.by, "status") == "stopped":
        raise NotAllowed(f"{act.by} is stopped", hint="its sponsor may start it again: counterpoint agent start")
    for zone in (*state.zones(act.subject), ROOT_ZONE):
        if state.text(zone, "agents") == "stopped":
            raise NotAllowed(f"agents are stopped in {zone}", hint="who decides there may let them act again")
    if not state.refs(act.by, "sponsor"):
        raise NotAllowed(f"nobody is accountable for {act.by}", hint="name its sponsor, a person")
    return act, False
