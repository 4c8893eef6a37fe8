#!/usr/bin/env python3
"""Set up and run Counterpoint from a checkout, with nothing but Python and its venv module.

python3 dev.py run map REPO    make the environment, then run `counterpoint map REPO`
python3 dev.py check           make it with what development needs, then run every check and test
python3 dev.py check --long    the long tests as well
python3 dev.py lock            write the lock files anew (needs uv)
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
HOME = ROOT / ".venv"
BIN = HOME / ("Scripts" if os.name == "nt" else "bin")
RUN, DEV = "requirements.txt", "requirements-dev.txt"
OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Do what the words say; the exit code is that of the first thing that fails."""
    if sys.version_info < OLDEST:
        print(f"Counterpoint needs Python {'.'.join(map(str, OLDEST))} or newer", file=sys.stderr)
        return 2
    match arguments:
        case ["run", *rest]:
            prepare(RUN)
            return subprocess.call([str(BIN / "counterpoint"), *rest])
        case ["check", *rest]:
            prepare(DEV)
            return check(rest)
        case ["lock"]:
            return lock()
        case _:
            print(__doc__)
            return 2


def prepare(requirements: str) -> None:
    """Make the environment, or bring it up to the lock; quick where nothing changed."""
    wanted = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in (requirements, "pyproject.toml")))
    stamp = HOME / f"{requirements}.stamp"
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    if not BIN.exists():
        print("making the environment in .venv", file=sys.stderr)
        venv.create(HOME, with_pip=True)
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    print(f"installing {requirements}, each package checked by its hash", file=sys.stderr)
    subprocess.check_call([*pip, "--require-hashes", "-r", str(ROOT / requirements)])
    subprocess.check_call([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(wanted.hexdigest())


def check(rest: list[str]) -> int:
    """Formatting, lint, types, import rules, tests; `--long` adds the long tests, other words go to pytest."""
    long = "--long" in rest
    words = [word for word in rest if word != "--long"]
    python = str(BIN / "python")
    steps = [
        [str(BIN / "ruff"), "format", "--check", "."],
        [str(BIN / "ruff"), "check", "."],
        [str(BIN / "mypy")],
        [str(BIN / "lint-imports")],
        [python, "-m", "pytest", "-n", "2", *(["-m", ""] if long else []), *words],
    ]
    for step in steps:
        print("$", Path(step[0]).name, *step[1:], flush=True)
        if code := subprocess.call(step, cwd=ROOT):
            return code
    return 0


def lock() -> int:
    """Pin every dependency with its hashes, naming no host."""
    base = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-emit-index-url"]
    environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "python3 dev.py lock"}
    groups: tuple[tuple[str, str, list[str]], ...] = (
        ("build", RUN, []),
        ("dev", DEV, ["--extra", "spark", "--constraint", RUN]),
    )
    for group, name, more in groups:
        command = [
            *base,
            "pyproject.toml",
            "--extra",
            "charts",
            "--extra",
            "simulation",
            "--group",
            group,
            *more,
            "--output-file",
            name,
        ]
        if code := subprocess.call(command, cwd=ROOT, env=environment):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
