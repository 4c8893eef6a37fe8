"""The command table, part five: activity, and the measures that are made of it."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

GRAINS = ("organisation", "team", "zone", "person", "source", "work")
WINDOWS = ("all", "day", "week", "month", "quarter", "year")
_ENGINE = option("engine", "text", "what to run on: duckdb, or spark://HOST:PORT", otherwise="COUNTERPOINT_ENGINE")

TRACING: tuple[Command, ...] = (
    Command(
        ("trace",), "Bring in", "bring in the activity of a repository, a process log, a calendar or mail", "Traced",
        (
            Example("counterpoint trace ~/src/app", "the history of a git repository, from where it was read last"),
            Example("counterpoint trace receipts.xes.gz", "a process log"),
            Example("counterpoint trace log.csv --with csv --set case=order", "a table, saying which column is what"),
        ),
        (
            argument("path", "place", "what to read"),
            option(
                "format", "text", "the format, where it is not found out", flag="--with", metavar="FORMAT",
            ),
            option("set", "pair", "an option of the format, like ref=main; may be given again", many=True),
        ),
        "Only what is new is read, or kept: twice is once. Activity is kept beside the ledger, as Parquet, under "
        "identifiers that name nobody; who is meant stands in the ledger, and can be erased there.",
        needs="any place", writes=True, long=True, who="anyone, by name",
    ),
    Command(
        ("traces",), "Ask", "which activity there is: of what sources, how much, from when to when", "TraceList",
        (Example("counterpoint traces", "each source on a line"),),
    ),
    Command(
        ("traces", "forget"), "Change", "let the activity of a source count no more", "Forgotten",
        (Example("counterpoint traces forget git:app", "as counterpoint traces names it"),),
        (argument("source", "text", "the source"),),
        writes=True, who="anyone, by name",
    ),
    Command(
        ("traces", "export"), "Look after", "write activity as a log in OCEL 2.0, for tools of process mining",
        "ActivityExported",
        (
            Example("counterpoint traces export acme.json", "all of it, as JSON"),
            Example("counterpoint traces export desk.sqlite --source xes:desk", "of one source, as SQLite"),
        ),
        (
            argument("file", "file", "the file to write; it must not be there"),
            option("form", "choice", "the form", choices=("json", "xml", "sqlite"), otherwise="as the file is called"),
            option("source", "text", "of this source alone"),
            option("since", "day", "the first day"),
            option("until", "day", "the day after the last"),
            option("named", "flag", "with parties by name, not by an identifier that says nothing"),
        ),
        "Steps are events of their own names, other rows of their verbs; objects are work and cases, threads, files, "
        "areas and parties. Who holds a log with names can see what each person did and when: give it on with care.",
        long=True,
    ),
    Command(
        ("measure",), "Ask", "run a measure, or list them", "Measured",
        (
            Example("counterpoint measure", "which there are, and what each answers"),
            Example("counterpoint measure volume --by team --window month", "one, by team and month"),
            Example("counterpoint measure volume --since 2026-01-01 --csv volume.csv", "of this year, into a file"),
        ),
        (
            argument("name", "text", "the measure", required=False),
            option("by", "choice", "what it is told apart by", choices=GRAINS, default="organisation"),
            option("window", "choice", "the periods", choices=WINDOWS, default="all"),
            option("since", "day", "the first day"),
            option("until", "day", "the day after the last"),
            option("set", "pair", "a setting of the measure; may be given again", many=True),
            _ENGINE,
            option(
                "measures", "folder", "the folder of the organisation's own measures", otherwise="COUNTERPOINT_MEASURES"
            ),
            option("csv", "file", "write the rows there as CSV"),
            option("parquet", "file", "write the rows there as Parquet"),
        ),
        "Where there is not enough data it says what is missing, and no figure. Figures about people are of one's own, "
        "or of five people at least.",
        needs="perhaps", long=True, personal=True,
    ),
)  # fmt: skip
