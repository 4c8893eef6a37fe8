"""Two invented organisations for the page: a small one in which everything happens, and one of a real one's size."""

from __future__ import annotations

import random
from collections.abc import Iterable

from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Entry, Json, Statement
from counterpoint.model.values import check, item_of

TUESDAYS: Json = [{"start": "2026-03-03T10:00:00", "time": "10:00", "timezone": "UTC", "rule": "FREQ=WEEKLY;BYDAY=TU"}]
NOW = "2026-05-20T09:00:00.000000Z"
HOSTILE = "Encore <script>alert(1)</script>"
Said = tuple[str, str, Json]
Organisation = tuple[list[Entry], str]


def entry(sequence: int, source: str, said: str, drafts: Iterable[Said]) -> Entry:
    """One entry of one source."""
    statements = []
    for index, (entity, attribute, value) in enumerate(drafts):
        declared = attribute_of(entity.partition(":")[0], attribute)
        assert declared is not None, (entity, attribute)
        canonical = check(declared, value)
        item = item_of(declared, canonical)
        statements.append(
            Statement(entity, attribute, item, "state", canonical, said, said, None, f"{source}.toml", index + 1)
        )
    return Entry(sequence, f"e{sequence}", said, said, "party:test", source, "test", "", "", None, tuple(statements))


def thing(ref: str, **attributes: Json) -> list[Said]:
    """The drafts of one record; a list of tuples (set) yields one for each element."""
    found: list[Said] = [(ref, "exists", True)]
    for name, value in attributes.items():
        declared = attribute_of(ref.partition(":")[0], name.rstrip("_"))
        assert declared is not None, (ref, name)
        elements = value if declared.many and isinstance(value, list) else [value]
        found += [(ref, declared.name, element) for element in elements]
    return found


def small() -> Organisation:
    """Five teams, two launches, a date on which two sources differ, a decider whom nobody names, and a late promise."""
    said: list[Said] = []
    for team, lead in (
        ("strings", "person:ada"), ("brass", "person:ben"), ("winds", None), ("stage", "person:dee"), ("press", None),
    ):  # fmt: skip
        said += thing(f"team:{team}", title=team.title(), **({"lead": [lead]} if lead else {}))
    said += thing("team:archive", title="Archive", status="archived")
    for person, name in (("ada", "Ada Quist"), ("ben", "Ben Orlo"), ("dee", "Dee Marsh"), ("fay", "Fay Lind")):
        said += thing(f"person:{person}", name=name)
    said += thing("objective:season", title="Open the season", priority="critical", period="2026-03-01/2026-09-30")
    works: dict[str, dict[str, Json]] = {
        "score": {"title": "New score", "team": "team:strings", "start": "2026-03-02", "due": "2026-05-01"},
        "rehearsal": {"title": "Rehearsal rooms", "team": "team:stage", "start": "2026-04-10", "due": "2026-06-12"},
        "premiere": {"title": "Premiere", "team": "team:brass", "start": "2026-06-01", "due": "2026-07-10"},
        "tour": {"title": "Summer tour", "team": "team:winds", "start": "2026-06-20", "due": "2026-08-30"},
        "campaign": {"title": "Poster campaign", "team": "team:press", "due": "2026-06-05"},
        "cellos": {"title": "Repair the cellos", "team": "team:strings", "period": "2026-03-01/2026-09-30"},
        "encore": {
            "title": HOSTILE,
            "url": ["javascript:alert(1)", "https://example.org/x"],
            "owner": ["person:fay"],
            "period": "2026-03-01/2026-09-30",
        },
    }
    for slug, status in (
        ("rehearsal", "active"),
        ("premiere", "accepted"),
        ("tour", "blocked"),
        ("campaign", "proposed"),
    ):
        works[slug]["status"] = status
    works["score"] |= {"status": "done", "finished": "2026-05-01"}
    works["premiere"]["announced"] = "2026-05-28"
    for slug, attributes in works.items():
        said += thing(f"work:{slug}", serves=["objective:season"], **attributes)
    said += thing("work:posters", title="Print posters", parent="work:campaign", team="team:press", due="2026-05-30")
    for slug, provider, consumer, more in (
        ("a", "work:score", "work:rehearsal", {}),
        ("b", "work:rehearsal", "work:premiere", {"needed_by": "2026-06-08", "promised_for": "2026-06-12"}),
        ("c", "work:premiere", "work:tour", {}),
        ("d", "work:posters", "work:premiere", {"reason": "announced with the posters"}),
        ("e", "team:brass", "work:tour", {"size": "large", "reason": "four horns"}),
        ("f", "team:stage", "work:encore", {"size": "small"}),
    ):
        said += thing(f"dependency:{slug}", provider=provider, consumer=consumer, **more)
    schedule: Json = {"outcome": "understood", "text": "every Tuesday at 10:00 UTC", "recurrence": TUESDAYS}
    said += thing("ritual:tutti", title="Tutti", schedule=schedule, zone="zone:organisation")
    other = thing("work:premiere", due="2026-07-17", title="Premiere")
    entries = [
        entry(1, "tracker", "2026-05-01T08:00:00.000000Z", said),
        entry(2, "calendar", "2026-05-11T08:00:00.000000Z", other),
    ]
    return entries, NOW


