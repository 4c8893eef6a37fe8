"""The command table, part three: single changes to the record."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

_REASON = option("reason", "text", "why, in a few words; kept with the entry")

CHANGING: tuple[Command, ...] = (
    Command(
        ("settle",), "Change", "settle a contradiction: say which value holds", "Settled",
        (
            Example("counterpoint settle work:launch due --statement 12.3 --as person:ana", "what statement 12.3 says"),
            Example("counterpoint settle work:launch due --value 2026-06-01 --as person:ana", "a value of your own"),
        ),
        (
            argument("ref", "reference", "the thing"),
            argument("attribute", "text", "the attribute on which sources differ"),
            option("value", "text", "the value that holds: JSON, or a text"),
            option("statement", "text", "the statement that holds, as contradictions and history number them"),
            _REASON,
        ),
        "It names the statements that it overrules, and reopens when a source says something new. Who may is whoever "
        "decides on the thing; everybody else is refused and told who.",
        writes=True, who="whoever may settle it",
    ),
    Command(
        ("undo",), "Change", "take back what an entry said, by a new entry", "Undone",
        (Example("counterpoint undo 12 --reason 'wrong file'", "what was said before it counts again"),),
        (argument("entry", "number", "the entry's number, as entries lists them"), _REASON),
        writes=True, who="anyone, by name",
    ),
    Command(
        ("alias",), "Change", "say that two names are one and the same", "Joined",
        (Example("counterpoint alias person:ana@tracker person:ana", "joins them; undoing the entry parts them"),),
        (
            argument("name", "reference", "the other name"),
            argument("of", "reference", "what it is a name of"),
            _REASON,
        ),
        writes=True, who="anyone, by name",
    ),
    Command(
        ("erase",), "Change", "erase what names a person, or single values; the chain stays valid", "Erased",
        (
            Example("counterpoint erase person:ana --word 'Ana Quist'", "every name, handle and address"),
            Example("counterpoint erase --statement 12.3", "one value"),
        ),
        (
            argument("person", "reference", "the person", required=False),
            option("statement", "text", "a value to erase; may be given again", many=True, metavar="N.M"),
            option("word", "text", "another name to look for; may be given again", many=True),
            _REASON,
        ),
        "Nothing brings it back, and undo does not. An entry is left that says who asked and why. Backups and exports "
        "made before still hold it.",
        writes=True, who="anyone, by name",
    ),
)  # fmt: skip
