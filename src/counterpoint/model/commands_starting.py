"""The command table, part one: to start, and to bring in what sources say."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

_FOLDER = argument("folder", "folder", "the folder of the organisation's files", required=False, default="organisation")
_REASON = option("reason", "text", "why, in a few words; kept with the entry")
_DRY_RUN = option("dry_run", "flag", "say what would change, and write nothing")
_PARTIAL = option("partial", "flag", "what is read is not everything: what the source no longer says is not taken back")
_NAMESPACE = option(
    "namespace", "text", "put every reference into this namespace, so that team:android becomes team:android@NAMESPACE"
)
_PORT = option("port", "number", "the port to listen on; 0 takes one that is free", default=8765)
_MAPPING = argument("mapping", "place", "the mapping file; or, with --with, what to read")
_READ = argument("path", "place", "the folder or file to read", required=False, default=".")
_WITH = option("using", "file", "the mapping file, as import takes it", flag="--with", metavar="MAPPING")

STARTING: tuple[Command, ...] = (
    Command(
        ("map",), "Start", "show what coordination the work in repositories needs, what there is, and who carries it",
        "Map",
        (
            Example("counterpoint map .", "of the repository in this folder; writes a page and opens it"),
            Example("counterpoint map ~/src/app ~/src/lib --since 2024-01-01", "of two of them, since a day"),
            Example("counterpoint map . --json > map.json", "the same figures, and no page"),
        ),
        (
            argument(
                "repository", "place", "a git repository: a work tree or a bare one", required=False, many=True,
                metavar="REPO",
            ),
            option("output", "file", "the page to write", default="counterpoint-map.html"),
            option("no_open", "flag", "do not open the page"),
            option("since", "day", "leave out what happened before this day"),
            option(
                "by", "choice", "the pictures of coordination by areas or by teams", choices=("area", "team"),
                otherwise="teams where the organisation has some, else areas",
            ),
            option("no_join_names", "flag", "do not take those who bear the same full name for one person"),
            option("names", "flag", "name people where the report else counts them: for those accountable"),
        ),
        "Reads the history of each repository and its ownership files (CODEOWNERS, OWNERS) as they were committed, and "
        "writes one HTML page that loads nothing from anywhere. Nothing else is kept. Where nobody declared areas and "
        "teams it finds areas in the paths and groups of people, and says so. With --org (or COUNTERPOINT_ORG) the "
        "map is "
        "of that organisation, with its teams, zones and deciders; what is new in the repositories is brought into it.",
        needs="perhaps", writes=True, long=True,
    ),
    Command(
        ("demo",), "Start", "make a small organisation to look at, and serve its page", "Demonstration",
        (
            Example("counterpoint demo", "makes it in this folder, says what to try, and serves the page"),
            Example("counterpoint demo --no-serve --into /tmp/demo", "makes it there, and serves nothing"),
        ),
        (
            option("no_serve", "flag", "do not serve the page"),
            option("into", "folder", "the folder to make it in", default="."),
            _PORT,
        ),
        "Writes counterpoint-demo.db and the folder counterpoint-demo. Nothing is overwritten: a demonstration that is "
        "there is taken as it is.",
        needs="nothing", writes=True, long=True,
    ),
    Command(
        ("init",), "Start", "write the files of a new organisation, to be filled in", "Written",
        (
            Example("counterpoint init", "writes the folder organisation"),
            Example("counterpoint init acme", "writes the folder acme"),
        ),
        (_FOLDER,),
        "The files are commented TOML, valid as they are, with a JSON Schema beside them for editors. A file that is "
        "there already is never overwritten.",
        needs="nothing",
    ),
    Command(
        ("plan",), "Start", "show what applying the organisation's files would change", "Imported",
        (Example("counterpoint plan", "reads the folder organisation and writes nothing"),),
        (_FOLDER,),
        "Files with problems are refused whole, with every problem at once.",
        needs="any place", long=True,
    ),
    Command(
        ("apply",), "Start", "make the state follow the organisation's files, as one entry", "Imported",
        (
            Example("counterpoint apply", "applies the folder organisation"),
            Example("counterpoint apply acme --as person:ana --reason 'new teams'", "says who did it, and why"),
        ),
        (_FOLDER, _REASON),
        "What the files no longer say is taken back in the same entry. Nothing to change, no entry.",
        needs="any place", writes=True, long=True, who="anyone, by name",
    ),
    Command(
        ("schema",), "Start", "print the JSON Schema of the organisation's files", "the JSON Schema",
        (Example("counterpoint schema > organisation.schema.json", "for an editor"),),
        needs="nothing",
    ),
    Command(
        ("import",), "Bring in", "bring in what a source says, as one entry", "Imported",
        (
            Example("counterpoint import tracker/ --with tracker.mapping.toml", "records, by a mapping file"),
            Example("counterpoint import team.ics --with icalendar --namespace ops", "a calendar"),
            Example("counterpoint import ~/src/app --with ownership", "the CODEOWNERS or OWNERS files of a checkout"),
        ),
        (
            argument("path", "place", "the folder or file to read"),
            option(
                "mapping", "text", "a mapping file; or icalendar, or ownership, which are built in",
                flag="--with", required=True, metavar="MAPPING",
            ),
            _NAMESPACE,
            _PARTIAL,
            _DRY_RUN,
        ),
        "An import is a snapshot of what the source says now: what it no longer says is taken back in the same entry, "
        "unless it lies in a file, record or field that could not be read. Those go into quarantine.",
        needs="any place", writes=True, long=True, who="anyone, by name",
    ),
    Command(
        ("mapping", "check"), "Bring in", "check a mapping file, and what it matches", "Check",
        (
            Example("counterpoint mapping check tracker.mapping.toml tracker/", "what it matches, and what not"),
            Example("counterpoint mapping check tracker/ --with tracker.mapping.toml", "the same, as import has it"),
        ),
        (_MAPPING, _READ, _WITH, _NAMESPACE),
        needs="nothing", long=True,
    ),
    Command(
        ("mapping", "preview"), "Bring in", "show what a mapping would state, record by record", "Preview",
        (Example("counterpoint mapping preview tracker.mapping.toml tracker/ --limit 3", "the first three records"),),
        (
            _MAPPING,
            _READ,
            _WITH,
            option("limit", "number", "how many records to show; 0 shows all", default=10),
            _NAMESPACE,
        ),
        needs="nothing", long=True,
    ),
    Command(
        ("quarantine",), "Bring in", "list what could not be read, and what to do about it", "Quarantine",
        (
            Example("counterpoint quarantine", "everything, by source and file"),
            Example("counterpoint quarantine --source tracker", "of one source"),
        ),
        (option("source", "text", "only what this source has there"),),
    ),
    Command(
        ("quarantine", "retry"), "Bring in", "read again what could not be read, after a fix", "Retried",
        (Example("counterpoint quarantine retry", "every source that has something there"),),
        (option("source", "text", "only this source"),),
        writes=True, long=True, who="anyone, by name",
    ),
)  # fmt: skip
