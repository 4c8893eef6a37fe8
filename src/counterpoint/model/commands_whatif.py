"""The command table, part six: what would be if."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

_SPEEDUP = option(
    "k", "decimal", "execution is so many times as fast", flag="--k", metavar="K", otherwise="1: as fast as now"
)
_RESPONSE = option("response", "decimal", "how demand grows with it: 0 not at all, 1 in proportion", otherwise="0")
_EFFORT = option(
    "effort",
    "choice",
    "how long to simulate: the longer, the narrower the intervals",
    choices=("quick", "usual", "long"),
    default="usual",
)
_SEED = option("seed", "number", "which chances are drawn; the same give the same answer to the last digit", default=1)

WHATIF: tuple[Command, ...] = (
    Command(
        ("whatif", "models"), "Ask", "would it be better centralised, decentralised or hybrid, and where", "Compared",
        (
            Example("counterpoint whatif models", "the three models beside the organisation as it is"),
            Example("counterpoint whatif models --k 10", "the same, where execution is ten times as fast"),
        ),
        (_SPEEDUP, _RESPONSE, _EFFORT, _SEED),
        "Centralised: every decision goes above. Decentralised: every area decides, and consults peers. Hybrid: what "
        "touches other areas goes above, and nothing else does. All on the same work, people and chances; a difference "
        "that hangs on what is assumed, or is within the model's error on the past, is not ranked.",
        long=True,
    ),
    Command(
        ("whatif", "compress"), "Ask", "if execution gets so many times as fast: what still bears load", "Compressed",
        (
            Example("counterpoint whatif compress --k 10", "ten times as fast, the same amount of work"),
            Example("counterpoint whatif compress --k 10 --response 1", "ten times as fast, and ten times the work"),
        ),
        (
            option("k", "decimal", "execution is so many times as fast", flag="--k", metavar="K", otherwise="10"),
            _RESPONSE,
            option("full", "flag", "which coordination bears load at every point of the curve, too; takes longer"),
            _EFFORT, _SEED,
        ),
        "Execution gets faster, coordination does not: the curve shows what lead times and hours become from 1 to 100 "
        "times, which elements of coordination bear load now and then, and who cannot keep up first.",
        long=True,
    ),
    Command(
        ("whatif", "remove"), "Ask", "what happens without a ritual, a gate, requests, or decisions above", "Removed",
        (
            Example("counterpoint whatif remove ritual:planning", "one element, as counterpoint whatif census has it"),
            Example("counterpoint whatif remove ritual:planning gate:design --k 10", "two, each alone and together"),
        ),
        (
            argument("element", "text", "what to remove; several are removed each alone, in pairs, and all", many=True),
            _SPEEDUP, _RESPONSE, _EFFORT, _SEED,
        ),
        "What an item costs more without it, where it catches as little as it could, as is usual, and as much as it "
        "could: what an element catches is rarely known.",
        long=True,
    ),
    Command(
        ("whatif", "grow"), "Ask", "what happens with more teams, people or agents", "Compared",
        (
            Example("counterpoint whatif grow --teams 2", "twice as many teams, with their own work"),
            Example("counterpoint whatif grow --agents 100", "a hundred agents, spread over the areas by their people"),
            Example("counterpoint whatif grow --people .5", "half of the people, and the same work"),
        ),
        (
            option("teams", "number", "so many times as many teams", default=1),
            option("agents", "number", "so many agents more", default=0),
            option("people", "decimal", "so many times as many people", otherwise="1: as many as now"),
            _SPEEDUP, _RESPONSE, _EFFORT, _SEED,
        ),
        "Who decides above and who approves stay as many as they are: a file of variants (counterpoint whatif run) "
        "says otherwise.",
        long=True,
    ),
    Command(
        ("whatif", "census"), "Ask", "every element of coordination, its hours, and whether it bears load", "Census",
        (
            Example("counterpoint whatif census", "now"),
            Example("counterpoint whatif census --k 10 --json", "where execution is ten times as fast, as JSON"),
        ),
        (_SPEEDUP, _RESPONSE, _EFFORT, _SEED),
        "Necessary governance is what is declared so, with the rule that it serves. The rest is load-bearing or "
        "optional by evidence: removed in the model, whatever it catches. What hangs on that is not yet known.",
        long=True,
    ),
    Command(
        ("whatif", "run"), "Ask", "compare variants that are written down in a file", "Compared",
        (
            Example("counterpoint whatif run reorganisation.toml", "each variant beside the organisation as it is"),
        ),
        (argument("file", "file", "variants, as TOML; docs/whatif.md has every field"), _EFFORT, _SEED),
        "A file combines what the other commands do one by one: models by area, speed, elements removed, merged, "
        "shortened or respaced, people, agents, teams, and other numbers of the model.",
        long=True,
    ),
    Command(
        ("whatif", "matters"), "Ask", "which of the assumptions matter to the answers", "Sensitivity",
        (
            Example("counterpoint whatif matters", "to what an item costs"),
            Example("counterpoint whatif matters --figure lead", "to its lead time"),
            Example("counterpoint whatif matters --chart matters.svg", "to what an item costs, and as a picture"),
        ),
        (
            option("figure", "choice", "the figure", choices=("cost", "lead", "coordination"), default="cost"),
            option("chart", "file", "draw them into this file, as SVG"),
            _SPEEDUP, _RESPONSE, _SEED,
        ),
        "Every assumed number is varied over its range, from many starting points (Morris). Those that come first are "
        "worth measuring, or stating, before others.",
        long=True,
    ),
    Command(
        ("whatif", "calibrate"), "Ask", "how well a model fitted to the past predicts what came next", "Calibrated",
        (
            Example("counterpoint whatif calibrate", "of all activity that has cases"),
            Example("counterpoint whatif calibrate xes:desk", "of one source, as counterpoint traces names it"),
            Example("counterpoint whatif calibrate git:app --split .7 --by zone", "zone by zone, on 70 % of the cases"),
        ),
        (
            argument("source", "text", "the source of the activity", required=False),
            option("split", "decimal", "the share of the cases that are the past", otherwise="0.6"),
            option("by", "choice", "one model for all, or one for each zone", choices=("organisation", "zone"),
                   default="organisation"),
            _SEED,
        ),
        "A model is fitted to the first part of the history, with nothing known of the rest, and predicts how long the "
        "rest takes: the lead time that 10, 50 and 90 of 100 cases do not exceed. Beside it stands what a naive "
        "predictor says, which takes the past for the future; who of the two wins is named, and a tie is called one.",
        long=True,
    ),
)  # fmt: skip
