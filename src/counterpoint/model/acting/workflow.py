"""Acts on workflows, and what can be asked of them."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

WORKFLOW: tuple[Command, ...] = (
    Command(
        ("workflow", "show"), "Act", "the way that a work goes: its stages, and where it is", "Way",
        (Example("counterpoint workflow show work:checkout", "stages, gates, norms, and whether they are enforced"),),
        (argument("work", "reference", "the work", kinds=("work",)),),
    ),
    Command(
        ("workflow", "compare"), "Act", "how work really went, against the declared way", "Conformance",
        (
            Example("counterpoint workflow compare", "of every workflow: what was skipped, repeated, is stuck"),
            Example("counterpoint workflow compare workflow:release", "of one"),
        ),
        (argument("workflow", "reference", "one workflow", required=False, kinds=("workflow",)),),
        "Moves that other systems tell of (a mapping that states stage) count like those that are made here.",
        long=True,
    ),
    act(
        "workflow move", "move a work to a stage",
        (
            argument("work", "reference", "the work", kinds=("work",)),
            argument("stage", "text", "the stage, by name"),
            option("rules_kept", "flag", "say that the rules for going out and coming in are kept"),
        ),
        (
            ("workflow move work:checkout review --as person:bo", "checked, where the workflow is enforced"),
            ("workflow move work:checkout build --reason 'review found a leak' --as person:bo", "back, with a reason"),
        ),
        "Where the workflow is enforced, a move that skips a stage, leaves a gate without approval or does not keep a "
        "rule is refused, with every reason at once; a waiver of its owner lets it pass.",
    ),
)  # fmt: skip
