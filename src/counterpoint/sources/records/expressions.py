"""Expressions and templates, compiled once when the mapping is loaded.

An expression is JMESPath over the record. The commonest forms (a field, a path of fields, a literal, ``a || b``, a call
of one of our functions) become plain closures, because an import evaluates them a hundred thousand times; everything
else goes through JMESPath's own interpreter. Both give the same answers, by test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from jmespath import exceptions, parser, visitor

from counterpoint.errors import BadValue
from counterpoint.model import identifiers
from counterpoint.sources.records.formats.document import Marks
from counterpoint.sources.records.functions import BUILT_IN, Library, arity, descriptions, is_empty

Run = Callable[[Any], Any]
_LIBRARY = Library()
_INTERPRETER = visitor.TreeInterpreter(visitor.Options(custom_functions=_LIBRARY))
_PARSER = parser.Parser()


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: ``run(scope)`` is its value, ``chains`` the paths of fields that it looks at."""

    text: str
    run: Run
    chains: tuple[tuple[str, ...], ...]
    field: str | None = None
    """The name, where the expression is one field alone."""


def compile_expression(text: str) -> Expression:
    """Read an expression.

    Raises:
        BadValue: it is no JMESPath, or calls a function that there is none of, or with too few or many arguments.
    """
    if not text.strip():
        raise BadValue("an expression is empty", hint="name a field, such as title")
    try:
        tree = _PARSER.parse(text).parsed
    except exceptions.JMESPathError as error:
        message = " ".join(str(error).split("\n")[0].split())
        hint = "write a name with a space or hyphen in double quotes, a text in single quotes"
        raise BadValue(f"{text!r} is not an expression: {message}", hint=hint) from error
    _check_calls(tree, text)
    name = tree["value"] if tree["type"] == "field" else None
    return Expression(text, _closure(tree), tuple(dict.fromkeys(_chains(tree))), name)


def _check_calls(node: Any, text: str) -> None:
    for part in _walk(node):
        if part["type"] == "subexpression" and part["children"][0]["type"] == "not_expression":
            raise BadValue(f"{text!r}: ! takes only the name behind it", hint="write brackets: !(meta.status)")
        if part["type"] != "function_expression":
            continue
        name, given = part["value"], len(part["children"])
        takes = arity(name)
        if takes is None:
            known = sorted({*BUILT_IN, *descriptions()})
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}()?" if near else f"there are: {', '.join(known)}"
            raise BadValue(f"{text!r}: there is no function {name}()", hint=hint)
        least, most = takes
        if given < least or (most is not None and given > most):
            needed = str(least) if least == most else f"{least} or more" if most is None else f"{least} to {most}"
            raise BadValue(
                f"{text!r}: {name}() takes {needed} arguments, not {given}", hint=descriptions().get(name, "")
            )


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.get("children", ()):
            yield from _walk(child)


