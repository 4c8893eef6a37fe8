"""What a measure's queries see: the activity, and the organisation as a numbered snapshot of its state.

Every engine makes all of them, empty where nothing is known, so that a query never fails for want of a table. Times
are timestamps in UTC, without a zone; days are dates. Entities are references as people read them (``team:payments``),
persons and agents too; where an actor is nobody that the state knows, ``party`` is the actor's own identifier
(``actor:…``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

_TEXT, _TIME, _NUMBER, _COUNT, _YES = pa.string(), pa.timestamp("us"), pa.float64(), pa.int64(), pa.bool_()


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view: what a row is, and its columns."""

    about: str
    columns: Mapping[str, pa.DataType]

    @property
    def schema(self) -> pa.Schema:
        """Its Arrow schema."""
        return pa.schema(list(self.columns.items()))


ORGANISATION: Mapping[str, Relation] = {
    "snapshot": Relation(
        "the one row that says of when the tables are: the moment as of which the state holds, and the number of the "
        "last entry of the ledger",
        {"moment": _TIME, "sequence": _COUNT},
    ),
    "party": Relation(
        "a person, agent or team, or an actor whom the state does not know",
        {"party": _TEXT, "label": _TEXT, "sort": _TEXT, "status": _TEXT},
    ),
    "actor": Relation(
        "who an actor of the activity is: a party of the state, or the actor itself; sort is person, agent, bot or "
        "unknown, an actor that is not told apart counting as a person",
        {"actor": _TEXT, "party": _TEXT, "sort": _TEXT, "confidence": _NUMBER},
    ),
    "member": Relation(
        "that a party is in a team, itself or through a team inside it; direct says which",
        {"party": _TEXT, "team": _TEXT, "direct": _YES},
    ),
    "team": Relation("a team", {"team": _TEXT, "label": _TEXT, "parent": _TEXT, "people": _COUNT}),
    "calendar": Relation(
        "the working hours that count for a team, as people write them, where any are stated; with an empty team, "
        "those of the organisation",
        {"team": _TEXT, "hours": _TEXT},
    ),
    "zone": Relation(
        "an area of autonomy; or, where the state has none, an area found in the paths (found); of several owners the "
        "first, a team before a person",
        {"zone": _TEXT, "label": _TEXT, "owner": _TEXT, "parent": _TEXT, "found": _YES},
    ),
    "path_zone": Relation(
        "which zone a path belongs to in a source of activity: the ownership files of a repository speak for its own "
        "paths",
        {"source": _TEXT, "path": _TEXT, "zone": _TEXT},
    ),
    "repository": Relation(
        "what the files of a source begin with, where several sources have files: so two of one path are told apart",
        {"source": _TEXT, "name": _TEXT},
    ),
    "left_out": Relation(
        "what a file is called last that is left out of every measure by rule: vendored, generated",
        {"source": _TEXT, "path": _TEXT, "rule": _TEXT},
    ),
    "path_name": Relation(
        "what a file that was renamed is called last, between two times in a source; begun and ended are the commits "
        "of these times: the first belongs to the span and the second does not, unlike others of the same time",
        {
            "source": _TEXT, "path": _TEXT, "since": _TIME, "begun": _TEXT, "till": _TIME, "ended": _TEXT,
            "name": _TEXT,
        },
    ),
    "work": Relation(
        "a work item; times are those at which its status became so",
        {
            "work": _TEXT, "label": _TEXT, "status": _TEXT, "parent": _TEXT, "owner": _TEXT, "zone": _TEXT,
            "objective": _TEXT, "priority": _TEXT, "class": _TEXT, "proposed": _TIME, "accepted": _TIME,
            "active": _TIME, "done": _TIME, "dropped": _TIME, "due": _TIME, "days": _NUMBER,
        },
    ),
    "work_name": Relation(
        "by what name a source knows a work item: its reference, the slug of it, what another system calls it",
        {"name": _TEXT, "work": _TEXT},
    ),
    "dependency": Relation(
        "that a consumer needs something of a provider (work or parties)",
        {
            "dependency": _TEXT, "consumer": _TEXT, "provider": _TEXT, "type": _TEXT, "status": _TEXT,
            "said": _TIME, "needed_by": _TIME, "promised_for": _TIME,
        },
    ),
    "decision": Relation(
        "a decision, from when it was asked to when it was made",
        {
            "decision": _TEXT, "label": _TEXT, "status": _TEXT, "zone": _TEXT, "work": _TEXT, "asked_by": _TEXT,
            "decider": _TEXT, "asked": _TIME, "decided": _TIME, "due": _TIME, "defaulted": _YES, "supersedes": _TEXT,
            "reopened": _COUNT, "outcome": _TEXT,
        },
    ),
    "concerned": Relation(
        "that a decision concerns a party, and why", {"decision": _TEXT, "party": _TEXT, "why": _TEXT}
    ),
    "alike": Relation(
        "that two decisions are of like cases: linked by somebody who looked at both (stated), or by their words or "
        "options",
        {"one": _TEXT, "other": _TEXT, "stated": _YES, "why": _TEXT},
    ),
    "decides": Relation(
        "who makes the final call on a thing: answer is one, shared, ambiguous or none; a row for each decider, or one "
        "with none",
        {"thing": _TEXT, "kind": _TEXT, "zone": _TEXT, "answer": _TEXT, "decider": _TEXT},
    ),
    "objective": Relation(
        "an objective, with the priority that holds for it",
        {
            "objective": _TEXT, "label": _TEXT, "parent": _TEXT, "priority": _TEXT, "status": _TEXT, "owner": _TEXT,
            "zone": _TEXT,
        },
    ),
    "key_result": Relation(
        "that a key result of an objective stood somewhere at a time; progress is how much of the way to its target, 0 "
        "to 1",
        {"objective": _TEXT, "name": _TEXT, "moment": _TIME, "value": _NUMBER, "progress": _NUMBER},
    ),
    "ritual": Relation(
        "a recurring moment; minutes is how long one takes, where that is stated",
        {"ritual": _TEXT, "label": _TEXT, "owner": _TEXT, "purpose": _TEXT, "minutes": _NUMBER, "zone": _TEXT},
    ),
    "invited": Relation("that a party is expected at a ritual", {"ritual": _TEXT, "party": _TEXT}),
    "occurrence": Relation(
        "one time that a ritual took place or was to: status is planned, held, cancelled or unknown",
        {"occurrence": _TEXT, "ritual": _TEXT, "start": _TIME, "minutes": _NUMBER, "status": _TEXT},
    ),
    "approval": Relation(
        "that an approval of work was asked for, and by whom it was given",
        {
            "approval": _TEXT, "work": _TEXT, "zone": _TEXT, "asked_by": _TEXT, "approver": _TEXT, "asked": _TIME,
            "answered": _TIME, "status": _TEXT,
        },
    ),
    "handoff": Relation(
        "that something was handed from one party to another",
        {
            "handoff": _TEXT, "about": _TEXT, "giver": _TEXT, "receiver": _TEXT, "offered": _TIME, "answered": _TIME,
            "status": _TEXT,
        },
    ),
    "act": Relation(
        "an act of a protocol: who did what (noun and verb) to what, when",
        {"moment": _TIME, "actor": _TEXT, "noun": _TEXT, "verb": _TEXT, "subject": _TEXT},
    ),
    "change": Relation(
        "a statement that changed a value: who said it, of what, when; source tells tracker, protocol and files apart",
        {"moment": _TIME, "actor": _TEXT, "source": _TEXT, "thing": _TEXT, "kind": _TEXT, "attribute": _TEXT},
    ),
    "disputed": Relation(
        "that sources differ on an attribute, since when, or that they did and it was settled",
        {"thing": _TEXT, "attribute": _TEXT, "since": _TIME, "settled": _TIME},
    ),
}  # fmt: skip
"""What :mod:`counterpoint.questions` makes of the state, once for each snapshot."""

