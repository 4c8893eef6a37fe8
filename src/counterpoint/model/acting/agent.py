"""Acts on agents: one alone, or all of them in a zone."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_AGENT = argument("agent", "reference", "the agent", kinds=("agent",))
_ZONE = argument("zone", "reference", "the zone", kinds=("zone",), required=False, otherwise="the whole organisation")

AGENT: tuple[Command, ...] = (
    Command(
        ("agent", "terms"), "Act", "what an agent may do: alone, with a review, or never", "AgentTerms",
        (
            Example("counterpoint agent terms scout work:checkout", "on that work, and who says so"),
            Example("counterpoint agent terms scout", "where nothing of the organisation is named"),
        ),
        (
            _AGENT,
            argument("on", "reference", "the thing", required=False),
            option("as_of", "moment", "as it was true then: a date or a time", metavar="TIME"),
            option("known_at", "moment", "as it was known then: a date or a time", metavar="TIME"),
        ),
        "The protocols' own rules come on top: that it may try is not yet that it may.",
    ),
    act(
        "agent add", "take on an agent, and answer for it",
        (
            argument("name", "text", "what it is called: scout, or agent:scout"),
            option("title", "text", "what people call it"),
            option("capability", "reference", "a zone or work that it may act on; may be given again, and without any "
                   "it may act everywhere", many=True, kinds=("zone", "work")),
            option("budget", "number", "how many acts it may do in an hour"),
        ),
        (
            ("agent add scout --as person:ana", "ana is its sponsor from now on"),
            ("agent add scout --capability zone:shop --budget 60 --as person:ana", "within bounds"),
        ),
        "Whoever adds it is its sponsor. On what terms it may act stands in the zones.",
    ),
    act(
        "agent stop", "stop an agent, at once", (_AGENT,),
        (("agent stop scout --reason 'it closes what is not done' --as person:ana", "nothing it starts now is kept"),),
        "Its leases end, or pass to the next in line, and its proposals are returned. Its sponsor may, and who decides "
        "where it works.",
    ),
    act(
        "agent start", "let a stopped agent act again", (_AGENT,),
        (("agent start scout --as person:ana", "its leases and proposals do not come back"),),
        "What somebody else stopped is not for its sponsor to start, where anybody decides there.",
    ),
    act(
        "agents stop", "stop all agents, in a zone or everywhere, at once", (_ZONE,),
        (
            ("agents stop --reason 'what is going on?' --as person:ana", "everywhere"),
            ("agents stop zone:shop --as person:ana", "whatever is in that zone"),
        ),
        "Who decides in the zone may, or in one around it.",
    ),
    act(
        "agents start", "let agents act again where all were stopped", (_ZONE,),
        (("agents start zone:shop --as person:ana", "those that are stopped themselves stay so"),),
    ),
)  # fmt: skip
