"""An invented organisation's map, whole and in pieces, for the page: nothing in it is anybody's."""

from __future__ import annotations

import random
from dataclasses import replace

from counterpoint.model.map import (
    Area,
    Between,
    Cause,
    Connected,
    Connectors,
    Coordination,
    Decided,
    Deciding,
    Estimate,
    Exposed,
    Exposure,
    Finding,
    Gap,
    Group,
    Growth,
    Map,
    Missing,
    Moment,
    Names,
    Repository,
    Tie,
    Turn,
    Units,
    Used,
)

PARTS = {
    "billing": ("billing/ledger", "billing/invoices", "billing/tax", "billing/refunds"),
    "catalogue": ("catalogue/search", "catalogue/import", "catalogue/images"),
    "checkout": ("checkout/basket", "checkout/payment", "checkout/delivery", "checkout/vouchers"),
    "platform": ("platform/deploy", "platform/auth", "platform/metrics", "libs/http", "libs/money"),
    "app": ("app/ios", "app/android", "docs"),
}
HOSTILE = 'docs/<script>alert("1")</script>'


def areas() -> tuple[Area, ...]:
    """Nineteen areas of unlike size."""
    chance = random.Random(4)
    names = [name for inside in PARTS.values() for name in inside]
    return tuple(
        Area(
            f"zone:{name}",
            name,
            int(4800 * chance.random() ** 2 + 60),
            chance.randrange(20, 500),
            chance.randrange(4, 60),
        )
        for name in names
    )


def _ties(every: tuple[Area, ...]) -> tuple[Tie, ...]:
    chance = random.Random(7)
    part = {f"zone:{name}": key for key, inside in PARTS.items() for name in inside}
    found = []
    for index, one in enumerate(every):
        for other in every[index:]:
            same = part[one.ref] == part[other.ref]
            near = "libs" in one.title + other.title or {part[one.ref], part[other.ref]} == {"billing", "checkout"}
            if not same and not (near and chance.random() < 0.6) and chance.random() < 0.8:
                if chance.random() < 0.06:
                    found.append(Tie(one.ref, other.ref, 0, 0, chance.randrange(2, 9), 0.0))
                continue
            required = int(chance.random() ** 2 * (160 if same else 60)) + 4
            met = int(required * min(1.0, chance.betavariate(5, 2) if same else chance.betavariate(1.2, 3)))
            found.append(Tie(one.ref, other.ref, required, met, chance.randrange(0, 12), required / 4000))
    return tuple(found)


def _gaps(ties: tuple[Tie, ...]) -> tuple[Gap, ...]:
    chance = random.Random(9)
    across = [tie for tie in ties if tie.one != tie.other]
    across.sort(key=lambda tie: (tie.met - tie.required, tie.one, tie.other))
    made = []
    for tie in across[:8]:
        one, other = tie.one.removeprefix("zone:"), tie.other.removeprefix("zone:")
        files = tuple(
            Cause(f"{place}/{name}.py", round(chance.uniform(0.05, 0.3), 3))
            for place, name in ((one, "rates"), (other, "totals"), (one, "schema"))
        )
        made.append(Gap(tie.one, tie.other, tie.required, tie.required - tie.met, files))
    return tuple(made)


