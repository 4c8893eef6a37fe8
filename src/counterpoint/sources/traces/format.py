"""What a format of activity is, so that the table of them (:mod:`counterpoint.sources.traces.formats`) can name it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from counterpoint.model.activity import TraceSource


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name on the command line, what it is, and how it is opened.

    ``recognises`` tells by a quick look whether a path is of this format; a path that several recognise belongs to the
    first in the table. ``opened`` is given the path and the options of the command line that it takes (``options``,
    each with what it is for), and raises UsageError or InvalidInput where they cannot be meant.
    """

    name: str
    about: str
    recognises: Callable[[Path], bool]
    opened: Callable[[Path, Mapping[str, str]], TraceSource]
    options: Mapping[str, str]
