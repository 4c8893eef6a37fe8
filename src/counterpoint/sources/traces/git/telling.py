"""What a commit comes to as activity: its rows, by every rule that docs/git.md states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from counterpoint.model.activity import Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.git.batch import NAN, ROWS_AT_ONCE, Batch, Run
from counterpoint.sources.traces.git.commits import Commit, File
from counterpoint.sources.traces.git.company import Company
from counterpoint.sources.traces.git.people import Somebody
from counterpoint.sources.traces.git.trailers import (
    CO_AUTHOR,
    MOST_TRAILERS,
    PASSED,
    REPORT,
    REVIEW,
    Mark,
    Message,
    read_message,
)
from counterpoint.sources.traces.git.works import reverted, works_of

_LATEST = 253_402_300_799
"""The last second of the year 9999: what comes after is no date that anything else could keep."""
_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)
_AIDER = b" (aider)"
_WEB = ("email/noreply@github.com", "github/web-flow")
"""Who commits what somebody merged on GitHub's pages: nobody in particular."""
_STATUS = {b"A": "added", b"D": "removed", b"R": "renamed", b"T": "retyped"}


class _Times(NamedTuple):
    moment: int
    ahead: int | None
    landed: int | None
    landed_ahead: int | None
    dated: str


class _Parties(NamedTuple):
    """Who had a part in a commit: its author, who wrote it with them (by reference), who committed it (None: nobody
    is named), and whom its trailers name by what they did, each with the trailer."""

    author: Somebody
    others: Mapping[str, Somebody]
    committer: Somebody | None
    named: Mapping[str, Sequence[tuple[Somebody, str]]]


