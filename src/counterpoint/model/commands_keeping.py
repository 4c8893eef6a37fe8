"""The command table, part four: to look after an organisation, and to serve it."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, argument, option

KEEPING: tuple[Command, ...] = (
    Command(
        ("serve",), "Look after", "serve the page of the organisation on this machine", "Served",
        (Example("counterpoint serve --port 9000", "at http://127.0.0.1:9000; Ctrl-C ends it"),),
        (option("port", "number", "the port to listen on; 0 takes one that is free", default=8765),),
        "Listens on 127.0.0.1 only.",
    ),
    Command(
        ("tick",), "Look after", "carry out everything that is due, and say what comes next", "Rung",
        (
            Example("counterpoint tick", "leases that ran out, defaults of decisions, escalations that climb …"),
            Example("counterpoint tick --watch", "stays, and does each when it is due; Ctrl-C ends it"),
        ),
        (option("watch", "flag", "stay, and carry out what comes due"),),
        "Nothing depends on it: whoever gives the next command does what is due first. Any number of them may run.",
        writes=True,
    ),
    Command(
        ("doctor",), "Look after", "is everything in order, and what would make it better", "Health",
        (Example("counterpoint doctor", "exit code 1 where something is broken"),),
        (),
        "Suggests which persons of different sources might be one; joins none of them.",
        needs="perhaps",
    ),
    Command(
        ("verify",), "Look after", "check that the ledger is what was written", "Verification",
        (
            Example("counterpoint verify", "entries by the chain, tables by a rebuild, the file by the store"),
            Example("counterpoint verify --head 5f0c…", "and that an earlier head is still in the chain"),
            Example("counterpoint verify --replay", "and that every act of a protocol comes to what was kept of it"),
        ),
        (
            option("head", "text", "a hash that was printed before: finds a tail that was cut", metavar="HASH"),
            option("replay", "flag", "decide every act of the protocols again, on the state as it stood then"),
        ),
        long=True,
    ),
    Command(
        ("export",), "Look after", "write the whole ledger as JSON Lines", "Copied",
        (
            Example("counterpoint export > acme.jsonl", "every entry on a line of its own"),
            Example("counterpoint export --output acme.jsonl", "into a file"),
        ),
        (option("output", "file", "the file to write; it must not be there"),),
        "Without --output the ledger itself is printed, also with --json. Of activity it says which files count, how "
        "far each source was read and who the actors are; the files are in the lake, and are to be kept beside it.",
        long=True,
    ),
    Command(
        ("backup",), "Look after", "write a compressed copy, and read it back", "Copied",
        (Example("counterpoint backup acme-2026-11-21.gz", "a backup is never overwritten"),),
        (argument("file", "file", "the file to write; it must not be there"),),
        "Of activity it says which files count, how far each source was read and who the actors are; the files are in "
        "the lake, and are to be kept beside it.",
        long=True,
    ),
    Command(
        ("restore",), "Look after", "make an organisation of a backup or an export", "Copied",
        (Example("counterpoint restore acme-2026-11-21.gz --org acme.db", "into a place that is empty"),),
        (argument("file", "file", "the backup or export"),),
        needs="any place", writes=True, long=True,
    ),
    Command(
        ("move",), "Look after", "copy the organisation to another store, hash by hash", "Copied",
        (
            Example("counterpoint move postgresql://acme@db.example.org/acme", "from the file to PostgreSQL"),
            Example("counterpoint move acme.db --org postgresql://acme@db.example.org/acme", "and back"),
        ),
        (argument("to", "text", "postgresql://…, or a file; it must be empty", metavar="PLACE"),),
        "The old place stays as it is; from then on give the new one with --org or COUNTERPOINT_ORG. Files of activity "
        "go into the new place's lake, where it has one of its own; one that COUNTERPOINT_LAKE names is that of both.",
        writes=True, long=True,
    ),
)  # fmt: skip
