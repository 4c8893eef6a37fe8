"""The mapping of the OpenTelemetry community on its own public records."""

from __future__ import annotations

from collections import Counter

import pytest

from counterpoint.model.schedule import OUTCOMES, schedule_of
from counterpoint.sources.records import Reading
from tests.realdata import data
from tests.sources.mappings import example, place, records, stated


@pytest.fixture(scope="module")
def community() -> Reading:
    return example("opentelemetry/community.toml", data("opentelemetry"))


def roles(found: Reading, word: str) -> Counter[str]:
    return Counter(d.value["party"] for d in found.drafts if d.attribute == "role" and word in d.value["role"])


def test_groups_and_committees(community: Reading) -> None:
    found = stated(community)
    groups = [entity for entity in records(community, "team") if found[entity]["class"] == "sig"]
    assert len(groups) == 58
    assert len(records(community, "team")) == 61
    assert not community.quarantined
    assert found["team:sampling@otel"]["parent"] == "team:spec-general@otel"
    assert "parent" not in found["team:spec-general@otel"], "a parent `none` is nobody"
    assert "person:svrnm@otel" in found["team:governance-committee@otel"]["member"]


def test_liaisons_and_sponsors(community: Reading) -> None:
    liaisons = roles(community, "liaison")
    assert liaisons["person:svrnm@otel"] == 14
    assert sum(liaisons.values()) == 57, "58 groups, and one liaison is `tbd`"
    assert sum(roles(community, "technical sponsor").values()) == 66 - 14, "14 sponsors are `tbd`"
    assert sum(roles(community, "specification sponsor").values()) == 17
    assert not [d for d in community.drafts if "tbd" in str(d.value).lower() or "tbd" in d.entity]


def test_every_schedule_has_an_outcome(community: Reading) -> None:
    schedules = [schedule_of(d.value) for d in community.drafts if d.attribute == "schedule"]
    assert len(schedules) == 52
    outcomes = Counter(one.outcome for one in schedules)
    assert set(outcomes) <= set(OUTCOMES)
    assert outcomes["understood"] > 20
    assert outcomes["phase unknown"] >= 15
    assert len(records(community, "ritual")) == 52
    assert stated(community)["ritual:sampling@otel"]["owner"] == ["team:sampling@otel"]


def test_values_lead_to_their_lines(community: Reading) -> None:
    assert place(community, "team:sampling@otel", "exists") == ("workstreams.yml", 44)
    assert place(community, "team:sampling@otel", "parent") == ("workstreams.yml", 48)
    assert place(community, "ritual:sampling@otel", "schedule") == ("workstreams.yml", 56)
