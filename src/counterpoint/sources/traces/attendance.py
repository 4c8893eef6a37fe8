"""Who was asked to a meeting, and what they answered: the people of an event, and of one of its occurrences.

An answer is what somebody meant to do, and no proof that they came; see docs/calendar.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from counterpoint.sources.calendar_events import Event

ANSWERS: Mapping[str, str] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "NEEDS-ACTION": "needs-action",
    "DELEGATED": "declined",
}
"""What PARTSTAT says (RFC 5545, 3.2.12). Who sent somebody else in their place does not come themselves."""
SILENT = "needs-action"
CALLED = "organizer"
"""The answer of who called a meeting and stands on no list of those asked."""
_THINGS = frozenset({"ROOM", "RESOURCE", "GROUP"})
_CALENDARS = ("calendar.google.com",)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked to a meeting: by address, with the name that the file gives, and the answer."""

    address: str
    name: str
    answer: str
    called: bool = False
    optional: bool = False


def people_of(event: Event) -> dict[str, Asked]:
    """Everybody who was asked, by address, and who called the meeting.

    Rooms, resources and groups are left out, as is who is only told of it (``ROLE=NON-PARTICIPANT``).
    """
    found: dict[str, Asked] = {}
    caller = next((address for _, address in _addresses(event, "ORGANIZER")), "")
    for one, address in _addresses(event, "ATTENDEE"):
        params = _params(one)
        role = params.get("ROLE", "").upper()
        if params.get("CUTYPE", "").upper() in _THINGS or role == "NON-PARTICIPANT":
            continue
        answer = ANSWERS.get(params.get("PARTSTAT", "").upper(), SILENT)
        asked = Asked(address, _name(params), answer, address == caller, role == "OPT-PARTICIPANT")
        if address not in found or found[address].answer == SILENT:
            found[address] = asked
    for one, address in _addresses(event, "ORGANIZER"):
        found.setdefault(address, Asked(address, _name(_params(one)), CALLED, True))
    return found


def _addresses(event: Event, name: str) -> Iterable[tuple[Any, str]]:
    found: Any = event.component.get(name, [])
    for one in found if isinstance(found, list) else [found]:
        address = _address(str(one)) or _address(_params(one).get("EMAIL", ""))
        if address and not address.endswith(_CALENDARS):
            yield one, address


def _address(text: str) -> str:
    bare = text.strip().casefold().removeprefix("mailto:").strip()
    fits = bare.count("@") == 1 and not bare.startswith("@") and not bare.endswith("@")
    return bare if fits and not any(one.isspace() or not one.isprintable() or one in "/<>" for one in bare) else ""


def _params(one: Any) -> dict[str, str]:
    return {str(name).upper(): str(value) for name, value in getattr(one, "params", {}).items()}


def _name(params: Mapping[str, str]) -> str:
    name = params.get("CN", "").strip()
    return "" if "@" in name else name
