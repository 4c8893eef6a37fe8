"""The text that a reader of Markdown sees: markdown-it-py reads the marks, and what they enclose stays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class _EveryLabel(dict[str, dict[str, Any]]):
    """Link definitions as a parser looks them up: a cell is read without its file, so every [label] is a link."""

    def get(self, _label: str, _default: object = None) -> dict[str, Any]:
        return {"href": "", "title": ""}


_EVERY = _EveryLabel()


def without_marks(text: str) -> str:
    """Links, images and ``[labels]`` by their text, code, strong and emphasis without their marks; HTML as it is.

    >>> without_marks("[lang] and `#[code]`, **[Help](https://example.org)**")
    'lang and #[code], Help'
    """
    parts = _parser().parseInline(text, {"references": _EVERY})
    return "".join(_texts(parts)).strip()


def _texts(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.children:
            yield from _texts(token.children)
        else:
            yield "\n" if token.type in ("softbreak", "hardbreak") else token.content


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser
