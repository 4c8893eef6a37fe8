"""DuckDB equals Spark: every measure of the catalogue, on a real standalone Spark with two workers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from counterpoint.errors import CounterpointError, InvalidInput, StoreError
from counterpoint.lake.dialect import to_spark
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import Engine
from counterpoint.lake.place import Place
from counterpoint.lake.running import Input, Outcome, run
from counterpoint.lake.spark import SparkEngine
from counterpoint.lake.writing import Writer
from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import Asked, Measure
from tests.lake import generated
from tests.lake.standalone import settings, standalone, why_not
from tests.measures.trial import NOW

CLOSE = {"rel_tol": 1e-9, "abs_tol": 1e-9}
GRAINS = ("team", "zone", "organisation", "person", "work", "source")
"""Which of its grains a measure is tried by: the first it has, and the last."""
needs_spark = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Input:
    """A lake of several files and an organisation with something of everything."""
    place = Place.at(str(tmp_path_factory.mktemp("lake")))
    writer = Writer(place, "all", "all")
    writer.add(generated.activity())
    return Input(place, [one.name for one in writer.close()], generated.tables(), NOW)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """An engine on a master and two workers that are there for this module alone."""
    with standalone(tmp_path_factory.mktemp("spark")) as address:
        engine = SparkEngine(address, settings())
        yield engine
        engine.close()


def came_to(measure: Measure, asked: Asked, given: Input, engine: Engine) -> Outcome:
    """What a measure comes to, or why it does not, with its name."""
    try:
        return run(measure, asked, given, engine)
    except CounterpointError as error:
        raise AssertionError(
            f"{measure.name} by {asked.grain} on {engine.name}: {error.message}\n{error.hint}"
        ) from error


def grains_of(measure: Measure) -> list[str]:
    there = [one for one in GRAINS if one in measure.grains]
    return list(dict.fromkeys([there[0], there[-1]]))


def rows_of(found: Outcome) -> list[dict[str, Any]]:
    """The rows, in an order that does not go by figures."""
    rows: list[dict[str, Any]] = found.rows.to_pylist()
    exact = [one.name for one in found.rows.schema if str(one.type) != "double"]
    return sorted(rows, key=lambda row: [str(row[name]) for name in exact])


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, **CLOSE) or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


@needs_spark
@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_measure_comes_to_the_same_on_both(name: str, given: Input, spark: SparkEngine) -> None:
    measure = MEASURES[name]
    for grain in grains_of(measure):
        asked = Asked(grain, "quarter", me="person:p1")  # type: ignore[arg-type]
        here, there = came_to(measure, asked, given, DuckEngine()), came_to(measure, asked, given, spark)
        assert [one.what for one in here.lacking] == [one.what for one in there.lacking]
        assert (here.withheld, here.within) == (there.withheld, there.within)
        left, right = rows_of(here), rows_of(there)
        assert len(left) == len(right), (grain, left[:3], right[:3])
        for one, other in zip(left, right, strict=True):
            unlike = {column: (one[column], other[column]) for column in one if not same(one[column], other[column])}
            assert not unlike, (grain, one, unlike)


@needs_spark
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_spark_says_what_is_wrong_and_where(given: Input, spark: SparkEngine) -> None:
    with spark.session(given.place, given.files, {}) as session:
        assert session.query("select count(*) as n from stored")["n"].to_pylist() == [3000]
        for sql in ("select nothing from stored", "drop view stored", "select * from parquet.`/etc/passwd`"):
            with pytest.raises(InvalidInput):
                session.query(sql)
        session.keep("few", "select distinct source from stored")
        assert session.query("select count(*) as n from few")["n"].to_pylist() == [5]
    with pytest.raises(StoreError, match="lacks activity/gone"), spark.session(given.place, ["activity/gone"], {}):
        pass


def test_a_spark_that_is_not_there_is_no_accident(monkeypatch: pytest.MonkeyPatch, given: Input) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with (
        pytest.raises(StoreError, match=r"Java|not installed"),
        SparkEngine("spark://h:1").session(given.place, [], {}),
    ):
        pass


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_every_query_of_a_measure_has_an_equal_in_sparks_sql(name: str) -> None:
    from counterpoint.lake.mentions import texts_of
    from counterpoint.lake.running import filled

    measure = MEASURES[name]
    for text in [*texts_of(measure), *texts_of(measure, joins=True)]:
        assert to_spark(filled(measure, Asked(), text))


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("select a / b from t", "SELECT a / NULLIF(b, 0) FROM t"),
        ("select a / 2 from t", "SELECT a / 2 FROM t"),
        ("select 0.5 * a from t", "SELECT CAST('0.5' AS DOUBLE) * a FROM t"),
        ("select quantile_cont(a, 0.5) from t", "SELECT PERCENTILE(a, CAST('0.5' AS DOUBLE)) FROM t"),
        ("select date_diff('day', a, b) from t", "SELECT DATEDIFF(CAST(b AS DATE), CAST(a AS DATE)) FROM t"),
        ("select dayofweek(a) from t", "SELECT (DAYOFWEEK(a) - 1) FROM t"),
        ("select extract('isodow' from a) from t", "SELECT (WEEKDAY(a) + 1) FROM t"),
    ],
)
def test_what_sqlglot_leaves_unequal_is_made_equal(duckdb: str, spark: str) -> None:
    assert to_spark(duckdb) == spark


@pytest.mark.parametrize("sql", ["drop table x", "select 1; select 2", "select reflect('a', 'b')", "select * from a.b"])
def test_what_is_no_query_is_refused(sql: str) -> None:
    with pytest.raises(InvalidInput):
        to_spark(sql)
