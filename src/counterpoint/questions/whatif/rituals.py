"""Recurring moments: how often, how long, and how many of each area they take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import ceil

from counterpoint.model.identifiers import kind_of
from counterpoint.model.schedule import schedule_of
from counterpoint.model.times import after, moment, stamp
from counterpoint.questions.whatif.areas import Areas
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Notes
from counterpoint.questions.whatif.week import Hours
from counterpoint.simulation.known import DECLARED, SETTINGS, Known, declared
from counterpoint.simulation.organisation import Area, Ritual
from counterpoint.state.rhythm import holders, occurrences_between, why_silent
from counterpoint.state.speaking import speakers

AHEAD = 52
"""Weeks over which occurrences are counted."""
MOST_WEEKS = 5
"""Between two times of a ritual for which decisions are kept: for a rarer one they do not wait."""
MOST_TIME = 0.5
"""The share of an area's time that rituals take at most where it is not said who takes part."""


class Rituals:
    """The rituals of an organisation."""

    def __init__(self, items: Items, areas: Areas, notes: Notes, hours: Hours) -> None:
        self._items, self._areas, self._notes = items, areas, notes
        self._state = items.state
        self._hours = hours

    def made(self, areas: Sequence[Area], above: frozenset[str]) -> tuple[Ritual, ...]:
        """Those that take time of people in some areas; ``above`` are the persons who decide above these.

        First come those in which it is decided, the most frequent first, because decisions wait for no later one.
        """
        names = [one.name for one in areas]
        times = Counter(person for one in names for person in self._areas.people_in(one))
        found = (self._ritual(one, names, times, above) for one in self._items.making.surrounded("ritual"))
        every = self._eased([one for one in found if one is not None], areas)
        return tuple(sorted(every, key=lambda one: (not one.decides, one.every.value if one.decides else 0, one.name)))

    def _ritual(
        self, name: str, areas: Sequence[str], times: Mapping[str, int], above: frozenset[str]
    ) -> Ritual | None:
        if (why := self._left_out(name)) is not None:
            self._notes.add("ritual", why, [name])
            return None
        held = occurrences_between(self._state, name, self._state.now, after(self._state.now, weeks=AHEAD))
        if not held:
            self._notes.add("ritual", f"not to be held in the next {AHEAD} weeks", [name])
            return None
        people = self._people(name)
        attendees = {
            area: sum(1 / times[one] for one in present)
            for area in areas
            if (present := people & self._areas.people_in(area))
        }
        if not attendees:
            self._notes.add("ritual", "nobody of any area is expected", [name])
            return None
        if not self._said(name):
            why = "not said: all of the team that holds one are taken to"
            self._notes.add("ritual", why, [name], "who takes part in")
        hours = AHEAD / len(held) * self._hours.week
        every = Known(hours, hours, hours, DECLARED, len(held), f"{len(held):,} times in {AHEAD} weeks")
        label = self._items.making.label(name)
        decides = AHEAD / len(held) <= MOST_WEEKS and self._decides(name, people, above)
        return Ritual(name, label, attendees, every, self._takes(name), None, decides)

    def _eased(self, rituals: list[Ritual], areas: Sequence[Area]) -> list[Ritual]:
        """Where nobody says who takes part, no more are taken to than leave an area half of its time beside rituals:
        what is only assumed must not make an organisation impossible."""
        factors: dict[str, float] = {}
        for area in areas:
            said, unsaid = (
                sum(_weekly(one, area.name) for one in rituals if self._said(one.name) is yes) for yes in (True, False)
            )
            room = max(0.0, MOST_TIME * area.people * area.share - said)
            if unsaid > room:
                factors[area.name] = room / unsaid
        why = f"not said, and all of its people in all of its rituals would take more than {MOST_TIME:.0%} of its time"
        self._notes.add("area", why, factors, "some attendance of")
        return [one if self._said(one.name) else _shrunk(one, factors) for one in rituals]

    def _said(self, name: str) -> bool:
        return bool(self._state.refs(name, "participant"))

    def _left_out(self, name: str) -> str | None:
        status = self._state.text(name, "status")
        if status == "tentative":
            return "tentative"
        return why_silent(self._state, name)

    def _people(self, name: str) -> frozenset[str]:
        """Who is expected: participants and whoever holds it; the whole team that holds it, where none is named."""
        people = self._items.people
        named = self._state.refs(name, "participant")
        if named:
            holding = {one for party in holders(self._state, name) for one in speakers(self._state, party)}
            return people.expanded(named) | frozenset(one for one in holding if kind_of(one) == "person")
        return people.expanded(holders(self._state, name))

    def _takes(self, name: str) -> Known | None:
        """As stated; of what lasts whole days, the working hours of these."""
        stated = self._state.value(name, "duration")
        if isinstance(stated, int | float):
            minutes: float | None = float(stated)
        else:
            each = {one.minutes for one in schedule_of(self._state.value(name, "schedule")).recurrences}
            minutes = each.pop() if len(each) == 1 else None
        if minutes is None or minutes <= 0:
            return None
        hours = minutes / 60
        return declared(min(hours, ceil(hours / 24) * self._hours.day), "as it is stated")

    def _decides(self, name: str, people: frozenset[str], above: frozenset[str]) -> bool:
        """Is what is decided above decided here? Where those who decide there hold it, or attend it and decisions are
        on record as what came of it."""
        owners = {one for party in self._state.refs(name, "owner") for one in speakers(self._state, party)}
        if owners and owners <= above:
            return True
        return not above.isdisjoint(people) and self._decided(name)

    def _decided(self, name: str) -> bool:
        since = stamp(moment(self._state.now) - timedelta(weeks=AHEAD))
        self._state.load_mentioning([name], "occurrence", "ritual")
        return any(
            kind_of(one) == "decision"
            for occurrence in self._state.naming(name, "occurrence", "ritual")
            if (self._state.text(occurrence, "start") or "") >= since
            for one in self._state.refs(occurrence, "output")
        )


def _weekly(ritual: Ritual, area: str) -> float:
    """How much of a working week a ritual takes from an area's people, in weeks of one person."""
    hours = SETTINGS["meeting"].usual if ritual.hours is None else ritual.hours
    return ritual.attendees.get(area, 0.0) * hours.value / ritual.every.value


def _shrunk(ritual: Ritual, factors: Mapping[str, float]) -> Ritual:
    """The ritual with fewer attendees from some areas; without those from whom nobody is left."""
    present = {area: number * factors.get(area, 1.0) for area, number in ritual.attendees.items()}
    return replace(ritual, attendees={area: number for area, number in present.items() if number > 0})
