"""Calibration: the cases in an organisation's activity, and how well a model of them predicts what came next.

A case is a case of a process log, a commit from when it was written to when it reached the common record, or a
discussion from its first message to its last. What bots do is left out, as in every measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.errors import NotFound
from counterpoint.lake.crowds import LEAST_PEOPLE
from counterpoint.lake.engine import Session
from counterpoint.lake.mentions import mentioned
from counterpoint.lake.running import empty_of, tables_for
from counterpoint.lake.views import make_views
from counterpoint.ledger.traces import trace_files
from counterpoint.measures.declaration import Asked
from counterpoint.measures.stepping import Steps, steps_of
from counterpoint.model.whatif_calibration import Calibrated, Calibration
from counterpoint.questions.measuring import Measuring
from counterpoint.simulation.calibration.calibrating import calibrated, each_zone
from counterpoint.simulation.calibration.cases import EVENTS, TOUCHED, Cases
from counterpoint.simulation.calibration.fitting import STRUCTURES

__all__ = ["STRUCTURES", "CasesSeen", "calibration", "cases_seen"]

BREAK = "\x1f"
"""What stands between the source and the name of a case: no source has it."""
Progress = Callable[[str, int, int], None]

_STEPS = """
select
    source, work, object as step, zone,
    case when attributes like '%"unnamed":true%' then null else party end as party,
    moment, size as place,
    case
        when attributes is null or attributes not like '%"lifecycle":%' then 'done'
        when attributes like '%"lifecycle":"start"%' then 'begun'
        else 'other'
    end as lifecycle,
    cast(null as date) as period
from activity
where verb = 'step' and work is not null and (sort <> 'bot' or attributes like '%"unnamed":true%')
"""
# A commit has the time at which it was written and, once it landed, another. Who looked at it is in rows of their own;
# where the source does not say when, that is when it landed.
_COMMITS = """
with written as (
    select source, thread, min(moment) as moment, max(landed) as landed, min(party) as party
    from activity
    where verb = 'commit' and thread is not null and sort <> 'bot'
        and (attributes is null or attributes not like '%"as":"co-author"%')
    group by source, thread
),
looked as (
    select source, thread, min(moment) as moment, min(party) as party
    from activity
    where verb = 'review' and thread is not null and sort <> 'bot'
        and (target_party is null or party <> target_party)
    group by source, thread
)
select source, thread, 'written' as activity, party, moment, 0.0 as place, 'written' as kind from written
union all
select looked.source, looked.thread, 'reviewed', looked.party, greatest(looked.moment, written.moment), 1.0, 'review'
from looked join written on written.source = looked.source and written.thread = looked.thread
union all
select source, thread, 'landed', cast(null as varchar), landed, 2.0, 'landed' from written where landed > moment
"""
_POSTS = """
select source, thread, 'posted' as activity, party, moment, 0.0 as place, 'post' as kind
from activity
where verb = 'post' and thread is not null and sort <> 'bot'
"""
_ZONES = """
select source, thread, zone, cast(count(*) as bigint) as times
from activity
where verb in ('change', 'rename') and thread is not null and zone is not null and sort <> 'bot'
group by source, thread, zone
"""


@dataclass(frozen=True)
class CasesSeen:
    """The cases of some sources, and the sequence of the ledger's last entry."""

    cases: Cases
    sources: tuple[str, ...]
    snapshot: int


def cases_seen(measuring: Measuring, source: str | None = None, progress: Progress = lambda *_: None) -> CasesSeen:
    """The cases in the activity of a source, or in all of it.

    Raises:
        NotFound: there is no such activity.
        StoreError: the lake cannot be read.
    """
    progress("reading cases", 0, 0)
    with measuring.ledger.read() as snapshot:
        files = [one.name for one in trace_files(snapshot.connection, source)]
    if not files:
        there = f"of {source}" if source else "yet"
        raise NotFound(f"there is no activity {there}", hint="counterpoint traces lists what there is")
    words = mentioned((_STEPS, _COMMITS, _POSTS, _ZONES))
    given, sequence, _ = measuring.given(words)
    given, asked = replace(given, files=files), Asked()
    with measuring.engine.session(given.place, files, tables_for(asked, words, given.tables)) as session:
        make_views(session, asked, given.now, words, empty_of(given.tables))
        events, touched = _events(session), _touched(session)
    names = pc.unique(events["case"]).to_pylist()
    sources = tuple(sorted({one.partition(BREAK)[0] for one in names}))
    return CasesSeen(Cases.of(events, touched), sources, sequence)