def _exposure(every: tuple[Area, ...]) -> Exposure:
    chance = random.Random(3)
    rows = []
    for area in every:
        factor = 1 + int(chance.random() ** 2 * 7)
        enough = area.files > 40
        estimate = (
            Estimate(factor, max(1, factor - 1), factor + 1 + factor // 3, area.files)
            if enough
            else Estimate(None, n=area.files, missing=f"{area.files} files that anybody wrote, of at least 40")
        )
        authors = factor + chance.randrange(1, 12)
        rows.append(
            Exposed(
                area.ref, estimate, area.files, authors,
                round(min(0.7, 0.1 + 0.6 / (factor + chance.random() * 2)), 3) if enough else None,
                round(chance.random() * 0.25, 3) if enough else None,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (row.factor.value is None, row.factor.value or 0, -(row.alone or 0), row.area))
    return Exposure(tuple(rows), Estimate(6, 4, 9, 4180))


def _connectors(every: tuple[Area, ...]) -> Connectors:
    chance = random.Random(5)
    rows = []
    for area in every:
        carriers = 1 + int(chance.random() ** 2 * 7) if area.people > 6 else None
        share = round(chance.random() ** 2 * 0.14, 4) if carriers else 0.0
        rows.append(Connected(area.ref, share, carriers, carriers and carriers // 2, area.people))
    rows.sort(key=lambda row: (row.carriers is None, row.carriers or 0, -(row.share or 0.0), row.area))
    roles = {"coordinator": 0.41, "gatekeeper": 0.18, "representative": 0.18, "itinerant": 0.08, "liaison": 0.15}
    return Connectors(tuple(rows), roles, (Between("team:group-1", "team:group-2", 0.31),))


def _growth() -> Growth:
    chance = random.Random(11)
    moments = []
    for index in range(24):
        people = int(9 + 2.1 * index * (1 if index < 15 else 1.25) + chance.randrange(0, 6))
        exponent = 1.25 if index < 14 else 1.5
        relationships = int(people**exponent * 0.9 * chance.uniform(0.92, 1.08))
        moments.append(
            Moment(
                f"{2019 + index // 4}-{3 * (index % 4) + 1:02}-01",
                people,
                relationships,
            )
        )
    turns = (Turn("2022-07-01", "relationships per person", 2.1, 6.9),)
    return Growth("quarter", tuple(moments), Estimate(1.47, 1.38, 1.56, 24), turns)


def _deciding(every: tuple[Area, ...]) -> Deciding:
    chance = random.Random(13)
    rows = []
    for area in every:
        nobody = chance.choice((0.0, 0.0, 0.0, 0.12, 0.4, 1.0))
        one = round((1 - nobody) * chance.choice((0.0, 0.3, 1.0)), 4)
        shared = round(1 - nobody - one, 4)
        names = ("team:ledger", "team:storefront", "team:runtime", "person:ines")[: chance.randrange(1, 3)]
        rows.append(Decided(area.ref, one, shared, 0.0, nobody, names if nobody < 1 else ()))
    rows.sort(key=lambda row: (-row.nobody, row.area))
    suggest = tuple(f"/{row.area.removeprefix('zone:')}/ @your-team" for row in rows if row.nobody == 1)
    return Deciding(tuple(rows), (".github/CODEOWNERS",), 0.23, suggest)


def whole() -> Map:
    """Everything is known of it."""
    every = areas()
    ties = _ties(every)
    part = {f"zone:{name}": key for key, inside in PARTS.items() for name in inside}
    order = sorted((area.ref for area in every), key=lambda ref: (list(PARTS).index(part[ref]), ref))
    required, met = sum(tie.required for tie in ties), sum(tie.met for tie in ties)
    coordination = Coordination(
        "zone", tuple(order), ties, _gaps(ties), Estimate(round(met / required, 4), 0.49, 0.57, required), required,
        met, sum(tie.beyond for tie in ties),
        ("one reviewed what the other wrote", "both are named in one change", "one brought in what the other wrote"),
        0.82, "2023-11-20",
    )  # fmt: skip
    gap = coordination.gaps[0]
    return Map(
        title="marina",
        as_of="2024-11-20",
        since=None,
        repositories=(
            Repository("marina-shop", 31204, "2019-01-14", "2024-11-20", (".github/CODEOWNERS",), 0),
            Repository("marina-app", 10877, "2021-03-02", "2024-11-19", (), 2),
        ),
        people=64,
        agents=2,
        bots=3,
        changes=163_402,
        units=Units(
            True, "directories of the tree, chosen so that the activity is spread evenly over them",
            True, "people who changed the same files and looked at each other's changes, by the Louvain method",
        ),
        names=Names(23, 11, 4),
        areas=every,
        groups=(
            Group("team:group-1", "group 1", 21, ("zone:billing/ledger", "zone:billing/tax", "zone:checkout/payment")),
            Group("team:group-2", "group 2", 18, ("zone:catalogue/search", "zone:catalogue/import")),
            Group("team:group-3", "group 3", 14, ("zone:platform/deploy", "zone:libs/http")),
            Group("team:group-4", "group 4", 11, ("zone:app/ios", "zone:app/android")),
        ),
        findings=(
            Finding(
                "coordination", f"{gap.unmet} of {gap.required}",
                f"pairs of people whose work binds {gap.one.removeprefix('zone:')} to "
                f"{gap.other.removeprefix('zone:')} "
                "were not seen to coordinate in the last year",
                "fair", "412 changes touched both; talk that leaves no trace in the repository is not seen",
                "Put the two files that cause most of it behind one interface, or give the two areas a common "
                "reviewer.",
            ),
            Finding(
                "exposure", "5 of 19", "areas would lose half of what is known of their files with one person", "firm",
                "counted over 4,180 files, people who left not counted",
                "Pair a second person into the next changes of catalogue/images, libs/money and billing/tax.",
            ),
            Finding(
                "deciding", "23 %", "of all changes of the last year fall where no file names who decides", "firm",
                "every change was held against CODEOWNERS as it is today", "Add the four lines below to CODEOWNERS.",
            ),
            Finding(
                "growth", "2.1 → 6.9", "relationships that each person has to keep up, before and since July 2022",
                "firm",
                "24 quarters; the exponent is 1.47 (1.38 to 1.56)",
                "Look at what was merged or split that summer: the work got more entangled than the group grew.",
            ),
            Finding(
                "connectors", "2 people", "carry half of the ties between libs/http and everything else", "weak",
                "9 ties only, in one year", "Write down what they are asked for, and name them or a team as its owner.",
            ),
        ),
        coordination=coordination,
        exposure=_exposure(every),
        connectors=_connectors(every),
        growth=_growth(),
        deciding=_deciding(every),
        measures=(
            Used("requirements", 1, "Cataldo, Wagstrom, Herbsleb, Carley 2006", "What leaves no trace is not seen."),
            Used("truck-factor", 1, "Avelino, Passos, Hora, Valente 2016", "Who wrote a file may have forgotten it."),
        ),
        doubts=(
            "Only what left a trace in these repositories was seen: reviews on the host, chat and meetings were not.",
            "12 % of the commits name a reviewer; where nobody writes it down, coordination looks rarer than it is.",
        ),
    )  # fmt: skip


def bare() -> Map:
    """Next to nothing is known of it: every picture lacks what it needs."""
    lacking = (Missing("people who changed files", 1, 2, "counterpoint map takes several repositories at once"),)
    nothing = Estimate(None, missing="one person only")
    return replace(
        whole(),
        repositories=(Repository("solo", 3, "2024-05-01", "2024-05-03", (), 0),),
        people=1, agents=0, bots=0, changes=5, groups=(), findings=(), names=Names(0, 0, 0),
        areas=(Area("zone:(top)", "(top)", 5, 2, 1),),
        coordination=Coordination("zone", ("zone:(top)",), (), (), nothing, 0, 0, 0, (), None, None, lacking),
        exposure=Exposure((Exposed("zone:(top)", nothing, 2, 1, None, None),), nothing, ()),
        connectors=Connectors((), {}, (), lacking),
        growth=Growth("month", (Moment("2024-05-01", 1, None),), nothing, (), lacking),
        deciding=Deciding((), (), None, ("* @your-team",), (Missing("ownership files", 0, 1, "add CODEOWNERS"),)),
        doubts=("Only what left a trace in this repository was seen.",),
    )  # fmt: skip


def hostile() -> Map:
    """A name that would run, if a page let it."""
    made = whole()
    old = made.areas[0]
    areas_now = (replace(old, title=HOSTILE), *made.areas[1:])
    return replace(made, title=HOSTILE, areas=areas_now)
