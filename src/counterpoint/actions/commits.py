"""When files were last committed: what *said* means for records that do not say it themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from counterpoint.model.times import stamp

_MARK = "\x01"


def commit_times(root: Path, files: Iterable[str]) -> dict[str, str]:
    """The commit time (a stamp) of each file that git knows and that was not changed since; relative to ``root``.

    Reads one ``git log`` from the newest commit on and stops as soon as every file was seen. Empty without git.
    """
    wanted = set(files)
    folder = root if root.is_dir() else root.parent
    if not wanted or _git(folder, "rev-parse", "--is-inside-work-tree") != "true":
        return {}
    wanted -= set((_git(folder, "diff", "--name-only", "--relative", "-z", "HEAD") or "").split("\0"))
    wanted &= set((_git(folder, "ls-files", "-z") or "").split("\0"))
    return _walk(folder, wanted) if wanted else {}


def _walk(folder: Path, wanted: set[str]) -> dict[str, str]:
    command = ["git", "log", f"--format={_MARK}%cI", "--name-only", "--relative", "--no-renames", "--", "."]
    environment_safe = ["git", "-c", "core.quotepath=off", *command[1:]]
    found: dict[str, str] = {}
    with subprocess.Popen(
        environment_safe, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace"
    ) as log:
        assert log.stdout is not None
        when = ""
        for line in log.stdout:
            text = line.rstrip("\n")
            if text.startswith(_MARK):
                when = stamp(datetime.fromisoformat(text[1:]))
            elif text in wanted:
                found[text] = when
                wanted.discard(text)
                if not wanted:
                    log.kill()
                    break
    return found


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
