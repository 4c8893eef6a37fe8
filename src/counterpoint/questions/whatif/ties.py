"""What the items of one area have to do with other areas: what they ask of them, and which of them touch any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from counterpoint.model.identifiers import kind_of
from counterpoint.questions.whatif.areas import Areas
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Notes
from counterpoint.state.links import Link
from counterpoint.state.who import who_each


@dataclass(frozen=True, slots=True)
class Tie:
    """That an item of one area needs something of another; ``size`` is how much, where that is said."""

    item: str | None
    """None: a team asks, for no item in particular."""
    asks: str
    asked: str
    size: str | None


class Ties:
    """Every tie between areas, found once."""

    def __init__(self, items: Items, areas: Areas, notes: Notes) -> None:
        self._items, self._areas, self._notes = items, areas, notes

    @cached_property
    def every(self) -> tuple[Tie, ...]:
        """What is asked: dependencies first, then parts that are at home elsewhere, then those who help and whom no
        dependency of the same item asks."""
        found = [tie for link in self._items.links if (tie := self._of_link(link)) is not None]
        known = {(one.item, one.asked) for one in found}
        for tie in (*self._of_parts(), *self._of_helpers()):
            if (tie.item, tie.asked) not in known:
                known.add((tie.item, tie.asked))
                found.append(tie)
        return tuple(one for one in found if one.asks != one.asked)

    def _of_link(self, link: Link) -> Tie | None:
        known = self._items.roots
        if kind_of(link.consumer) == "work":
            if link.consumer not in known:
                self._note([link.id], "needed by what is done, dropped, left out, or not known")
                return None
            item, asks = known[link.consumer], self._areas.of_work(link.consumer)
        elif kind_of(link.consumer) == "team":
            item, asks = None, self._areas.of_party(link.consumer, link.consumer, None)
        else:
            self._note([link.id], "needed by neither work nor a team")
            return None
        asked = self._asked(link, asks)
        if asks is None or asked is None:
            self._note([link.id], "with an end in no area")
            return None
        size = self._items.state.text(link.id, "size")
        return Tie(item, asks, asked, size)

    def _asked(self, link: Link, asks: str | None) -> str | None:
        if kind_of(link.provider) == "work":
            return self._areas.of_work(link.provider)
        return self._areas.of_party(link.provider, link.consumer, asks)

    def _note(self, links: list[str], why: str) -> None:
        self._notes.add("dependency", why, links)

    def _of_parts(self) -> Iterator[Tie]:
        for item, parts in self._items.parts.items():
            home = self._areas.of_item.get(item)
            for part in parts:
                asked = self._areas.of_work(part)
                if home is not None and asked is not None:
                    yield Tie(item, home, asked, None)

    def _of_helpers(self) -> Iterator[Tie]:
        for item, parts in self._items.parts.items():
            home = self._areas.of_item.get(item)
            if home is None:
                continue
            for work in (item, *parts):
                for party, team in self._items.helpers(work):
                    asked = self._areas.of_party(team or party, item, home)
                    if asked is not None:
                        yield Tie(item, home, asked, None)
                    else:
                        self._notes.add("item of work", "in no one team", [item], "some who contribute to")

    @cached_property
    def touching(self) -> frozenset[str]:
        """The items that touch other areas: that need something of them, on which something of theirs depends, or on
        which nobody of their own area decides."""
        found = {one.item for one in self.every if one.item is not None}
        found |= {root for link in self._items.links if (root := self._needed_elsewhere(link)) is not None}
        for item, who in who_each(self._items.state, self._areas.of_item).items():
            home = self._areas.of_item[item]
            if who.answer in ("one", "shared"):
                people = self._areas.people_in(home)
                if not any(one in people or self._areas.of_party(one, item, home) == home for one in who.deciders):
                    found.add(item)
        return frozenset(found)

    def _needed_elsewhere(self, link: Link) -> str | None:
        root = self._items.roots.get(link.provider)
        if root is None or kind_of(link.consumer) not in ("work", "team"):
            return None
        mine = self._areas.of_work(link.provider)
        if kind_of(link.consumer) == "work":
            other = self._areas.of_work(link.consumer) if link.consumer in self._items.roots else None
        else:
            other = self._areas.of_party(link.consumer, link.consumer, None)
        return root if None not in (mine, other) and mine != other else None
