"""Any repository is read alike, what it lacks is told, and nothing that it says is ever run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput, NotFound, UsageError
from counterpoint.sources.traces.formats import opened
from counterpoint.sources.traces.git import FORMAT
from tests.sources.traces.git_making import ADA, BOB, Made, add, git, make
from tests.sources.traces.git_reading import Read, read, told

HISTORY = [
    Made(files={b"a": b"1\n2\n", b".mailmap": b"Robert <bob@example.org> <bob@old.example>\n"}),
    Made(files={b"b": b"1\n"}, author=b"B <bob@old.example>"),
    Made(files={b"a": b"1\n"}, parents=[1], author=BOB),
    Made(b"join", files={b"b": b"1\n"}, parents=[3, 2]),
]


def same(one: Read, other: Read) -> None:
    """Both readings say the same."""
    assert told(one.rows, *one.rows[0]) == told(other.rows, *other.rows[0])


def test_a_work_tree_a_bare_repository_a_linked_tree_and_a_submodule_read_alike(tmp_path: Path) -> None:
    make(tmp_path / "app", HISTORY)
    whole = read(tmp_path / "app")
    git(tmp_path, "clone", "--quiet", "--bare", "app", "bare.git")
    git(tmp_path / "app", "reset", "--quiet", "--hard")
    git(tmp_path / "app", "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    make(tmp_path / "outer", [Made()])
    git(tmp_path / "outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../app", "inner")
    # What is not committed says nothing, and attributes of the work tree change no figure.
    (tmp_path / "app" / ".mailmap").write_text("Nobody <nobody@example.org> <bob@example.org>\n")
    (tmp_path / "app" / ".gitattributes").write_text("* -diff\n")
    for other in ("app", "bare.git", "linked", "outer/inner", "app/.git"):
        assert FORMAT.recognises(tmp_path / other)
        same(whole, read(tmp_path / other))
    assert len(whole.rows) == 8
    assert {row["actor"] for row in whole.rows} == {"email/ada@example.org", "email/bob@example.org"}


def test_longer_identifiers_read_alike(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    shas = add(tmp_path, HISTORY)
    found = read(tmp_path)
    assert len(shas[0]) == 64 and len(found.rows) == 8 and set(told(found.rows, "thread")) == set(shas)


def test_a_repository_is_called_after_its_folder(tmp_path: Path) -> None:
    make(tmp_path / "app", [Made()])
    git(tmp_path, "clone", "--quiet", "--bare", "app", "app.git")
    names = {FORMAT.opened(tmp_path / one, {}).name for one in ("app", "app.git", "app/.git")}
    assert names == {"git:app"}
    assert FORMAT.opened(tmp_path / "app", {"name": "ours"}).name == "git:ours"
    assert isinstance(opened(tmp_path / "app", None, {}), type(FORMAT.opened(tmp_path / "app", {})))


def test_a_shallow_clone_says_where_it_ends(tmp_path: Path) -> None:
    shas = make(tmp_path / "app", [Made(files={b"a": b"%d\n" % number, b"b": b"%d\n" % number}) for number in range(4)])
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{tmp_path}/app", "shallow")
    found = read(tmp_path / "shallow")
    assert told(found.of("commit"), "object", "size") == sorted([(shas[2], None), (shas[3], 2.0)], key=repr)
    assert {row["thread"] for row in found.of("change")} == {shas[3]}
    (trouble,) = found.troubles
    assert trouble.file == shas[2] and "shallow" in trouble.message and "--unshallow" in trouble.hint
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    again = read(tmp_path / "shallow", found.position.cursor)
    assert again.position.replaces and not again.rows
    same(read(tmp_path / "shallow"), read(tmp_path / "app"))


def test_a_partial_clone_is_read_without_lines_and_fetches_nothing(tmp_path: Path) -> None:
    text = b"".join(b"%d\n" % number for number in range(30))
    shas = make(tmp_path / "app", [Made(files={b"a": text}), Made(moves={b"a": b"b"}), Made(files={b"b": b"1\n"})])
    git(tmp_path / "app", "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{tmp_path}/app", "partial")
    found = read(tmp_path / "partial")
    assert told(found.of("change"), "thread", "object", "size") == sorted(
        [(shas[0], "a", None), (shas[1], "b", None), (shas[2], "b", None)], key=repr
    )
    assert told(found.of("rename"), "object") == ["b"]
    (trouble,) = found.troubles
    assert "partial" in trouble.message
    count = git(tmp_path / "partial", "cat-file", "--batch-check", "--batch-all-objects", "--unordered")
    assert b"blob" not in count


def test_a_damaged_commit_holds_up_no_other(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(files={b"a": b"%d\n" % number * 5, b"d/%d" % number: b"x\n"}) for number in range(6)])
    git(tmp_path, "unpack-objects", "-q", given=_pack(tmp_path))
    blob = git(tmp_path, "rev-parse", f"{shas[2]}:a").decode().strip()
    tree = git(tmp_path, "rev-parse", f"{shas[4]}:d").decode().strip()
    for name in (blob, tree):
        (tmp_path / ".git/objects" / name[:2] / name[2:]).unlink()
    found = read(tmp_path)
    assert {row["object"] for row in found.of("commit")} == set(shas)
    sizes = {row["thread"]: row["size"] for row in found.of("change") if row["object"] == "a"}
    assert sizes == {shas[0]: 5.0, shas[1]: 10.0, shas[2]: None, shas[3]: None}
    lost = {(one.file, one.message.partition(" that")[0]) for one in found.troubles}
    assert lost == {
        (shas[2], "the lines"), (shas[3], "the lines"), (shas[4], "the files"), (shas[5], "the files"),
    }  # fmt: skip


def _pack(folder: Path) -> bytes:
    """Everything in it as one pack, which is taken out of it."""
    names = git(folder, "rev-list", "--objects", "--all")
    pack = git(
        folder, "pack-objects", "--quiet", "--stdout", given=b"\n".join(one.split()[0] for one in names.splitlines())
    )
    for file in (folder / ".git/objects/pack").iterdir():
        file.unlink()
    for file in (folder / ".git/objects").glob("??/*"):
        file.unlink()
    return pack


def test_a_damaged_history_is_an_error(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(), Made(), Made()])
    git(tmp_path, "unpack-objects", "-q", given=_pack(tmp_path))
    (tmp_path / ".git/objects" / shas[1][:2] / shas[1][2:]).unlink()
    with pytest.raises(InvalidInput, match="cannot be read"):
        read(tmp_path)


def test_an_empty_repository_has_no_rows(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    found = read(tmp_path)
    assert not found.rows and found.position.cursor is not None
    make(tmp_path, [Made(files={b"a": b"1\n"})])
    assert len(read(tmp_path, found.position.cursor).rows) == 2


def test_a_branch_can_be_asked_for_and_all_of_them(tmp_path: Path) -> None:
    main = make(tmp_path, [Made(), Made(b"two")])
    side = add(tmp_path, [Made(b"aside", author=BOB)], branch="side", after=main[0])
    git(tmp_path, "tag", "-a", "-m", "v1", "v1", side[0])
    git(tmp_path, "tag", "tree", f"{main[0]}^{{tree}}")
    assert set(told(read(tmp_path).rows, "object")) == set(main)
    assert set(told(read(tmp_path, options={"ref": "v1"}).rows, "object")) == {main[0], side[0]}
    every = read(tmp_path, options={"all": "yes"})
    assert set(told(every.rows, "object")) == {*main, *side}
    # Another question is another source's history: what was kept for the first is none of it.
    assert read(tmp_path, every.position.cursor).position.replaces


def test_what_cannot_be_read_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no git repository"):
        read(tmp_path)
    make(tmp_path / "app", [Made(files={b"docs/a": b"1\n"})])
    git(tmp_path / "app", "reset", "--quiet", "--hard")
    with pytest.raises(InvalidInput, match="inside a git repository") as caught:
        read(tmp_path / "app" / "docs")
    assert caught.value.hint == f"give its root: {tmp_path / 'app'}"
    with pytest.raises(NotFound, match="no branch, tag or commit 'nope'") as missing:
        read(tmp_path / "app", options={"ref": "nope"})
    assert "main" in missing.value.hint
    with pytest.raises(NotFound):
        read(tmp_path / "app", options={"ref": "--output=x"})
    git(tmp_path / "app", "symbolic-ref", "HEAD", "refs/heads/gone")
    with pytest.raises(InvalidInput, match="not there"):
        read(tmp_path / "app")
    for options in ({"all": "perhaps"}, {"all": "yes", "ref": "main"}):
        with pytest.raises(UsageError):
            FORMAT.opened(tmp_path / "app", options)
    assert not FORMAT.recognises(tmp_path) and not FORMAT.recognises(tmp_path / "app" / "docs" / "a")


def test_without_git_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "app", [Made()])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidInput, match="git is not installed"):
        read(tmp_path / "app")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_repository_of_somebody_else_is_refused_with_what_to_do(tmp_path: Path) -> None:
    make(tmp_path / "app", [Made()])
    os.chown(tmp_path / "app", 12345, 12345)
    os.chown(tmp_path / "app/.git", 12345, 12345)
    with pytest.raises(InvalidInput, match="belongs to another user") as caught:
        read(tmp_path / "app")
    assert "safe.directory" in caught.value.hint


def test_nothing_that_a_repository_configures_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app, ran = tmp_path / "app", tmp_path / "ran"
    make(app, [Made(files={b"a": b"1\n", b".gitattributes": b"* diff=evil filter=evil\n"}), Made(files={b"a": b"2\n"})])
    plain = read(app)
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\necho ran >> {ran}\ncat\n")
    evil.chmod(0o755)
    for key in (
        "core.pager", "pager.log", "diff.external", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor",
        "gpg.program", "core.sshCommand", "filter.evil.clean", "filter.evil.smudge", "core.gitProxy", "core.askPass",
        "credential.helper", "core.alternateRefsCommand", "core.editor",
    ):  # fmt: skip
        git(app, "config", key, str(evil))
    for key, value in {
        "log.showSignature": "true", "diff.renames": "copies", "diff.orderFile": "/nowhere", "color.ui": "always",
        "diff.noprefix": "true", "log.showRoot": "false", "diff.algorithm": "patience", "diff.relative": "true",
        "diff.ignoreSubmodules": "all", "log.date": "iso", "format.pretty": "oneline", "core.quotePath": "true",
        "i18n.logOutputEncoding": "latin1", "log.decorate": "full", "log.follow": "true", "mailmap.file": str(evil),
        "core.hooksPath": str(tmp_path), "log.diffMerges": "first-parent", "log.mailmap": "false",
    }.items():  # fmt: skip
        git(app, "config", key, value)
    (app / ".git/info").mkdir(exist_ok=True)
    (app / ".git/info/attributes").write_text("* diff=evil\n")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(evil))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_PAGER", str(evil))
    monkeypatch.setenv("GIT_TRACE", str(ran))
    same(plain, read(app))
    assert not ran.exists()


def test_replaced_commits_are_read_as_they_were_written(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(), Made(b"two", {b"a": b"1\n"})])
    plain = read(tmp_path)
    other = add(tmp_path, [Made(b"other", author=BOB)], branch="other")
    git(tmp_path, "replace", shas[1], other[0])
    (tmp_path / ".git/info").mkdir(exist_ok=True)
    (tmp_path / ".git/info/grafts").write_text(f"{shas[1]}\n")
    same(plain, read(tmp_path))


def test_attributes_are_kept_for_what_is_left_out(tmp_path: Path) -> None:
    outer = b'# generated\n*.pyi linguist-generated\n"with space/*" linguist-vendored=true text\n* text\n'
    files = {
        b".gitattributes": outer,
        b"ours/.gitattributes": b"/made.pyi -linguist-generated\nlib.c !linguist-vendored\n",
    }
    make(tmp_path, [Made(files=files)])
    cursor = read(tmp_path).position.cursor
    assert isinstance(cursor, dict)
    assert cursor["attributes"] == [
        ["", "*.pyi", "generated", True],
        ["", "with space/*", "vendored", True],
        ["ours", "/made.pyi", "generated", False],
        ["ours", "lib.c", "vendored", None],
    ]


def test_who_asks_is_told_how_far_it_is(tmp_path: Path) -> None:
    make(tmp_path, [Made(author=ADA)] * 1200)
    seen: list[tuple[str, int, int]] = []
    list(FORMAT.opened(tmp_path, {"name": "app"}).read(None, lambda *told: seen.append(told)))
    assert seen[0][:2] == ("reading the history of app", 1000) and seen[0][2] in (0, 1200)
    assert seen[-1] == ("reading the history of app", 1200, 1200)
