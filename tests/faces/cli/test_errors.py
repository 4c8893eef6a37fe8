"""What goes wrong on the command line: the exit code, the message, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.faces.cli.handlers import who
from counterpoint.faces.cli.main import INTERRUPTED
from tests.faces.cli.running import in_small, run


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The small organisation, applied, and some things that are wrong."""
    folder = tmp_path_factory.mktemp("wrong")
    with in_small(folder):
        assert run("apply").code == 0
        Path("bad.db").write_text("this is no database, and long enough to be looked at as one")
        Path("wrong").mkdir()
        Path("wrong/one.toml").write_text('[[team]]\nid = "x"\nlead = 3\n')
        Path("wrong/two.toml").write_text('[[tem]]\nid = "y"\n')
        yield


WRONG = (
    ("who", 2, "Missing argument 'REF'", "who --help"),
    ("hwo team:strings", 2, "There is no command 'hwo'. Did you mean who", "--help"),
    ("quarantine rety", 2, "Did you mean retry?", "quarantine --help"),
    ("who nonsense", 2, "'nonsense' is not a reference", "kind:slug"),
    ("who team:strngs", 3, "there is no team:strngs", "did you mean team:strings?"),
    ("who team:x --org nowhere.db", 3, "there is no organisation at nowhere.db", "counterpoint demo"),
    ("who team:strings --as-of yesterday", 2, "'yesterday' is not a time", "2026-11-21"),
    ("who team:x --org bad.db", 7, "file is not a database", "a file that counterpoint made"),
    ("who team:x --org mysql://db", 2, "is no store", "postgresql://"),
    ("who --repo checkout ../out", 4, "leads out of", "inside the repository"),
    ("who --repo checkout stage --as-of 2026-01-01", 2, "a checkout is read as it is now", "check out"),
    ("who --repo nowhere stage", 3, "nowhere is not a directory", "checked-out repository"),
    ("list tems", 2, "there is no kind 'tems'", "team"),
    ("list work --where colour=red", 2, "a work has no 'colour'", "status"),
    ("list work --where status=done --where status=active", 2, "--where status= is there twice", "ask twice"),
    ("list work --where owner=person:annna", 3, "there is no person:annna", "did you mean person:ana?"),
    ("list work --where colour", 2, "'colour' is not ATTR=VALUE", "list --help"),
    ("settle work:score due", 2, "either a value or a statement", "--statement"),
    ("settle work:score due --value 2026-01-01", 4, "who settles it must be told", "--as"),
    ("settle work:score due --value 2026-01-01 --as person:ana", 4, "do not differ", "contradictions"),
    ("undo 99", 3, "there is no entry 99", "entries"),
    ("undo 1 --as person:nobody", 3, "there is no person:nobody to act", "list person"),
    ("erase", 2, "erase what?", "--statement"),
    ("erase team:strings", 4, "team:strings is no person", "--statement"),
    ("alias team:strings person:ana", 4, "is a team", "of one kind"),
    ("import tracker --with nowhere.toml", 3, "there is no mapping nowhere.toml", "icalendar"),
    ("import nowhere --with icalendar", 3, "there is no nowhere", "folder or file"),
    ("apply nowhere", 3, "there is no folder nowhere", "counterpoint init nowhere"),
    ("init organisation", 4, "is there already", "nothing is overwritten"),
    ("backup bad.db", 7, "bad.db is there already", "never overwritten"),
    ("export --output bad.db", 7, "bad.db is there already", "never overwritten"),
    ("restore bad.db --org new.db", 5, "is not JSON", ""),
    ("restore nowhere.gz --org new.db", 3, "there is no nowhere.gz", "counterpoint backup"),
    ("move bad.db", 7, "bad.db is there already", "never overwritten"),
    ("move postgresql://ana:secret@127.0.0.1:1/x", 7, "postgresql://ana@127.0.0.1:1/x", "is the server up"),
    ("entries --entry 77", 3, "there is no entry 77", "the last one is 1"),
    ("entries --limit -1", 2, "-1 is not in the range", "entries --help"),
    ("changed", 2, "Missing option '--since'", "changed --help"),
    ("involve", 2, "a change to what?", "--path"),
    ("serve --port 99999", 7, "port 99999 cannot be used", "--port"),
)


@pytest.mark.parametrize(("line", "code", "message", "hint"), WRONG, ids=[one[0] for one in WRONG])
def test_an_error_says_what_was_wrong_and_what_to_do(line: str, code: int, message: str, hint: str) -> None:
    ran = run(line)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert hint in ran.err
    assert "Traceback" not in ran.err
    assert "secret" not in ran.err


@pytest.mark.parametrize(("line", "code", "message", "hint"), WRONG, ids=[one[0] for one in WRONG])
def test_an_error_in_json_says_the_same(line: str, code: int, message: str, hint: str) -> None:
    ran = run(f"{line} --json")
    assert (ran.code, ran.out) == (code, "")
    told = json.loads(ran.err)
    assert list(told) == ["error", "message", "hint", "problems"]
    assert message in told["message"]
    assert hint in told["hint"]
    assert "secret" not in ran.err


def test_every_problem_is_told_at_once_with_its_place() -> None:
    ran = run("plan wrong")
    assert (ran.code, ran.out) == (5, "")
    first, second, error = ran.err.splitlines()
    assert first.startswith("one.toml:3: team:x lead: 3 is not a reference (")
    assert second == "two.toml:1: tem: there is no table [[tem]] (did you mean 'team'?)"
    assert error == "error: 2 problems in wrong; nothing was written"
    told = json.loads(run("plan wrong --json").err)
    assert [(one["file"], one["line"], one["field"]) for one in told["problems"]] == [
        ("one.toml", 3, "team:x lead"),
        ("two.toml", 1, "tem"),
    ]


def test_what_cannot_be_done_leaves_nothing_behind() -> None:
    assert run("plan wrong --org other.db").code == 5
    assert run("plan --org other.db").code == 0
    assert run("import tracker --with tracker/tracker.mapping.toml --dry-run --org other.db").code == 0
    assert run("restore bad.db --org other.db").code == 5
    assert run("who team:strings --org other.db").code == 3
    assert list(Path().glob("other.db*")) == []


def test_an_interruption_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(who, "run", interrupted)
    ran = run("who team:strings")
    assert ran.code == INTERRUPTED == 130
    assert ran.err.strip() == "interrupted; what was not finished was not written"


def test_doctor_tells_what_is_broken() -> None:
    ran = run("doctor --org bad.db --json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["broken"] == 1
    assert [one["name"] for one in told["checks"] if one["state"] == "broken"] == ["organisation"]
    assert run("doctor --org nowhere.db").code == 1
    assert run("doctor").code == 0


def test_verify_of_another_head_is_damage() -> None:
    ran = run(f"verify --head {'0' * 64}")
    assert ran.code == 6
    assert "its tail was cut" in ran.out
    good = json.loads(run("verify --json").out)
    assert good["damage"] == []
    assert run(f"verify --head {good['head']}").code == 0
