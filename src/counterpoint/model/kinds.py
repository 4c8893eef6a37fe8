"""The vocabulary, in one table: kinds, their attributes and types, lifecycles, link types. Printed into the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal[
    "text", "url", "flag", "number", "date", "moment", "period", "minutes", "choice",
    "ref", "refs", "schedule", "calendar", "authority", "freeze", "role", "handle", "settlement", "rung",
    "act", "advice", "need", "grant", "waiter", "term", "lease time", "stage", "key result", "item", "refusal", "vote",
    "measure",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a kind.

    ``many``: a set; each element is a statement of its own and sources add up. ``refs`` without ``many`` is a list
    that a source states as a whole, so that two sources can differ about it (owner, decider).
    """

    name: str
    type: Type
    about: str
    many: bool = False
    kinds: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity. Of a kind that is ``kept`` only protocols speak, and no file and no import."""

    name: str
    plural: str
    about: str
    attributes: tuple[Attribute, ...]
    kept: bool = False

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name, if the kind has one."""
        return ATTRIBUTES.get((self.name, name))


PARTIES = ("person", "agent", "team")
WORK_STATES = ("proposed", "accepted", "active", "blocked", "done", "dropped")
OPEN_WORK = frozenset({"proposed", "accepted", "active", "blocked"})
DEPENDENCY_TYPES = (
    "prerequisite",
    "transfer",
    "usability",
    "shared resource",
    "simultaneity",
    "task/subtask",
)
DEPENDENCY_STATES = ("stated", "asked", "countered", "committed", "declined", "fulfilled", "withdrawn")
PRIORITIES = ("critical", "high", "normal", "low")
MODELS = ("centralised", "decentralised", "hybrid")
RULES = ("one", "any", "all", "quorum")
GATE_KINDS = ("governance", "quality", "alignment")
GATE_STATES = ("open", "requested", "passed", "failed", "waived")
TERMS = ("alone", "review", "never")
PROTOCOL = "protocol"
"""The source as which protocols speak."""


def _text(name: str, about: str, *, many: bool = False, personal: bool = False) -> Attribute:
    return Attribute(name, "text", about, many=many, personal=personal)


def _one(name: str, about: str, *kinds: str) -> Attribute:
    return Attribute(name, "ref", about, kinds=kinds)


def _list(name: str, about: str, *kinds: str) -> Attribute:
    return Attribute(name, "refs", about, kinds=kinds)


def _set(name: str, about: str, *kinds: str) -> Attribute:
    return Attribute(name, "ref", about, many=True, kinds=kinds)


def _choice(name: str, about: str, choices: tuple[str, ...]) -> Attribute:
    return Attribute(name, "choice", about, choices=choices)


def _date(name: str, about: str) -> Attribute:
    return Attribute(name, "date", about)


def _moment(name: str, about: str) -> Attribute:
    return Attribute(name, "moment", about)


def _number(name: str, about: str) -> Attribute:
    return Attribute(name, "number", about)


# What every kind has. `exists` is stated once for each record, so that a record without any other attribute is seen,
# leads to its first line, and is gone when its source no longer has it.
COMMON = (
    Attribute("exists", "flag", "the source has a record of this entity"),
    _text("title", "what people call it"),
    _text("description", "what it is, in a few sentences"),
    Attribute("url", "url", "where to read more", many=True),
    _text("label", "a word to group by, as the source has it", many=True),
    Attribute(
        "alias_of",
        "ref",
        "this is another name of that entity (an alias joins two identities, and can be undone)",
    ),
    Attribute("settlement", "settlement", "how a contradiction on an attribute was settled", many=True),
    Attribute("act", "act", "what was last done to it by a protocol: noun, verb and arguments"),
)
PARTY = (Attribute("calendar", "calendar", "time zone and working hours, such as Europe/Berlin 09:00-17:00"),)

_KINDS = (
    Kind("person", "persons", "a human being", (
        Attribute("handle", "handle", "a name in a system (github, email, name, …)", many=True, personal=True),
        Attribute("name", "text", "the person's name", personal=True),
        Attribute("address", "text", "an electronic mail address", many=True, personal=True),
        Attribute("erased", "flag", "what named this person was erased"),
        *PARTY,
    )),
    Kind("agent", "agents", "an AI that takes part", (
        _one("sponsor", "the person accountable for it", "person"),
        _set("capability", "work or zone it may act on", "zone", "work"),
        _choice("status", "may it act", ("active", "stopped")),
        _number("budget", "how many actions it may take in an hour"),
        _one("stopped_by", "who stopped it", "person"),
        *PARTY,
    )),
    Kind("team", "teams", "a group of parties; teams nest", (
        _one("parent", "the team that this one is part of", "team"),
        _set("lead", "leads the team", "person", "agent"),
        _set("member", "belongs to the team", *PARTIES),
        _set("alumnus", "belonged to the team", "person", "agent"),
        Attribute("role", "role", "a party's role in the team", many=True),
        _choice("status", "is the team at work", ("active", "archived")),
        _one("zone", "the zone that the team works in, where it owns none", "zone"),
        _text("class", "the sort of team, as the source has it"),
        *PARTY,
    )),
    Kind("zone", "zones", "an area of autonomy and its protocol", (
        _list("owner", "the team (or party) that the area belongs to", *PARTIES),
        _one("parent", "the zone that this one is part of", "zone"),
        _text("covers", "a path pattern, service or topic in the area", many=True),
        Attribute("position", "number", "its rule's place in an ordered file: of those that match, the last holds"),
        _list("decider", "who makes the final call in the area, where it is not the owning team's lead", *PARTIES),
        _choice("rule", "how several deciders decide: any one of them, all, or a quorum", RULES),
        Attribute("quorum", "number", "how many of them, with rule = quorum"),
        Attribute("inherit", "flag", "may the parent team or parent work decide where nobody here does"),
        _text("decides_alone", "what the team may decide without anyone else", many=True),
        Attribute("escalation", "rung", "a rung of the ladder: place, whom it asks, for how many hours", many=True),
        _choice("model", "the coordination model that the area declares", MODELS),
        _text("norm", "a norm that people and agents keep here", many=True),
        Attribute("authority", "authority", "which sources have the say on an attribute here, best first", many=True),
        Attribute("freeze", "freeze", "a window in which nothing ships here", many=True),
        Attribute("calendar", "calendar", "working hours of the parties here that state none"),
        Attribute("terms", "term", "how agents may take an action here: alone, with review, or never", many=True),
        _choice("agents", "may agents act here at all: one switch for all of them", ("active", "stopped")),
        _number("budget", "how many actions an hour each agent may take here, where it has no budget of its own"),
        Attribute("lease_time", "lease time", "after how long without a sign of life a lease ends here", many=True),
    )),
    Kind("objective", "objectives", "what effort is for", (
        _list("owner", "accountable for it", *PARTIES),
        _list("decider", "makes the final call on it", *PARTIES),
        _one("parent", "the objective that it is part of", "objective"),
        _one("zone", "the zone it belongs to", "zone"),
        _one("team", "its home team", "team"),
        _choice("priority", "how much it matters", PRIORITIES),
        Attribute("period", "period", "when it applies"),
        _choice("status", "where it stands", WORK_STATES),
        Attribute("key_result", "key result", "a figure by which it is told whether it is reached", many=True),
        Attribute("measured", "measure", "what a key result stood at when it was last measured", many=True),
    )),
    Kind("work", "work", "an item of work at any size, from deliverable to task", (
        _one("parent", "the work that this is part of", "work"),
        _list("owner", "who does it or answers for its being done", *PARTIES),
        _list("decider", "who makes the final call on it", *PARTIES),
        _set("contributor", "works on it", *PARTIES),
        Attribute("champion", "role", "speaks for it within a team: party, and the team", many=True),
        _one("team", "its home team", "team"),
        _one("zone", "the zone it belongs to", "zone"),
        _choice("status", "where it stands", WORK_STATES),
        _text("status_said", "the status in a source's own word", many=True),
        _choice("priority", "how much it matters", PRIORITIES),
        _choice("level", "its size", ("deliverable", "task")),
        _text("class", "the sort of work, as the source has it"),
        Attribute("period", "period", "the span it belongs to, where it has no dates of its own"),
        _date("start", "when work on it starts"),
        _date("due", "when it ships"),
        _date("finished", "when it was done"),
        _date("announced", "when it is announced"),
        Attribute("estimate", "number", "how long it takes, in days"),
        _set("serves", "the objective it serves", "objective"),
        _text("touches", "a path, service or thing it changes", many=True),
        _set("supersedes", "the work that it replaces (a link, no dependency)", "work"),
        _one("announces", "the work that it announces", "work"),
        _one("tests", "the work that it tests", "work"),
        _text("external_id", "what another system calls it", many=True),
        _text("version", "the version of it that stands for approval: a commit, a revision, a hash"),
        _one("workflow", "the way that it goes, where that is not the one declared for its class", "workflow"),
        _text("stage", "the stage of its workflow that it is in"),
        _text("blocked_by", "why it is blocked, in a few words"),
        _set("blocked_on", "what it is blocked on: it goes on by itself when all of that is done", "work", *PARTIES),
        _choice("stood", "where it stood before it was blocked", ("proposed", "accepted", "active")),
        _text("passed_by", "by what it passed each gate when it was completed: approval, waiver or word", many=True),
    )),
    Kind("dependency", "dependencies", "that a consumer needs something from a provider, and why", (
        _one("consumer", "what needs it", "work", "objective", *PARTIES),
        _one("provider", "what or who provides it", "work", *PARTIES),
        _choice("type", "the sort of dependency, after Malone and Crowston (1994)", DEPENDENCY_TYPES),
        _text("reason", "why it is needed"),
        _choice("size", "how much is asked", ("small", "medium", "large")),
        _date("needed_by", "when the consumer needs it"),
        _date("promised_for", "when the provider promised it"),
        _choice("status", "where the negotiation stands", DEPENDENCY_STATES),
        _choice("nature", "could it be designed away", ("structural", "avoidable")),
        _date("offered_for", "the date that the provider offers instead of the one that was asked for"),
        _text("reply", "what was last answered, in a few words"),
        _date("slipped_from", "the date promised before, where the promise has moved to a later one"),
        _choice("told", "do the consumers know where the promise stands", ("waiting", "seen")),
        Attribute("late", "flag", "the promised day is over, and it is not fulfilled; made by protocols"),
        _date("reminded", "of which promised day the provider was reminded; made by protocols"),
        _set("shaken_by", "a promise on which this one rests, and which has slipped", "dependency"),
    )),
    Kind("decision", "decisions", "a question and its outcome", (
        _text("question", "what is to be decided"),
        _text("option", "a possible answer", many=True),
        _text("outcome", "what was decided"),
        _list("decider", "who decides", *PARTIES),
        _list("owner", "who asks", *PARTIES),
        _one("zone", "where", "zone"),
        _set("concerns", "what it is about", "work", "objective", "team", "zone"),
        _date("due", "by when"),
        _date("decided", "when it was decided"),
        _set("supersedes", "the decision that it replaces", "decision"),
        _choice("status", "where it stands", ("open", "decided", "withdrawn", "superseded")),
        _moment("deadline", "by when, to the minute"),
        _set("consulted", "whose advice is asked before it is decided", *PARTIES),
        _moment("advise_by", "until when advice is waited for"),
        Attribute("advice", "advice", "what a consulted party said", many=True),
        _text("default", "what holds when time runs out: declared, never assumed"),
        Attribute("by_default", "flag", "nobody decided in time, and the default holds"),
        _text("rationale", "why it was decided so"),
        Attribute("vote", "vote", "what each of several deciders is for", many=True),
        _choice("rule", "how several deciders decide: any one of them, all, or a quorum", RULES),
        _number("quorum", "how many of them, with rule = quorum"),
        Attribute("overdue", "flag", "its deadline is past, and nobody has decided; made by protocols"),
        _set("like", "a decision on a like case", "decision"),
    )),
    Kind("gate", "gates", "an approval that work needs", (
        _one("work", "the work that needs it", "work"),
        _choice("type", "what it guards", GATE_KINDS),
        _list("approver", "who may pass it", *PARTIES),
        _choice("rule", "how several approvers approve", RULES),
        Attribute("quorum", "number", "how many of them, with rule = quorum"),
        _choice("status", "where it stands", GATE_STATES),
        _date("passed", "when it was passed"),
        _one("zone", "where it applies", "zone"),
        _text("class", "the class of work that needs it, where it is not one work's alone"),
        Attribute("needs", "need", "how many approvals of which party: one of these and two of those", many=True),
        Attribute("people_only", "flag", "no agent may approve here"),
        _number("valid_hours", "after how many hours an approval ends, if it was not used"),
    )),
    Kind("ritual", "rituals", "a recurring moment", (
        _list("owner", "who holds it", *PARTIES),
        _text("purpose", "what it is for"),
        _set("participant", "takes part", *PARTIES),
        Attribute("schedule", "schedule", "when it happens, and how that was read"),
        Attribute("duration", "minutes", "how long it takes, in minutes"),
        _one("zone", "the zone it serves", "zone"),
        _text("location", "where"),
        _choice("status", "does it happen", ("active", "tentative", "cancelled")),
        _text("external_id", "what another system calls it", many=True),
        _choice("when_empty", "what becomes of an occurrence with an empty agenda", ("propose", "cancel", "hold")),
        _number("prepare_hours", "how many working hours before an occurrence its agenda is looked at"),
        _moment("prepared", "when the last occurrence starts whose agenda was looked at; made by protocols"),
    )),
    Kind("workflow", "workflows", "the way that a class of work goes in a zone", (
        _list("owner", "who keeps it", *PARTIES),
        _one("zone", "where it holds", "zone"),
        _text("class", "a class of work that goes this way", many=True),
        _text("version", "which version of it this is"),
        Attribute("enforced", "flag", "a move that it does not know is refused, and not only told"),
        Attribute("stage", "stage", "a stage: its rules, gates, time norm and owner", many=True),
    )),
    Kind("standard", "standards", "what work of a class keeps to", (
        _list("owner", "who keeps it", *PARTIES),
        _one("zone", "where it holds", "zone"),
        _text("class", "a class of work that keeps to it", many=True),
        _text("version", "which version of it this is"),
        _text("rule", "what is to be kept", many=True),
        _one("gate", "the gate at which it is looked at", "gate"),
    )),
    Kind("waiver", "waivers", "that a rule does not hold for one thing, for a time", (
        _one("of", "the rule that is waived", "gate", "standard", "workflow"),
        _one("work", "for what", "work"),
        _text("stage", "the stage whose rule is waived"),
        _list("owner", "who answers for it", *PARTIES),
        _moment("ends", "until when"),
        _text("reason", "why"),
        _choice("status", "does it hold", ("active", "ended")),
    ), kept=True),
    Kind("commitment", "commitments", "that somebody promised something to somebody by a day", (
        _list("owner", "who promised it", *PARTIES),
        _set("to", "to whom", *PARTIES),
        _date("due", "by when"),
        _one("from", "where it was promised", "occurrence", "ritual", "decision", "work", "dependency"),
        _text("said_in", "the message or record in which it was promised"),
        _text("asked", "what must be known before it is a promise: who, or by when"),
        _set("asked_of", "of whom that is asked", *PARTIES),
        _one("made_by", "who wrote it down", *PARTIES),
        _text("owner_said", "the owner as it was written, where that names nobody in particular"),
        _text("outcome", "how it ended, in a few words"),
        _date("slipped_from", "the date promised before, where it has moved"),
        _date("reminded", "of which day its owner was reminded"),
        _choice("status", "where it stands", ("asked", "open", "kept", "missed", "released")),
    ), kept=True),
    Kind("occurrence", "occurrences", "one time that a ritual is held", (
        _one("ritual", "of which ritual", "ritual"),
        _moment("start", "when it starts"),
        _moment("looked", "when its agenda was last looked at"),
        Attribute("agenda", "item", "what is to be spoken of, and why", many=True),
        _set("needed", "must be there, for what is on the agenda", *PARTIES),
        _set("output", "what came of it", "decision", "commitment", "work", "dependency", "handoff"),
        _text("note", "what is to be remembered of it", many=True),
        _text("reason", "why it is, or need not be, held"),
        _choice("status", "where it stands", ("prepared", "proposed", "cancelled", "held", "unrecorded")),
    ), kept=True),
    Kind("approval", "approvals", "that an exact version of a work passes a gate, once", (
        _one("gate", "which gate", "gate"),
        _one("work", "which work", "work"),
        _text("version", "the exact version that was looked at"),
        _one("asked_by", "who asked for it", *PARTIES),
        _set("approver", "of whom it is asked", *PARTIES),
        Attribute("needs", "need", "how many approvals of which party, as it was when it was asked for", many=True),
        _number("enough", "how many of the approvers are enough, where no needs are stated"),
        Attribute("grant", "grant", "who approved, and for which party they speak", many=True),
        Attribute("refused", "refusal", "who refused, and why", many=True),
        _moment("ends", "when it ends, if it was not used"),
        _one("used_by", "who used it up, by completing the work or by shipping that version", *PARTIES),
        _choice("status", "where it stands", (
            "requested", "granted", "refused", "used", "expired", "withdrawn",
        )),
    ), kept=True),
    Kind("proposal", "proposals", "an action of an agent that waits for the review of a person", (
        _one("by", "the agent that proposes it", "agent"),
        _one("about", "what it would act on"),
        _set("reviewer", "who may review it", *PARTIES),
        Attribute("action", "act", "what it would do"),
        _text("reason", "why it was returned"),
        _moment("ends", "when it ends, if nobody reviews it"),
        _one("reviewed_by", "who accepted or returned it", "person"),
        _choice("status", "where it stands", ("waiting", "accepted", "returned", "expired", "withdrawn")),
    ), kept=True),
    Kind("lease", "leases", "that one party holds a resource, for a time", (
        _text("resource", "what is held: a reference or a name"),
        _one("on", "the thing that is held, where it is one of the organisation's"),
        _one("holder", "who holds it", *PARTIES),
        _number("token", "the fencing token: it only grows, and whoever shows an older one is refused"),
        _number("floor", "the newest token that was given out for it under another of its names"),
        _moment("taken", "since when it is held"),
        _moment("until", "when it ends without a sign of life after it was taken"),
        _number("minutes", "how long it lasts after each sign of life"),
        Attribute("waiting", "waiter", "who is next in line", many=True),
        _choice("status", "is it held", ("held", "free")),
    ), kept=True),
    Kind("escalation", "escalations", "a question on its way up", (
        _one("about", "what it is about"),
        _text("cause", "why it was raised"),
        _text("stood", "where the thing stood when it was raised"),
        _one("raised_by", "who raised it", *PARTIES),
        _one("zone", "whose ladder it climbs", "zone"),
        _one("party", "with whom it is now", *PARTIES),
        _number("rung", "how many rungs it has climbed"),
        _moment("next", "when it goes further up, unless somebody acknowledges it"),
        Attribute("skipped", "refusal", "whom a rung would have asked and was passed over, and why", many=True),
        _set("asked", "who has been asked", *PARTIES),
        _one("acknowledged_by", "who took it up", *PARTIES),
        _text("outcome", "how it ended"),
        _choice("status", "where it stands", ("open", "acknowledged", "ended", "exhausted")),
    ), kept=True),
    Kind("handoff", "handoffs", "work on its way from one party to another", (
        _one("what", "what is handed over"),
        _one("giver", "who hands it over", *PARTIES),
        _one("receiver", "to whom it is offered", *PARTIES),
        _text("state_of_it", "where it stands"),
        _text("open_question", "what is not known yet", many=True),
        _text("where", "where things are", many=True),
        _moment("answer_by", "by when an answer is awaited"),
        Attribute("overdue", "flag", "nobody answered in time, and it was escalated"),
        _text("outcome", "how it ended, in a few words"),
        Attribute("refused", "refusal", "who declined, and why", many=True),
        _choice("status", "where it stands", ("offered", "accepted", "declined", "withdrawn")),
    ), kept=True),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
KIND_NAMES = frozenset(KINDS)
ATTRIBUTES: dict[tuple[str, str], Attribute] = {
    (kind.name, attribute.name): attribute for kind in _KINDS for attribute in (*COMMON, *kind.attributes)
}

# The system of a handle that is no more than the reference by which a source names somebody.
BY_REFERENCE = "reference"

# The zone whose protocol holds for everything that has no other: authority, norms, freezes and the last decider.
ROOT_ZONE = "zone:organisation"


def attribute_of(kind: str, name: str) -> Attribute | None:
    """The declaration of an attribute of a kind, or None where the vocabulary has no such thing."""
    return ATTRIBUTES.get((kind, name))