def calibration(
    measuring: Measuring,
    source: str | None = None,
    *,
    share: float = 0.6,
    by: str = "organisation",
    seed: int = 1,
    progress: Progress = lambda *_: None,
) -> Calibrated:
    """How well a model of the cases predicts what came after the moment at which a ``share`` of them had begun: one
    model for all, or (``by`` zone) one for each zone in which five people or more worked, or nobody is named.

    Raises:
        NotFound: there is no such activity.
        InvalidInput: the share leaves nothing before or after the split.
        StoreError: the lake cannot be read.
    """
    seen = cases_seen(measuring, source, progress)
    found: list[Calibration] = []
    withheld = 0
    for unit, cases in [("", seen.cases)] if by == "organisation" else each_zone(seen.cases):
        told = partial(_told, progress, unit)
        one = calibrated(cases, share=share, seed=seed, unit=unit, progress=told)
        # All of it is shown to whoever is in it, even if they are three.
        if by != "organisation" and 0 < one.people < LEAST_PEOPLE:
            withheld += 1
        else:
            found.append(one)
    return Calibrated(seen.sources, share, seed, seen.snapshot, len(seen.cases.end), tuple(found), withheld)


def _told(progress: Progress, unit: str, what: str, done: int, total: int) -> None:
    progress(f"{unit}: {what}" if unit else what, done, total)


def _events(session: Session) -> pa.Table:
    steps = _of_steps(steps_of(session.query(_STEPS)))
    others = [_of_threads(session.query(sql)) for sql in (_COMMITS, _POSTS)]
    return pa.concat_tables([steps, *others])


def _of_steps(steps: Steps) -> pa.Table:
    of_each = zip(steps.sources.tolist(), steps.cases, strict=True)
    cases = [f"{steps.source_names[one]}{BREAK}{name}" for one, name in of_each]
    begun = steps.begin < steps.end
    return pa.table(
        {
            "case": _named(steps.case, cases),
            "activity": _named(steps.step, steps.step_names),
            "resource": _named(steps.party, steps.party_names),
            "zone": _named(steps.zone, steps.zone_names),
            "start": pa.array(steps.begin, mask=~begun).cast(pa.timestamp("us")),
            "end": pa.array(steps.end).cast(pa.timestamp("us")),
            "place": pa.array(np.arange(len(steps), dtype=np.float64)),
            "kind": pa.array(["step"] * len(steps), pa.string()),
        },
        schema=EVENTS,
    )


def _named(codes: npt.NDArray[np.int32], names: Sequence[str]) -> pa.Array:
    """Numbers as the texts that they stand for; -1 is none."""
    values = pa.array(list(names), pa.string())
    return values.take(pa.array(codes, mask=codes < 0))


def _of_threads(rows: pa.Table) -> pa.Table:
    nothing = pa.nulls(rows.num_rows, pa.string())
    return pa.table(
        {
            "case": _case(rows),
            "activity": rows["activity"].cast(pa.string()),
            "resource": rows["party"].cast(pa.string()),
            "zone": nothing,
            "start": pa.nulls(rows.num_rows, pa.timestamp("us")),
            "end": rows["moment"].cast(pa.timestamp("us")),
            "place": rows["place"].cast(pa.float64()),
            "kind": rows["kind"].cast(pa.string()),
        },
        schema=EVENTS,
    )


def _case(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(rows["source"].cast(pa.string()), rows["thread"].cast(pa.string()), BREAK)


def _touched(session: Session) -> pa.Table:
    rows = session.query(_ZONES)
    columns = {"case": _case(rows), "zone": rows["zone"].cast(pa.string()), "times": rows["times"].cast(pa.int64())}
    return pa.table(columns, schema=TOUCHED)