VIEWS: Mapping[str, Relation] = {
    "activity": Relation(
        "a row of activity within the time that was asked for, with who it was (party, target_party, sort), the zone "
        "of its path (the one that its source says, else the one that the organisation says), what the file is called "
        "last (file; after the name of its repository, where there are several), and the day on which its period "
        "begins",
        {
            "source": _TEXT, "key": pa.binary(), "moment": _TIME, "landed": _TIME, "ahead": pa.int16(), "actor": _TEXT,
            "party": _TEXT, "sort": _TEXT, "verb": _TEXT, "object": _TEXT, "file": _TEXT, "target": _TEXT,
            "target_party": _TEXT, "target_sort": _TEXT, "work": _TEXT, "zone": _TEXT, "size": _NUMBER, "thread": _TEXT,
            "agent": _TEXT, "confidence": _NUMBER, "attributes": _TEXT, "period": pa.date32(),
        },
    ),
    "unit_of": Relation(
        "to which unit of the grain that was asked for a party's rows belong: its teams, itself; a party may be in "
        "several, and then counts in each",
        {"party": _TEXT, "unit": _TEXT},
    ),
    "activity_by": Relation(
        "activity once more, with the unit of the grain that was asked for: a row for each unit that it belongs to",
        {},
    ),
    "attended": Relation(
        "that a party was at a meeting (thread, of the ritual object), as far as can be told: whom a record of it "
        "names; where there is no record, who accepted and who called it, and not who said maybe or nothing",
        {
            "source": _TEXT, "period": pa.date32(), "moment": _TIME, "thread": _TEXT, "object": _TEXT,
            "party": _TEXT, "sort": _TEXT,
        },
    ),
    "period": Relation(
        "every period that was asked for: the day on which it begins, the day after its last, and whether it is over",
        {"period": pa.date32(), "ends": pa.date32(), "over": _YES},
    ),
}  # fmt: skip
"""What every engine makes for one run of a measure."""
