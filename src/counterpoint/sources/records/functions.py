"""The functions that expressions have beside JMESPath's own. Each takes an empty value calmly and gives none back."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from jmespath import exceptions, functions

from counterpoint.errors import BadValue
from counterpoint.model import identifiers, times
from counterpoint.sources.records.inline import without_marks

_AUTOLINK = re.compile(r"<((?:https?|mailto):[^>\s]+)>")
_HANDLE = re.compile(r"(?<![\w@./-])@([A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)")
_NO_WORD = re.compile(r"[^\w.+]+")
_MARKED = re.compile(r"[\[`*_<\\&]")
_BLANK_LINE = re.compile(r"\n\s*\n")


class FunctionFailed(ValueError):
    """A function was given something that it does not take."""


def _each(function: Callable[..., Any], value: Any, *rest: Any) -> Any:
    """Apply to a text; to each element of a list; nothing stays nothing."""
    if value is None:
        return None
    if isinstance(value, list):
        return [_each(function, part, *rest) for part in value]
    if isinstance(value, bool | dict):
        raise FunctionFailed(f"takes a text, and was given {value!r}")
    return function(str(value), *rest)


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise FunctionFailed(f"{text!r} is not a regular expression: {error}") from error


def strip(value: Any, characters: str | None = None) -> Any:
    """strip(text[, characters]): without white space (or these characters) at both ends."""
    return _each(lambda text: text.strip(characters), value)


def lower(value: Any) -> Any:
    """lower(text): in small letters."""
    return _each(str.lower, value)


def upper(value: Any) -> Any:
    """upper(text): in capitals."""
    return _each(str.upper, value)


def slug(value: Any) -> Any:
    """slug(text): as it stands in a reference: small letters, hyphens for white space, ':' and '@'."""
    return _each(identifiers.slugify, value)


def kebab(value: Any) -> Any:
    """kebab(text): letters, figures, '.' and '_' alone, hyphens between: for short references made of sentences."""
    return _each(lambda text: _NO_WORD.sub("-", identifiers.fold(text)).strip("-"), value)


def replace(value: Any, old: str, new: str) -> Any:
    """replace(text, old, new): every old by new."""
    return _each(lambda text: text.replace(old, new), value)


def sub(value: Any, pattern: str, new: str) -> Any:
    r"""sub(text, pattern, new): every match of the regular expression by new (\1 is its first group)."""
    return _each(lambda text: _pattern(pattern).sub(new, text), value)


def capture(value: Any, pattern: str) -> Any:
    """capture(text, pattern): what the pattern's first group (or all of it) matched; nothing without a match."""

    def find(text: str) -> str | None:
        found = _pattern(pattern).search(text)
        return None if found is None else found.group(1 if found.re.groups else 0)

    return _each(find, value)


def captures(value: Any, pattern: str) -> Any:
    """captures(text, pattern): as capture, every match, as a list."""
    return _each(lambda text: [m.group(1 if m.re.groups else 0) for m in _pattern(pattern).finditer(text)], value)


def matches(value: Any, pattern: str) -> Any:
    """matches(text, pattern): does the pattern match somewhere in the text? false for nothing."""
    return value is not None and _each(lambda text: _pattern(pattern).search(text) is not None, value)


def split(value: Any, *separators: str) -> Any:
    """split(text, separator, …): the parts between any of these separators, trimmed, without empty ones."""
    marks = separators or (",",)
    return _each(lambda text: _parts("|".join(re.escape(mark) for mark in marks), text), value)


def split_by(value: Any, pattern: str) -> Any:
    """split_by(text, pattern): the parts between matches of a regular expression, trimmed, without empty ones."""
    return _each(lambda text: _parts(pattern, text), value)


def _parts(pattern: str, text: str) -> list[str]:
    return [part.strip() for part in _pattern(pattern).split(text) if part and part.strip()]


