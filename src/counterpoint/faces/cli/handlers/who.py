"""``counterpoint who``: who makes the final call, and why."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.paths import who_decides
from counterpoint.errors import UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.answers import Because, Who
from counterpoint.model.reports import PathWho
from counterpoint.model.statements import Json
from counterpoint.model.times import stamp

_HOW = {
    "stated": "named as its decider",
    "zone": "decider of its zone",
    "leads": "lead of the team",
    "around": "decider of the zone around it",
    "organisation": "decider of the whole organisation",
}
_NAMING = ("decider", "approver", "lead")


def run(call: Call, *, ref: str, repo: str | None, as_of: str | None, known_at: str | None) -> Who | PathWho:
    """Ask the organisation, or the ownership files of a checkout."""
    if repo is None:
        return call.questions(as_of, known_at).who(ref)
    if as_of is not None or known_at is not None:
        raise UsageError("a checkout is read as it is now", hint="check out the commit that is meant")
    return who_decides(Path(repo), ref, stamp(call.paper.now))


def show(answer: Who | PathWho, out: Paper) -> None:
    """One sentence, then the steps that were walked and what they rest on."""
    out.line(*_sentence(answer, out))
    if answer.steps:
        out.heading("How it was found")
        out.table(
            ("step", "at", "found"),
            [(step.rule, (step.at, "ref"), _found(step.found, step.parties)) for step in answer.steps],
            indent=2,
        )
    if isinstance(answer, Who) and len(answer.because) > 1:
        out.heading("Because")
        words.reasons(answer.because, out, indent=2)
    if isinstance(answer, PathWho):
        _show_path(answer, out)


def _sentence(answer: Who | PathWho, out: Paper) -> list[Part]:
    subject: Part = (answer.subject or ".", "ref")
    if answer.answer == "none":
        return [subject, ": ", ("nobody", "bad"), " makes the final call"]
    if answer.answer == "ambiguous":
        between = [("ambiguous", "warn"), " between ", *words.refs(answer.deciders)]
        return ["who decides on ", subject, " is ", *between, *_why(answer, out)]
    if answer.answer == "shared":
        return [subject, " is decided by ", *_together(answer), *_why(answer, out)]
    return [subject, " is decided by ", *words.refs(answer.deciders), *_why(answer, out)]


def _together(answer: Who | PathWho) -> list[Part]:
    if answer.rule == "quorum" and isinstance(answer, Who):
        return [(f"{answer.quorum} of", "good"), " ", *words.refs(answer.deciders)]
    how = "any of" if answer.rule == "any" else "all of"
    return [(how, "good"), " ", *words.refs(answer.deciders, "or" if answer.rule == "any" else "and")]


def _why(answer: Who | PathWho, out: Paper) -> list[Part]:
    """``: lead of the team (teams/lang.toml:5, said 3 days ago by tracker)``."""
    how = ""
    if isinstance(answer, PathWho):
        how = f"by {answer.format}"
    elif (rule := _rule(answer)) in _HOW:
        how = _HOW[rule]
        if answer.inherited_from and answer.inherited_from != answer.subject:
            how = f"{how.removesuffix(' the team')} {answer.inherited_from}"
    reason = _telling(answer)
    source = f" ({words.source_of(reason, out)})" if reason is not None else ""
    return [f": {how}{source}" if how else source]


def _rule(answer: Who) -> str:
    """The step that named somebody: the last one that did, before the rule for several was looked for."""
    named = [step.rule for step in answer.steps if step.parties and step.rule in _HOW]
    return named[-1] if named else ""


def _telling(answer: Who | PathWho) -> Because | None:
    """The statement that names a decider itself, and not one on the way there."""
    deciders = set(answer.deciders)
    naming = [one for one in answer.because if deciders.intersection(_said(one.value))]
    there = [
        one for one in naming if one.entity == (answer.inherited_from or answer.subject) and one.attribute in _NAMING
    ]
    return next(iter(there or naming or answer.because), None)


def _said(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _found(found: str, parties: tuple[str, ...]) -> list[Part]:
    return [found, *([": ", *words.refs(parties)] if parties else [])]


def _show_path(answer: PathWho, out: Paper) -> None:
    out.heading("Named there")
    rows = [(one.role.replace("_", " "), (one.party, "ref"), f"{one.file}:{one.line}") for one in answer.owners]
    out.table(("role", "party", "at"), rows, indent=2)
    if answer.why and all(step.found != answer.why for step in answer.steps):
        out.line((answer.why, "dim"))
    for problem in answer.problems:
        out.line(("not used: ", "warn"), str(problem))
