"""Acts on approvals."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_APPROVAL = argument("approval", "reference", "which approval", kinds=("approval",))
_WHY = option("reason", "text", "why: whoever asked sees it", required=True)

APPROVAL: tuple[Command, ...] = (
    Command(
        ("approval", "show"), "Act", "the gates before a work: what is approved, and who can approve what is not",
        "GatesBefore",
        (Example("counterpoint approval show work:season-pass-payments", "each gate, with the command that helps"),),
        (argument("work", "reference", "the work", kinds=("work",)),),
    ),
    act(
        "approval ask", "ask for work to pass a gate",
        (
            argument("gate", "reference", "which gate", kinds=("gate",)),
            argument("work", "reference", "which work", kinds=("work",)),
            option("version", "text", "the exact version that is to be looked at; needed where the work has one"),
        ),
        (
            ("approval ask gate:pass-security work:season-pass-payments --as person:femi", "says who may approve"),
            ("approval ask gate:pass-security work:season-pass-payments --version 4f2a --as person:femi",
             "good for that version alone"),
        ),
        "The answer names everybody who may approve. It may be asked again once it was refused, ended or withdrawn.",
    ),
    act(
        "approval grant", "approve",
        (
            _APPROVAL,
            option("version", "text", "the version that you looked at: refused if it is another one by now"),
            option("note", "text", "what you want to say with it"),
        ),
        (
            ("approval grant approval:pass-security/season-pass-payments --as person:nadia", "good once enough did"),
        ),
        "Only who was asked may, and nobody for what is their own: what they asked for, own, work on or hold, or what "
        "an agent does for which they answer. Where the gate needs several, a person counts once.",
    ),
    act(
        "approval refuse", "refuse it, with a reason", (_APPROVAL, _WHY),
        (
            ("approval refuse approval:pass-security/season-pass-payments --reason 'keys in the log' --as person:nadia",
             "also after others approved, as long as it was not used"),
        ),
    ),
    act(
        "approval use", "use it up for what is about to be shipped",
        (_APPROVAL, option("version", "text", "the exact version that is about to be shipped")),
        (
            ("approval use approval:pass-security/season-pass-payments --version 4f2a --as agent:penny",
             "of any number who try, one is told yes, once"),
        ),
        "For whoever ships outside of Counterpoint. Completing the work uses its approvals by itself.",
    ),
    act(
        "approval withdraw", "no longer ask for it", (_APPROVAL,),
        (("approval withdraw approval:pass-security/season-pass-payments --as person:femi", "nobody need look at it"),),
    ),
)  # fmt: skip
