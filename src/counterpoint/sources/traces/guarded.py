"""XML as a stream of elements, from files that may be compressed and may be hostile.

Expat reads it, and everything through which XML reaches beyond itself is refused: a document type (and with it every
entity), nesting that never ends, texts without bounds. So there is nothing to expand and nowhere to go.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

DEEPEST = 200
LONGEST_TEXT = 1 << 20
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"


class NotXml(Exception):
    """Where reading ended, and why; inside this room only."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def stream_of(path: Path) -> BinaryIO:
    """The bytes of a file, decompressed where it is compressed by gzip.

    Raises:
        OSError: it cannot be opened.
    """
    with path.open("rb") as stream:
        compressed = stream.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path, "rb")) if compressed else path.open("rb")


def head_of(path: Path, size: int = 4096) -> str:
    """How a file begins, decompressed; empty where it cannot be read."""
    try:
        with stream_of(path) as stream:
            return stream.read(size).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error):
        return ""


class Elements:
    """Calls ``start`` and ``end`` for every element, without the prefix of its namespace; ``text`` between them."""

    def __init__(
        self,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str, str], None],
    ) -> None:
        """``end`` is given the text of the element as well."""
        self._start, self._end = start, end
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._depth = 0
        self._text: list[str] = []
        self._length = 0

    @property
    def line(self) -> int:
        """The line at which the reading stands."""
        return self._parser.CurrentLineNumber

    def read(self, path: Path) -> Iterator[int]:
        """Read a file; between two portions, how many bytes of it were taken (of the file as it lies there).

        Raises:
            NotXml: it ends here, or is none from here on.
        """
        try:
            with stream_of(path) as stream:
                below = getattr(stream, "fileobj", None) or stream
                while chunk := stream.read(_CHUNK):
                    self._parser.Parse(chunk, False)
                    yield below.tell()
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise NotXml(f"this is not XML: {expat.ErrorString(error.code)}", error.lineno) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise NotXml(f"the compressed file is damaged: {error}", self.line) from error
        except OSError as error:
            raise NotXml(f"cannot be read: {error.strerror or error}") from error
        except (ValueError, LookupError) as error:  # an encoding that there is not, a number that is none
            raise NotXml(f"this is not XML: {error}", self.line) from error

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotXml(f"elements within elements, more than {DEEPEST} deep", self.line)
        self._text, self._length = [], 0
        self._start(tag.rpartition(":")[2], attributes)

    def _finish(self, tag: str) -> None:
        self._depth -= 1
        self._end(tag.rpartition(":")[2], "".join(self._text))
        self._text, self._length = [], 0

    def _data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise NotXml(f"a text of more than {LONGEST_TEXT} characters", self.line)
        self._text.append(text)

    def _refuse(self, *_: object) -> None:
        raise NotXml("a document type or an entity is declared: logs have none, and they are not followed", self.line)
