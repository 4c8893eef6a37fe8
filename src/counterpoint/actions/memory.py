"""What a bulk of work does to Python's memory management."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """Leave out the search for cycles while many objects are made that hold none and are all kept to the end.

    Drafts and statements are such; searching them over and over took a fifth of an import's time. Reference counting
    goes on as ever.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
