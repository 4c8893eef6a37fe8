"""The page on the questions ends with the shapes of the answers, made from their declarations."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from counterpoint.model import answers, differences
from counterpoint.model.answers import as_json
from counterpoint.state.who import who
from tests.state.organisation import org

PAGE = Path(__file__).resolve().parents[2] / "docs" / "questions.md"
MARK = "## Shapes\n"
_SHAPES = [
    declared
    for module in (answers, differences)
    for declared in vars(module).values()
    if isinstance(declared, type) and is_dataclass(declared) and declared.__module__ == module.__name__
]


def shapes() -> str:
    """The end of the page: a table of fields for each type of answer."""
    intro = "In JSON a tuple is a list, and a field that is not known is `null`. Times are UTC, ages whole days."
    return "\n".join([MARK, intro, "", *(_shape(declared) for declared in _SHAPES)])


def _shape(declared: type) -> str:
    about = " ".join((declared.__doc__ or "").replace("``", "`").split())
    about = re.sub(r"\bNone\b", "null", about)
    rows = [f"| `{field.name}` | {_type(str(field.type))} |" for field in fields(declared)]  # type: ignore[arg-type]
    return "\n".join([f"### {declared.__name__}", "", about, "", "| field | type |", "|---|---|", *rows, ""])


def _type(annotation: str) -> str:
    """The annotation as a reader of JSON knows it."""
    text = re.sub(
        r"Literal\[([^\]]*)\]", lambda match: re.sub("[\"']", "*", match[1]).replace(", ", " or "), annotation
    )
    text = re.sub(r"tuple\[(.*), \.\.\.\]", r"list of \1", text)
    text = re.sub(r"tuple\[(.*), \.\.\.\]", r"list of \1", text)
    for name, word in (("str", "text"), ("int", "number"), ("float", "number"), ("bool", "true or false")):
        text = re.sub(rf"\b{name}\b", word, text)
    text = re.sub(r"dict\[text, (.*)\]", r"table of \1", text)
    return text.replace(" | None", ", or null").replace("Json", "any JSON").replace("|", "or")


def test_the_page_has_the_shape_of_every_answer() -> None:
    text = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    if os.environ.get("BLESS") == "1":
        PAGE.write_text(text + shapes(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text + shapes(), "BLESS=1 writes it anew"


def test_every_shape_says_what_it_is() -> None:
    generated = re.compile(r"^\w+\(")
    assert len(_SHAPES) > 20
    assert all(declared.__doc__ and not generated.match(declared.__doc__) for declared in _SHAPES)


def test_every_step_of_the_chain_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for step in ("stated", "zone", "leads", "parent", "concerns", "around", "organisation"):
        assert f"| `{step}` |" in text


def test_json_has_exactly_the_declared_fields() -> None:
    @dataclass(frozen=True)
    class Outer:
        """A table of everything that JSON takes."""

        inner: answers.Step
        many: tuple[int, ...]
        table: dict[str, tuple[str, ...]]

    step = answers.Step("stated", "work:a", "1 decider", ("person:~a",))
    assert as_json(Outer(step, (1, 2), {"a": ("b",)})) == {
        "inner": {"rule": "stated", "at": "work:a", "found": "1 decider", "parties": ["person:~a"]},
        "many": [1, 2],
        "table": {"a": ["b"]},
    }
    found = as_json(who(org("work:a decider person:~a"), "work:a"))
    assert isinstance(found, dict)
    assert {"subject", "answer", "deciders", "inherited_from", "because"} <= found.keys()
