"""An organisation's own state as the model that is simulated, with what was left out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterpoint.errors import InvalidInput
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables.making import Making
from counterpoint.questions.whatif.areas import Areas
from counterpoint.questions.whatif.centre import centre
from counterpoint.questions.whatif.circles import in_circles
from counterpoint.questions.whatif.gates import Gates
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Note, Notes
from counterpoint.questions.whatif.people import People
from counterpoint.questions.whatif.requests import requests
from counterpoint.questions.whatif.rituals import Rituals
from counterpoint.questions.whatif.streams import Fit, Streams
from counterpoint.questions.whatif.ties import Ties
from counterpoint.questions.whatif.week import working_hours
from counterpoint.simulation.organisation import Organisation, checked
from counterpoint.state.links import standing


@dataclass(frozen=True)
class Modelled:
    """An organisation as a model: ``organisation``, and ``notes`` of what was left out of it or taken for something.

    ``placed`` says to which area each item of work belongs, and ``zones`` to which each zone does, also to those that
    are not in the model for want of work: so that what is measured of zones can be given to :func:`modelled` by area.
    """

    organisation: Organisation
    notes: tuple[Note, ...]
    placed: Mapping[str, str]
    zones: Mapping[str, str]


def modelled(asking: Asking, fits: Mapping[str, Fit] | None = None) -> Modelled:
    """The organisation as of a moment, as a model. ``fits`` are what was measured of the activity of its areas, by
    their names (:func:`counterpoint.simulation.calibration.areas.fitted`); they take the place of what is on record,
    and make areas of teams without any work on record.

    Raises:
        InvalidInput: there is no work, or only one area; work waits for itself; an area or the centre has nobody.
    """
    making = Making(asking)
    notes = Notes(making.label)
    state, people = making.state, People(making)
    open_work = [one for one in making.works if standing(state, one) == "open"]
    items = Items(making, people, notes, in_circles(state, len(open_work), notes))
    areas = Areas(items, notes)
    shown = {name: one for name, one in (fits or {}).items() if areas.people_in(name)}
    if not shown:
        _some_work(items, areas)
    ties = Ties(items, areas, notes)
    names = {*areas.of_item.values(), *(side for one in ties.every for side in (one.asks, one.asked))}
    names |= {name for name, one in shown.items() if one.weekly is not None and one.efforts}
    hours = working_hours(state, sorted(names), notes)
    streams = Streams(items, areas, ties, hours, shown)
    above, deciding = centre(items, sorted(names), notes)
    _note_amounts(names, streams, ties, notes)
    every = areas.made(names)
    model = Organisation(
        every,
        streams.made(),
        above,
        requests(ties.every, streams.counts),
        Gates(items, areas, notes).made(),
        Rituals(items, areas, notes, hours).made(every, deciding),
        hours.week,
    )
    return Modelled(checked(model), notes.made(), dict(areas.of_item), areas.of_zone)


def areas_of_zones(asking: Asking) -> dict[str, str]:
    """The area of every zone that has one, whether there is work in it or not: for what is measured of zones."""
    making, notes = Making(asking), Notes()
    return Areas(Items(making, People(making), notes), notes).of_zone


def _some_work(items: Items, areas: Areas) -> None:
    if not items.current:
        raise InvalidInput(
            "there is no work to simulate: none is open, and none was done within a year",
            hint="import work with an owner, a team or a zone (`counterpoint help import`)",
        )
    if not areas.of_item:
        raise InvalidInput(
            f"none of {len(items.parts)} items of work belongs to a team or a zone with people in it",
            hint="say of work which team, zone or owner it has, and who is in the teams",
        )


def _note_amounts(names: set[str], streams: Streams, ties: Ties, notes: Notes) -> None:
    asking = {one.asks for one in ties.every} - streams.counts.keys()
    notes.add("area", "no work on record for which it is asked", asking, "what others are asked by")
    why = "not on record, though others ask: looks freer than it is"
    notes.add("area", why, names - streams.of_area.keys() - streams.shown.keys(), "the own work of")
    shown = names & streams.shown.keys() & streams.of_area.keys()
    notes.add("area", "it is as activity shows it", shown, "the work on record of")
