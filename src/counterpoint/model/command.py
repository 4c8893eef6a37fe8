"""What a command is: the types of the command table (:mod:`counterpoint.model.commands`). Frozen data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal[
    "text", "reference", "number", "decimal", "flag", "file", "folder", "place", "moment", "choice", "pair",
    "day", "deadline", "resource", "party",
]  # fmt: skip
"""What a parameter takes. *decimal* is a number that need not be whole; *place* is a file or folder; *moment* a date or
a time with its zone, *deadline* too, where a date means its end; *pair* is ``name=value``; *resource* a reference, or
any name; *party* a reference to one, or words as somebody said them, which may name nobody in particular."""

Needs = Literal["organisation", "any place", "perhaps", "nothing"]
"""*organisation*: one must be there; *any place*: one is made where none is there; *perhaps*: it is used if it is
there; *nothing*: none is opened."""

Section = Literal["Start", "Bring in", "Ask", "Act", "Change", "Look after"]
SECTIONS: tuple[Section, ...] = ("Start", "Bring in", "Ask", "Act", "Change", "Look after")

Who = Literal["anyone", "anyone, by name", "whoever may settle it", "by its protocol"]
"""*anyone*: who may read the organisation; *anyone, by name*: who may write, and the entry carries who it was; *by its
protocol*: whom the table of the protocol names (``docs/protocols.md``)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument (by position) or an option (``--name``) of a command.

    ``name`` is what a handler gets it as, and its name over HTTP; ``flag`` is how the command line spells an option
    where that is not ``--name``. ``many`` takes several. ``kinds`` are those that a reference may be of; a slug alone
    is of the first of them. ``default`` is what holds where it is not given;
    ``otherwise`` says it in words where that is no fixed value.
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
    kinds: tuple[str, ...] = ()
    default: str | int | None = None
    otherwise: str = ""

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
    take so long that progress is shown; ``act`` whether it is an act of a protocol: its words are noun and verb.
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
    personal: bool = False
    who: Who = "anyone"
    act: bool = False

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


_REASON = option("reason", "text", "why, in a few words; kept with the entry")
_KEY = option("key", "text", "a name for this act: given again, nothing is done twice and the answer is the same")


def act(
    words: str,
    summary: str,
    parameters: tuple[Parameter, ...],
    examples: tuple[tuple[str, str], ...],
    about: str = "",
) -> Command:
    """The row of an act of a protocol: what every act takes is added, and its answer is always :class:`Done`.

    ``words`` are noun and verb; ``examples`` command lines without the program's name, and what they do. A row may
    declare a ``reason`` of its own, where one is required.
    """
    noun, verb = words.split()
    own = () if any(one.name == "reason" for one in parameters) else (_REASON,)
    return Command(
        (noun, verb),
        "Act",
        summary,
        "Done",
        tuple(Example(f"counterpoint {line}", does) for line, does in examples),
        (*parameters, *own, _KEY),
        about,
        writes=True,
        who="by its protocol",
        act=True,
    )
