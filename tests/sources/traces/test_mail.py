"""Mail as activity: who wrote to whom in which discussion, whatever state the archive is in."""

from __future__ import annotations

import gzip
import json
import mailbox
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput, UsageError
from counterpoint.model.activity import RAW, Identity, Position, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.mail.source import FORMAT

SECRET = "The merger with Umbrella"


class Read:
    def __init__(self, path: Path, cursor: Json = None, **options: str) -> None:
        found = list(FORMAT.opened(path, options).read(cursor, lambda *_: None))
        batches = [one for one in found if isinstance(one, Traces)]
        assert all(one.rows.schema == RAW for one in batches)
        self.rows: list[dict[str, Any]] = [row for one in batches for row in one.rows.to_pylist()]
        self.people = {one.reference: one for each in batches for one in each.identities}
        self.trouble = [one for one in found if isinstance(one, Quarantined)]
        (self.position,) = [one for one in found if isinstance(one, Position)]
        for row in self.rows:
            assert {row["actor"], row["target"] or row["actor"]} <= set(self.people)
            row["attributes"] = json.loads(row["attributes"] or "{}")

    def told(self) -> list[tuple[str, str | None]]:
        return [(short(row["actor"]), row["target"] and short(row["target"])) for row in self.rows]

    def threads(self) -> list[str]:
        """The thread of each message, in order, each under a letter of its own."""
        letters: dict[str, str] = {}
        return [letters.setdefault(row["thread"], chr(97 + len(letters))) for row in self.rows]


def short(reference: str) -> str:
    return reference.partition("/")[2].partition("@")[0]


def mail(number: str, who: str = "ana", *more: str, minute: int = 0, body: str = "Hello.", **named: str) -> str:
    heads = {
        "From": f"{who.title()} <{who}@acme.example>",
        "Date": f"Mon, 02 Mar 2026 10:{minute:02d}:00 +0100",
        "Message-ID": f"<{number}@acme.example>",
        "Subject": SECRET,
    } | {name.replace("_", "-"): value for name, value in named.items()}
    lines = [f"{name}: {value}" for name, value in heads.items() if value]
    return "\n".join([*lines, *more, "", body, ""])


def mbox(messages: Iterable[str]) -> str:
    return "".join(f"From x@y Mon Mar  2 10:00:00 2026\n{one}\n" for one in messages)


def archive(folder: Path, *messages: str, name: str = "dev.mbox") -> Path:
    path = folder / name
    path.write_text(mbox(messages))
    return path


def answer(*numbers: str) -> str:
    return " ".join(f"<{one}@acme.example>" for one in numbers)


def test_who_answers_whom(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        mail("1", "ana", To="Bo <bo@acme.example>, cy@acme.example", Cc="Di <DI@acme.example>"),
        mail("2", "bo", In_Reply_To=answer("1"), To="ana@acme.example"),
        mail("3", "cy", References=answer("1", "2"), To="list@acme.example"),
        mail("4", "cy", References=answer("1", "2", "3")),
        mail("5", "ed"),
    )
    read = Read(path)
    assert read.trouble == []
    assert read.told() == [
        ("ana", "bo"), ("ana", "cy"), ("ana", "di"), ("bo", "ana"), ("cy", "bo"), ("cy", None), ("ed", None),
    ]  # fmt: skip
    assert read.threads() == ["a", "a", "a", "a", "a", "a", "b"]
    assert len({row["object"] for row in read.rows}) == 5
    first = read.rows[0]
    assert (first["verb"], first["moment"], first["ahead"]) == ("post", datetime(2026, 3, 2, 9), 60)
    assert read.people["email/ana@acme.example"] == Identity("email", "ana@acme.example", "Ana")
    assert [row["attributes"] for row in read.rows[2:5]] == [{}, {"answers": True}, {"answers": True}]


def test_neither_subject_nor_body_nor_address_is_in_a_row(tmp_path: Path) -> None:
    read = Read(archive(tmp_path, mail("1", To="bo@acme.example", body="Dear Bo, " + SECRET)))
    text = json.dumps([{**row, "actor": "", "target": "", "key": ""} for row in read.rows], default=str)
    for secret in ("Umbrella", "acme", "Dear"):
        assert secret not in text


def test_an_answer_may_stand_before_what_it_answers(tmp_path: Path) -> None:
    read = Read(archive(tmp_path, mail("2", "bo", References=answer("1")), mail("1", "ana")))
    assert read.told() == [("bo", "ana"), ("ana", None)]
    assert read.threads() == ["a", "a"]