def _chains(node: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The runs of field names in a tree, in order of writing; a projection's inner fields continue its base."""
    kind = node["type"]
    if kind == "field":
        yield (node["value"],)
    elif kind in ("subexpression", "index_expression", "projection", "value_projection", "pipe"):
        base, *rest = node["children"]
        heads = list(_chains(base)) or [()]
        for part in rest:
            tails = list(_chains(part)) if isinstance(part, dict) else []
            if tails:
                heads = [(*head, *tails[0]) for head in heads]
        yield from (head for head in heads if head)
    elif kind in ("filter_projection", "flatten"):
        yield from _chains(node["children"][0])
    else:
        for child in node.get("children", ()):
            if isinstance(child, dict):
                yield from _chains(child)


def _closure(node: dict[str, Any]) -> Run:
    build = _CLOSURES.get(node["type"])
    return build(node) if build is not None else lambda scope: _INTERPRETER.visit(node, scope)


def _field(node: dict[str, Any]) -> Run:
    name = node["value"]
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _sub(node: dict[str, Any]) -> Run:
    steps = [_closure(child) for child in node["children"]]
    if len(steps) == 2:
        first, second = steps
        return lambda value: second(first(value))

    def run(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return run


def _or(node: dict[str, Any]) -> Run:
    left, right = (_closure(child) for child in node["children"])

    def run(value: Any) -> Any:
        found = left(value)
        return right(value) if found is None or found is False or found in ("", [], {}) else found

    return run


def _and(node: dict[str, Any]) -> Run:
    left, right = (_closure(child) for child in node["children"])

    def run(value: Any) -> Any:
        found = left(value)
        return found if found is None or found is False or found in ("", [], {}) else right(value)

    return run


def _call(node: dict[str, Any]) -> Run:
    name = node["value"]
    if any(child["type"] == "expref" for child in node["children"]):
        return lambda scope: _INTERPRETER.visit(node, scope)
    arguments = [_closure(child) for child in node["children"]]
    return lambda scope: _LIBRARY.call_function(name, [argument(scope) for argument in arguments])


def _literal(node: dict[str, Any]) -> Run:
    value = node["value"]
    return lambda _: value


_CLOSURES: dict[str, Callable[[dict[str, Any]], Run]] = {
    "field": _field,
    "subexpression": _sub,
    "pipe": _sub,
    "or_expression": _or,
    "and_expression": _and,
    "function_expression": _call,
    "literal": _literal,
    "identity": lambda _: lambda value: value,
    "current": lambda _: lambda value: value,
}


def line_in(expression: Expression, scope: dict[str, Any], marks: Marks, record: Any) -> int | None:
    """The line of the first field that an expression looks at and finds, where the format tells lines of fields."""
    if not marks.keys:
        return None
    for chain in expression.chains:
        line = _line_of_chain(chain, scope, marks, record)
        if line is not None:
            return line
    return None


def _line_of_chain(chain: tuple[str, ...], scope: dict[str, Any], marks: Marks, record: Any) -> int | None:
    here: Any = scope
    line: int | None = None
    for index, name in enumerate(chain):
        if isinstance(here, list):
            here = next((part for part in here if isinstance(part, dict) and name in part), None)
        if not isinstance(here, dict) or here.get(name) is None:
            return None if index < len(chain) and line is None else line
        holder = record if here is scope else here
        line = marks.line_of_key(getattr(holder, "origin", holder), name) or marks.line_of(here[name]) or line
        here = here[name]
    return line


@dataclass(frozen=True, slots=True)
class Template:
    """Text with holes: ``work:2026/{_file.stem}``. ``simple``: its only hole is the value itself, ``{}``."""

    text: str
    parts: tuple[str | Expression, ...]
    simple: bool

    def fill(self, scope: dict[str, Any], *, slugs: bool) -> str | None:
        """The text, or None where a hole is empty. ``slugs``: holes become slugs, as references need them.

        Raises:
            BadValue: a hole is a list or a table.
        """
        filled = []
        for part in self.parts:
            if isinstance(part, str):
                filled.append(part)
                continue
            value = part.run(scope)
            if is_empty(value):
                return None
            filled.append(hole(value, part.text, slugs=slugs))
        return "".join(filled)


@lru_cache(maxsize=65536)
def slug_of(text: str) -> str:
    """A slug of any text; ``/`` stays, so that one value may be several parts of a reference."""
    return identifiers.slugify(text)


def hole(value: Any, text: str, *, slugs: bool) -> str:
    """A value as it goes into a template.

    Raises:
        BadValue: it is no text and no number, or nothing is left of it as a slug.
    """
    if isinstance(value, bool | list | dict):
        raise BadValue(f"{{{text}}} is {value!r:.80}, and not one text", hint="pick one value in the expression")
    if not slugs:
        return str(value)
    found = slug_of(str(value))
    if not found:
        raise BadValue(f"{value!r} leaves nothing for a reference", hint="a reference needs a letter or a figure")
    return found


def compile_template(text: str) -> Template:
    """Read a template; ``{}`` stands for ``{_value}``, ``{{`` and ``}}`` for braces.

    Raises:
        BadValue: a brace is not closed, or a hole is no expression.
    """
    parts: list[str | Expression] = []
    literal: list[str] = []
    at = 0
    while at < len(text):
        two = text[at : at + 2]
        if two in ("{{", "}}"):
            literal.append(two[0])
            at += 2
        elif text[at] == "{":
            end = _closing(text, at)
            parts += ["".join(literal)] if literal else []
            literal = []
            parts.append(compile_expression(text[at + 1 : end].strip() or "_value"))
            at = end + 1
        elif text[at] == "}":
            raise BadValue(f"{text!r}: a brace closes that was not opened", hint="write }} for a brace itself")
        else:
            literal.append(text[at])
            at += 1
    parts += ["".join(literal)] if literal else []
    holes = [part for part in parts if isinstance(part, Expression)]
    return Template(text, tuple(parts), len(holes) == 1 and holes[0].text == "_value")


def _closing(text: str, start: int) -> int:
    depth, quote = 0, ""
    for at in range(start, len(text)):
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return at
    raise BadValue(f"{text!r}: a brace is not closed", hint="close it with }, or write {{ for a brace itself")
