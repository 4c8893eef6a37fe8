"""What PM4Py says of a log, as JSON. Run by a Python that has PM4Py, as a process of its own; never imported.

    PYTHON_WITH_PM4PY tests/measures/pm4py_figures.py LOG.xes.gz

Times are in hours. Working hours are Monday to Friday, 07:00 to 17:00, UTC.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import pm4py  # noqa: E402

HOUR = 3600.0
CASE, STEP, WHO, GROUP = "case:concept:name", "concept:name", "org:resource", "org:group"


def figures(path: str) -> dict[str, object]:
    """Every figure that is compared."""
    log = pm4py.read_xes(path, show_progress_bar=False) if path.endswith((".xes", ".gz")) else pm4py.read_xes(path)
    edges, starts, ends = pm4py.discover_dfg(log)
    times, _, _ = pm4py.discover_performance_dfg(log)
    slots = [((day * 24 + 7) * 3600, (day * 24 + 17) * 3600) for day in range(5)]
    worked, _, _ = pm4py.discover_performance_dfg(log, business_hours=True, business_hour_slots=slots)
    durations = sorted(pm4py.get_all_case_durations(log))
    middle = len(durations) // 2
    repeated = log[log.duplicated([CASE, STEP])][CASE].nunique()
    found: dict[str, object] = {
        "pm4py": pm4py.__version__,
        "cases": int(log[CASE].nunique()),
        "steps": len(log),
        "activities": int(log[STEP].nunique()),
        "parties": int(log[WHO].nunique()),
        "starts": {str(name): int(count) for name, count in starts.items()},
        "ends": {str(name): int(count) for name, count in ends.items()},
        "edges": [[str(one), str(two), int(count)] for (one, two), count in sorted(edges.items())],
        "edge_times": [
            [str(one), str(two), times[one, two]["mean"] / HOUR, times[one, two]["median"] / HOUR]
            for one, two in sorted(times)
        ],
        "edge_working": [[str(one), str(two), worked[one, two]["median"] / HOUR] for one, two in sorted(worked)],
        "cycle_mean": sum(durations) / len(durations) / HOUR,
        "cycle": (durations[middle] + durations[~middle]) / 2 / HOUR,
        "repeated_cases": int(repeated),
        "repeated_by_step": {
            str(name): int(count) for name, count in sorted(pm4py.get_rework_cases_per_activity(log).items())
        },
        "handover": _network(log, WHO),
    }
    if GROUP in log.columns:
        found["groups"] = int(log[GROUP].nunique())
        found["handover_groups"] = _network(log, GROUP)
    return found


def _network(log: object, key: str) -> list[list[object]]:
    network = pm4py.discover_handover_of_work_network(log, beta=0, resource_key=key)
    return [[str(one), str(two), float(share)] for (one, two), share in sorted(network.connections.items())]


if __name__ == "__main__":
    json.dump(figures(sys.argv[1]), sys.stdout, indent=1, ensure_ascii=False)