def test_a_discussion_holds_together_where_messages_are_missing(tmp_path: Path) -> None:
    read = Read(
        archive(
            tmp_path,
            mail("3", "cy", In_Reply_To=answer("2")),  # knows only what it answers, which is not there
            mail("4", "di", References=answer("1", "2")),  # knows that 1 began it
            mail("9", "ed", References=answer("8")),
        )
    )
    assert read.threads() == ["a", "a", "b"]
    assert [target for _, target in read.told()] == [None, None, None]


def test_messages_that_name_one_another_in_a_circle(tmp_path: Path) -> None:
    read = Read(
        archive(
            tmp_path,
            mail("1", "ana", References=answer("2")),
            mail("2", "bo", References=answer("1")),
            mail("3", "cy", References=answer("3", "2")),
        )
    )
    assert read.threads() == ["a", "a", "a"]
    assert read.told() == [("ana", "bo"), ("bo", "ana"), ("cy", "bo")]


def test_lists_are_zones_and_no_addressees(tmp_path: Path) -> None:
    listed = {"List_Id": "Development <dev.lists.acme.example>", "List_Post": "<mailto:dev@lists.acme.example>"}
    munged = {**listed, "From": "Cy via dev <dev@lists.acme.example>", "Reply_To": "Cy <cy@acme.example>"}
    read = Read(
        archive(
            tmp_path,
            mail("1", "ana", To="dev@lists.acme.example, bo@acme.example", Precedence="bulk", **listed),
            mail("2", "cy", **munged),
            mail("3", "di", To="dev@lists.acme.example"),
        )
    )
    assert [row["zone"] for row in read.rows] == ["dev.lists.acme.example", "dev.lists.acme.example", None]
    assert read.told() == [("ana", "bo"), ("cy", None), ("di", "dev")]
    assert read.people["email/cy@acme.example"].name == "Cy"
    declared = Read(tmp_path / "dev.mbox", list="Dev.lists.acme.example")
    assert {row["zone"] for row in declared.rows} == {"dev.lists.acme.example"}
    assert declared.told()[-1] == ("di", None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"Return-Path": "<>"},
        {"Content-Type": "multipart/report; report-type=delivery-status"},
        {"List-Unsubscribe": "<https://news.example/off>"},
    ],
)
def test_what_a_program_sends_in_the_name_of_somebody_is_not_theirs(tmp_path: Path, headers: dict[str, str]) -> None:
    read = Read(archive(tmp_path, mail("1", "ana", **headers), mail("2", "ana", Auto_Submitted="no")))
    first, second = (read.people[row["actor"]] for row in read.rows)
    assert (first.system, first.handle, first.sort) == ("automatic", "ana@acme.example", "bot")
    assert (second.system, second.sort) == ("email", "unknown")
    assert read.rows[0]["attributes"]["automatic"] == next(iter(headers))


def test_programs_are_told_by_address_and_never_by_a_name(tmp_path: Path) -> None:
    read = Read(
        archive(
            tmp_path,
            mail("1", From="Ana <no-reply@acme.example>"),
            mail("2", From="MAILER-DAEMON@acme.example"),
            mail("3", From="Robot Noreply <robin@acme.example>"),
            mail("4", From="Claude <noreply@anthropic.com>"),
            mail("5", From="Ana <notifications@github.com>", X_GitHub_Sender="Ana-Dev", List_Unsubscribe="<x>"),
        )
    )
    sorts = {row["actor"]: read.people[row["actor"]].sort for row in read.rows}
    assert sorts == {
        "email/no-reply@acme.example": "bot", "email/mailer-daemon@acme.example": "bot",
        "email/robin@acme.example": "unknown", "email/noreply@anthropic.com": "agent", "github/ana-dev": "unknown",
    }  # fmt: skip
    assert [row["agent"] for row in read.rows] == [None, None, None, "account", None]


def test_addresses_that_an_archive_has_obscured(tmp_path: Path) -> None:
    read = Read(
        archive(
            tmp_path,
            mail("1", From="ana at acme.example (Ana Müller)"),
            mail("2", From="=?utf-8?q?M=C3=BC?= <m@x.example>"),
        )
    )
    assert read.people["email/ana@acme.example"].name == "Ana Müller"
    assert read.people["email/m@x.example"].name == "Mü"


