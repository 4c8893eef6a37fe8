"""A small repository of invented people in which everything that a map tells can be counted by hand."""

from __future__ import annotations

from pathlib import Path

from tests.sources.traces.git_making import Made, make

INES, INES_AT_HOME = b"Ines Ojeda <ines@example.org>", b"Ines  OJEDA <ojeda@home.example>"
TOM, LEE, MIRA = b"Tom Abara <tom@example.org>", b"Lee Park <lee@example.org>", b"Mira Voss <mira@example.org>"
KEN = b"Ken Ito <ken@example.org>"
BOT = b"renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>"
CODEOWNERS = b"/billing/ @marina/ledger\n/shop/ @lee @mira\n"
_BEGIN, _DAY = 1_640_995_200, 86_400
WEEKS = 110
DOCS = 14


def history() -> list[Made]:
    """Two years of weeks, in which two people of billing and two of the shop change their files and review each other.

    Every second week Tom changes a file of each at once, and nobody of the shop looks at it. Ken writes pages alone.
    """
    made = [Made(b"begin", {b".github/CODEOWNERS": CODEOWNERS}, author=INES, written=_at(0, 0))]
    for week in range(WEEKS):
        mark = b"%d\n" % week
        ines = INES_AT_HOME if week % 5 == 4 else INES
        first, second = (ines, TOM) if week % 2 else (TOM, ines)
        third, fourth = (LEE, MIRA) if week % 2 else (MIRA, LEE)
        made += [
            _reviewed(b"billing/ledger.py", mark, first, second, _at(week, 1)),
            _reviewed(b"billing/tax.py", mark, second, first, _at(week, 2)),
            _reviewed(b"shop/cart.py", mark, third, fourth, _at(week, 3)),
            _reviewed(b"shop/pay.py", mark, fourth, third, _at(week, 4)),
        ]
        if week % 2:
            both = {b"billing/tax.py": b"both " + mark, b"shop/pay.py": b"both " + mark}
            made.append(Made(b"new rates", both, author=TOM, written=_at(week, 5)))
        if week < DOCS:
            made.append(Made(b"a page", {b"docs/page-%02d.md" % week: b"words\n"}, author=KEN, written=_at(week, 6)))
        if week % 10 == 9:
            made.append(Made(b"bump", {b"shop/versions.txt": mark}, author=BOT, written=_at(week, 6)))
    made.append(Made(b"one word", {b"docs/page-00.md": b"other words\n"}, author=KEN, written=_at(WEEKS, 0)))
    return made


def repository(folder: Path) -> Path:
    """The repository, with no work tree checked out."""
    make(folder, history())
    return folder


def _at(week: int, day: int) -> bytes:
    return b"%d +0000" % (_BEGIN + (7 * week + day) * _DAY)


def _reviewed(path: bytes, content: bytes, author: bytes, reviewer: bytes, written: bytes) -> Made:
    return Made(b"work\n\nReviewed-by: " + reviewer, {path: content}, author=author, written=written)
