"""``counterpoint involve``: whom to involve before a change moves, and why each one."""

from __future__ import annotations

from counterpoint.errors import UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.answers import Involve


def run(
    call: Call, *, refs: tuple[str, ...], path: tuple[str, ...], as_of: str | None, known_at: str | None
) -> Involve:
    """Ask."""
    if not refs and not path:
        raise UsageError("a change to what?", hint="name work, like work:launch, or give --path src/api/server.py")
    return call.questions(as_of, known_at).involve(refs, path)


def show(answer: Involve, out: Paper) -> None:
    """The parties with their reasons, then what has nobody, then the norms that hold there."""
    out.line(
        *words.refs(answer.subjects), ": involve ", (words.plural(len(answer.parties), "party", "parties"), "strong")
    )
    rows = []
    for one in answer.parties:
        for number in one.needs:
            need = answer.needs[number]
            instead = f" (or {words.joined(need.alternatives, 'or')})" if need.alternatives else ""
            rows.append(((one.party, "ref"), need.why, (need.about, "ref"), need.says + instead))
    out.table(("party", "because it", "what", "that is"), rows, indent=2)
    if answer.nobody:
        out.heading("Nobody to involve")
        out.table(
            ("why", "about", "that is"), [(one.why, (one.about, "ref"), one.says) for one in answer.nobody], indent=2
        )
    if answer.norms:
        out.heading("Norms that hold here")
        out.table(("zone", "norm"), [((one.zone, "ref"), one.norm) for one in answer.norms], indent=2)
    if answer.unknown:
        out.line(("nothing is known of ", "warn"), *words.refs(answer.unknown))
    if not answer.exact:
        out.line(("another set of parties may be smaller; none of these can be left out", "dim"))
