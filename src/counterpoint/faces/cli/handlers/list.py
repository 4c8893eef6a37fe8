"""``counterpoint list``: the things of a kind."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.kinds import conditions, singular
from counterpoint.faces.cli.paper import Cell, Paper
from counterpoint.model.kinds import KINDS
from counterpoint.model.records import Listing, Row


def run(
    call: Call, *, kind: str, where: tuple[tuple[str, str], ...], as_of: str | None, known_at: str | None
) -> Listing:
    """Ask; the plural of a kind is understood too."""
    return call.questions(as_of, known_at).listing(singular(kind), conditions(where))


def show(answer: Listing, out: Paper) -> None:
    """A row for each."""
    # A person's name is its title too, and need not be read twice.
    columns = [name for name in answer.columns if any(one.values.get(name) != one.title for one in answer.rows)]
    # Nor a decision's question, where that is the title of those that have one.
    titled = any(one.title and one.title not in map(one.values.get, columns) for one in answer.rows)
    heads = (answer.kind, *(["title"] if titled else []), *columns)
    rows = [
        ((one.ref, "ref"), *([one.title] if titled else []), *(_cell(one, name) for name in columns))
        for one in answer.rows
    ]
    out.table(heads, rows)
    plural = KINDS[answer.kind].plural
    out.line((words.plural(len(answer.rows), answer.kind, plural), "dim"))


def _cell(row: Row, name: str) -> Cell:
    return ("disputed", "warn") if name in row.disputed else words.value(row.values.get(name))
