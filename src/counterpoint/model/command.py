"""What a command is: the types of the command table (:mod:`counterpoint.model.commands`). Frozen data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal["text", "reference", "number", "flag", "file", "folder", "place", "moment", "choice", "pair"]
"""What a parameter takes. *place* is a file or folder; *moment* a date or a time with its zone; *pair* is
``name=value``."""

Needs = Literal["organisation", "any place", "perhaps", "nothing"]
"""*organisation*: one must be there; *any place*: one is made where none is there; *perhaps*: it is used if it is
there; *nothing*: none is opened."""

Section = Literal["Start", "Bring in", "Ask", "Change", "Look after"]
SECTIONS: tuple[Section, ...] = ("Start", "Bring in", "Ask", "Change", "Look after")

Who = Literal["anyone", "anyone, by name", "whoever may settle it"]
"""*anyone*: who may read the organisation; *anyone, by name*: who may write, and the entry carries who it was."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument (by position) or an option (``--name``) of a command.

    ``name`` is what a handler gets it as, and its name over HTTP; ``flag`` is how the command line spells an option
    where that is not ``--name``. ``many`` takes several. ``default`` is words for people where it is no fixed value.
    """

    name: str
    sort: Sort
    about: str
    option: bool = True
    required: bool = False
    many: bool = False
    flag: str = ""
    metavar: str = ""
    choices: tuple[str, ...] = ()
    default: str | int | None = None

    @property
    def spelled(self) -> str:
        """``--as-of`` for an option, ``REF`` for an argument."""
        if self.option:
            return self.flag or "--" + self.name.replace("_", "-")
        return self.metavar or self.name.upper()


@dataclass(frozen=True, slots=True)
class Example:
    """A command line that works, and what it does."""

    line: str
    does: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command or question.

    ``words`` is its name (``("mapping", "check")`` is ``counterpoint mapping check``); ``returns`` the name of the
    answer's type, whose JSON ``--json`` prints; ``writes`` whether it may add to the ledger; ``long`` whether it may
    take so long that progress is shown.
    """

    words: tuple[str, ...]
    section: Section
    summary: str
    returns: str
    examples: tuple[Example, ...]
    parameters: tuple[Parameter, ...] = ()
    about: str = ""
    needs: Needs = "organisation"
    writes: bool = False
    long: bool = False
    who: Who = "anyone"

    @property
    def name(self) -> str:
        """The words with a space between them."""
        return " ".join(self.words)

    @property
    def stem(self) -> str:
        """The words as one Python name: the module of its handler in every face."""
        return "_".join(self.words)


def argument(name: str, sort: Sort, about: str, **more: object) -> Parameter:
    """A parameter by position; required unless told otherwise."""
    settings: dict[str, object] = {"option": False, "required": True, **more}
    return Parameter(name, sort, about, **settings)  # type: ignore[arg-type]


def option(name: str, sort: Sort, about: str, **more: object) -> Parameter:
    """A parameter by name."""
    return Parameter(name, sort, about, **more)  # type: ignore[arg-type]
