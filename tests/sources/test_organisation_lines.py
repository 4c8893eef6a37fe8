"""The line of every key and element, whatever the layout: texts are generated together with the places in them."""

from __future__ import annotations

import json
from typing import Any

import tomli
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.sources.organisation.lines import Path, line_at, lines_of

SCALARS = st.sampled_from(
    [
        "1",
        "0x1F",
        "true",
        "1e3",
        "1979-05-27 07:32:00",
        "2026-11-16",
        "07:32:00",
        "'it = [is] # no'",
        '"a \\" ] } # b"',
        "''",
        '""',
        '"""\nfirst\n # no "" comment\n\\"""\nlast"""',
        "'''\n[[team]]\nx = 1'''",
        '""""quoted"""""',
        '"""ends in a backslash\\\\"""',
        '"""line \\\n   continued"""',
    ]
)
KEYS = st.sampled_from(["a", "b", "team", "lead", '"with space"', "'lit.eral'", "1979", '"\\u00e9"', "-_-"])
GAPS = st.sampled_from(["", " ", "\t"])
BREAKS = st.sampled_from(["", " ", "\n", "\n\n", ' # a comment, with ] and " and [[x]]\n', "\r\n\t"])


class Writer:
    """Writes TOML and notes on which line each thing starts."""

    def __init__(self) -> None:
        self.text = ""
        self.places: dict[Path, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def note(self, path: Path) -> None:
        self.places.setdefault(path, self.text.count("\n") + 1)


def key_of(written: str) -> str:
    return str(next(iter(tomli.loads(f"{written} = 1"))))


def write_value(draw: Any, out: Writer, path: Path, depth: int) -> None:
    shape = draw(st.sampled_from(["scalar", "array", "table"])) if depth else "scalar"
    if shape == "scalar":
        out.put(draw(SCALARS))
    elif shape == "array":
        out.put("[")
        for index in range(draw(st.integers(0, 3))):
            out.put(draw(BREAKS))
            out.note((*path, index))
            write_value(draw, out, (*path, index), depth - 1)
            out.put(draw(BREAKS) + ",")
        out.put(draw(BREAKS) + "]")
    else:
        out.put("{")
        for number, key in enumerate(draw(st.lists(KEYS, max_size=3, unique_by=key_of))):
            out.put("," if number else "")
            out.put(draw(BREAKS))
            out.note((*path, key_of(key)))
            out.put(key + draw(GAPS) + "=" + draw(GAPS))
            write_value(draw, out, (*path, key_of(key)), depth - 1)
            out.put(draw(BREAKS))
        out.put("}")


def write_pairs(draw: Any, out: Writer, path: Path) -> None:
    for key in draw(st.lists(KEYS, max_size=3, unique_by=key_of)):
        out.put(draw(BREAKS) if out.text.endswith("\n") else "\n")
        out.put("" if out.text.endswith("\n") else "\n")
        dotted = draw(st.booleans())
        out.note((*path, key_of(key)))
        out.put(draw(GAPS) + key)
        if dotted:
            out.note((*path, key_of(key), "under"))
            out.put(draw(GAPS) + "." + draw(GAPS) + "under")
        out.put(draw(GAPS) + "=" + draw(GAPS))
        write_value(draw, out, (*path, key_of(key), "under") if dotted else (*path, key_of(key)), 2)
        out.put(draw(st.sampled_from(["\n", " # why\n", "\r\n"])))


@st.composite
def documents(draw: Any) -> Writer:
    out = Writer()
    write_pairs(draw, out, ())
    for name in ("one", "two"):
        for index in range(draw(st.integers(0, 3))):
            out.put(draw(st.sampled_from(["\n", "\n# between\n"])))
            out.note((name,))
            out.note((name, index))
            out.put(draw(GAPS) + "[[" + draw(GAPS) + name + draw(GAPS) + "]] # here\n")
            write_pairs(draw, out, (name, index))
            for rung in range(draw(st.integers(0, 2))):
                out.put("\n")
                out.note((name, index, "rungs"))
                out.note((name, index, "rungs", rung))
                out.put(f"[[{name}.{draw(GAPS)}'rungs']]\n")
                write_pairs(draw, out, (name, index, "rungs", rung))
            if draw(st.booleans()):
                out.put("\n")
                out.note((name, index, "sub"))
                out.note((name, index, "sub", "deep"))
                out.put(f"[{name}.sub.deep]\n")
                write_pairs(draw, out, (name, index, "sub", "deep"))
    return out


def paths(value: object, path: Path = ()) -> set[Path]:
    found = {path} if path else set()
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        found |= paths(part, (*path, key))
    return found


@given(documents())
def test_every_line_is_exact_whatever_the_layout(written: Writer) -> None:
    lines = lines_of(written.text)
    assert dict(lines) == written.places
    assert set(lines) == paths(tomli.loads(written.text))


def test_what_has_no_line_has_that_of_what_is_around_it() -> None:
    lines = lines_of('\n[[team]]\nid = "shop"\nlead = [\n  "person:ana",\n]\n')
    assert line_at(lines, ("team", 0, "lead", 0)) == 5
    assert line_at(lines, ("team", 0, "lead", 7, "x")) == 4
    assert line_at(lines, ("team", 0, "member")) == 2
    assert line_at(lines, ("nothing",)) == 1


def test_keys_are_read_as_toml_reads_them() -> None:
    text = '"a\\tb" . \'c\' = 1\n"\\u0041".x = 2\n'
    assert set(lines_of(text)) == paths(tomli.loads(text))
    assert json.loads(json.dumps(sorted(map(str, lines_of(text))))) == sorted(map(str, paths(tomli.loads(text))))