def idle() -> Organisation:
    """Teams, and no work."""
    said = [one for team in ("a", "b", "c") for one in thing(f"team:{team}", title=f"Team {team}")]
    return [entry(1, "teams", "2026-01-05T08:00:00.000000Z", said)], NOW


def large(goals: int = 76, objectives: int = 9, teams: int = 165, seed: int = 7) -> Organisation:
    """Goals of one period and no dates, unevenly spread over few of many teams, which ask yet other teams."""
    dice = random.Random(seed)
    said: list[Said] = []
    period = "2026-01-01/2026-12-31"
    for number in range(teams):
        leads = [f"person:{_word(dice).lower()}{number}{one}" for one in range(dice.choice((0, 1, 1, 1, 2)))]
        said += thing(f"team:t{number:03}", title=f"Team {_word(dice)} {number}", **({"lead": leads} if leads else {}))
    weights = [1 / (rank + 1) for rank in range(22)]
    for number in range(objectives):
        said += thing(f"objective:o{number}", title=f"Roadmap {_word(dice)} and {_word(dice)}", period=period)
    for number in range(goals):
        home = dice.choices(range(22), weights)[0]
        attributes: dict[str, Json] = {"title": _title(dice), "period": period, "status": "accepted"}
        if number % 9:
            attributes["team"] = f"team:t{home:03}"
        ref = f"work:2026/g{number:02}"
        said += thing(ref, serves=[f"objective:o{dice.randrange(objectives)}"], **attributes)
        for team in sorted(set(dice.choices(range(30), [1 / (rank + 1) for rank in range(30)], k=dice.randint(1, 5)))):
            said += thing(
                f"dependency:g{number:02}-t{team:03}", consumer=ref, provider=f"team:t{team:03}", reason="review"
            )
    return [entry(1, "goals", "2026-01-05T08:00:00.000000Z", said)], NOW


def _word(dice: random.Random) -> str:
    return dice.choice(("Alder", "Basalt", "Cinder", "Delta", "Ember", "Fjord", "Grove", "Harbour", "Isle", "Juniper"))


def _title(dice: random.Random) -> str:
    verbs = ("Stabilise", "Prototype", "Rework", "Measure", "Document", "Retire", "Design and ship")
    nouns = ("parallel front end", "borrow rules", "package registry", "build cache", "trace viewer", "text layout",
             "in-place initialisation for foreign types", "incremental builds across workspaces")  # fmt: skip
    return f"{dice.choice(verbs)} the {dice.choice(nouns)}"
