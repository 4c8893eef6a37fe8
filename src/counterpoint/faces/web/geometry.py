"""The style rules of one score: every distinct place becomes one class, so that the page needs no inline style."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.faces.web.curves import Bundle
from counterpoint.faces.web.layout import BAR, Layout, Placed


class Rules:
    """A set of rules, each named once."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, body: str) -> str:
        """The class whose rule is this body."""
        return self._names.setdefault(body, f"p{len(self._names)}")

    def text(self) -> str:
        """The style sheet."""
        # Named twice, a rule counts for more than the style sheet's own on the same element.
        return "".join(f".{name}.{name}{{{body}}}" for body, name in self._names.items())


def rules(layout: Layout, bundles: tuple[Bundle, ...]) -> tuple[str, Mapping[str, str]]:
    """The style sheet of a layout, and the classes of everything on it: marks by reference (``ink:`` and ``sure:``
    before it for their parts), staves by ``stave:``, ticks by ``tick:``, bundles by ``bundle:``."""
    sheet = Rules()
    classes: dict[str, str] = {"all": sheet.of(f"height:{layout.height:g}px")}
    for stave in layout.staves:
        classes[f"stave:{stave.stave.ref}"] = sheet.of(f"height:{stave.height:g}px")
        for placed in stave.marks:
            classes |= _mark(sheet, placed, stave.y)
    for number, tick in enumerate(layout.ticks):
        classes[f"tick:{number}"] = sheet.of(f"left:{_share(tick.x)}")
    if layout.now is not None:
        classes["now"] = sheet.of(f"left:{_share(layout.now)}")
    for number, bundle in enumerate(bundles):
        classes[f"bundle:{number}"] = sheet.of(f"left:{_share(bundle.x)};top:{bundle.y:.0f}px")
    return sheet.text(), classes


def _mark(sheet: Rules, placed: Placed, top: float) -> dict[str, str]:
    ref, low, high = placed.mark.ref, placed.low, placed.high
    width = max(high - low, 0.004)
    across = f"left:{_share(low)};width:{_share(width)}"
    found = {ref: f"{sheet.of(across)} {sheet.of(f'top:{placed.y - top:g}px;height:{BAR}px')}"}
    if not placed.point:
        left, right = (placed.x0 - low) / width, (placed.x1 - placed.x0) / width
        found[f"ink:{ref}"] = sheet.of(f"left:{_share(left)};width:{_share(right)}")
    if placed.sure is not None:
        rest = (placed.x1 - placed.sure) / max(placed.x1 - placed.x0, 0.004)
        found[f"sure:{ref}"] = sheet.of(f"width:{_share(rest)}")
    if placed.announced is not None:
        found[f"announced:{ref}"] = sheet.of(f"left:{_share((placed.announced - low) / width)}")
    if placed.label == "right":
        found[f"label:{ref}"] = sheet.of(f"padding-left:calc({_share((placed.x1 - low) / width)} + .7em)")
    if placed.label == "left":
        found[f"label:{ref}"] = sheet.of(f"padding-right:calc({_share((high - placed.x0) / width)} + .7em)")
    return found


def _share(value: float) -> str:
    return f"{round(value * 100, 2):g}%"