def test_dates(tmp_path: Path) -> None:
    received = "from a by b; Tue, 03 Mar 2026 08:00:00 -0500"
    read = Read(
        archive(
            tmp_path,
            mail("1", Date="Mon, 02 Mar 2026 10:00:00 -0000"),
            mail("2", Date="Mon, 02 Mar 2026 10:00:00 +0530", Received=received),
            mail("3", Date="Thu, 01 Jan 1970 00:00:00 +0000", Received=received),
            mail("4", Date="soon", Received=received),
            mail("5", Date="soon"),
            mail("6", Date=""),
        )
    )
    landed = datetime(2026, 3, 3, 13)
    assert [(row["moment"], row["ahead"], row["landed"]) for row in read.rows] == [
        (datetime(2026, 3, 2, 10), None, None),
        (datetime(2026, 3, 2, 4, 30), 330, landed),
        (landed, None, landed),
        (landed, None, landed),
    ]
    assert [row["attributes"].get("dated") for row in read.rows] == [None, None, "received", "received"]
    lines = (tmp_path / "dev.mbox").read_text().splitlines()
    begins = [number for number, line in enumerate(lines, start=1) if line.startswith("From x@y")]
    assert [(one.file, one.line) for one in read.trouble] == [("dev.mbox", begins[4]), ("dev.mbox", begins[5])]


def test_a_body_may_begin_lines_as_messages_do(tmp_path: Path) -> None:
    body = (
        "So.\n\nFrom now on, at 10:00, we meet.\n\nFrom here: nothing.\n\nFrom x Mon Mar 2 10:00:00 2026\nno header\n"
    )
    read = Read(archive(tmp_path, mail("1", body=body), mail("2", "bo")))
    assert read.told() == [("ana", None), ("bo", None)] and read.trouble == []


def test_a_message_to_very_many_is_to_nobody_in_particular(tmp_path: Path) -> None:
    everybody = ", ".join(f"p{number}@acme.example" for number in range(21))
    assert Read(archive(tmp_path, mail("1", To=everybody))).told() == [("ana", None)]


def test_copies_are_one_message_and_one_without_number_is_itself(tmp_path: Path) -> None:
    nameless = mail("1", Message_ID="")
    archive(tmp_path, mail("1"), nameless, name="inbox.mbox")
    archive(tmp_path, mail("1"), nameless, mail("2", minute=3, Message_ID=""), name="sent.mbox")
    assert len(Read(tmp_path).rows) == 3


