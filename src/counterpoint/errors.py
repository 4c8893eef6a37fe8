"""Every error that Counterpoint raises on purpose.

    CounterpointError                 code                exit
    ├── UsageError                    usage               2     what was asked cannot be meant
    │   ├── BadReference              bad-reference       2
    │   └── BadValue                  bad-value           2
    ├── NotFound                      not-found           3     a reference that nothing answers to
    ├── Refused                       refused             4     a rule says no; the message says who may, and how
    │   ├── NotAllowed                not-allowed         4
    │   └── Conflict                  conflict            4     somebody else was first, or an external id was reused
    ├── InvalidInput                  invalid-input       5     files with problems; carries every one of them
    ├── Damaged                       damaged             6     the ledger does not verify
    └── StoreError                    store               7     the file or the server cannot be used
        └── NeedsUpgrade              needs-upgrade       7

Every error has a message (what was wrong and where), a hint (what to do), a code for machines and an exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, as a value: where it is, what it is, and what to do about it."""

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = f"{place}: " if place else ""
        name = f"{self.field}: " if self.field else ""
        tail = f" ({self.hint})" if self.hint else ""
        return f"{head}{name}{self.message}{tail}"


class CounterpointError(Exception):
    """The root of what is raised on purpose."""

    code = "error"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)

    def as_dict(self) -> dict[str, object]:
        """The error as ``--json`` and the HTTP interface print it."""
        return {
            "error": self.code,
            "message": self.message,
            "hint": self.hint,
            "problems": [asdict(problem) for problem in self.problems],
        }


class UsageError(CounterpointError):
    """What was asked cannot be meant."""

    code, exit_code = "usage", 2


class BadReference(UsageError):
    """A text that is no reference, or a reference of the wrong kind."""

    code = "bad-reference"


class BadValue(UsageError):
    """A value that its attribute does not take."""

    code = "bad-value"


class NotFound(CounterpointError):
    """A reference that nothing answers to."""

    code, exit_code = "not-found", 3


class Refused(CounterpointError):
    """A rule says no; the message says which, and who may."""

    code, exit_code = "refused", 4


class NotAllowed(Refused):
    """This party may not do this."""

    code = "not-allowed"


class Conflict(Refused):
    """Somebody else was first, or an external id came back with other content."""

    code = "conflict"


class InvalidInput(CounterpointError):
    """Files or statements with problems; ``problems`` holds every one of them."""

    code, exit_code = "invalid-input", 5


class Damaged(CounterpointError):
    """The ledger, or a copy of it, does not verify."""

    code, exit_code = "damaged", 6


class StoreError(CounterpointError):
    """The file or the database server cannot be used."""

    code, exit_code = "store", 7


class NeedsUpgrade(StoreError):
    """The schema is newer than this program, or older and not yet upgraded."""

    code = "needs-upgrade"
