"""Does a rule hold for a thing, or is it waived for the time being?"""

from __future__ import annotations

from counterpoint.state.view import State


def waiver_of(state: State, rule: str, work: str, now: str, stage: str | None = None) -> str | None:
    """The waiver under which a gate, standard or workflow does not hold for this work at ``now``; None where it holds.

    With ``stage``, only the waiver of that stage's rule counts, or one of the whole. A waiver that has an end is worth
    nothing from that moment on, whether or not its timer has fired.
    """
    of = state.canonical(rule)
    for one in state.naming(work, "waiver", "work"):
        ends, of_stage = state.text(one, "ends"), state.text(one, "stage")
        if (
            state.text(one, "status") == "active"
            and of in state.refs(one, "of")
            and (ends is None or ends > now)
            and of_stage in (None, stage)
        ):
            return one
    return None
