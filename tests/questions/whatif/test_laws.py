"""What holds of every model: names mean nothing, and neither does what has nothing to do with work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.questions.whatif.organisation import Modelled
from tests.questions.whatif.trial import TEAMS, WORK, model_of

FACTS = f"""
    {TEAMS}
    {WORK}
    team:top lead person:~fay
    team:web parent team:top
    team:pay parent team:top
    team:pay member person:~ana
    team:hollow parent team:data
    zone:shop owner team:web
    zone:shop model hybrid
    zone:cards owner team:pay
    zone:cards model centralised
    work:form class bug
    work:form zone zone:shop
    work:draw parent work:page
    work:draw level task
    work:draw team team:data
    work:chip owner person:~ana
    work:chip contributor team:pay
    work:empty team team:hollow
    work:empty estimate 4
    work:lost title nobody has it
    dependency:one consumer work:form
    dependency:one provider work:card
    dependency:one size medium
    dependency:two consumer team:pay
    dependency:two provider team:data
    gate:look zone zone:shop
    gate:look class bug
    gate:look approver person:~ben
    gate:read work work:card
    gate:read approver person:~cy, person:~dee
    gate:read rule all
    gate:read type governance
    agent:helper sponsor person:~eli
    agent:scout capability zone:cards
    ritual:weekly owner team:top
    ritual:weekly participant team:web
    ritual:weekly schedule {{outcome = "understood", recurrence = [{{rule = "FREQ=WEEKLY;BYDAY=MO", time = "10:00", \
timezone = "Europe/Berlin"}}]}}
    ritual:odd owner team:web
    ritual:odd schedule {{outcome = "ambiguous", recurrence = []}}
"""
SLUG = re.compile(r"\b(team|zone|work|dependency|gate|ritual|agent):(~?[a-z]+)")
SLUGS = sorted({slug for kind, slug in SLUG.findall(FACTS)})
UNRELATED = (
    "team:club member person:~stranger",
    "team:club parent team:pay",
    "person:~stranger",
    "zone:garden owner team:club",
    "zone:garden covers flowers/**",
    "objective:grow owner team:web",
    "work:gone team team:web\nwork:gone status dropped",
    "work:fossil team team:web\nwork:fossil status done\nwork:fossil finished 2020-01-01",
    "gate:elsewhere zone zone:garden\ngate:elsewhere approver person:~stranger",
    "agent:idle status stopped\nagent:idle sponsor person:~ana",
    "ritual:never owner team:web\nritual:never status cancelled",
    "dependency:none consumer objective:grow\ndependency:none provider team:pay",
)


def plain(of: Modelled, back: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Everything a model says, without an order, with names as they were before some renaming."""

    def named(text: str) -> str:
        return SLUG.sub(lambda found: f"{found[1]}:{(back or {}).get(found[2], found[2])}", text)

    model = of.organisation
    shapes = {
        "areas": model.areas,
        "streams": model.streams,
        "requests": model.requests,
        "centre": (model.centre,),
        "placed": of.placed.items(),
        "zones": of.zones.items(),
    }
    found: dict[str, Any] = {name: sorted(named(repr(one)) for one in every) for name, every in shapes.items()}
    for name, mapping in (("gates", "areas"), ("rituals", "attendees")):
        found[name] = sorted(
            (
                named(one.name),
                sorted((named(area), number) for area, number in getattr(one, mapping).items()),
                one.governance,
                getattr(one, "approvers", 0),
                getattr(one, "needed", 0),
            )
            for one in getattr(model, name)
        )
    found["week"] = model.week
    return found


def model(*facts: str) -> Modelled:
    """The model of these facts."""
    with TemporaryDirectory() as folder:
        return model_of(Path(folder), *facts)


BASE = plain(model(FACTS))


def test_the_base_has_something_of_everything() -> None:
    assert {name for name, every in BASE.items() if not every} == set()
    assert len(BASE["areas"]) == 3
    assert len(BASE["requests"]) == 3
    assert len(BASE["gates"]) == 2


@settings(max_examples=8)
@given(st.permutations(SLUGS))
def test_renaming_changes_nothing(others: list[str]) -> None:
    forth = dict(zip(SLUGS, others, strict=True))
    renamed = SLUG.sub(lambda found: f"{found[1]}:{forth[found[2]]}", FACTS)
    back = {other: slug for slug, other in forth.items()}
    assert plain(model(renamed), back) == BASE


@settings(max_examples=8)
@given(st.sets(st.sampled_from(UNRELATED), min_size=1))
def test_what_has_nothing_to_do_with_work_changes_nothing(more: set[str]) -> None:
    found = plain(model(FACTS, *sorted(more)))
    # Zones are told whether there is work in them or not.
    assert set(found.pop("zones")) >= set(BASE["zones"])
    assert found == {name: every for name, every in BASE.items() if name != "zones"}


@settings(max_examples=6)
@given(st.permutations([line.strip() for line in FACTS.splitlines() if line.strip()]))
def test_the_order_in_which_things_were_said_changes_nothing(lines: list[str]) -> None:
    assert plain(model(*lines)) == BASE
