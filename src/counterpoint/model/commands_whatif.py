"""The command table, part six: what would be if."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

WHATIF: tuple[Command, ...] = (
    Command(
        ("whatif", "calibrate"), "Ask", "how well a model fitted to the past predicts what came next", "Calibrated",
        (
            Example("counterpoint whatif calibrate", "of all activity that has cases"),
            Example("counterpoint whatif calibrate xes:desk", "of one source, as counterpoint traces names it"),
            Example("counterpoint whatif calibrate git:app --split .7 --by zone", "zone by zone, on 70 % of the cases"),
        ),
        (
            argument("source", "text", "the source of the activity", required=False),
            option("split", "text", "the share of the cases that are the past", default="0.6"),
            option("by", "choice", "one model for all, or one for each zone", choices=("organisation", "zone"),
                   default="organisation"),
            option("seed", "number", "which chances the simulation draws; the same are the same answer", default=1),
        ),
        "A model is fitted to the first part of the history, with nothing known of the rest, and predicts how long the "
        "rest takes: the lead time that 10, 50 and 90 of 100 cases do not exceed. Beside it stands what a naive "
        "predictor says, which takes the past for the future; who of the two wins is named, and a tie is called one.",
        long=True,
    ),
)  # fmt: skip