def test_maildirs_single_messages_and_packed_archives(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(mail("1", "ana").encode())
    box.add_folder("Sent").add(mail("2", "bo", In_Reply_To=answer("1")).encode())
    (tmp_path / "Maildir" / "tmp" / "half").write_text("From: x")
    assert sorted(Read(tmp_path / "Maildir").told(), key=str) == [("ana", None), ("bo", "ana")]
    assert FORMAT.recognises(tmp_path / "Maildir") and FORMAT.recognises(tmp_path)
    with gzip.open(tmp_path / "2026-March.txt.gz", "wt") as stream:
        stream.write(mbox([mail("3", "cy", References=answer("1"))]))
    (tmp_path / "one.eml").write_text(mail("4", "di"))
    (tmp_path / "notes.txt").write_text("From the desk of\n")
    assert sorted(Read(tmp_path).told(), key=str) == [("ana", None), ("bo", "ana"), ("cy", "ana"), ("di", None)]
    assert not FORMAT.recognises(tmp_path / "notes.txt")


def test_the_marks_of_a_maildir_change_nothing(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    key = box.add(mail("1").encode())
    first = Read(tmp_path / "Maildir")
    message = box[key]
    message.set_subdir("cur")
    message.add_flag("S")
    box[key] = message
    again = Read(tmp_path / "Maildir", first.position.cursor)
    assert again.position == first.position and again.rows == []


def test_an_archive_that_grew_is_read_anew_and_gives_what_it_gives_at_once(tmp_path: Path) -> None:
    late = mail("1", "ana")
    path = archive(tmp_path, mail("2", "bo", References=answer("1")))
    first = Read(path)
    assert Read(path, first.position.cursor).rows == []
    path = archive(tmp_path, mail("2", "bo", References=answer("1")), late)
    assert Read(path, first.position.cursor).position.replaces
    kept = Read(path, {**dict(first.position.cursor), "options": {"forgets": "yes"}}, forgets="yes")  # type: ignore[arg-type]
    assert not kept.position.replaces and kept.told() == [("bo", "ana"), ("ana", None)]


def test_what_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        Read(tmp_path)
    (tmp_path / "a.mbox").write_bytes(b"nothing here\n")
    read = Read(tmp_path / "a.mbox")
    assert read.rows == [] and "no message" in read.trouble[0].message
    (tmp_path / "b.mbox.gz").write_bytes(gzip.compress(mbox([mail("1")] * 50).encode())[:-20])
    read = Read(tmp_path / "b.mbox.gz")
    assert [one.level for one in read.trouble] == ["file"]
    for options in ({"list": "a b"}, {"forgets": "perhaps"}):
        with pytest.raises(UsageError):
            FORMAT.opened(tmp_path, options)


_PEAK = """
import resource, sys
from pathlib import Path
from counterpoint.model.activity import Traces
from counterpoint.sources.traces.mail.source import FORMAT
rows = 0
for one in FORMAT.opened(Path(sys.argv[1]), {}).read(None, lambda *_: None):
    rows += one.rows.num_rows if isinstance(one, Traces) else 0
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.long
def test_memory_is_flat(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.mbox"
        with path.open("w") as stream:
            for number in range(count):
                text = mail(str(number), f"p{number % 50}", References=answer(str(number - 1)), body="x" * 500)
                stream.write(mbox([text]))
        ran = subprocess.run([sys.executable, "-c", _PEAK, str(path)], check=True, capture_output=True, text=True)
        rows, kilobytes = map(int, ran.stdout.split())
        assert rows == count
        return kilobytes

    assert peak(60_000) < peak(20_000) + 16 * 1024


numbers = st.integers(0, 6).map(str)
letters = st.lists(st.tuples(numbers, st.sampled_from(["ana", "bo", "cy"]), st.lists(numbers, max_size=3)), max_size=8)


@settings(max_examples=40)
@given(letters)
def test_threads_are_what_the_links_say(found: list[tuple[str, str, list[str]]]) -> None:
    """Messages that are linked are one discussion, and the nearest one that is there is answered."""
    first = {}
    for number, who, before in found:
        first.setdefault(number, (who, [one for one in dict.fromkeys(before) if one != number]))
    with TemporaryDirectory() as folder:
        path = archive(Path(folder), *(mail(number, who, References=answer(*before)) for number, who, before in found))
        if not found:
            return
        read = Read(path)
    assert len(read.rows) == len(first)
    thread = dict(zip(first, (row["thread"] for row in read.rows), strict=True))
    for (number, (who, before)), row in zip(first.items(), read.rows, strict=True):
        there = [one for one in before if one in first]
        wrote = first[there[-1]][0] if there else None
        assert row["target"] == (f"email/{wrote}@acme.example" if wrote and wrote != who else None)
        if there:
            assert thread[number] == thread[there[-1]]
        elif len(before) == 0:
            assert row["thread"] == f"mail:{row['object'].removeprefix('mail:')}" or number in {
                one for _, others in first.values() for one in others
            }


@settings(max_examples=40)
@given(noise=st.binary(max_size=400), cut=st.integers(0, 600), name=st.sampled_from(["a.mbox", "a.eml", "a.mbox.gz"]))
def test_whatever_an_archive_has_in_it_nothing_breaks(noise: bytes, cut: int, name: str) -> None:
    whole = mbox([mail("1", To="bo@acme.example"), mail("2", "bo", References=answer("1"))]).encode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(whole[:cut] + noise + whole[cut:])
        assert Read(path).position.files == 1


header = st.sampled_from(
    [
        "From",
        "To",
        "Cc",
        "Date",
        "Message-ID",
        "References",
        "In-Reply-To",
        "List-Id",
        "List-Post",
        "Received",
        "Reply-To",
    ]
)
value = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60) | st.sampled_from(
    [
        "(((((",
        '"',
        "<",
        "<>@<>",
        "=?utf-8?b?@@@?=",
        "=?x?q?=ff?=",
        "a@b, ,c:d;",
        "Mon, 99 Foo 99999 99:99",
        "; ;",
        "@",
        "a at b.c (",
        "\x00",
    ]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(header, value), max_size=8), st.datetimes(datetime(1960, 1, 1), datetime(2200, 1, 1)))
def test_whatever_headers_say_nothing_breaks(found: list[tuple[str, str]], when: datetime) -> None:
    lines = [*(f"{name}: {text}" for name, text in found), "From: Ana <ana@acme.example>"]
    lines += [f"Date: {when + timedelta(0):%a, %d %b %Y %H:%M:%S} +0000"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.eml"
        path.write_text("\n".join([*lines, "", ""]))
        read = Read(path)
    assert bool(read.rows) != bool(read.trouble)
