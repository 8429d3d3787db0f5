"""The Workload page: its fields in the address, cascades that are planned, and its charts."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import query
from dashboard.figures import routes, workload
from dashboard.pages.lens_page import Material
from dashboard.pages.workload import PAGE
from dashboard.pages.workload_asks import count
from data import lenses
from data.analysis.staged import neighbours
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, FAKES, Fake, build
from tests.page import visit

OPEN = "from dashboard.pages.workload import page; page()"
NAME = "<img src=x> & co"
FEW = [*FAKES[:8], FAKES[16], Fake(NAME, None, 3.0, 200, 0.0, 2.0)]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("work") / "x.duckdb", FEW, samples=5)


def said(app: AppTest) -> str:
    return "".join(str(h.proto.body) for h in app.get("html"))


@pytest.mark.parametrize(
    ("text", "n"),
    [("10M", 10**7), ("1,500", 1500), ("2.5k", 2500), ("1e7", 10**7), ("3 b", 3 * 10**9), ("0", 0),
     ("abc", None), ("", None), ("1.5", None), ("-3", None), ("1e99", None), ("1e999", None),
     ("٣", None)],
)  # fmt: skip
def test_documents_are_read_as_people_write_them(text: str, n: int | None) -> None:
    assert count(text) == n


def test_the_address_holds_the_workload(monkeypatch: pytest.MonkeyPatch, db: Path) -> None:
    app = visit(monkeypatch, OPEN, db, documents="2M", quality="60", hours="48", rpm="500")
    assert "2M documents" in said(app)
    assert "60%" in said(app)
    assert "within 48.0 h" in said(app)
    assert "Limits · 1" in {b.proto.popover.label for b in app.get("popover")}
    assert "US$ for 2M documents" in app.get("plotly_chart")[0].proto.spec


@pytest.mark.parametrize(
    "bad", [{"documents": "<b>"}, {"documents": "1e30"}, {"quality": "900"}, {"rpm": "x"}]
)
def test_a_wrong_number_is_one_line_or_the_default(
    monkeypatch: pytest.MonkeyPatch, db: Path, bad: dict[str, str]
) -> None:
    app = visit(monkeypatch, OPEN, db, **bad)
    assert "10M documents" in said(app)
    assert not app.error
    told = [c.value for c in app.caption if "is none, so 10,000,000 are planned" in c.value]
    assert len(told) == ("documents" in bad)


def material(db: Path, shuffled: bool = False) -> Material:
    study = Study(Reader(db), View(CAMPAIGN), {"quality": 0.5, "hours": 90.0})
    tables = []
    for name in ("workload", "routing"):
        seen = lenses.lens(name).look(study)
        tables.append({
            n: f.sample(fraction=1.0, shuffle=True, seed=3) if shuffled else f
            for n, f in seen.tables.items()
        })  # fmt: skip
    shown = query.Shown(tables[0], "", "", None, (), 1, 1)
    return Material(shown, study.placed, {"routing": tables[1]})


def test_every_chart_has_the_same_bytes_in_any_order(db: Path) -> None:
    straight, shuffled = material(db), material(db, shuffled=True)
    assert neighbours(straight.placed)
    for chart in PAGE.charts:
        for size in ("wide", "medium", "phone"):
            drawn = [
                json.dumps(chart.build(m, size), allow_nan=False)  # type: ignore[arg-type]
                for m in (straight, shuffled)
            ]
            assert drawn[0] == drawn[1]
            assert len(drawn[0]) > 500
            assert "<img" not in drawn[0]
        assert chart.describe(straight) == chart.describe(shuffled)
    assert "&lt;img src=x&gt; &amp; co" in json.dumps(PAGE.charts[0].build(straight, "wide"))


def test_who_will_do_is_strong_and_first_and_nothing_is_drawn_of_nobody(db: Path) -> None:
    tables = material(db).tables
    drawn = workload.dollars(tables["everyone"], tables["cascades"])
    assert drawn is not None
    colours = drawn["data"][0]["marker"]["color"]
    will = colours.count(workload.BLUE)
    assert 0 < will < len(colours)
    assert set(colours[:will]) == {workload.BLUE}
    assert "free" in drawn["layout"]["xaxis"]["ticktext"]
    everyone, cascades = tables["everyone"].clear(), tables["cascades"].clear()
    assert workload.dollars(everyone, cascades) is None
    assert workload.time_and_money(everyone, cascades, 3.0) is None
    timed = workload.time_and_money(tables["everyone"], tables["cascades"], 90.0)
    assert timed is not None
    assert "deadline: 3.8 days" in {n["text"] for n in timed["layout"]["annotations"]}
    for hours in (0.0001, 3.0, 90.0, 3e6):
        narrow = tables["everyone"].with_columns(
            hours=pl.lit(hours),
            hours_low=pl.lit(None, pl.Float64),
            hours_high=pl.lit(None, pl.Float64),
        )
        axis = workload.time_and_money(narrow, cascades)["layout"]["yaxis"]  # type: ignore[index]
        assert axis["ticktext"], hours
    routed = lenses.lens("routing").look(Study(Reader(db), View(CAMPAIGN))).tables
    assert routes.build(routed["routes"].clear(), routed["mixing"]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,500", 1500), ("1,5", None), ("15,00", None), ("1e7", 10**7)],
)
def test_a_decimal_comma_is_no_thousands_mark(text, value):
    from data.lenses import whole

    if value is None:
        with pytest.raises(ValueError, match=r".*"):
            whole(text)
    else:
        assert whole(text) == value
    assert count(text) == value
