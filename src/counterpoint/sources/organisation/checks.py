"""Every check on an organisation's files, in one table. All run; each can be left out by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from counterpoint.errors import Problem
from counterpoint.sources.organisation import check_identity, check_protocols, check_ways, check_work
from counterpoint.sources.organisation.whole import Whole


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold of the files taken together; ``run`` yields what is wrong with it."""

    name: str
    run: Callable[[Whole], Iterable[Problem]]


CHECKS = (
    Check("duplicates", check_identity.duplicates),
    Check("references", check_identity.references_to_nothing),
    Check("loops", check_identity.loops_of_parents),
    Check("aliases", check_identity.aliases),
    Check("handles", check_identity.handles),
    Check("sponsors", check_protocols.sponsors),
    Check("quorums", check_protocols.quorums),
    Check("rules", check_protocols.rules),
    Check("approvers", check_protocols.approvers),
    Check("ladders", check_protocols.ladders),
    Check("authorities", check_protocols.authorities),
    Check("dependencies", check_work.dependencies),
    Check("cycles", check_work.cycles),
    Check("days", check_work.days),
    Check("finished", check_work.finished),
    Check("decisions", check_work.decisions),
    Check("memberships", check_work.memberships),
    Check("deadlines", check_work.deadlines),
    Check("terms", check_ways.terms),
    Check("lease-times", check_ways.lease_times),
    Check("needs", check_ways.needs),
    Check("stages", check_ways.stages),
    Check("key-results", check_ways.key_results),
)


def check_all(all_of_it: Whole, skip: Collection[str] = ()) -> list[Problem]:
    """The problems that every check finds, save those left out by name.

    Raises:
        ValueError: a name in ``skip`` is the name of no check.
    """
    unknown = set(skip) - {check.name for check in CHECKS}
    if unknown:
        raise ValueError(f"there is no check {sorted(unknown)[0]!r}")
    return [found for check in CHECKS if check.name not in skip for found in check.run(all_of_it)]
