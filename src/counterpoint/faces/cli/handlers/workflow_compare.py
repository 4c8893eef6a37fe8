"""``counterpoint workflow compare``: how work really went, against the declared way."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.workflows import Conformance, Course, WorkflowConformance


def run(call: Call, *, workflow: str | None) -> Conformance:
    """Ask."""
    return call.questions().conformance(workflow)


def show(answer: Conformance, out: Paper) -> None:
    """Each workflow with the works that went otherwise."""
    if not answer.workflows and not answer.unseen:
        out.line("no workflow is declared: add a [[workflow]] to the organisation's files")
    for one in answer.workflows:
        _workflow(one, out)
    if answer.unseen:
        out.line("no work was ever seen in a stage of ", *words.refs(answer.unseen))


def _workflow(one: WorkflowConformance, out: Paper) -> None:
    version = f" version {one.version}" if one.version else ""
    out.line((one.workflow, "ref"), f"{version}: {one.fitting} of {words.plural(one.works, 'work')} as declared")
    rows = [row for course in one.courses for row in _rows(course, out)]
    out.table(("work", "", "stage", "since", "hours", "waived by"), rows, indent=2)


def _rows(course: Course, out: Paper) -> list[tuple[str, ...]]:
    return [
        (
            course.work,
            each.kind,
            each.stage,
            out.when(each.at),
            f"{each.hours:g}" if each.hours is not None else "–",
            words.dash(each.waiver),
        )
        for each in course.deviations
    ]