class Telling:
    """Makes rows of commits, one after the other; :meth:`taken` hands on what there is."""

    def __init__(self, company: Company, shallow: frozenset[str]) -> None:
        """``shallow`` are commits whose files are not known."""
        self._company = company
        self._shallow = frozenset(one.encode() for one in shallow)
        self._batch = Batch()
        self._attributes: dict[tuple[bytes, bool, bool, bool], str] = {}
        self._zones: dict[bytes, int | None] = {}
        self._landed = self._latest = 0

    @property
    def rows(self) -> int:
        """How many rows wait to be taken."""
        return self._batch.rows

    def taken(self) -> Traces:
        """The rows since this was last asked, and whoever is new in them.

        Git tells the newest commits first, so what follows landed no later than these did, but for clocks that differ.
        """
        batch, self._batch = self._batch, Batch()
        latest, self._latest = min(self._latest + _DAY, _LATEST), self._landed
        return Traces(batch.taken(), self._company.new(), _EPOCH + timedelta(seconds=latest))

    def add(self, commit: Commit) -> Iterator[Traces | Quarantined]:
        """Take a commit. Rows are yielded when there are enough of them, also in the middle of a large commit; and what
        of it cannot be read, with the commit as its place."""
        times = self._times(commit)
        author = self._company.committing(commit.name, commit.address)
        if times is None or author is None:
            yield _unread(commit, "it has no date" if times is None else "it names no author")
            return
        self._landed = times.moment if times.landed is None else times.landed
        self._latest = max(self._latest, self._landed)
        if times.dated:
            yield _misdated(commit)
        if commit.sha in self._shallow:
            commit = commit._replace(files=[])
            yield _cut_off(commit)
        message = commit.message.decode("utf-8", "backslashreplace")
        said = read_message(message)
        if said.cut:
            yield _talkative(commit)
        yield from self._tell(commit, times, author, message, said)

    def _tell(self, commit: Commit, times: _Times, author: Somebody, text: str, said: Message) -> Iterator[Traces]:
        works = works_of(text, said.trailers)
        parties = self._parties(commit, author, said)
        mark = _mark(commit, parties, said)
        run = Run(
            "", author.reference, times.moment, commit.sha, times.landed, times.ahead, "", works[0] if works else "",
            mark.by, mark.confidence if mark.by else None,
        )  # fmt: skip
        about: dict[str, Json] = {
            "ai": mark.tool or None, "dated": times.dated or None, "reverts": reverted(text), "works": list(works[1:])
        }  # fmt: skip
        if _is_merge(commit):
            about["parents"] = list(commit.parents.decode().split(" "))
            self._batch.add(run._replace(verb="merge"), [commit.sha], [NAN], [_json(about)])
        else:
            self._wrote(run, commit, about)
            for one in parties.others.values():
                yield from self._enough()
                self._wrote(run._replace(actor=one.reference), commit, about | {"as": "co-author"})
        landed = times.moment if times.landed is None else times.landed
        theirs = run._replace(moment=landed, ahead=None, agent="", confidence=None)
        self._brought_in(theirs, commit, times.landed_ahead, parties)
        self._looked(theirs, commit, parties)
        yield from self._enough()

    def _enough(self) -> Iterator[Traces]:
        if self._batch.rows >= ROWS_AT_ONCE:
            yield self.taken()

    def _parties(self, commit: Commit, author: Somebody, said: Message) -> _Parties:
        named: dict[str, list[tuple[Somebody, str]]] = {CO_AUTHOR: [], REVIEW: [], REPORT: [], PASSED: []}
        for one in said.people:
            who = self._company.named(one.name, one.address)
            if who is not None:
                named[one.role].append((who, one.trailer))
        # What was merged has its own authors: who a merge names beside its author wrote nothing in it.
        others = {} if _is_merge(commit) else {one.reference: one for one, _ in named[CO_AUTHOR]}
        others.pop(author.reference, None)
        committer = self._company.committing(commit.committer, commit.committer_address)
        return _Parties(author, others, committer, named)

    def _wrote(self, run: Run, commit: Commit, about: dict[str, Json]) -> None:
        """The rows of somebody who wrote a commit: the commit, what it changed, and what it renamed."""
        files = commit.files
        known = commit.sha not in self._shallow
        helped = "as" in about
        self._batch.add(run._replace(verb="commit"), [commit.sha], [len(files) if known else NAN], [_json(about)])
        if not files:
            return
        self._batch.add(
            run._replace(verb="change"),
            [one.path for one in files],
            [NAN if one.lines is None else one.lines for one in files],
            [self._how(one, helped) for one in files],
        )
        renamed = [one for one in files if one.old]
        if renamed:
            role: dict[str, Json] = {"as": "co-author"} if helped else {}
            froms = [_json({**role, "from": one.old.decode("utf-8", "backslashreplace")}) for one in renamed]
            self._batch.add(run._replace(verb="rename"), [one.path for one in renamed], [NAN] * len(renamed), froms)

    def _brought_in(self, run: Run, commit: Commit, ahead: int | None, parties: _Parties) -> None:
        """Those who brought in what another wrote: who committed it, and who signed it off on its way."""
        bringers: dict[str, dict[str, Json]] = {}
        committer = parties.committer
        if committer is not None and not _is_merge(commit) and committer.reference not in _WEB:
            bringers[committer.reference] = {"as": "committer"}
        for one, trailer in parties.named[PASSED]:
            bringers.setdefault(one.reference, {"trailers": [trailer]})
        author = parties.author.reference
        for reference, about in bringers.items():
            if reference == author or reference in parties.others:
                continue
            row = run._replace(verb="merge", actor=reference, target=author)
            if committer is not None and committer.reference == reference and not _is_merge(commit):
                by = "account" if committer.tool else ""
                row = row._replace(ahead=ahead, agent=by, confidence=committer.identity.confidence if by else None)
            self._batch.add(row, [commit.sha], [NAN], [_json(about)])

    def _looked(self, run: Run, commit: Commit, parties: _Parties) -> None:
        """Those who looked at a commit, and those who reported or asked for what it does."""
        author = parties.author.reference
        for verb, role in (("review", REVIEW), ("report", REPORT)):
            trailers: dict[str, tuple[Somebody, dict[str, None]]] = {}
            for one, trailer in parties.named[role]:
                trailers.setdefault(one.reference, (one, {}))[1][trailer] = None
            for reference, (one, names) in trailers.items():
                if verb == "review" and reference == author:
                    continue
                row = run._replace(
                    verb=verb, actor=reference, target=author if verb == "review" else "",
                    agent="trailer" if one.tool else "", confidence=one.identity.confidence if one.tool else None,
                )  # fmt: skip
                self._batch.add(row, [commit.sha], [NAN], [_json({"trailers": list(names)})])

    def _how(self, file: File, helped: bool) -> str:
        """The attributes of a change: nearly always one of a few."""
        key = (file.status, file.binary, file.submodule, helped)
        if key not in self._attributes:
            self._attributes[key] = _json(
                {
                    "as": "co-author" if helped else None, "binary": file.binary or None,
                    "status": _STATUS.get(file.status), "submodule": file.submodule or None,
                }
            )  # fmt: skip
        return self._attributes[key]

    def _times(self, commit: Commit) -> _Times | None:
        """When a commit was written and when it landed. One of the two may be no date; the other then stands for it."""
        written, ahead = self._time(commit.written)
        landed, landed_ahead = self._time(commit.landed)
        if landed is not None and (written is None or written > landed + _DAY):
            return _Times(landed, landed_ahead, landed, landed_ahead, "landed")
        return None if written is None else _Times(written, ahead, landed, landed_ahead, "")

    def _time(self, raw: bytes) -> tuple[int | None, int | None]:
        seconds, _, zone = raw.partition(b" ")
        if not seconds.isdigit() or not 0 < int(seconds) <= _LATEST:
            return None, None
        if zone not in self._zones:
            self._zones[zone] = _minutes(zone)
        return int(seconds), self._zones[zone]


