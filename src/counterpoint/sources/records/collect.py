"""What a reading has gathered: drafts without doubles, and the first of two values that cannot both hold."""

from __future__ import annotations

from counterpoint.model.kinds import Attribute
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.model.values import item_of

Key = tuple[str, str, str]


class Collector:
    """Keeps the order of the files. One source says one thing once: a second, different value is quarantined."""

    def __init__(self) -> None:
        self.quarantined: list[Quarantined] = []
        self._first: dict[Key, tuple[Json, str | None, int | None]] = {}

    def add(self, draft: Draft, attribute: Attribute) -> Draft | None:
        """The draft, if it says something new; None for a double and for a value that contradicts an earlier one."""
        key = (draft.entity, draft.attribute, item_of(attribute, draft.value) if attribute.many else "")
        known = self._first.get(key)
        if known is None:
            self._first[key] = draft.value, draft.file, draft.line
            return draft
        value, file, line = known
        if value != draft.value:
            self.quarantined.append(
                Quarantined(
                    "field",
                    f"{draft.entity}: {draft.attribute} is {_short(draft.value)} here, and {_short(value)} in "
                    f"{file}:{line}, which came first and was kept",
                    "let one record say it, or map one of them as a source of its own",
                    draft.file,
                    draft.line,
                    draft.record,
                    draft.attribute,
                    _short(draft.value),
                )
            )
        return None

    def trouble(self, problem: Quarantined) -> None:
        """Keep what could not be read."""
        self.quarantined.append(problem)


def _short(value: Json) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
