"""What the environment and the command line may set, in one place. Printed into the docs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from counterpoint.errors import UsageError

DEFAULT_ORGANISATION = "counterpoint.db"
LOCAL_ACTOR = "local"
"""Who acts where nobody said so: whoever holds the file."""


_PASSWORD = re.compile(r"(postgres(?:ql)?://[^\s:/@]*):[^\s@/]*(?=@)|([?&]password=)[^\s&]*")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable, what it is for, and what holds without it."""

    name: str
    about: str
    default: str


SETTINGS = (
    Setting("COUNTERPOINT_ORG", "the organisation: a file, or postgresql://…", DEFAULT_ORGANISATION),
    Setting(
        "COUNTERPOINT_LAKE", "where activity is kept: a folder, or s3://…; else beside the organisation's file", ""
    ),
    Setting("COUNTERPOINT_ENGINE", "what measures run on: duckdb, or spark://HOST:PORT", "duckdb"),
    Setting("COUNTERPOINT_MEASURES", "the folder of the organisation's own measures", ""),
    Setting("COUNTERPOINT_ME", "who acts: a reference such as person:ana, or a handle", ""),
    Setting("COUNTERPOINT_NOW", "the time to take for now (for trials and tests), like 2026-11-21T10:00:00Z", ""),
    Setting("NO_COLOR", "set to anything: no colours", ""),
)


def organisation(given: str | None = None) -> str:
    """The organisation that is meant: what was given, else the environment's, else the default file."""
    return given or os.environ.get("COUNTERPOINT_ORG") or DEFAULT_ORGANISATION


def without_password(text: str) -> str:
    """A text with the passwords of the addresses in it left out, for messages and answers."""
    return _PASSWORD.sub(r"\1\2", text)


def actor(given: str | None = None) -> str:
    """Who acts: what was given, else the environment's, else whoever holds the file."""
    return given or os.environ.get("COUNTERPOINT_ME") or LOCAL_ACTOR


def now() -> str | None:
    """The simulated time, where one is set."""
    return os.environ.get("COUNTERPOINT_NOW") or None


def lake(organisation: str) -> str:
    """Where the activity of an organisation is kept: the environment's address, else a folder beside its file.

    Raises:
        UsageError: the organisation is on a server, and nobody said where its activity is.
    """
    given = os.environ.get("COUNTERPOINT_LAKE")
    if given:
        return given
    if "://" in organisation:
        raise UsageError(
            "where is the activity of this organisation kept?",
            hint="set COUNTERPOINT_LAKE to a folder that all its users share, or to an address such as s3://bucket/lake",
        )
    return f"{organisation}-lake"


def has_lake(organisation: str) -> bool:
    """Is it said where the activity of an organisation is kept?"""
    return bool(os.environ.get("COUNTERPOINT_LAKE")) or "://" not in organisation


def engine() -> str:
    """What measures run on: ``duckdb``, or the address of a Spark."""
    return os.environ.get("COUNTERPOINT_ENGINE") or "duckdb"


def measures(given: str | None = None) -> str | None:
    """The folder of the organisation's own measures: what was given, else the environment's; None: it has none."""
    return given or os.environ.get("COUNTERPOINT_MEASURES") or None
