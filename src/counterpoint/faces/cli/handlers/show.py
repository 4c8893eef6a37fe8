"""``counterpoint show``: everything about a thing."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part, Style
from counterpoint.model.page import Need, Page, Piece, Saying, Value

_STYLE: dict[str, Style] = {"disputed": "warn", "settled": "good", "agreed": "good"}


def run(call: Call, *, ref: str, as_of: str | None, known_at: str | None) -> Page:
    """Ask."""
    return call.questions(as_of, known_at).show(ref)


def show(answer: Page, out: Paper) -> None:
    """Title and status, who decides, each value with everyone who said it, and what hangs together with it."""
    title: list[Part] = ["  ", (answer.title, "strong")] if answer.title != answer.ref else []
    status: list[Part] = [f"  {answer.status}"] if answer.status else []
    out.line((answer.ref, "ref"), *title, *status)
    if answer.known_as:
        out.line("also known as ", *words.refs(answer.known_as))
    if answer.description:
        out.line(answer.description)
    if answer.who is not None:
        if answer.who.answer == "none":
            out.line(("nobody decides", "bad"))
        else:
            how = "decided by " if answer.who.answer in {"one", "shared"} else "who decides is ambiguous between "
            rule = f" ({answer.who.rule} of them)" if answer.who.rule else ""
            out.line(how, *words.refs(answer.who.deciders), rule)
    if answer.next:
        out.line("next ", words.joined(out.when(one) for one in answer.next))
    if answer.zones:
        out.line("in ", *words.refs(one.ref for one in answer.zones))
    out.heading("What is said")
    rows = [row for one in answer.values for row in _rows(one, out)]
    out.table(("attribute", "value", "standing", "statement", "at", "said", "source"), rows, indent=2)
    _needs("Needs", answer.needs, out)
    _needs("Is needed by", answer.serves, out)
    for group in answer.groups:
        out.heading(group.label[0].upper() + group.label[1:])
        out.table(
            ("thing", "title"),
            [((one.ref, "ref"), one.title if one.title != one.ref else "") for one in group.things],
            indent=2,
        )


def _rows(one: Value, out: Paper) -> list[tuple[str | tuple[str, Style] | list[Part], ...]]:
    """A row for each saying; the value that holds stands in the first, a disputed one beside whoever says it."""
    rows: list[tuple[str | tuple[str, Style] | list[Part], ...]] = []
    sayings = sorted(one.sayings, key=_number) if one.many else one.sayings
    for index, saying in enumerate(sayings):
        said = _pieces(saying.pieces)
        shown = said if one.many or one.disputed or index or len(sayings) == 1 else _pieces(one.pieces) or said
        rows.append(
            (
                (one.attribute, "strong"),
                shown,
                (one.standing if index == 0 and one.standing != "said" else "", _STYLE.get(one.standing, "dim")),
                (saying.statement, "dim"),
                words.place(saying.file, saying.line) or "–",
                out.ago(saying.said),
                saying.source + (f" ({saying.about})" if saying.about != "value" else ""),
            )
        )
    return rows


def _number(saying: Saying) -> tuple[int, ...]:
    return tuple(int(part) for part in saying.statement.split("."))


def _pieces(pieces: tuple[Piece, ...]) -> list[Part]:
    parts: list[Part] = []
    for piece in pieces:
        parts += [", "] if parts else []
        parts.append((piece.ref, "ref") if piece.ref else piece.text)
    return parts


def _needs(title: str, needs: tuple[Need, ...], out: Paper) -> None:
    if not needs:
        return
    out.heading(title)
    out.table(
        ("what", "type", "size", "status", "needed by", "promised for", "why"),
        [
            (
                (one.other.ref if one.other else "not stated", "ref"),
                words.dash(one.type),
                words.dash(one.size),
                words.dash(one.status),
                words.dash(one.needed_by),
                words.dash(one.promised_for),
                words.dash(one.reason),
            )
            for one in needs
        ],
        indent=2,
    )
