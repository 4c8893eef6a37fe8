"""A history becomes activity: who wrote, changed, renamed, brought in, looked at and reported what."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from counterpoint.model.activity import Traces
from counterpoint.sources.traces.git import FORMAT
from tests.sources.traces.git_making import ADA, BOB, Made, git, make
from tests.sources.traces.git_reading import read, told

LINES = b"".join(b"line %d\n" % number for number in range(20))


def test_a_commit_is_a_row_and_a_row_for_each_file(tmp_path: Path) -> None:
    first, second = make(
        tmp_path / "app",
        [
            Made(b"begin", {b"a.py": b"1\n2\n", b"logo.png": b"\0\1"}, written=b"1700000000 +0130"),
            Made(b"go on", {b"a.py": b"1\n3\n4\n", b"logo.png": None}, author=BOB, landed=b"1700000600 -0500"),
        ],
    )
    found = read(tmp_path / "app")
    assert told(found.of("commit"), "actor", "object", "thread", "size") == [
        ("email/ada@example.org", first, first, 2.0),
        ("email/bob@example.org", second, second, 2.0),
    ]
    assert told(found.of("change"), "thread", "object", "size", "attributes") == sorted(
        [
            (first, "a.py", 2.0, '{"status":"added"}'),
            (first, "logo.png", None, '{"binary":true,"status":"added"}'),
            (second, "a.py", 3.0, None),
            (second, "logo.png", None, '{"binary":true,"status":"removed"}'),
        ],
        key=repr,
    )
    times = {row["thread"]: (row["moment"], row["landed"], row["ahead"]) for row in found.of("change")}
    noon = datetime(2023, 11, 14, 22, 13, 20)
    assert times == {first: (noon, noon, 90), second: (noon, noon.replace(minute=23), 60)}
    assert found.position.files == 2 and not found.position.replaces and not found.troubles


def test_a_renamed_file_is_a_change_and_a_rename(tmp_path: Path) -> None:
    make(
        tmp_path,
        [
            Made(files={b"old name.py": LINES}),
            Made(files={b"new.py": LINES + b"more\n"}, moves={b"old name.py": b"new.py"}),
        ],
    )
    found = read(tmp_path)
    assert told(found.of("rename"), "object", "size", "attributes") == [("new.py", None, '{"from":"old name.py"}')]
    assert ("new.py", 1.0, '{"status":"renamed"}') in told(found.of("change"), "object", "size", "attributes")


def test_a_merge_is_a_row_without_files(tmp_path: Path) -> None:
    history = [
        Made(files={b"a": b"1\n"}),
        Made(files={b"b": b"1\n"}, author=BOB, parents=[1]),
        Made(files={b"c": b"1\n"}, parents=[1]),
        Made(b"Merge pull request #4 from bob/b", files={b"b": b"1\n"}, parents=[3, 2]),
    ]
    shas = make(tmp_path, history)
    (merge,) = read(tmp_path).of("merge")
    assert (merge["actor"], merge["object"], merge["target"], merge["work"]) == (
        "email/ada@example.org", shas[3], None, "#4",
    )  # fmt: skip
    assert orjson.loads(merge["attributes"]) == {"parents": [shas[2], shas[1]]}
    assert shas[3] not in {row["thread"] for row in read(tmp_path).of("commit", "change")}


def test_who_commits_what_another_wrote_brings_it_in(tmp_path: Path) -> None:
    (sha,) = make(tmp_path, [Made(committer=BOB, landed=b"1700086400 +0000")])
    (row,) = read(tmp_path).of("merge")
    assert (row["actor"], row["target"], row["object"]) == ("email/bob@example.org", "email/ada@example.org", sha)
    assert row["moment"] == row["landed"] == datetime(2023, 11, 15, 22, 13, 20)
    assert (row["ahead"], row["attributes"]) == (0, '{"as":"committer"}')


def test_github_itself_brings_nothing_in(tmp_path: Path) -> None:
    make(tmp_path, [Made(committer=b"GitHub <noreply@github.com>")])
    assert not read(tmp_path).of("merge")


MESSAGE = b"""Answer politely (#12)

Fixes #7.

Signed-off-by: Ada <ada@example.org>
Signed-off-by: Carol <carol@example.org>
Co-Authored-By: Bob <Bob@Example.org>
co-authored-by: Bob B. <bob@example.org>
Co-authored-by: Ada <ada@example.org>
Reviewed-by: Carol <carol@example.org>
Reported-and-tested-by: Dan <dan@example.org>
Acked-by: @erin
Reviewed-by: Ada <ada@example.org>
Acked-by: Carol <carol@example.org>
"""


def test_trailers_are_people_who_helped(tmp_path: Path) -> None:
    make(tmp_path, [Made(MESSAGE, {b"a": b"1\n", b"b": b"2\n"})])
    found = read(tmp_path)
    ada, bob, carol = (f"email/{name}@example.org" for name in ("ada", "bob", "carol"))
    assert told(found.of("commit"), "actor", "size") == [(ada, 2.0), (bob, 2.0)]
    assert told(found.of("change"), "actor", "object", "attributes") == [
        (ada, "a", '{"status":"added"}'),
        (ada, "b", '{"status":"added"}'),
        (bob, "a", '{"as":"co-author","status":"added"}'),
        (bob, "b", '{"as":"co-author","status":"added"}'),
    ]
    assert told(found.of("review"), "actor", "target", "attributes") == [
        (carol, ada, '{"trailers":["reviewed-by","acked-by"]}'),
        ("email/dan@example.org", ada, '{"trailers":["tested-by"]}'),
        ("github/erin", ada, '{"trailers":["acked-by"]}'),
    ]
    assert told(found.of("report"), "actor", "target") == [("email/dan@example.org", None)]
    assert told(found.of("merge"), "actor", "target", "attributes") == [
        (carol, ada, '{"trailers":["signed-off-by"]}'),
    ]
    assert {row["work"] for row in found.rows} == {"#7"}
    (commit,) = (row for row in found.of("commit") if row["actor"] == ada)
    assert orjson.loads(commit["attributes"]) == {"works": ["#12"]}


def test_the_text_of_a_message_goes_nowhere(tmp_path: Path) -> None:
    make(tmp_path, [Made(b"a secret subject\n\nand a secret body\n\nNote: secret\nReviewed-by: Bob <bob@example.org>")])
    found = read(tmp_path)
    assert "secret" not in repr(found.rows) + repr(found.position)


@pytest.mark.parametrize(
    ("author", "message", "expected"),
    [
        (b"Claude <noreply@anthropic.com>", b"x", ("account", 0.95, "claude", "agent")),
        (b"C <198982749+Copilot@users.noreply.github.com>", b"x", ("account", 1.0, "copilot", "agent")),
        (b"d <49699333+dependabot[bot]@users.noreply.github.com>", b"x", (None, None, None, "bot")),
        (b"Claude Monet <claude@giverny.example>", b"x", (None, None, None, "unknown")),
        (ADA, b"x\n\nCo-authored-by: Claude Opus 4.6 <noreply@anthropic.com>", ("trailer", 0.95, "claude", "unknown")),
        (ADA, b"x\n\nAssisted-by: Codex:gpt-5 sparse", ("trailer", 0.9, "codex", "unknown")),
        (ADA, b"x\n\nCo-authored-by: Claude Sonnet 4 <ada@example.org>", ("trailer", 0.8, "claude", "unknown")),
        (ADA, b"x\n\nCo-authored-by: Claude Monet <claude@giverny.example>", (None, None, None, "unknown")),
        (ADA, b"x\n\nMade with [Cursor](https://cursor.com)", ("statement", 0.9, "cursor", "unknown")),
        (b"Ada (aider) <ada@example.org>", b"x", ("statement", 0.9, "aider", "unknown")),
    ],
)  # fmt: skip
def test_agents_and_bots_are_told_apart(
    tmp_path: Path, author: bytes, message: bytes, expected: tuple[Any, ...]
) -> None:
    agent, confidence, tool, sort = expected
    make(tmp_path, [Made(message, {b"a": b"1\n"}, author=author)])
    found = read(tmp_path)
    written = [row for row in found.of("commit", "change") if "co-author" not in (row["attributes"] or "")]
    assert {(row["agent"], row["confidence"] and round(row["confidence"], 4)) for row in written} == {
        (agent, confidence)
    }
    (commit,) = (row for row in written if row["verb"] == "commit")
    assert orjson.loads(commit["attributes"] or "{}").get("ai") == tool
    assert found.identities[commit["actor"]].sort == sort


def test_an_agent_that_wrote_with_somebody_has_rows_of_its_own(tmp_path: Path) -> None:
    make(tmp_path, [Made(b"x\n\nCo-authored-by: Claude <noreply@anthropic.com>", {b"a": b"1\n"})])
    found = read(tmp_path)
    assert told(found.of("change"), "actor", "agent") == [
        ("email/ada@example.org", "trailer"), ("email/noreply@anthropic.com", "trailer"),
    ]  # fmt: skip
    assert found.identities["email/noreply@anthropic.com"].sort == "agent"


def test_the_mailmap_is_followed_for_trailers_too(tmp_path: Path) -> None:
    mailmap = b"Ada L <ada@example.org> <ADA@old.example>\nRobert <bob@example.org> Bobby <shared@example.org>\n"
    history = [
        Made(files={b".mailmap": mailmap}),
        Made(author=b"ada <ada@old.example>"),
        Made(b"x\n\nReviewed-by: Bobby <shared@example.org>\nAcked-by: Al <shared@example.org>", author=BOB),
    ]
    make(tmp_path, history)
    found = read(tmp_path)
    assert {row["actor"] for row in found.of("commit")} == {"email/ada@example.org", "email/bob@example.org"}
    assert told(found.of("review"), "actor") == ["email/shared@example.org"]
    assert found.identities["email/ada@example.org"].name in ("Ada", "Ada L")


@pytest.mark.parametrize(
    ("author", "reference", "name"),
    [
        (b"Zo\xc3\xab <ZOE@Example.ORG>", "email/zoe@example.org", "Zoë"),
        (b"Zo\xeb <zoe@example.org>", "email/zoe@example.org", "Zo\\xeb"),
        (b"Eve <eve@users.noreply.github.com>", "github/eve", "Eve"),
        (b"Eve <12+Eve-X@users.noreply.github.com>", "github/eve-x", "Eve"),
        (b"Eve <12-eve@users.noreply.gitlab.com>", "gitlab/eve", "Eve"),
        (b"Eve Adams <>", "name/Eve Adams", "Eve Adams"),
        (b"Eve Adams <none@none>", "name/Eve Adams", "Eve Adams"),
        (b"eve <eve>", "email/eve", "eve"),
        (b"  <eve@example.org>", "email/eve@example.org", ""),
    ],
)
def test_who_somebody_is(tmp_path: Path, author: bytes, reference: str, name: str) -> None:
    make(tmp_path, [Made(author=author)])
    found = read(tmp_path)
    assert [(one.reference, one.name) for one in found.identities.values()] == [(reference, name)]


@pytest.mark.parametrize(
    ("written", "landed", "expected", "trouble"),
    [
        (b"1700000000 -0930", b"1700000000 +0000", (datetime(2023, 11, 14, 22, 13, 20), -570), False),
        (b"1700000000 +9900", b"1700000000 +0000", (datetime(2023, 11, 14, 22, 13, 20), None), False),
        (b"2208988800 +0000", b"2208988800 +0000", (datetime(2040, 1, 1), 0), False),
        (b"0 +0000", b"1700000000 +0100", (datetime(2023, 11, 14, 22, 13, 20), 60), True),
        (b"2208988800 +0000", b"1700000000 +0000", (datetime(2023, 11, 14, 22, 13, 20), 0), True),
        (b"99999999999999999 +0000", b"1700000000 +0000", (datetime(2023, 11, 14, 22, 13, 20), 0), True),
        (b"1700000000 +0000", b"0 +0000", (datetime(2023, 11, 14, 22, 13, 20), 0), False),
    ],
)
def test_odd_dates(tmp_path: Path, written: bytes, landed: bytes, expected: tuple[Any, ...], trouble: bool) -> None:
    (sha,) = make(tmp_path, [Made(written=written, landed=landed)])
    found = read(tmp_path)
    assert [(row["moment"], row["ahead"]) for row in found.rows] == [expected]
    assert [(one.level, one.field, one.file) for one in found.troubles] == (
        [("field", "moment", sha)] if trouble else []
    )


def test_what_has_no_date_or_nobody_is_quarantined_with_its_commit(tmp_path: Path) -> None:
    history = [Made(), Made(written=b"0 +0000"), Made(author=b" <>")]
    shas = make(tmp_path, history)
    found = read(tmp_path)
    assert {row["thread"] for row in found.rows} == {shas[0]}
    assert {(one.level, one.file) for one in found.troubles} == {("record", shas[1]), ("record", shas[2])}
    assert "no date" in found.troubles[1].message and "no author" in found.troubles[0].message


def test_odd_paths(tmp_path: Path) -> None:
    paths = [
        b"tab\there",
        b"line\nbreak",
        b'quo"te',
        b"caf\xc3\xa9",
        b"caf\xe9",
        b"\x02mark",
        b":colon",
        b"-",
        b"1\t2\t3",
    ]
    make(tmp_path, [Made(files=dict.fromkeys(paths, b"1\n")), Made(files=dict.fromkeys(paths, LINES))])
    found = read(tmp_path)
    shown = sorted([*(path.decode() for path in paths if path != b"caf\xe9"), "caf\\xe9"])
    assert sorted({row["object"] for row in found.of("change")}) == shown
    assert {row["size"] for row in found.of("change") if row["attributes"] is None} == {21.0}


def test_a_submodule_that_moved_is_said_to_be_one(tmp_path: Path) -> None:
    (sha,) = make(tmp_path / "part", [Made(files={b"a": b"1\n"})])
    make(tmp_path / "app", [Made()])
    git(tmp_path / "app", "reset", "--quiet", "--hard")
    git(tmp_path / "app", "update-index", "--add", "--cacheinfo", f"160000,{sha},part")
    git(tmp_path / "app", "commit", "--quiet", "-m", "take part in")
    assert told(read(tmp_path / "app").of("change"), "object", "attributes") == [
        ("part", '{"status":"added","submodule":true}')
    ]


def test_more_helpers_than_anybody_has_are_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterpoint.sources.traces.git.telling.ROWS_AT_ONCE", 10)
    helpers = b"".join(b"Co-authored-by: H%d <h%d@example.org>\n" % (number, number) for number in range(1100))
    (sha,) = make(tmp_path, [Made(b"x\n\n" + helpers, {b"a": b"1\n", b"b": b"2\n"})])
    found = read(tmp_path)
    assert len(found.of("change")) == 2 * 1001
    assert [(one.file, one.field) for one in found.troubles] == [(sha, "trailers")]


def test_a_batch_says_after_which_time_nothing_more_is_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterpoint.sources.traces.git.telling.ROWS_AT_ONCE", 4)
    helped = b"x\n\nCo-authored-by: Bob <bob@example.org>\n"
    begun, day = 1_700_000_000, 86_400
    history = [
        Made(helped, {b"a": b"%d\n" % now}, written=b"%d +0100" % (now - now % 7 * 99 * day), landed=b"%d -0500" % now)
        for now in range(begun, begun + 400 * day, 10 * day)
    ]
    make(tmp_path, history)
    several = [one for one in FORMAT.opened(tmp_path, {}).read(None, lambda *_: None) if isinstance(one, Traces)]
    assert len(several) > 20
    for place, one in enumerate(several):
        assert one.latest is not None
        later = [row["moment"] for other in several[place + 1 :] for row in other.rows.to_pylist()]
        assert all(moment <= one.latest for moment in later)
    latest = [one.latest for one in several if one.latest is not None]
    assert latest == sorted(latest, reverse=True)
    assert latest[0] - latest[-1] > timedelta(days=300)


def test_a_commit_that_takes_another_back_says_so(tmp_path: Path) -> None:
    sha = "0123456789abcdef0123456789abcdef01234567"
    make(tmp_path, [Made(f'Revert "x"\n\nThis reverts commit {sha}.'.encode())])
    assert orjson.loads(read(tmp_path).rows[0]["attributes"]) == {"reverts": sha}
