"""What each picture of a what-if means, how it was computed, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prose:
    """The words beside a picture."""

    question: str
    means: str
    computed: str
    cannot: str


PROSE: Mapping[str, Prose] = {
    "models": Prose(
        "How long does an item take, and what is that time made of?",
        "The longer the bar, the longer from the moment an item comes in to the moment it is done. Waiting for people, "
        "for decisions, meetings, other areas and approvals is what another way to coordinate can change; execution "
        "is what faster execution changes. Where somebody cannot keep up there is no bar: the wait grows for as long "
        "as you look.",
        "Each row is the same organisation with the same items and the same chances, simulated event by event; ± is "
        "half of the interval in which chance leaves the figure (95 of 100). The bar is as long as the lead time, and "
        "divided as the time of all items is. "
        "Centralised: every question is decided above the areas. Decentralised: areas decide, and consult each other. "
        "Hybrid: what touches other areas is decided above, everything else by the area; an area that declares no "
        "model is taken for one.",
        "That people learn from each other, trust each other, or leave is not in the model. Nor is what a "
        "reorganisation costs. A difference smaller than the model's error on the past means nothing.",
    ),
    "curve": Prose(
        "As execution gets faster, how much of the work becomes coordination, and how much of that is needed?",
        "The upper line is the share of people's hours that goes into coordination. It rises because execution "
        "shrinks and coordination does not. The lower line is the part of those hours without which an item would "
        "cost more; the band runs from coordination that catches as little as it could to coordination that catches "
        "as much. A wide band says that nobody has measured what these meetings and approvals catch.",
        "The organisation is simulated at each speed. For the lower line every element is removed once, on the same "
        "chances, and counts if an item then costs clearly more. What is declared as governance is not in it.",
        "What a meeting is good for beside catching mistakes, such as knowing each other, does not show. That work "
        "itself becomes another when it is a hundred times as fast is not in the model.",
    ),
    "limits": Prose(
        "Who cannot keep up first, if demand grows as fast as execution?",
        "Each line ends at the speed from which work comes in faster there than it goes out. The "
        "shortest lines are where faster execution is lost in a queue: that is where to delegate, to add approvers, "
        "or to ask for less approval before anything is sped up. The dashed line is the speed that you chose.",
        "Computed, not simulated: of the capacity of each station, how much is needed at each speed if as much more "
        "work comes as execution is faster. From 99.5% on a queue has no end.",
        "Whether demand grows so much is for you to say (the slider of demand is not used here). Long before its "
        "limit a station is slow.",
    ),
    "elements": Prose(
        "Which meetings, approvals and requests carry something?",
        "To the right of zero: without this element an item costs more, so it carries something. To the left: without "
        "it an item would cost less. A long thin line that crosses zero says that it depends on how much the element "
        "catches, and that is not known yet: measure that before you cut. What is marked as necessary governance "
        "stays whatever it costs.",
        "Each element is removed once, on the same chances, with coordination catching as little as it could, as is "
        "usual, and as much as it could. Cost is hours of people and agents, what waiting costs and what escaped "
        "mistakes cost. Load-bearing: clearly more either way. Optional: not clearly more either way.",
        "Elements stand in for each other: two that are optional each may not be so together (take both away on the "
        "left to see). What people learn in a meeting, and the trust that comes of it, is not in the model. It says "
        "nothing of any one person.",
    ),
}  # fmt: skip
PART_WORDS: Mapping[str, str] = {
    "execution": "execution", "requests": "with other areas", "queue": "waiting for people",
    "decision": "decisions", "meeting": "waiting for a meeting", "gates": "approvals", "rework": "done again",
}  # fmt: skip
KIND_WORDS: Mapping[str, str] = {
    "necessary governance": "declared as needed, with the rule that it serves",
    "load-bearing": "without it an item costs clearly more",
    "optional": "without it an item costs clearly no more",
    "not yet known": "depends on what it catches",
}
SORTS: Mapping[str, str] = {
    "ritual": "Meetings", "gate": "Approvals", "requests": "Requests between areas",
    "decisions above": "Decisions above the areas", "peers consulted": "Consulting peers",
}  # fmt: skip
