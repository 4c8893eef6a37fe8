"""What is printed on a terminal, in a pipe, in a narrow window, in another encoding."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from counterpoint.faces.cli import progress
from counterpoint.faces.cli.moments import ago
from counterpoint.faces.cli.paper import Paper, visible
from tests.faces.cli.running import in_small, run

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LINES = ("who team:strings", "list work", "contradictions", "show work:premiere", "ready", "collisions")


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """The small organisation, in a window that is wide enough for everything."""
    with in_small(tmp_path_factory.mktemp("paper")) as patch:
        patch.setenv("TERM", "xterm-256color")
        patch.setenv("COLUMNS", "300")
        assert run("apply").code == 0
        assert run("import tracker --with tracker/tracker.mapping.toml").code == 0
        yield patch


@pytest.mark.parametrize("line", LINES)
def test_a_terminal_and_a_pipe_are_told_the_same(line: str, window: pytest.MonkeyPatch) -> None:
    seen = run(line, terminal=True).out
    assert ANSI.search(seen)
    assert ANSI.sub("", seen).split() == run(line).out.split()


@pytest.mark.parametrize("line", LINES)
def test_no_colours_where_they_are_not_wanted(line: str, window: pytest.MonkeyPatch) -> None:
    assert not ANSI.search(run(line).out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_COLOR", "1")
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]", run(line, terminal=True).out)
        patch.setenv("TERM", "dumb")
        assert not ANSI.search(run(line, terminal=True).out)


@pytest.mark.parametrize("line", LINES)
def test_nothing_of_a_line_is_cut_in_a_pipe(line: str, window: pytest.MonkeyPatch) -> None:
    wide = run(line).out
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "20")
        assert run(line).out == wide


def test_json_is_never_coloured_or_wrapped(window: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "20")
        assert run("show work:premiere --json", terminal=True).out == run("show work:premiere --json").out


def test_a_title_cannot_move_the_cursor(window: pytest.MonkeyPatch) -> None:
    for line in ("list work", "show work:tuning", "history work:tuning", "changed --since 2026-04-01"):
        out = run(line, terminal=True).out
        assert "\x1b[31mthe piano" not in out
        assert "\\x1b[31mthe piano" in out


def test_every_control_character_is_made_visible() -> None:
    for code in (*range(32), 127, *range(128, 160), 0x202E, 0x2066):
        shown = visible(chr(code))
        assert shown.isprintable() or chr(code) in "\n\t", hex(code)
    assert visible("é – 中 🎻") == "é – 中 🎻"


def test_an_encoding_without_the_character_is_no_crash(window: pytest.MonkeyPatch) -> None:
    ran = run("deciders work", encoding="ascii")
    assert ran.code == 0
    assert "\\u2013" in ran.out


def test_wide_characters_keep_columns_aligned() -> None:
    out = io.StringIO()
    Paper(out, datetime.now(UTC)).table(("a", "b"), [("中文", "x"), ("abcd", "x"), ("a\nb", "x")])
    heads, *rows = out.getvalue().splitlines()
    assert heads == "a     b"
    assert rows == ["中文  x", "abcd  x", "a b   x"]


def test_a_table_without_rows_is_nothing() -> None:
    out = io.StringIO()
    Paper(out, datetime.now(UTC)).table(("a", "b"), [])
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        ("2026-05-05T08:59:30.000000Z", "just now"),
        ("2026-05-05T08:58:00.000000Z", "2 minutes ago"),
        ("2026-05-05T08:00:00.000000Z", "1 hour ago"),
        ("2026-05-02T08:00:00.000000Z", "3 days ago"),
        ("2025-01-01T00:00:00.000000Z", "1 year ago"),
        ("2026-05-05T11:00:00.000000Z", "in 2 hours"),
    ],
)
def test_how_long_ago(stamp: str, words: str) -> None:
    assert ago(stamp, datetime(2026, 5, 5, 9, tzinfo=UTC)) == words


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_once_it_takes_long_and_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen, pipe = _Screen(), io.StringIO()
    with progress.Watch(screen) as watch, progress.Watch(pipe) as silent:
        for tell in (watch, silent):
            tell("reading files", 1, 4)
        assert watch._timer is not None
        watch._timer.join(30)
        watch("reading files", 3, 4)
        watch._bar.refresh()
    assert "reading files" in screen.getvalue()
    assert "3 of 4" in screen.getvalue()
    assert pipe.getvalue() == ""


def test_quick_work_shows_no_progress() -> None:
    screen = _Screen()
    with progress.Watch(screen) as watch:
        watch("reading files", 1, 4)
    assert screen.getvalue() == ""
