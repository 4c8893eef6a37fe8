"""The formats that activity is read from, in the order in which they are tried on a path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from counterpoint.errors import InvalidInput, NotFound, UsageError
from counterpoint.model.activity import TraceSource
from counterpoint.sources.traces.calendar import FORMAT as CALENDAR
from counterpoint.sources.traces.events import FORMAT as EVENTS
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.git import FORMAT as GIT
from counterpoint.sources.traces.mail.source import FORMAT as MAIL
from counterpoint.sources.traces.mapped import FORMAT as MAPPED
from counterpoint.sources.traces.ocel import FORMAT as OCEL
from counterpoint.sources.traces.xes import FORMAT as XES

_FORMATS: tuple[Format, ...] = (GIT, CALENDAR, MAIL, XES, OCEL, EVENTS, MAPPED)
FORMATS: Mapping[str, Format] = {one.name: one for one in _FORMATS}


def opened(path: Path, name: str | None, options: Mapping[str, str]) -> TraceSource:
    """The source at a path, of a format that is named or recognised.

    Raises:
        NotFound: there is nothing there.
        UsageError: there is no such format, or it has no such option.
        InvalidInput: no format recognises it.
    """
    if not path.exists():
        raise NotFound(f"there is no {path}", hint="give a repository, a log, a calendar, or an archive of mail")
    form = _named(name) if name is not None else _recognised(path)
    unknown = sorted(set(options) - set(form.options))
    if unknown:
        known = ", ".join(form.options) or "none"
        raise UsageError(f"{form.name} has no option {unknown[0]!r}", hint=f"it has: {known}")
    return form.opened(path, options)


def _named(name: str) -> Format:
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}", hint=f"one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def _recognised(path: Path) -> Format:
    for form in FORMATS.values():
        if form.recognises(path):
            return form
    raise InvalidInput(
        f"{path} is of no format that is known", hint=f"say which with --with, one of: {', '.join(FORMATS)}"
    )
