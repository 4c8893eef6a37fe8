"""``counterpoint doctor``: is everything in order, and what would make it better."""

from __future__ import annotations

import platform
import shutil
import sys

from counterpoint.errors import CounterpointError, NotFound
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Style
from counterpoint.model.reports import Checkup, Health
from counterpoint.questions.health import checkups
from counterpoint.settings import without_password

OLDEST = (3, 11)
_STYLE: dict[str, Style] = {"good": "good", "hint": "warn", "broken": "bad"}


def run(call: Call) -> Health:
    """Look at the machine, then at the organisation, if there is one."""
    checks = [_python(), _git()]
    try:
        checks += checkups(call.questions())
    except NotFound as error:
        # Nobody asked for this organisation by name: not having one yet is no fault.
        checks.append(Checkup("organisation", "broken" if call.org else "hint", error.message, error.hint))
    except CounterpointError as error:
        checks.append(Checkup("organisation", "broken", error.message, error.hint))
    states = [check.state for check in checks]
    return Health(without_password(call.place), states.count("broken"), states.count("hint"), tuple(checks))


def _python() -> Checkup:
    good = sys.version_info[:2] >= OLDEST
    said = platform.python_version()
    return Checkup("python", "good" if good else "broken", said, "" if good else "install Python 3.11 or newer")


def _git() -> Checkup:
    if shutil.which("git"):
        return Checkup("git", "good", "found", "")
    do = "install git, so that what files say bears the time of their commit"
    return Checkup("git", "hint", "not found", do)


def show(answer: Health, out: Paper) -> None:
    """A row for each, then the sum."""
    rows = [((one.state, _STYLE[one.state]), one.name, one.says, one.do) for one in answer.checks]
    out.table(("", "what", "is", "do"), rows)
    if answer.broken:
        out.line((f"{answer.broken} broken", "bad"), f", {answer.hints} to look at")
    else:
        out.line(("in order", "good"), f", {answer.hints} to look at" if answer.hints else "")


def code(answer: Health) -> int:
    """1 where something is broken."""
    return 1 if answer.broken else 0
