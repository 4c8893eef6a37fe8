"""Rows gathered into Arrow's columns without touching a row twice.

What all files of a commit share is kept once, as a *run*, and repeated by numpy; of each row there is only its object,
its size and its attributes. Text becomes numbers into a dictionary of the batch, so a batch costs what is in it,
however long the history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from counterpoint.model.activity import RAW

ROWS_AT_ONCE = 1 << 12
"""Few enough that files are written while git still reads, also of a short history."""
NAN = float("nan")
_NO_TIME = np.iinfo(np.int64).min
_NO_ZONE = np.iinfo(np.int16).min


class Run(NamedTuple):
    """What some rows have in common. Times are seconds since 1970; None, and '' for text, is nothing."""

    verb: str
    actor: str
    moment: int
    thread: bytes
    landed: int | None = None
    ahead: int | None = None
    target: str = ""
    work: str = ""
    agent: str = ""
    confidence: float | None = None


class _Words:
    """A dictionary of a batch: each text once, in the order in which it came."""

    def __init__(self) -> None:
        self.codes: dict[Any, int] = {}

    def code(self, word: Any) -> int:
        return self.codes.setdefault(word, len(self.codes))

    def optional(self, word: str) -> int:
        return self.codes.setdefault(word, len(self.codes)) if word else -1

    def values(self) -> pa.Array:
        return pa.array([_text(word) for word in self.codes], pa.string())


class Batch:
    """Takes runs of rows; :meth:`taken` is a record batch of schema :data:`~counterpoint.model.activity.RAW`."""

    def __init__(self) -> None:
        self.rows = 0
        self._words = {name: _Words() for name in ("actor", "verb", "target", "work", "thread", "agent")}
        self._objects = _Words()
        self._attributes = _Words()
        self._runs: list[tuple[Any, ...]] = []
        self._bases: list[bytes] = []
        self._object: list[int] = []
        self._size: list[float] = []
        self._attribute: list[int] = []

    def add(self, run: Run, objects: Sequence[bytes], sizes: Sequence[float], attributes: Sequence[str]) -> None:
        """Take the rows of a run: for each its object, its size (NaN: not known) and its attributes ('': none)."""
        if not objects:
            return
        words = self._words
        self._runs.append(
            (
                len(objects),
                run.moment,
                _NO_TIME if run.landed is None else run.landed,
                _NO_ZONE if run.ahead is None else run.ahead,
                words["actor"].code(run.actor),
                words["verb"].code(run.verb),
                words["target"].optional(run.target),
                words["work"].optional(run.work),
                words["thread"].code(run.thread),
                words["agent"].optional(run.agent),
                NAN if run.confidence is None else run.confidence,
            )
        )
        self._bases.append(blake2b(_SEPARATOR.join(_what_it_is(run)), digest_size=16).digest())
        known = self._objects.codes
        self._object += [known.setdefault(one, len(known)) for one in objects]
        self._size += sizes
        told = self._attributes.codes
        self._attribute += [told.setdefault(one, len(told)) if one else -1 for one in attributes]
        self.rows += len(objects)

    def taken(self) -> pa.RecordBatch:
        """Every row that was taken."""
        columns = [np.array(column) for column in zip(*self._runs, strict=True)] if self._runs else [np.array([])] * 11
        counts = columns[0].astype(np.int64)
        spread = dict(zip(_SPREAD, (np.repeat(column, counts) for column in columns[1:]), strict=True))
        made = {
            "key": self._keys(counts),
            "moment": _times(spread["moment"]),
            "landed": _times(spread["landed"]),
            "ahead": pa.array(spread["ahead"].astype(np.int16), mask=spread["ahead"] == _NO_ZONE),
            "object": _coded(np.array(self._object, np.int32), self._objects),
            "zone": pa.nulls(self.rows, RAW.field("zone").type),
            "size": _numbers(np.array(self._size, np.float64)),
            "confidence": _numbers(spread["confidence"].astype(np.float32)),
            "attributes": _coded(np.array(self._attribute, np.int32), self._attributes).dictionary_decode(),
        }
        made |= {name: _coded(spread[name].astype(np.int32), words) for name, words in self._words.items()}
        return pa.RecordBatch.from_arrays([made[name] for name in RAW.names], schema=RAW)

    def _keys(self, counts: np.ndarray) -> pa.Array:
        """For each row what its run is and what its object is, each hashed once, and then both together."""
        runs = np.frombuffer(b"".join(self._bases), np.uint64).reshape(-1, 2)
        hashes = [blake2b(one, digest_size=16).digest() for one in self._objects.codes]
        objects = np.frombuffer(b"".join(hashes), np.uint64).reshape(-1, 2)
        keys = np.repeat(runs, counts, axis=0) ^ objects[np.array(self._object, np.int64)]
        return pa.Array.from_buffers(pa.binary(16), self.rows, [None, pa.py_buffer(np.ascontiguousarray(keys))])


_SEPARATOR = b"\x1f"
_SPREAD = ("moment", "landed", "ahead", "actor", "verb", "target", "work", "thread", "agent", "confidence")


def _what_it_is(run: Run) -> tuple[bytes, ...]:
    return run.thread, run.verb.encode(), run.actor.encode("utf-8", "surrogatepass")


def _text(word: str | bytes) -> str:
    """Bytes as UTF-8; a byte that is not is written as ``\\xe9``, so that different paths stay different."""
    return word.decode("utf-8", "backslashreplace") if isinstance(word, bytes) else word


def _coded(codes: np.ndarray, words: _Words) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words.values())


def _times(seconds: np.ndarray) -> pa.Array:
    seconds = seconds.astype(np.int64)
    missing = seconds == _NO_TIME
    micros = np.where(missing, 0, seconds) * 1_000_000
    return pa.array(micros, pa.int64(), mask=missing).cast(pa.timestamp("us"))


def _numbers(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
