"""The command line as its own process: start-up, pipes that close, Ctrl-C, terminals, the demonstration, the page."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faces.cli.running import SMALL

COMMAND = [sys.executable, "-m", "counterpoint.faces.cli"]
HEAVY = ("sqlalchemy", "rich", "fastapi", "alembic", "orjson", "yaml", "counterpoint.ledger", "counterpoint.questions")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small organisation, applied and imported."""
    folder = tmp_path_factory.mktemp("process")
    for one in SMALL.iterdir():
        shutil.copytree(one, folder / one.name)
    assert _run(folder, "apply").returncode == 0
    assert _run(folder, "import", "tracker", "--with", "tracker/tracker.mapping.toml").returncode == 0
    yield folder


def _environment(**more: str) -> dict[str, str]:
    apart = ("COUNTERPOINT_", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(apart)}
    return {**kept, "TZ": "UTC", "COLUMNS": "100", "TERM": "xterm-256color", **more}


def _run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=_environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_imports_neither_stores_nor_libraries() -> None:
    code = (
        "import sys; from counterpoint.faces.cli import main; main(['--help']); main(['who', '--help']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.strip() == "[]"
    assert "Usage: counterpoint" in ran.stdout


def test_help_is_quick() -> None:
    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*COMMAND, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Of the processor, since the machine may do other things as well. A quarter of a second is the aim.
    assert min(once() for _ in range(5)) < 0.5


def test_version() -> None:
    ran = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"counterpoint \d+\.\d+\.\d+\S*\n", ran.stdout)


@contextmanager
def _started(folder: Path, *words: str, text: bool = False) -> Iterator[subprocess.Popen[Any]]:
    """A command that runs meanwhile, hears Ctrl-C, and does not outlive its test.

    Whoever runs the tests in the background makes children deaf to Ctrl-C, and that is inherited.
    """
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    with subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env=_environment(),
        stdout=-1,
        stderr=-1,
        text=text,
        preexec_fn=hears,  # noqa: PLW1509
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    shell = f"{' '.join(COMMAND)} history work:premiere | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", shell], cwd=here, env=_environment(), capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] in {"0", "141"}
    with _started(here, "export") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_an_export_can_be_restored_from_what_was_printed(here: Path, tmp_path: Path) -> None:
    printed = _run(here, "export").stdout
    (tmp_path / "copy.jsonl").write_text(printed)
    assert _run(here, "restore", str(tmp_path / "copy.jsonl"), "--org", str(tmp_path / "new.db")).returncode == 0
    head = json.loads(_run(here, "verify", "--json").stdout)["head"]
    assert _run(here, "verify", "--head", head, "--org", str(tmp_path / "new.db")).returncode == 0
    again = json.loads(_run(here, "verify", "--json", "--org", str(tmp_path / "new.db")).stdout)
    assert (again["head"], again["damage"]) == (head, [])


def test_ctrl_c_in_an_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    row = {"name": "x", "ships": "2026-06-17", "state": "doing", "who": "ben"}
    rows = [{"key": f"n{number}", **row} for number in range(30_000)]
    (tmp_path / "issues.json").write_text(json.dumps({"issues": rows}))
    shutil.copy(SMALL / "tracker" / "tracker.mapping.toml", tmp_path / "tracker.mapping.toml")
    words = ["import", ".", "--with", "tracker.mapping.toml", "--org", "big.db"]
    with _started(tmp_path, *words) as process:
        while not (tmp_path / "big.db").exists():
            time.sleep(0.01)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said.decode().rstrip().endswith("interrupted; what was not finished was not written")
    if _run(tmp_path, "entries", "--org", "big.db").returncode == 0:
        found = json.loads(_run(tmp_path, "verify", "--org", "big.db", "--json").stdout)
        assert (found["entries"], found["statements"], found["damage"]) == (0, 0, [])


def _on_a_terminal(folder: Path, *words: str, **more: str) -> str:
    """What a command prints on a terminal of a hundred columns."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=folder, env=_environment(**more), stdout=theirs, stderr=theirs, stdin=theirs
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    process.wait(60)
    os.close(ours)
    return b"".join(parts).decode()


def test_colours_on_a_real_terminal(here: Path) -> None:
    assert "\x1b[36mteam:strings\x1b[0m" in _on_a_terminal(here, "who", "team:strings")


def _serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with _started(folder, *words, "--port", "0", text=True) as process:
        assert process.stdout is not None
        text = ""
        while "http://" not in text:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            text += line
        yield process, text
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_serve_tells_where_serves_and_ends_at_ctrl_c(here: Path) -> None:
    for process, text in _serving(here, "serve"):
        found = re.search(r"http://127\.0\.0\.1:\d+/", text)
        assert found is not None
        with urllib.request.urlopen(found[0]) as answer:
            assert answer.status == 200
            assert b"The premiere" in answer.read()
        assert process.poll() is None


def test_serve_in_json(here: Path) -> None:
    with _started(here, "serve", "--json", "--port", "0", text=True) as process:
        assert process.stdout is not None
        text = "".join(process.stdout.readline() for _ in range(4))
        assert json.loads(text).keys() == {"url", "organisation"}
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_a_demonstration_is_made_served_and_taken_as_it_is(tmp_path: Path) -> None:
    for _, text in _serving(tmp_path, "demo"):
        assert "export COUNTERPOINT_ORG=counterpoint-demo.db" in text
    before = (tmp_path / "counterpoint-demo.db").stat().st_mtime_ns
    assert json.loads(_run(tmp_path, "demo", "--no-serve", "--json").stdout)["entries"] > 5
    assert (tmp_path / "counterpoint-demo.db").stat().st_mtime_ns == before
