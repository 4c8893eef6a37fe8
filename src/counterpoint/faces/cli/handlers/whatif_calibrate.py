"""``counterpoint whatif calibrate``: how well a model fitted to the past predicts what came next."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.errors import BadValue
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper, Part
from counterpoint.lakeside import open_measuring
from counterpoint.model.whatif_calibration import Calibrated, Calibration, Contest, LeadQuantile
from counterpoint.questions.whatif.calibrating import STRUCTURES, calibration

ACTIVITY = "counterpoint trace LOG brings a process log in, counterpoint trace REPOSITORY a history"
SPLIT = 0.6
RELIED_ON = 0.5
"""Where the worst quantile is off by more than this share of it, a model is not to be relied on."""
_SECONDS, _MINUTES, _DAYS = 1 / 60, 1.0, 72.0
_WHO = {
    "model": "the model",
    "told": "the model, told how many cases came",
    "naive": "all the past as it was",
    "recent": "the same part of the past as it was",
}


def run(call: Call, *, source: str | None, split: float | None, by: str, seed: int) -> Calibrated:
    """Read, fit, predict, compare."""
    share = SPLIT if split is None else split
    if not 0 < share < 1:
        raise BadValue(
            f"--split {share:g} leaves nothing to fit or nothing to predict", hint="between 0 and 1, such as 0.6"
        )
    measuring = open_measuring(call.ledger(), call.place)
    return calibration(measuring, source, share=share, by=by, seed=seed, progress=call.progress)


def show(answer: Calibrated, out: Paper) -> None:
    """What was predicted beside what was observed, who wins, and what was not modelled."""
    if not answer.calibrations and not answer.withheld:
        what = f"no activity has cases ({ACTIVITY})" if not answer.rows_seen else "no case is in a zone"
        out.line(("not enough data: ", "warn"), what)
    elif len(answer.calibrations) > 1 or (answer.calibrations and answer.calibrations[0].unit):
        _zones(answer.calibrations, out)
    elif answer.calibrations:
        _one(answer.calibrations[0], answer.sources, out)
    if answer.withheld:
        which = "1 zone is" if answer.withheld == 1 else f"{answer.withheld} zones are"
        out.line((f"{which} not shown: fewer than five people worked there", "dim"))


def code(answer: Calibrated) -> int:
    """1 where there is not enough data for anything."""
    return int(all(one.missing for one in answer.calibrations))


def _one(one: Calibration, sources: Sequence[str], out: Paper) -> None:
    out.line((f"Lead times of {', '.join(sources) or 'no source'}", "strong"), f", {one.first[:10]} to {one.last[:10]}")
    if one.missing:
        out.line(("not enough data: ", "warn"), f"{one.missing} ({ACTIVITY})")
        return
    out.line(
        f"Until {one.split[:10]}: {one.known:,} cases, {one.under_way:,} of them under way. "
        f"Held back: {one.held_back:,} that began later and had time to end."
    )
    out.line()
    rows: list[list[Cell]] = [[("observed", "strong"), *map(_hours, one.observed), ""]]
    rows += [
        [_WHO[row.by], *map(_hours, row.quantiles), (_share(row.error), "strong" if row.by == "model" else "dim")]
        for row in one.predicted
    ]
    heads = [f"{quantile.level:.0%} take no longer than" for quantile in one.observed]
    out.table(["", *heads, "largest error"], rows)
    out.line()
    for contest in one.contests:
        out.line(*_verdict(contest))
    if one.error is not None and one.error > RELIED_ON:
        out.line(
            ("The model does not predict this past: ", "warn"),
            f"its worst quantile is off by {_share(one.error)}. Differences between what-ifs that are smaller than "
            "that tell nothing.",
        )
    out.line()
    out.line((f"The model: {STRUCTURES[one.structure]}; fitted to {one.past}", "strong"), " (chosen on the past alone)")
    _tried(one, out)
    out.heading("Measured on the past")
    out.table(
        ("", "", "", "n", ""),
        [
            (part.name, f"{part.value:,.3g}", part.unit, f"{part.n:,}", (part.about, "dim"))
            for part in one.parts
        ],
        indent=2,
    )  # fmt: skip
    out.heading("Not in the model")
    for limit in one.limits:
        out.line((limit, "dim"), indent=2)


def _tried(one: Calibration, out: Paper) -> None:
    rows = [
        (
            STRUCTURES[tried.structure],
            tried.past,
            (tried.why, "dim")
            if tried.factor is None
            else f"worst quantile {tried.factor:.2f} times too long or too short",
        )
        for tried in one.tried
    ]
    out.table(("tried on the past alone", "fitted to", ""), rows, indent=2)


def _zones(found: Sequence[Calibration], out: Paper) -> None:
    """A line for each zone."""
    rows: list[list[Cell]] = []
    for one in found:
        if one.missing:
            rows.append(
                [(one.unit, "ref"), f"{one.known:,}", "–", "–", "–", "–", (f"not enough data: {one.missing}", "dim")]
            )
            continue
        model = next(row for row in one.predicted if row.by == "model")
        naive = next(row for row in one.predicted if row.by == "naive")
        median = (
            f"{_plain(one.observed[1].hours)} / {_plain(model.quantiles[1].hours)} / {_plain(naive.quantiles[1].hours)}"
        )
        rows.append(
            [
                (one.unit, "ref"), f"{one.known:,}", f"{one.held_back:,}", median, _share(model.error),
                _share(naive.error), _winner(one),
            ]
        )  # fmt: skip
    out.table(
        ("zone", "known", "held back", "median: observed / model / naive", "error, model", "error, naive", "wins"), rows
    )
    out.line(("counterpoint whatif calibrate --by zone --json has all quantiles and what was fitted", "dim"))


def _winner(one: Calibration) -> str:
    return {"model": "the model", "naive": "the past as it was"}.get(one.wins, one.wins)


def _verdict(contest: Contest) -> tuple[Part, Part]:
    between = f"difference of errors {contest.difference:+.3g}, 95 % between {contest.low:+.3g} and {contest.high:+.3g}"
    by, against = _WHO[contest.by], _WHO[contest.against]
    if contest.wins == "model":
        said: Part = (f"{by} predicts better than {against}", "good")
    elif contest.wins == "naive":
        said = (f"{against} predicts better than {by}", "warn")
    else:
        said = (f"a tie: {by} against {against}", "strong")
    return said, f" ({between})"


def _hours(one: LeadQuantile) -> str:
    return f"{_plain(one.hours)} ({_plain(one.low)} to {_plain(one.high)})"


def _plain(hours: float) -> str:
    """A time in the unit in which people would say it."""
    if hours < _SECONDS:
        return f"{hours * 3600:.0f} s"
    if hours < _MINUTES:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < _DAYS else f"{hours / 24:.1f} d"


def _share(error: float) -> str:
    return f"{error:.0%}" if error < 2 else f"{error:.1f} times its length"
