"""The receipt and helpdesk logs that PM4Py comes with: what was predicted of their rest, and who predicted better.

With COUNTERPOINT_LOGS (a folder with ``receipt.xes.gz`` and ``helpdesk.xes.gz``); ``-s`` prints the quantiles. Nothing
is fetched. What is written down here is what ``docs/whatif-calibration.md`` says.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from counterpoint.model.whatif_calibration import Calibration, LeadQuantile
from counterpoint.simulation.calibration.calibrating import calibrated
from counterpoint.simulation.calibration.cases import EVENTS, Cases
from tests.measures.logs import log_rows


def of_log(name: str) -> Calibration:
    folder = os.environ.get("COUNTERPOINT_LOGS")
    if not folder:
        pytest.skip("COUNTERPOINT_LOGS does not say where the public logs are")
    rows = log_rows(Path(folder) / f"{name}.xes.gz")
    columns = {
        "case": "work",
        "activity": "object",
        "resource": "actor",
        "zone": "zone",
        "end": "moment",
        "place": "size",
    }
    events = rows.select(list(columns.values())).rename_columns(list(columns))
    events = events.cast(EVENTS.remove(EVENTS.get_field_index("kind")).remove(EVENTS.get_field_index("start")))
    found = calibrated(Cases.of(events))
    said = [("observed", found.observed, None), *((one.by, one.quantiles, one.error) for one in found.predicted)]
    for by, quantiles, error in said:
        hours = "  ".join(f"{one.hours:9.2f} ({one.low:.2f} to {one.high:.2f})" for one in quantiles)
        print(f"{name:10}{by:10}{hours}  {'' if error is None else f'largest error {error:.3f}'}")
    return found


def hours(found: Calibration, by: str) -> list[float]:
    quantiles: tuple[LeadQuantile, ...] = found.observed
    if by != "observed":
        quantiles = next(one.quantiles for one in found.predicted if one.by == by)
    return [one.hours for one in quantiles]


@pytest.mark.long
def test_the_helpdesk_is_predicted_as_well_by_its_past_as_by_the_model() -> None:
    found = of_log("helpdesk")
    assert (found.known, found.held_back, found.structure, found.wins) == (2749, 1782, "ages", "neither")
    assert hours(found, "observed") == pytest.approx([744.09, 912.14, 1272.08], abs=0.01)
    assert hours(found, "naive") == pytest.approx([744.14, 1007.97, 1274.29], abs=0.01)
    assert hours(found, "model") == pytest.approx([736.6, 967.0, 1345.5], rel=0.01)
    assert found.error == pytest.approx(0.06, abs=0.02)


@pytest.mark.long
def test_the_receipts_changed_so_much_that_nobody_predicts_them() -> None:
    """The model is nearer than the past as it was, and still ten times too slow in the middle: it says so."""
    found = of_log("receipt")
    assert (found.known, found.held_back, found.structure, found.wins) == (861, 514, "steps", "model")
    assert hours(found, "observed") == pytest.approx([0.02, 0.06, 212.7], abs=0.01)
    assert hours(found, "naive") == pytest.approx([0.02, 48.11, 500.88], abs=0.01)
    assert hours(found, "model")[1:] == pytest.approx([22.5, 486.6], rel=0.02)
    assert found.error is not None
    assert found.error > 1
