"""The means of the sample data of ``vivainsights``, where the environment says where that file is."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.measures.means_of_vivainsights import MEETINGS, TOLD, means

HERE = "COUNTERPOINT_VIVAINSIGHTS"
FIGURES = {
    "Collaboration_hours": 23.0537,
    "Meeting_hours": 18.9863,
    "After_hours_collaboration_hours": 7.1238,
    "Internal_network_size": 122.9969,
}


@pytest.mark.long
@pytest.mark.skipif(HERE not in os.environ, reason=f"{HERE} names no pq_data.csv of the package vivainsights")
def test_the_means_of_the_sample_data() -> None:
    found = means(Path(os.environ[HERE]))
    assert {name: round(value, 4) for name, value in found.items()} == FIGURES


def test_means_of_a_file_of_that_form(tmp_path: Path) -> None:
    """Seven people in two weeks: the way is tried on every machine, and the figures where the file is."""
    path = tmp_path / "pq_data.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["PersonId", "MetricDate", MEETINGS, *TOLD])
        for person in range(7):
            for week in ("2024-03-31", "2024-04-07"):
                writer.writerow([f"p{person}", week, person + 0.5, person, 2, 10 * person])
    assert means(path) == pytest.approx(
        {
            MEETINGS: 3.5,
            "Collaboration_hours": 3.0,
            "After_hours_collaboration_hours": 2.0,
            "Internal_network_size": 30.0,
        }
    )
