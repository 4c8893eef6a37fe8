"""Acts on proposals: what agents want to do and a person reviews."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option

_PROPOSAL = argument("proposal", "reference", "the proposal", kinds=("proposal",))

PROPOSAL: tuple[Command, ...] = (
    act(
        "proposal accept", "let what an agent proposed be done", (_PROPOSAL,),
        (("proposal accept proposal:lease-force-work-checkout --as person:ana", "it is done now, as by the agent"),),
        "It is decided afresh. Where the rules refuse it by now, the proposal is returned and says why.",
    ),
    act(
        "proposal return", "send back what an agent proposed",
        (_PROPOSAL, option("reason", "text", "why, for the agent and whoever looks later", required=True)),
        (
            (
                "proposal return proposal:lease-force-work-checkout --reason 'ask the holder' --as person:ana",
                "nothing is done",
            ),
        ),
    ),
    act(
        "proposal withdraw", "no longer propose it", (_PROPOSAL,),
        (("proposal withdraw proposal:lease-force-work-checkout --as agent:scout", "nobody need review it"),),
    ),
)  # fmt: skip
