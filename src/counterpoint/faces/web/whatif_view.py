"""From an answer to what is shown of it: sentences, figures, pictures with their words, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from counterpoint.faces.web import whatif_pictures as pictures
from counterpoint.faces.web import words
from counterpoint.faces.web.whatif_pictures import Drawn
from counterpoint.faces.web.whatif_prose import KIND_WORDS, PART_WORDS, PROSE, Prose
from counterpoint.model.whatif import AreaRow, Basis, Census, Compared, ElementRow, Figure, VariantRow
from counterpoint.model.whatif_choice import Answered, Choice, Grade, Standing, chosen_row

MOST_ASSUMED, MOST_AREAS = 80, 60
ENDLESS = "grows without end"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first cell of each is its name, the others figures or words."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour in a picture stands for; ``look`` is its class in the styles."""

    look: str
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """One picture with its words: how good its figures are (``grade``), what it shows in a sentence, and its table."""

    name: str
    prose: Prose
    grade: str
    final: bool
    says: str
    drawn: Drawn | None
    keys: tuple[Key, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is shown. ``facts`` are the figures today and as chosen."""

    version: str
    choice: Choice
    standing: Standing
    headline: tuple[str, ...]
    grade: str
    facts: Table | None
    sections: tuple[Section, ...]
    areas: Table | None
    basis: Basis | None
    assumed: Table | None
    drawable: bool

    @property
    def address(self) -> str:
        """The parts of the address that ask the same."""
        one = self.choice
        fields: list[tuple[str, str]] = [("k", f"{one.speedup:g}"), ("response", f"{one.response:g}")]
        fields += [("model", one.model)] if one.model else []
        fields += [("agents", str(one.agents)), ("teams", str(one.teams)), ("people", f"{one.people:g}")]
        return urlencode([*fields, *(("remove", name) for name in one.remove)])

    def at(self, standing: Standing) -> Shown:
        """The same, with how far the work on it is by now."""
        return replace(self, standing=standing)


def shown(answer: Answered, version: str, *, draw: bool) -> Shown:
    """An answer with its words, and with pictures where there can be any."""
    found = answer.compared
    sections = []
    if found is not None:
        sections += [_models(answer, found, draw), _curve(answer, draw), _limits(answer, draw)]
        if answer.after is not None:
            sections.append(_elements(answer, answer.after, draw))
    basis = found.basis if found else None
    return Shown(
        version, answer.choice, answer.standing, _headline(answer), _grade(answer.standing.models, answer.choice),
        _facts(answer) if found else None, tuple(sections), _areas(found) if found else None, basis,
        _assumed(basis) if basis else None, draw,
    )  # fmt: skip


def _grade(grade: Grade | None, choice: Choice) -> str:
    """In words how good a part is."""
    if grade is None:
        return "nothing is known yet"
    count = words.plural(grade.replications, "replication")
    if grade.exactly:
        return f"{'refined' if grade.effort == 'usual' else 'first look'}, {count}"
    near = f"{grade.speedup:g} times as fast" if grade.speedup != 1 else "as fast as now"
    if grade.response:
        near += ", demand growing as much"
    less = f", without {words.listed(list(choice.changes))}" if choice.changes else ""
    return f"first look, worked out beforehand for {near}{less}; {count}"


def _headline(answer: Answered) -> tuple[str, ...]:
    """What a reader takes away, in a few sentences."""
    if answer.compared is None:
        return ()
    place = chosen_row(answer.compared, answer.choice)
    first, row, day = answer.compared.variants[0], answer.compared.variants[place], answer.compared.basis.day
    if row.saturated:
        said = [f"This does not hold: {words.listed(list(row.saturated[:3]))} cannot keep up, and work piles up there."]
    elif place == 0:
        said = [f"Today an item takes {_days(row.lead.value, day)} days from start to end."]
    elif first.saturated:
        said = [f"An item takes {_days(row.lead.value, day)} days; today somebody cannot keep up."]
    else:
        said = [f"An item takes {_days(row.lead.value, day)} days instead of {_days(first.lead.value, day)}."]
    share = f"Coordination takes {row.coordination.value:.0%} of people's hours"
    said.append(f"{share}." if place == 0 else f"{share} instead of {first.coordination.value:.0%}.")
    if answer.after is not None and answer.after.bearing_usual is not None:
        low, usual, high = (f"{one:.0%}" for one in _range(answer.after))
        said.append(
            f"Of that coordination {usual} bears load, however much it catches."
            if low == high
            else f"Of that coordination {usual} bears load if it catches what is usual ({low} to {high} if as little "
            "or as much as it could)."
        )
    if place and not row.saturated and row.verdict:
        costs = row.verdict.startswith("costs")
        said.append(words.sentence(f"Beside today, it {row.verdict}" if costs else row.verdict))
        if costs and not row.draws:
            said[-1] += " Whether that hangs on what is assumed is still to be worked out."
    return tuple(said)


def _range(census: Census) -> tuple[float, float, float]:
    """What bears load: the lower end, as is usual, and the upper end."""
    low, high = sorted((census.bearing_low, census.bearing_high))
    return min(low, census.bearing_usual), census.bearing_usual, max(high, census.bearing_usual)


def _facts(answer: Answered) -> Table:
    assert answer.compared is not None
    place, day = chosen_row(answer.compared, answer.choice), answer.compared.basis.day
    first, row = answer.compared.variants[0], answer.compared.variants[place]
    lines = [
        ("lead time of an item", _lead(first, day), _lead(row, day)),
        ("9 of 10 are done within", _ninth(first, day), _ninth(row, day)),
        ("coordination, of people's hours", f"{first.coordination.value:.0%}", f"{row.coordination.value:.0%}"),
        ("done a week", f"{first.weekly.value:.3g}", f"{row.weekly.value:.3g}"),
        ("an item costs", _hours(first.cost), _hours(row.cost)),
        (
            "cannot keep up",
            words.listed(list(first.saturated)) or "nobody",
            words.listed(list(row.saturated)) or "nobody",
        ),
    ]
    return Table("Today, and as chosen", ("figure", "today", "as chosen"), tuple(lines))


def _models(answer: Answered, found: Compared, draw: bool) -> Section:
    place, day = chosen_row(found, answer.choice), found.basis.day
    called = {one.name: _called(one.name, answer) for one in found.variants}
    rows = tuple(
        (called[one.name], _lead(one, day), *(_days(one.parts[part], day) for part in pictures.PARTS),
         one.verdict or "what the others are compared with")
        for one in found.variants
    )  # fmt: skip
    says = _shortest([one for one in found.variants[1:] if not one.saturated], called, day)
    heads = ("variant", "lead time", *(PART_WORDS[part] for part in pictures.PARTS), "what follows")
    return Section(
        "models", PROSE["models"], _grade(answer.standing.models, answer.choice), _final(answer.standing.models), says,
        pictures.models(found.variants, place, day, called) if draw else None,
        tuple(Key(f"part-{part}", PART_WORDS[part]) for part in pictures.PARTS),
        Table("Lead times and their parts, in working days", heads, rows),
    )  # fmt: skip


def _shortest(able: Sequence[VariantRow], called: Mapping[str, str], day: float) -> str:
    """The shortest bar, if it is told apart from the others, and what follows: it may be dear, or hang on what is
    assumed."""
    if not able:
        return ""
    best = min(able, key=lambda one: one.lead.value)
    close = [called[one.name] for one in able if one.lead.low <= best.lead.high]
    if len(close) > 1:
        return f"The shortest bars are too close to tell apart: {words.listed(close)}."
    verdict = f" Beside today: {best.verdict}." if best.verdict else ""
    return f"The shortest bar is {called[best.name]}: {_lead(best, day)}.{verdict}"


def _called(name: str, answer: Answered) -> str:
    return {"now": "today", "as it is": "coordinated as it is"}.get(name, name)


def _curve(answer: Answered, draw: bool) -> Section:
    points = answer.curve
    day = answer.compared.basis.day if answer.compared else 8.0
    rows = []
    for one in points:
        bears = "not known yet"
        if one.bearing_usual is not None and one.bearing_low is not None and one.bearing_high is not None:
            low, high = sorted((one.bearing_low, one.bearing_high))
            bears = f"{one.bearing_usual:.0%} ({low:.0%} to {high:.0%})"
        full = words.listed(list(one.row.saturated[:3])) or "nobody"
        rows.append((f"{one.speedup:g}", f"{one.row.coordination.value:.0%}", bears, _lead(one.row, day), full))
    says = ""
    if len(points) > 1:
        first, last = points[0], points[-1]
        says = (
            f"Coordination goes from {first.row.coordination.value:.0%} of the hours at today's speed to "
            f"{last.row.coordination.value:.0%} at {last.speedup:g} times as fast."
        )
    missing = sum(one.bearing_usual is None for one in points)
    if missing:
        says += f" What bears load is still being worked out for {missing} of {len(points)} speeds."
    heads = ("times as fast", "coordination", "of it bears load", "lead time", "cannot keep up")
    return Section(
        "curve", PROSE["curve"], _grade(answer.standing.curve, answer.choice),
        _final(answer.standing.curve), says.strip(), pictures.curve(points, answer.choice.speedup) if draw else None,
        (), Table("Coordination against speed", heads, tuple(rows)),
    )  # fmt: skip


def _limits(answer: Answered, draw: bool) -> Section:
    limits = answer.limits
    rows = tuple(
        (
            one.label,
            "theirs to see" if one.load is None else f"{one.load:.0%}",
            "never below 1000" if one.speedup is None else f"{one.speedup:.3g}",
        )
        for one in limits
    )
    says = ""
    if limits and limits[0].speedup is not None:
        first = limits[0]
        below = [one for one in limits if one.speedup is not None and one.speedup <= answer.choice.speedup]
        limit = first.speedup or 1.0
        says = f"First is {first.label}: from {limit:.3g} times as fast on."
        says += f" At the speed that you chose, {len(below)} of {len(limits)} could not keep up." if below else ""
    keys = (Key("dot people", "people and agents of an area"), Key("dot gate", "approvals, and those who decide above"))
    return Section(
        "limits", PROSE["limits"], "computed", True, says,
        pictures.limits(limits, answer.choice.speedup) if draw and limits else None, keys,
        Table("Who cannot keep up, and from which speed on", ("who", "busy now", "full from times as fast"), rows),
    )  # fmt: skip


def _elements(answer: Answered, census: Census, draw: bool) -> Section:
    before = {one.element: one.kind for one in answer.before.elements} if answer.before else {}
    rows = tuple(_element(one, before) for one in census.elements)
    counts = {kind: sum(one.kind == kind for one in census.elements) for kind in KIND_WORDS}
    says = words.listed([f"{count} {kind}" for kind, count in counts.items() if count])
    says = f"Of {words.plural(len(census.elements), 'element')}, as far as the model sees: {says}." if says else ""
    drawn = pictures.shown_elements(census.elements)
    if draw and len(drawn) < len(census.elements):
        says += f" The picture shows the {len(drawn)} that matter most; the table has all."
    keys = tuple(Key(f"dot {pictures.kind_class(kind)}", f"{kind}: {means}") for kind, means in KIND_WORDS.items())
    heads = ("element", "a week", "catches little", "as usual", "much", "so it is", "today it is")
    return Section(
        "elements", PROSE["elements"], _grade(answer.standing.elements, answer.choice),
        _final(answer.standing.elements), says, pictures.elements(census.elements) if draw and drawn else None, keys,
        Table("What an item costs more without each, in hours", heads, rows),
    )  # fmt: skip


def _element(one: ElementRow, before: Mapping[str, str]) -> tuple[str, ...]:
    kind = f"{one.kind}: {one.rule}" if one.rule else one.kind
    was = before.get(one.element, "not known yet")
    return (
        one.label, f"{one.weekly:.3g} h", _signed(one.little), _signed(one.usual), _signed(one.much), kind,
        "the same" if was == one.kind else was,
    )  # fmt: skip


def _areas(found: Compared) -> Table | None:
    if len(found.areas) < 2:
        return None
    names = [one.name for one in found.variants]
    every = sorted(found.areas, key=lambda one: (-one.people, one.area))[:MOST_AREAS]
    heads = ("area", "people", "touches others", *("today" if name == "now" else name for name in names), "least in")
    rows = tuple(_area(one, names, found.basis.day) for one in every)
    return Table("Lead time by area, in working days", heads, rows)


def _area(one: AreaRow, names: Sequence[str], day: float) -> tuple[str, ...]:
    people = f"{one.people} + {one.agents} AI" if one.agents else str(one.people)
    leads = ["–" if (lead := one.leads.get(name)) is None else _days(lead, day) for name in names]
    return (one.label, people, f"{one.touching:.0%}", *leads, one.best or "not clear")


def _assumed(basis: Basis) -> Table:
    every = [one for one in basis.numbers if one.origin == "assumed"][:MOST_ASSUMED]
    rows = tuple((one.about, f"{one.value:g} {one.unit}", f"{one.low:g} to {one.high:g}", one.why) for one in every)
    heads = ("number", "taken as", "could be", "why")
    return Table("What is assumed, because nobody measured or declared it", heads, rows)


def _final(grade: Grade | None) -> bool:
    return grade is not None and grade.final


def _lead(one: VariantRow, day: float) -> str:
    if one.saturated:
        return ENDLESS
    return f"{_days(one.lead.value, day)} {_half(one.lead, day)} days"


def _ninth(one: VariantRow, day: float) -> str:
    return ENDLESS if one.saturated else f"{_days(one.ninth.value, day)} days"


def _days(hours: float, day: float) -> str:
    return f"{hours / day:.2g}" if hours / day < 100 else f"{hours / day:.0f}"


def _hours(of: Figure) -> str:
    return f"{of.value:.3g} {_half(of)} hours"


def _signed(of: Figure) -> str:
    return f"{of.value:+.2g} {_half(of)}"


def _half(of: Figure, unit: float = 1.0) -> str:
    """Half of an interval, in one digit that counts and as people write it."""
    return f"± {float(f'{(of.high - of.low) / 2 / unit:.1g}'):g}"
