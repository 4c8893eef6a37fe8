"""A picture for ``counterpoint whatif matters --chart``: how much each assumption matters."""

from __future__ import annotations

from pathlib import Path

from counterpoint.errors import StoreError, UsageError
from counterpoint.faces.drawing import altair, svg
from counterpoint.model.whatif import MatterRow, Sensitivity

MOST = 16
UP, DOWN, BOTH = "up", "down", "either way"
COLOURS = {UP: "#1f4e79", DOWN: "#c8811a", BOTH: "#767676"}
"""Told apart in black and white too, by how dark they are."""
MARGINS = {"left": 60, "right": 60, "top": 12, "bottom": 12}
"""Room for letters that are wider where the picture is looked at than where it was drawn."""
ONE_WAY = 0.5
"""From this share of its size on, a change over the range goes one way."""


def way(one: MatterRow) -> str:
    """Does the figure rise or fall with the number, or does that hang on the others?"""
    return UP if one.mean > ONE_WAY * one.size else DOWN if one.mean < -ONE_WAY * one.size else BOTH


def writable(file: Path) -> Path:
    """The file that a picture is to go to, before anything long begins.

    Raises:
        UsageError: its name says nothing that can be drawn.
        StoreError: it cannot be written there.
    """
    if file.suffix.lower() != ".svg":
        raise UsageError(f"{file.name} is no picture that can be drawn", hint="call it .svg")
    if not file.parent.is_dir():
        raise StoreError(f"{file.parent} is no folder", hint="make it first, or name another file")
    return file


def draw(answer: Sensitivity, file: Path) -> None:
    """Write the picture: a bar for each assumption, with the interval of its length.

    Raises:
        NotFound: the libraries that draw are not installed.
        StoreError: it cannot be written.
    """
    alt = altair()
    rows = [
        {
            "name": f"{one.name} ({one.low:g} to {one.high:g} {one.unit})", "size": one.size, "way": way(one),
            "low": max(one.size - one.half_width, 0.0), "high": one.size + one.half_width,
        }
        for one in answer.rows[:MOST]
        if one.size > 0
    ]  # fmt: skip
    scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    chart = alt.Chart(alt.Data(values=rows))
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(labelLimit=320))
    title = f"changes {answer.figure} by, over its range ({answer.unit})"
    bars = chart.mark_bar(height=13).encode(
        x=alt.X("size:Q", title=title), y=y, color=alt.Color("way:N", title="it goes", scale=scale)
    )
    ends = chart.mark_rule(strokeWidth=2, color="#000000", opacity=0.6).encode(x="low:Q", x2="high:Q", y=y)
    words = alt.TitleParams(
        f"Which assumptions matter to {answer.figure}", anchor="start", frame="group",
        subtitle=f"now {answer.value:.3g} {answer.unit}; elementary effects (Morris), with their intervals",
    )  # fmt: skip
    made = alt.layer(bars, ends).properties(width=460, height=alt.Step(24), title=words)
    text = svg(made.configure(background="#ffffff", font="system-ui, sans-serif", padding=MARGINS).to_dict())
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}") from error
