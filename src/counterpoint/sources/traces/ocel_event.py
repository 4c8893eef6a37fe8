"""An event of an object-centric log, as all three formats yield it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its identifier, type, time as it is written, attributes as text, and its objects with how they are
    related. ``place`` is its number in the log, where events are not yielded in the order of the log.
    """

    id: str
    type: str
    time: str
    attributes: Mapping[str, str]
    objects: Sequence[tuple[str, str]]
    line: int | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """What cannot be used: an event, or (``whole``) all of the log from here on."""

    message: str
    hint: str = "correct the log"
    event: str | None = None
    line: int | None = None
    whole: bool = False
