"""The JSON Schema of mappings agrees with the loader about keys, and ships as a file."""

from __future__ import annotations

import json
import os
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from counterpoint.sources.records.schema import SCHEMA_FILE, mapping_schema
from tests.sources.mappings import ROOT
from tests.sources.test_mapping_docs import PAGE, examples
from tests.sources.test_records_language import BAD

EXAMPLES = sorted(ROOT.glob("examples/*/*.toml"))


def test_the_file_that_ships_is_the_schema() -> None:
    shipped = files("counterpoint.sources.records") / SCHEMA_FILE
    if os.environ.get("BLESS") == "1":
        Path(str(shipped)).write_text(json.dumps(mapping_schema(), indent=2) + "\n")
    assert json.loads(shipped.read_text()) == mapping_schema(), "BLESS=1 writes it anew"
    Draft202012Validator.check_schema(mapping_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_mappings_that_ship_fit(path: Path) -> None:
    data = tomllib.loads(path.read_text())
    if "mapping" not in data:
        pytest.skip("not a mapping")
    assert not [error.message for error in Draft202012Validator(mapping_schema()).iter_errors(data)]


def test_every_mapping_of_the_docs_fits() -> None:
    validator = Draft202012Validator(mapping_schema())
    for example, block in examples(PAGE.read_text()):
        if block.purpose != "problems":
            assert not list(validator.iter_errors(tomllib.loads(example.mapping))), example.mapping


def test_what_the_loader_refuses_for_its_keys_the_schema_refuses() -> None:
    text = BAD.replace("open = ", "other = ")
    found = {error.json_path for error in Draft202012Validator(mapping_schema()).iter_errors(tomllib.loads(text))}
    assert {"$.mapping", "$.records[0].format", "$.records[0].entity", "$.records[1].keys"} <= found
    assert "$.records[2].each[0]" in found
