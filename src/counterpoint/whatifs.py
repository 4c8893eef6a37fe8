"""Beside :mod:`counterpoint.wiring`: an organisation, its model and the cores of this machine, for what-ifs.

Apart because the engine's compiler takes longer to import than most commands take.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from counterpoint.errors import InvalidInput, NotFound, UsageError
from counterpoint.lakeside import open_measuring
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.questions.whatif.asking import WhatIf
from counterpoint.questions.whatif.grounding import grounded
from counterpoint.simulation.comparing import EFFORTS
from counterpoint.simulation.scenario import variants_of
from counterpoint.simulation.variant import Variant

__all__ = ["WhatIf", "open_whatif", "read_variants"]


@contextmanager
def open_whatif(
    ledger: Ledger, organisation: str, *, effort: str = "usual", seed: int = 1, progress: Progress = nobody_watching
) -> Iterator[WhatIf]:
    """What-ifs on an organisation as it is now, with replications on all cores.

    Raises:
        UsageError: there is no such effort.
        InvalidInput: there is nothing in the organisation to simulate.
    """
    if effort not in EFFORTS:
        raise UsageError(f"there is no effort {effort!r}", hint=", ".join(EFFORTS))
    progress("reading the organisation", 0, 0)
    ground = grounded(open_measuring(ledger, organisation), seed, progress)
    progress("preparing the engine (the first time takes a while)", 0, 0)
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="whatif") as pool:
        yield WhatIf(ground, pool.map, progress, EFFORTS[effort], seed)


def read_variants(file: Path) -> tuple[str, list[Variant]]:
    """The title and the variants of a file.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is no TOML, or something in it is no field, or not what a field takes.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file}: {error}", hint="the file is to be TOML, in UTF-8") from error
    except RecursionError as error:
        raise InvalidInput(f"{file}: nested too deeply", hint="the file is to be TOML, in UTF-8") from error
    return variants_of(table, file.name)