def _minutes(zone: bytes) -> int | None:
    """``+0130`` is 90. A zone that no clock has ever shown is none."""
    sign, hours, minutes = zone[:1], zone[1:3], zone[3:]
    if len(zone) != 5 or sign not in b"+-" or not zone[1:].isdigit() or int(hours) > 15 or int(minutes) > 59:
        return None
    found = int(hours) * 60 + int(minutes)
    return -found if sign == b"-" else found


def _is_merge(commit: Commit) -> bool:
    return b" " in commit.parents


def _mark(commit: Commit, parties: _Parties, said: Message) -> Mark:
    """The surest mark of an AI on a commit."""
    marks = [said.mark]
    if commit.name.endswith(_AIDER):
        marks.append(Mark("statement", 0.9, "aider"))
    for by, several in (
        ("account", (parties.author, parties.committer)),
        ("trailer", tuple(parties.others.values())),
    ):
        marks += [Mark(by, one.identity.confidence, one.tool) for one in several if one is not None and one.tool]
    return max(marks, key=lambda one: one.confidence)


def _json(found: dict[str, Json]) -> str:
    said = {name: value for name, value in found.items() if value is not None and value != []}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode() if said else ""


def _unread(commit: Commit, why: str) -> Quarantined:
    return Quarantined(
        "record", f"this commit cannot be told: {why}", "nothing of it is counted", file=commit.sha.decode(),
        excerpt=b" ".join((commit.name, commit.address, commit.written)).decode("utf-8", "replace")[:200],
    )  # fmt: skip


def _misdated(commit: Commit) -> Quarantined:
    return Quarantined(
        "field", "its author's date is missing, or a day and more after it was committed",
        "its rows have the time of the commit", file=commit.sha.decode(), field="moment",
        excerpt=commit.written.decode("utf-8", "replace")[:200],
    )  # fmt: skip


def _talkative(commit: Commit) -> Quarantined:
    return Quarantined(
        "field", f"its message has more than {MOST_TRAILERS} trailers", "those after the first are not counted",
        file=commit.sha.decode(), field="trailers",
    )  # fmt: skip


def _cut_off(commit: Commit) -> Quarantined:
    return Quarantined(
        "field", "the clone is shallow and ends here: what this commit changed is not known, nor anything before it",
        "git fetch --unshallow in the clone, then trace it again", file=commit.sha.decode(), field="change",
    )  # fmt: skip