def plain(value: Any) -> Any:
    """plain(text): without Markdown's marks: links and [labels] by their text, code, strong and emphasis."""
    return _each(_plain, value)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    if not _MARKED.search(text):
        return text.strip()
    return without_marks(text)


def target(value: Any, links: Any = None) -> Any:
    """target(text[, links]): the address of the first link in a text; [label] is looked up in the file's links."""

    def find(text: str) -> str | None:
        inline = (
            re.search(r"\]\(<?([^)\s>]+)", text) or _AUTOLINK.search(text) or re.search(r"(https?://[^\s)>\]]+)", text)
        )
        if inline is not None:
            return inline.group(1)
        for first, second in re.findall(r"\[([^\]]+)\](?:\[([^\]]*)\])?", text):
            known = (links or {}).get(second or first)
            if known is not None:
                return str(known)
        return None

    return _each(find, value)


def handles(value: Any) -> Any:
    """handles(text): every @handle in a text, without its @, as a list."""
    return _each(_HANDLE.findall, value)


def paragraph(value: Any) -> Any:
    """paragraph(text): its first paragraph, on one line."""
    return _each(lambda text: " ".join(_BLANK_LINE.split(text.strip(), maxsplit=1)[0].split()) or None, value)


def shorten(value: Any, size: int) -> Any:
    """shorten(text, size): at most so many characters, cut at a word."""

    def cut(text: str) -> str:
        return text if len(text) <= size else (text[: size + 1].rpartition(" ")[0] or text[:size]).rstrip(" ,;:-")

    return _each(cut, value)


def default(*values: Any) -> Any:
    """default(a, b, …): the first that is not empty (nothing, white space, an empty list); 0 and false count."""
    for value in values:
        if not is_empty(value):
            return value
    return None


def is_empty(value: Any) -> bool:
    """Nothing, white space alone, an empty list or an empty table."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def listed(value: Any) -> Any:
    """list(value): always a list: of one, or empty for nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def unique(values: Any) -> Any:
    """unique(list): without what was there before, in order."""
    if values is None:
        return None
    found: list[Any] = []
    for value in listed(values):
        if value not in found:
            found.append(value)
    return found


def entries(table: Any) -> Any:
    """entries(table): a list of its values, each with its key as _key; a value that is no table is _value."""
    if table is None:
        return None
    if not isinstance(table, dict):
        raise FunctionFailed(f"takes a table, and was given {table!r}")
    return [Entry(key, value, table) for key, value in table.items()]


def descend(tables: Any, key: str) -> Any:
    """descend(tables, key): these tables and all below them under the key, at any depth, the upper ones first."""
    found: list[Any] = []
    level = listed(tables)
    while level:
        found += level
        level = [below for one in level if isinstance(one, dict) for below in listed(one.get(key))]
    return found


class Entry(dict[str, Any]):
    """A value of a table with its key. ``origin`` is the value itself, ``table`` where it is: both have lines."""

    def __init__(self, key: str, value: Any, table: dict[str, Any]) -> None:
        super().__init__(value if isinstance(value, dict) else {"_value": value})
        self["_key"] = key
        self.origin = value
        self.table = table


# JMESPath tells types by the name of the class.
Entry.__name__ = "dict"


def lookup(table: Any, key: Any) -> Any:
    """lookup(table, key): the value under a key that is itself a value."""
    return None if table is None or key is None else (table.get(str(key)) if isinstance(table, dict) else None)


def under(tables: Any, *headings: str) -> Any:
    """under(tables, heading, …): the Markdown tables (or sections) below one of these headings, at any depth."""
    wanted = {_key(heading) for heading in headings}
    return None if tables is None else [one for one in tables if any(_key(part) in wanted for part in one["path"])]


def having(tables: Any, *names: str) -> Any:
    """having(tables, name, …): the Markdown tables whose header has all these names."""
    wanted = {_key(name) for name in names}
    return None if tables is None else [one for one in tables if wanted <= {_key(name) for name in one["header"]}]


