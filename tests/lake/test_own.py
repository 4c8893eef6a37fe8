"""An organisation's own measures: read, tried, and every problem told with its place; what they may reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput, NotFound, Problem
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.own import own_measures
from counterpoint.lake.place import Place
from tests.measures.trial import actors, figures, organisation

DECLARED = """
question = "How late in the day do teams work?"
about = "The latest hour of anything that was done."
limits = "Nights that leave no trace are not seen."
grains = ["organisation", "team"]

[[figures]]
name = "latest"
unit = "o'clock"
about = "in UTC"

[[needs]]
what = "activity"
sql = "select count(*) from activity"
hint = "counterpoint trace PATH brings it in"

[[settings]]
name = "least"
default = 1
about = "rows below which nothing is said"
"""
WITHOUT_SETTINGS = DECLARED[: DECLARED.index("[[settings]]")]
SQL = """
select period, unit, 'latest' as figure, max(extract('hour' from moment)) as value, count(*) as n
from activity_by
group by period, unit
having count(*) >= $least
"""


def folder(tmp_path: Path, declared: str = DECLARED, sql: str | None = SQL, name: str = "latest") -> Path:
    (tmp_path / f"{name}.toml").write_text(declared)
    if sql is not None:
        (tmp_path / f"{name}.sql").write_text(sql)
    return tmp_path


def problems(path: Path, known: tuple[str, ...] = ()) -> list[Problem]:
    with pytest.raises(InvalidInput) as told:
        own_measures(path, known)
    return list(told.value.problems)


def test_a_measure_of_ones_own_runs_as_any_other(tmp_path: Path) -> None:
    measure = own_measures(folder(tmp_path))["latest"]
    assert measure.origin == str(tmp_path / "latest.toml")
    rows = [{"actor": "ana"}, {"actor": "bo"}]
    assert figures(measure, rows, actors(red=["ana"], blue=["bo"]), grain="team") == {
        ("latest", "team:red"): 10,
        ("latest", "team:blue"): 10,
    }
    assert figures(measure, rows, actors(red=["ana"]), grain="team", least=2) == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ('question = "', 'qestion = "', 2, "qestion", "there is no such field"),
        ('limits = "Nights that leave no trace are not seen."\n', "", 1, None, "limits is missing"),
        ('["organisation", "team"]', '["squad"]', 5, "grains", "'squad' is nothing to tell apart by"),
        ('unit = "o\'clock"', "unit = 7", 9, "figures.0.unit", "this is a whole number, and is to be a text"),
        ('hint = "counterpoint trace PATH brings it in"\n', "", 12, "needs.0", "hint is missing"),
        ("[[settings]]", '[[extras]]\nname = "n"\ntype = "int"\nabout = "x"\n\n[[settings]]', 19, "extras.0.type",
         "there is no type 'int'"),
        ('name = "least"', 'name = "most"', None, None, "there is no setting 'least'"),
        ("default = 1", "default = 1]", 19, None, None),
    ],
)  # fmt: skip
def test_every_problem_of_a_declaration_has_its_place(  # noqa: PLR0917
    tmp_path: Path, old: str, new: str, line: int | None, field: str | None, message: str | None
) -> None:
    assert old in DECLARED
    found = problems(folder(tmp_path, DECLARED.replace(old, new)))
    (one,) = [one for one in found if message is None or message in one.message]
    if line is not None:
        assert (one.file, one.line, one.field) == (str(tmp_path / "latest.toml"), line, field)


@pytest.mark.parametrize(
    ("sql", "line", "message"),
    [
        ("select period, unit\nfrom nowhere", 2, "there is no table nowhere"),
        ("select *\nfrom read_csv('/etc/passwd')", 2, "there is no table"),
        ("select *\nfrom '/etc/passwd'", 2, "there is no table"),
        ("select 1 as value;\ndrop table activity", None, "one SELECT"),
        ("copy activity to 'x.csv'", None, "one SELECT"),
        ("select period, unit,\n  ( from activity_by", 2, "this is no SQL"),
        ("select period, unit, 'latest' as figure,\n  nothing as value from activity_by", 2, "nothing"),
        ("select period, unit, 'latest' as figure, 1 as worth from activity_by", None, "'worth'"),
        ("select period, unit, 'latest' as figure, 'x' as value from activity_by", None, None),
        ("select period, unit, 'latest' as figure, reflect('java.lang.System', 'getenv') as value from activity_by",
         None, "reflect"),
    ],
)  # fmt: skip
def test_every_problem_of_sql_has_its_place(tmp_path: Path, sql: str, line: int | None, message: str | None) -> None:
    rows = problems(folder(tmp_path, WITHOUT_SETTINGS, sql))
    assert rows[0].file == str(tmp_path / "latest.sql")
    assert message is None or message in rows[0].message
    assert line is None or rows[0].line == line


def test_what_stands_alone_and_what_is_taken_is_told(tmp_path: Path) -> None:
    folder(tmp_path, sql=None)
    (tmp_path / "stray.sql").write_text("select 1")
    assert [one.message for one in problems(tmp_path, ("latest",))] == [
        "there is a measure latest already",
        "there is no SQL beside this declaration",
        "there is no declaration beside this SQL",
    ]
    with pytest.raises(NotFound, match="there is no folder"):
        own_measures(tmp_path / "nowhere")


def test_a_private_one_is_told_apart_by_person(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, DECLARED.replace("grains =", "private = true\ngrains =")))
    assert [(one.line, one.field) for one in found] == [(6, "grains")]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "select * from glob('/*')",
        "select * from read_parquet('{other}')",
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/x.db'",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "install httpfs",
        "load httpfs",
        "select 1; select 2",
        "create table x as select 1",
        "select * from private_variable",
    ],
)
def test_queries_reach_nothing_beside_their_tables(tmp_path: Path, sql: str) -> None:
    private_variable = organisation()["party"]
    place = Place.at(str(tmp_path))
    mine, _ = place.keep("x", private_variable)
    other, _ = place.keep("y", private_variable)
    with DuckEngine().session(place, [mine], {}) as session:
        assert session.query("select count(*) as n from stored")["n"].to_pylist() == [0]
        with pytest.raises(InvalidInput):
            session.query(sql.format(other=place.path(other), folder=tmp_path))
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "x.db").exists()
