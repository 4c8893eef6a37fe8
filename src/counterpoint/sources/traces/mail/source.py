"""Mail as activity: a row for every message, and whom it answers or is addressed to. See docs/mail.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.model.activity import Position, Progress, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.gathering import Gathering, attributes_of, key_of
from counterpoint.sources.traces.mail.archives import Archive, Head, archives, digest_of, recognises
from counterpoint.sources.traces.mail.headers import Unusable, letter
from counterpoint.sources.traces.mail.threads import Placed, Threads

MOST_TOLD = 1000
"""How many messages of one archive are reported one by one; of the others, how many there are."""
OPTIONS: Mapping[str, str] = {
    "name": "what the mail is called; else what its file or folder is called",
    "list": "the list of messages that name none (archives of the web often leave it out), like dev.lists.acme.example",
    "forgets": "yes: messages are deleted there, so keep what was read of it before",
}


class MailSource:
    """An mbox file, a Maildir, or a folder of them. Where it changed, what was read of it before is replaced."""

    format = "mail"

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        """Check the options.

        Raises:
            UsageError: one of them cannot be meant.
        """
        title = options.get("name", "").strip() or path.resolve().name.removesuffix(".gz").removesuffix(".mbox")
        self.name = f"mail:{title}"
        self.path = path
        self.options = dict(options)
        self.list = options.get("list", "").strip().lower()
        if any(one.isspace() for one in self.list):
            raise UsageError(f"list: {self.list!r} is no name of a list", hint="like dev.lists.acme.example")
        if options.get("forgets", "no") not in ("yes", "no"):
            raise UsageError("forgets is neither yes nor no", hint="leave it out, or say yes")

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        """See :class:`counterpoint.model.activity.TraceSource`."""
        found = list(archives(self.path))
        if not found:
            raise InvalidInput(
                f"{self.path} has no mail in it", hint="give an mbox file, a Maildir, or a folder of them"
            )
        here: dict[str, Json] = {
            "digest": digest_of(found),
            "options": cast("Json", dict(sorted(self.options.items()))),
        }
        files = len(found)
        if cursor == here:
            yield Position(here, files=files)
            return
        if isinstance(cursor, dict) and (self.options.get("forgets") != "yes" or cursor["options"] != here["options"]):
            yield Position(here, replaces=True, files=files)
            return
        with closing(Threads()) as threads:
            yield from self._gather(found, threads, progress)
            yield from self._rows(threads, progress)
        yield Position(here, files=files)

    def _gather(self, found: list[Archive], threads: Threads, progress: Progress) -> Iterator[Quarantined]:
        total = sum(one.path.stat().st_size for one in found)
        done = 0
        for one in found:
            told = 0
            for head in one.heads(lambda size, done=done: progress("reading mail", done + size, total)):  # type: ignore[misc]
                problem = self._take(head, threads)
                if problem is not None:
                    told += 1
                    if told <= MOST_TOLD:
                        yield problem
            if told > MOST_TOLD:
                message = f"{told - MOST_TOLD} more messages cannot be read"
                yield Quarantined("file", message, "correct those that are reported first", one.shown)
            done += one.path.stat().st_size

    def _take(self, head: Head | Quarantined, threads: Threads) -> Quarantined | None:
        if isinstance(head, Quarantined):
            return head
        try:
            threads.add(letter(head.content, list_name=self.list))
        except Unusable as problem:
            return Quarantined("record", problem.message, problem.hint, head.file, head.line)
        return None

    def _rows(self, threads: Threads, progress: Progress) -> Iterator[Traces]:
        gathering = Gathering()
        for done, one in enumerate(threads.placed()):
            for row in _rows_of(one):
                row["actor"] = gathering.meet(threads.person(row["actor"]))
                if row["target"] is not None:
                    row["target"] = gathering.meet(threads.person(row["target"]))
                gathering.add(row)
            if gathering.full:
                progress("putting discussions together", done, threads.count)
                yield gathering.taken()
        if gathering.count:
            yield gathering.taken()


def _rows_of(one: Placed) -> Iterator[dict[str, Any]]:
    """A row for whom a message answers; else one for each that it is addressed to; else one for nobody."""
    said = one.row
    if one.parent is not None:
        targets: list[str | None] = [one.parent if one.parent != one.author else None]
    else:
        targets = [who for who in said["addressed"] if who != one.author] or [None]
    attributes = {
        "list": said["list"] or None,
        "answers": one.answers,
        "automatic": said["automatic"] or None,
        "dated": said["dated"] or None,
    }
    for target in targets:
        yield {
            "key": key_of(one.name, target or ""),
            "moment": datetime.fromisoformat(said["moment"]),
            "landed": None if said["landed"] is None else datetime.fromisoformat(said["landed"]),
            "ahead": said["ahead"],
            "actor": one.author,
            "verb": "post",
            "object": f"mail:{one.name}",
            "target": target,
            "zone": said["list"] or None,
            "thread": f"mail:{one.thread}",
            "agent": "account" if said["tool"] else None,
            "confidence": 0.95 if said["tool"] else None,
            "attributes": attributes_of(attributes),
        }


FORMAT = Format(
    "mail",
    "mail: an mbox file (gzipped too), a Maildir, .eml files, or a folder of them; who wrote when, and to whom",
    recognises,
    MailSource,
    OPTIONS,
)