def section(sections: Any, heading: str) -> Any:
    """section(sections, heading): the text below a heading, up to the next one."""
    return next((one["text"] for one in sections or () if _key(one["heading"]) == _key(heading)), None)


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return identifiers.fold(_plain(text))


def date(value: Any, layout: str | None = None) -> Any:
    """date(text[, layout]): as an ISO date; layout is strftime's, such as '%d.%m.%Y'."""
    return _each(lambda text: _date(text.strip(), layout), value)


def _date(text: str, layout: str | None) -> str | None:
    if not text:
        return None
    try:
        return (
            times.read_date(text).isoformat() if layout is None else datetime.strptime(text, layout).date().isoformat()
        )
    except (BadValue, ValueError) as error:
        raise FunctionFailed(str(error)) from error


def minutes(start: Any, end: Any) -> Any:
    """minutes(start, end): how many minutes lie between two ISO times."""
    if is_empty(start) or is_empty(end):
        return None
    try:
        spent = datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))
    except (ValueError, TypeError) as error:
        raise FunctionFailed(f"{start!r} and {end!r} are not two ISO times: {error}") from error
    return int(spent.total_seconds() // 60)


_ALL: dict[str, Callable[..., Any]] = {
    "strip": strip, "lower": lower, "upper": upper, "slug": slug, "kebab": kebab, "replace": replace, "sub": sub,
    "capture": capture, "captures": captures, "matches": matches, "split": split, "split_by": split_by,
    "plain": plain, "target": target, "handles": handles, "paragraph": paragraph, "shorten": shorten,
    "default": default, "list": listed, "unique": unique, "entries": entries, "descend": descend, "lookup": lookup,
    "under": under, "having": having, "section": section, "date": date, "minutes": minutes,
}  # fmt: skip
BUILT_IN = tuple(sorted(functions.Functions.FUNCTION_TABLE))


@lru_cache(maxsize=1)
def _arities() -> dict[str, tuple[int, int | None]]:
    found: dict[str, tuple[int, int | None]] = {}
    for name, function in _ALL.items():
        parameters = inspect.signature(function).parameters.values()
        several = any(one.kind is one.VAR_POSITIONAL for one in parameters)
        plain_ones = [one for one in parameters if one.kind is not one.VAR_POSITIONAL]
        least = sum(1 for one in plain_ones if one.default is one.empty)
        found[name] = least, None if several else len(plain_ones)
    return found


def arity(name: str) -> tuple[int, int | None] | None:
    """How many arguments a function takes, at least and at most (None: any number); None for an unknown name."""
    if name in _ALL:
        return _arities()[name]
    known = functions.Functions.FUNCTION_TABLE.get(name)
    if known is None:
        return None
    size = len(known["signature"])
    return size, None if size and known["signature"][-1].get("variadic") else size


def descriptions() -> dict[str, str]:
    """Every function of ours with its one line, for the reference."""
    return {name: (function.__doc__ or "").strip() for name, function in _ALL.items()}


class Library(functions.Functions):  # type: ignore[misc]
    """JMESPath's functions and ours."""

    def call_function(self, function_name: str, resolved_args: list[Any]) -> Any:
        """Ours by name, else JMESPath's own.

        Raises:
            FunctionFailed: what it was given is not what it takes.
        """
        own = _ALL.get(function_name)
        try:
            if own is not None:
                return own(*resolved_args)
            return super().call_function(function_name, resolved_args)
        except FunctionFailed as error:
            raise FunctionFailed(f"{function_name}(): {error}") from error
        except exceptions.JMESPathError as error:
            raise FunctionFailed(str(error)) from error
        except (TypeError, AttributeError) as error:
            raise FunctionFailed(
                f"{function_name}(): cannot take {', '.join(map(repr, resolved_args))[:200]}"
            ) from error
