"""Which groups of people may be shown together, so that nothing can be told about fewer than five.

Groups give away more than each of them says: a team of six and the five of it that are a team of their own give away
the sixth, and so do two months of a quarter that is shown as well. The rule here is the strict one. Call those people
alike whom every shown group holds, or none of them does. **Groups are shown as long as every set of people who are
alike has at least five of them.** Then whatever is put together from shown groups, by taking them together, taking
what they have in common or taking one from the other, is a union of such sets: it is of nobody, or of five or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

LEAST_PEOPLE = 5
"""How many people a figure about people is of, at least."""
People = npt.NDArray[np.int64]


def showable(groups: Mapping[str, People], everybody: People, least: int = LEAST_PEOPLE) -> set[str]:
    """The groups that may be shown, the larger ones first; of equally large ones the first by name.

    ``groups`` are distinct numbers of people, each of them in ``everybody``: the whole may be asked for too, so it
    counts as shown, and what is left of it when all shown groups are taken away is of five or more, or of nobody.
    """
    if len(everybody) < least:
        return set()
    alike = np.zeros(int(everybody.max()) + 1, dtype=np.int64)
    sizes = [len(everybody)]
    shown = set()
    for name in sorted(groups, key=lambda one: (-len(groups[one]), one)):
        people = groups[name]
        if len(people) < least:
            break
        kinds, inside = np.unique(alike[people], return_counts=True)
        rest = np.array([sizes[kind] for kind in kinds]) - inside
        if not bool(np.all((rest == 0) | ((inside >= least) & (rest >= least)))):
            continue
        shown.add(name)
        for kind, count, left in zip(kinds.tolist(), inside.tolist(), rest.tolist(), strict=True):
            if left:
                sizes[kind] = left
                alike[people[alike[people] == kind]] = len(sizes)
                sizes.append(count)
    return shown


def withheld_too(periods: Mapping[object, People], shown: Sequence[object], least: int = LEAST_PEOPLE) -> set[object]:
    """Which of the shown periods of one group are to be withheld with those that are not shown.

    ``periods`` says on whom the group's figure of each period of one year rests. The year may be asked for as a whole:
    less the periods that are shown it gives away those that are not, taken together. So they must be of five people or
    more, or of nobody; until they are, the period of the fewest people is withheld too.
    """
    left = sorted(shown, key=lambda one: (len(periods[one]), str(one)))
    hidden = [people for one, people in periods.items() if one not in set(shown)]
    gone: set[object] = set()
    while left:
        together = np.unique(np.concatenate(hidden)) if hidden else np.array([], dtype=np.int64)
        if not 0 < len(together) < least:
            break
        one = left.pop(0)
        gone.add(one)
        hidden.append(periods[one])
    return gone
