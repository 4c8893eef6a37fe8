"""Fit a model to the first part of a history, predict the rest, and say who predicts better: it, or the past itself.

1. The history is split at the moment at which a share of the cases have begun. What happened later is not known to
   anything that is fitted.
2. The past alone chooses the structure of the model, and how much of the past it is fitted to: each candidate is fitted
   to the first part of the past and held against the rest of it.
3. The chosen one is fitted to the past and simulated. Its lead times stand beside those of the held-back cases, and
   beside the quantiles of the past.
4. Everything is drawn anew, by weeks, to see what is chance: the cases that were fitted, and those held back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from counterpoint.errors import InvalidInput
from counterpoint.model.whatif_calibration import Calibration, Contest, LeadQuantile, Predicted, Tried, Wins
from counterpoint.simulation.calibration.cases import Cases, Floats
from counterpoint.simulation.calibration.fitting import (
    BUSIEST,
    QUEUES,
    STEPS,
    STRUCTURES,
    Fitted,
    fit,
    predicted_leads,
    redrawn,
)
from counterpoint.simulation.calibration.judging import LEVELS, Seen, error, errors, held_back, interval, ratio
from counterpoint.simulation.calibration.telling import limits_of, parts_of

LEAST = 30
"""So many cases must have begun before the split and be over, and so many be held back."""
PASTS: dict[str, float] = {"all the past": 1.0, "the last half of the past": 0.5, "the last quarter of the past": 0.25}
ITEMS, FEWER = 20_000, 4_000
QUEUEING = 5
"""Cases that wait for one another are alike, and tell less: so many times as many of them are simulated."""
DRAWS = 40
CONTESTS = 400
MODEL, NAIVE, RECENT, TOLD = "model", "naive", "recent", "told"
Progress = Callable[[str, int, int], None]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Past:
    """What is known at a split: its moment, the cases, and what is seen of them."""

    moment: float
    cases: Cases
    seen: Seen

    @classmethod
    def at(cls, cases: Cases, moment: float) -> _Past:
        known = cases.until(moment)
        return cls(moment, known, Seen.at(known, moment))

    def since(self, share: float) -> float:
        """From when on so much of the time until the split is left."""
        first = float(self.cases.begin.min())
        return first if share == 1 else self.moment - share * (self.moment - first)


@dataclass(frozen=True)
class _Rest:
    """What came after a split: the cases held back, how many began too late, and when the last of those held back
    began."""

    held: Seen
    too_late: int
    split: float
    until: float

    @classmethod
    def after(cls, past: _Past, seen: Seen, last: float) -> _Rest:
        held, too_late = held_back(seen, past.seen, past.moment, last)
        return cls(held, too_late, past.moment, float(held.begin.max()) if len(held) else past.moment)

    def told(self, fitted: Fitted) -> Fitted:
        """A model told how many cases came; only queues have a use for it."""
        return fitted.coming(len(self.held), self.split, self.until) if fitted.structure == QUEUES else fitted


def split_at(cases: Cases, share: float) -> float:
    """The moment at which a share of all cases have begun.

    Raises:
        InvalidInput: the share leaves nothing before or after it.
    """
    if not 0 < share < 1:
        raise InvalidInput(f"a share of {share:g} of the cases leaves nothing to fit or to predict", hint="such as 0.6")
    begins = np.sort(cases.begin)
    return float(begins[min(int(share * len(begins)), len(begins) - 1)]) if len(begins) else 0.0


def calibrated(
    cases: Cases,
    *,
    share: float = 0.6,
    split: float | None = None,
    seed: int = 1,
    unit: str = "",
    progress: Progress = lambda *_: None,
) -> Calibration:
    """Fit, predict, and compare; see the head of this module. ``split`` is a moment (hours since 1970) that takes the
    place of a ``share`` of the cases.

    Raises:
        InvalidInput: the share leaves nothing before or after it.
    """
    moment = split_at(cases, share) if split is None else split
    if not len(cases):
        return _empty(cases, unit, moment, "no case has an event")
    last = float(cases.end.max())
    past = _Past.at(cases, moment)
    whole = replace(_empty(cases, unit, moment, ""), known=len(past.seen), under_way=int((~past.seen.over).sum()))
    if past.seen.over.sum() < LEAST:
        return replace(whole, missing=_few(int(past.seen.over.sum()), "over at the split"))
    rest = _Rest.after(past, Seen.at(cases, last), last)
    whole = replace(whole, held_back=len(rest.held), too_late=rest.too_late)
    if rest.held.over.sum() < LEAST:
        return replace(whole, missing=_few(int(rest.held.over.sum()), "held back and over"))
    if not rest.held.quantiles().any():
        return replace(
            whole, missing="nine of ten cases are over at the moment at which they begin: nothing is to predict"
        )
    chosen, part, tried = _chosen(past, share, seed, progress)
    return _judged(whole, _Judging(past, rest, chosen, part, tried, seed, progress))


@dataclass(frozen=True)
class _Judging:
    """Everything that a judgement takes; ``share`` is how much of the past the model was fitted to."""

    past: _Past
    rest: _Rest
    fitted: Fitted
    share: float
    tried: tuple[Tried, ...]
    seed: int
    progress: Progress


def _chosen(past: _Past, share: float, seed: int, progress: Progress) -> tuple[Fitted, float, tuple[Tried, ...]]:
    """The structure, and the share of the past to fit it to, that do best within the past; fitted to all that is known.

    Of those whose error is not larger than the smallest by more than its standard error, the first is taken: the rule
    of L. Breiman et al., *Classification and Regression Trees* (1984), 3.4.3.
    """
    inner = _Past.at(past.cases, split_at(past.cases, share))
    rest = _Rest.after(inner, past.seen, past.moment)
    enough = min(inner.seen.over.sum(), rest.held.over.sum()) >= LEAST
    observed, again = np.zeros(len(LEVELS)), np.zeros((1, len(LEVELS)))
    if enough:
        observed, again = rest.held.quantiles(), _again(rest.held, seed)
    close = (np.inf, np.inf)
    tried: list[tuple[Tried, float | None, Fitted, float]] = []
    for structure in STRUCTURES:
        for name, part in PASTS.items():
            progress("choosing a model on the past alone", len(tried), len(STRUCTURES) * len(PASTS))
            fitted = fit(structure, past.cases, past.moment, past.since(part))
            why = _refused(fitted) or ("" if enough else "too few cases to try it on")
            found = None
            if not why:
                # All that came within the past is known at the split, how much it was as well.
                then = rest.told(fit(structure, inner.cases, inner.moment, inner.since(part)))
                why = _refused(then)
            if not why:
                predicted = _quantiles(then, FEWER, seed)
                found = float(ratio(predicted, observed))
                close = min(close, (found, found + float(ratio(predicted, again).std())))
            told = Tried(structure, name, None if found is None else float(np.exp(found)), why)
            tried.append((told, found, fitted, part))
    able = [one for one in tried if one[1] is not None] or [one for one in tried if one[0].structure == STEPS]
    _, _, fitted, part = next(one for one in able if one[1] is None or one[1] <= close[1])
    return fitted, part, tuple(one[0] for one in tried)


def _refused(fitted: Fitted) -> str:
    """Why a candidate cannot be simulated; empty if it can."""
    if fitted.routes.n < LEAST:
        return f"only {fitted.routes.n} cases"
    if fitted.structure == QUEUES:
        if not fitted.pools:
            return "nobody is said to do anything"
        if fitted.utilisation >= BUSIEST:
            return f"{fitted.utilisation:.0%} of the time of those who do the work would be taken"
    return ""


def _quantiles(fitted: Fitted, items: int, seed: int) -> Floats:
    number = items * QUEUEING if fitted.structure == QUEUES else items
    found: Floats = np.quantile(predicted_leads(fitted, number, seed), LEVELS)
    return found


def _judged(whole: Calibration, all_of: _Judging) -> Calibration:
    past, rest, fitted = all_of.past, all_of.rest, all_of.fitted
    since = past.since(all_of.share)
    observed = rest.held.quantiles()
    points = {MODEL: _quantiles(fitted, ITEMS, all_of.seed), NAIVE: past.seen.quantiles()}
    if all_of.share < 1:
        points[RECENT] = past.seen.quantiles(since=since)
    told = fitted.structure == QUEUES and not _refused(rest.told(fitted))
    if told:
        points[TOLD] = _quantiles(rest.told(fitted), ITEMS, all_of.seed)
    drawn = _drawn(all_of, told=told)
    again = _again(rest.held, all_of.seed)
    fields = _Errors(points, drawn, observed, again)
    pairs = [(by, against) for by in (MODEL, TOLD) for against in (NAIVE, RECENT) if {by, against} <= set(points)]
    contests = tuple(fields.contest(*one) for one in pairs)
    return replace(
        whole,
        structure=fitted.structure,
        past=next(name for name, part in PASTS.items() if part == all_of.share),
        parts=tuple(parts_of(fitted, past.cases.only(past.cases.begin >= since), past.moment)),
        tried=all_of.tried,
        observed=_told(observed, again),
        predicted=tuple(_predicted(name, value, drawn[name], observed) for name, value in points.items()),
        error=float(error(points[MODEL], observed)),
        wins=contests[0].wins,
        contests=contests,
        limits=tuple(limits_of(fitted, rest.too_late)),
    )


def _again(held: Seen, seed: int) -> Floats:
    """What would have been observed of held-back cases drawn anew, so many times."""
    chance = np.random.default_rng([seed, 2])
    return np.array([held.quantiles(held.by_weeks(chance)) for _ in range(CONTESTS)])


def _drawn(all_of: _Judging, *, told: bool) -> dict[str, Floats]:
    """What each predictor says of a past that is drawn anew, so many times; the n-th draw is the same for all."""
    past, chance = all_of.past, np.random.default_rng([all_of.seed, 1])
    since = past.since(all_of.share)
    found: dict[str, list[Floats]] = {name: [] for name in (MODEL, NAIVE, RECENT, *([TOLD] if told else []))}
    for number in range(DRAWS):
        all_of.progress("drawing the past anew", number, DRAWS)
        places = past.seen.by_weeks(chance)
        fitted = redrawn(all_of.fitted, past.cases.drawn(places), past.moment, since, chance)
        seed = all_of.seed + 1 + number
        found[MODEL].append(_quantiles(_steady(fitted), FEWER, seed))
        if told:
            found[TOLD].append(_quantiles(_steady(all_of.rest.told(fitted)), FEWER, seed))
        found[RECENT].append(past.seen.quantiles(places, since=since))
        found[NAIVE].append(past.seen.quantiles(places))
    return {name: np.array(values) for name, values in found.items()}


def _steady(fitted: Fitted) -> Fitted:
    """With as many cases as there is time for, where a draw has more."""
    used = fitted.utilisation
    return fitted.slower(used / BUSIEST) if used > BUSIEST else fitted


@dataclass(frozen=True)
class _Errors:
    """What each predictor said, what it said of a past drawn anew, and what was observed, in the same two ways."""

    points: dict[str, Floats]
    drawn: dict[str, Floats]
    observed: Floats
    again: Floats

    def contest(self, by: str, against: str) -> Contest:
        """A model against another predictor; the draws of the past and of the rest go together, one by one."""
        number = np.arange(len(self.again)) % DRAWS
        apart = error(self.drawn[by][number], self.again) - error(self.drawn[against][number], self.again)
        low, high = (float(one) for one in interval(apart))
        wins: Wins = "model" if high < 0 else "naive" if low > 0 else "neither"
        difference = float(error(self.points[by], self.observed) - error(self.points[against], self.observed))
        return Contest(by, against, wins, difference, min(low, difference), max(high, difference))


_ABOUT = {
    MODEL: "the model, simulated",
    NAIVE: "the quantiles of all the past",
    RECENT: "the quantiles of the part of the past to which the model is fitted",
    TOLD: "the model, told how many cases came after the split",
}


def _predicted(name: str, value: Floats, drawn: Floats, observed: Floats) -> Predicted:
    each = errors(value, observed)
    return Predicted(name, _ABOUT[name], _told(value, drawn), tuple(map(float, each)), float(each.max()))


def _told(value: Floats, drawn: Floats) -> tuple[LeadQuantile, ...]:
    low, high = interval(drawn)
    return tuple(_quantile(*one) for one in zip(LEVELS, value.tolist(), low.tolist(), high.tolist(), strict=True))


def _quantile(level: float, value: float, low: float, high: float) -> LeadQuantile:
    return LeadQuantile(level, value, min(low, value), max(high, value))


def _empty(cases: Cases, unit: str, split: float, missing: str) -> Calibration:
    """A calibration without figures."""
    people = len(np.unique(cases.resource[cases.resource >= 0]))
    first, last = (float(cases.begin.min()), float(cases.end.max())) if len(cases) else (split, split)
    return Calibration(
        unit, 0, 0, 0, 0, people, _stamp(first), _stamp(split), _stamp(last), "", "", (), (), (), (), None,
        "not enough data", (), missing, (),
    )  # fmt: skip


def _few(there: int, what: str) -> str:
    return f"{there} cases are {what}; {LEAST} would do"


def _stamp(hours: float) -> str:
    return (_EPOCH + timedelta(seconds=round(hours * 3600))).strftime("%Y-%m-%dT%H:%M:%SZ")


def each_zone(cases: Cases) -> Iterator[tuple[str, Cases]]:
    """The cases of each zone, by its name; those of none are left out."""
    for code, zone in enumerate(cases.zones):
        mine = cases.own_zone == code
        if mine.any():
            yield zone, cases.only(mine)
