"""What is read later is what was not read before; and any history says what git says of each commit by itself."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from tests.sources.traces.git_making import ADA, BOB, Made, add, git, make
from tests.sources.traces.git_reading import Read, read, told

EVERY = ("key", "moment", "landed", "ahead", "actor", "verb", "object", "target", "work", "size", "thread", "agent",
         "confidence", "attributes")  # fmt: skip


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(files={b"a": b"1\n"}), Made(files={b"a": b"2\n"})])
    first = read(tmp_path)
    again = read(tmp_path, first.position.cursor)
    assert not again.rows and not again.position.replaces and again.position.cursor == first.position.cursor
    more = add(tmp_path, [Made(files={b"a": b"3\n"}, author=BOB)], after=shas[-1])
    later = read(tmp_path, again.position.cursor)
    assert set(told(later.rows, "thread")) == set(more) and later.position.files == 1
    assert not later.position.replaces


def test_a_history_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(files={b"a": b"1\n"}), Made(files={b"a": b"2\n"})])
    first = read(tmp_path)
    add(tmp_path, [Made(b"instead", {b"a": b"9\n"})], after=shas[0])
    later = read(tmp_path, first.position.cursor)
    assert later.position.replaces and not later.rows
    git(tmp_path, "reflog", "expire", "--expire=all", "--all")
    git(tmp_path, "gc", "--quiet", "--prune=now")
    assert read(tmp_path, first.position.cursor).position.replaces


def test_another_mailmap_makes_other_actors_of_everything(tmp_path: Path) -> None:
    shas = make(tmp_path, [Made(author=BOB)])
    first = read(tmp_path)
    add(tmp_path, [Made(files={b".mailmap": b"<robert@example.org> <bob@example.org>\n"})], after=shas[0])
    assert read(tmp_path, first.position.cursor).position.replaces
    assert "email/robert@example.org" in told(read(tmp_path).rows, "actor")


def test_another_repository_of_the_same_name_replaces_nothing(tmp_path: Path) -> None:
    make(tmp_path / "one/app", [Made(b"one")])
    make(tmp_path / "other/app", [Made(b"other")])
    cursor = read(tmp_path / "one/app").position.cursor
    with pytest.raises(InvalidInput, match=r"git:app was read from .* another history") as caught:
        read(tmp_path / "other/app", cursor)
    assert "name=" in caught.value.hint
    (tmp_path / "one/app").rename(tmp_path / "moved")
    assert not read(tmp_path / "moved", cursor, {"name": "app"}).position.replaces


def test_a_cursor_of_another_making_is_read_anew(tmp_path: Path) -> None:
    make(tmp_path, [Made()])
    for cursor in ({"tips": []}, "what", {"reading": 0}):
        assert read(tmp_path, cursor).position.replaces  # type: ignore[arg-type]


def test_a_branch_that_was_merged_and_deleted_is_no_history_written_anew(tmp_path: Path) -> None:
    main = make(tmp_path, [Made(), Made(b"two")])
    side = add(tmp_path, [Made(b"aside", author=BOB)], branch="side", after=main[0])
    first = read(tmp_path, options={"all": "yes"})
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/main")
    tree = git(tmp_path, "rev-parse", "main^{tree}").decode().strip()
    merge = git(tmp_path, "commit-tree", tree, "-p", main[1], "-p", side[0], "-m", "join").decode().strip()
    git(tmp_path, "update-ref", "refs/heads/main", merge)
    git(tmp_path, "update-ref", "-d", "refs/heads/side")
    later = read(tmp_path, first.position.cursor, {"all": "yes"})
    assert told(later.rows, "verb", "object") == [("merge", merge)]


NAMES = [b"a.py", b"b/c.py", b"b/d e.txt", b"tab\t", b"caf\xe9", b'q"', b"new\nline", b"package-lock.json"]
PEOPLE = [ADA, BOB, b"Zo\xc3\xab <zoe@example.org>", b"Eve <7+eve@users.noreply.github.com>", b"M\xf8 <mo@example.org>"]
TRAILERS = [
    b"Co-authored-by: Bob <bob@example.org>",
    b"co-authored-by: Eve <7+eve@users.noreply.github.com>",
    b"Reviewed-by: Ada <ada@example.org>",
    b"Reported-by: Dan <dan@example.org>",
    b"Signed-off-by: Bob <bob@example.org>",
]
_texts = st.lists(st.sampled_from([b"1\n", b"2\n", b"3\n", b"\0"]), max_size=12).map(
    lambda lines: b"same\n" * 6 + b"".join(lines)
)


@st.composite
def histories(draw: st.DrawFn) -> list[Made]:
    """A history of up to eight commits: branches and merges, renames, odd names and helpers."""
    trees: list[set[bytes]] = []
    made: list[Made] = []
    for number in range(draw(st.integers(1, 8))):
        parents = (
            draw(st.lists(st.integers(max(1, number - 2), number), min_size=1, max_size=2, unique=True))
            if number
            else []
        )
        tree = set(trees[parents[0] - 1]) if parents else set()
        old = draw(st.sampled_from(sorted(tree))) if tree and draw(st.booleans()) else None
        free = sorted(set(NAMES) - tree)
        moves = {old: draw(st.sampled_from(free))} if old is not None and free else {}
        tree = (tree - set(moves)) | set(moves.values())
        files: dict[bytes, bytes | None] = dict(draw(st.dictionaries(st.sampled_from(NAMES), _texts, max_size=3)))
        gone = draw(st.sampled_from(sorted(tree))) if tree and draw(st.integers(0, 3)) == 0 else None
        tree |= set(files)
        if gone is not None and gone not in files:
            files[gone] = None
            tree.discard(gone)
        trees.append(tree)
        helpers = draw(st.lists(st.sampled_from(TRAILERS), max_size=2, unique=True))
        written = 1_600_000_000 + draw(st.integers(0, 10_000_000))
        zone = draw(st.sampled_from([b"+0000", b"-0330", b"+1245"]))
        made.append(
            Made(
                b"\n\n".join([b"step %d" % number, b"\n".join(helpers)]), files, moves,
                draw(st.sampled_from(PEOPLE)), draw(st.sampled_from([None, *PEOPLE])), b"%d %b" % (written, zone),
                b"%d +0100" % (written + draw(st.integers(0, 86_400))), parents,
            )
        )  # fmt: skip
    return made


def naive(folder: Path) -> set[tuple[Any, ...]]:
    """The rows that a history has, read with a git of its own for each commit: who did what to what, how much, when."""
    rows: set[tuple[Any, ...]] = set()
    for sha in git(folder, "rev-list", "HEAD").decode().split():
        head, _, message = git(folder, "cat-file", "commit", sha).partition(b"\n\n")
        fields = [line.split(b" ", 1) for line in head.split(b"\n")]
        parents = [value for name, value in fields if name == b"parent"]
        (author, written), (committer, landed) = (_signed(dict(fields)[name]) for name in (b"author", b"committer"))
        trailers = [line.partition(b": ") for line in message.split(b"\n\n", 1)[1].split(b"\n") if line]
        helpers = [(name.lower(), _who(value)) for name, _, value in trailers]
        writers = {author} | (
            {who for name, who in helpers if name == b"co-authored-by"} if len(parents) < 2 else set()
        )
        if len(parents) > 1:
            rows.add(("merge", author, sha, None, None, sha, written, None))
        for who in writers if len(parents) < 2 else ():
            files = _changed(folder, sha)
            role = {"as": "co-author"} if who != author else {}
            rows.add(("commit", who, sha, None, float(len(files)), sha, written, _json(role)))
            for path, (status, lines, old) in files.items():
                about = {
                    **role,
                    **({"status": status} if status else {}),
                    **({"binary": True} if lines is None else {}),
                }
                rows.add(("change", who, path, None, lines, sha, written, _json(about)))
                if old:
                    rows.add(("rename", who, path, None, None, sha, written, _json({**role, "from": old})))
        bringers = {who for name, who in helpers if name == b"signed-off-by"} | (
            {committer} if len(parents) < 2 else set()
        )
        for who in bringers - writers:
            about = {"as": "committer"} if who == committer and len(parents) < 2 else {"trailers": ["signed-off-by"]}
            rows.add(("merge", who, sha, author, None, sha, landed, _json(about)))
        for name, who in helpers:
            if name == b"reviewed-by" and who != author:
                rows.add(("review", who, sha, author, None, sha, landed, _json({"trailers": ["reviewed-by"]})))
            if name == b"reported-by":
                rows.add(("report", who, sha, None, None, sha, landed, _json({"trailers": ["reported-by"]})))
    return rows


def _changed(folder: Path, sha: str) -> dict[str, tuple[str, float | None, str]]:
    found: dict[str, tuple[str, float | None, str]] = {}
    parts = iter(git(folder, "show", "--format=", "-z", "--root", "--name-status", "-M", sha).split(b"\0"))
    names = {"A": "added", "D": "removed", "R": "renamed"}
    for letter in parts:
        if letter:
            old = _shown(next(parts)) if letter[:1] == b"R" else ""
            found[_shown(next(parts))] = (names.get(letter[:1].decode(), ""), None, old)
    parts = iter(git(folder, "show", "--format=", "-z", "--root", "--numstat", "-M", sha).split(b"\0"))
    for line in parts:
        if line:
            added, removed, name = line.split(b"\t", 2)
            path = _shown(name if name else [next(parts), next(parts)][1])
            lines = None if added == b"-" else float(int(added) + int(removed))
            found[path] = (found[path][0], lines, found[path][2])
    return found


def _signed(value: bytes) -> tuple[str, datetime]:
    who, when, _ = value.rsplit(b" ", 2)
    return _who(who), datetime.fromtimestamp(int(when), UTC).replace(tzinfo=None)


def _who(value: bytes) -> str:
    address = value.partition(b"<")[2].rstrip(b">").decode()
    return "github/eve" if "noreply" in address else f"email/{address}"


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")


def _json(found: dict[str, Any]) -> str | None:
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode() if found else None


def _plain(found: Read) -> set[tuple[Any, ...]]:
    rows = set()
    for row in found.rows:
        about = orjson.loads(row["attributes"] or "{}")
        about.pop("parents", None)
        rows.add(
            (
                row["verb"],
                row["actor"],
                row["object"],
                row["target"],
                row["size"],
                row["thread"],
                row["moment"],
                _json(about),
            )
        )
    return rows


@settings(max_examples=8)
@given(history=histories(), data=st.data())
def test_a_history_reads_as_its_commits_one_by_one_and_in_two_halves_as_whole(
    history: list[Made], data: st.DataObject
) -> None:
    law(history, data)


@pytest.mark.long
@settings(max_examples=100)
@given(history=histories(), data=st.data())
def test_many_histories_read_as_their_commits(history: list[Made], data: st.DataObject) -> None:
    law(history, data)


def law(history: list[Made], data: st.DataObject) -> None:
    """One reading is what each commit says by itself, and what two readings come to, wherever the first one ended."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shas = make(folder, history)
        whole = read(folder)
        assert not whole.troubles
        assert _plain(whole) == naive(folder)
        reached = git(folder, "rev-list", "HEAD").decode().split()
        middle = data.draw(st.sampled_from(reached))
        git(folder, "update-ref", "refs/heads/main", middle)
        first = read(folder)
        git(folder, "update-ref", "refs/heads/main", shas[-1])
        second = read(folder, first.position.cursor)
        assert not second.position.replaces and second.position.cursor == whole.position.cursor
        assert told([*first.rows, *second.rows], *EVERY) == told(whole.rows, *EVERY)


def test_the_examples_are_of_every_sort() -> None:
    """The strategy makes what the law is about: otherwise it would hold for nothing."""
    seen = {"merge": 0, "rename": 0, "helper": 0}

    @settings(max_examples=25, database=None)
    @given(histories())
    def look(history: list[Made]) -> None:
        seen["merge"] += any(len(one.parents or ()) > 1 for one in history)
        seen["rename"] += any(one.moves for one in history)
        seen["helper"] += any(b"-by: " in one.message for one in history)

    look()
    assert min(seen.values()) > 2
