"""The Sparsity and Lineage pages: sizes, students, and one group in front of everybody's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard import query
from dashboard.figures import lineage, sparsity
from dashboard.figures.forest import GREY, ORANGE
from dashboard.pages.lens_page import LensPage, Material
from dashboard.pages.lineage import PAGE as LINEAGE
from dashboard.pages.sparsity import PAGE as SPARSITY
from data import lenses
from data.analysis.groups import GROUPED
from data.analysis.lineage import STUDENTS
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, Fake, build
from tests.page import visit

NAME = "<img src=x>"
SIZES = ("wide", "medium", "phone")
FAKES = (
    Fake("Teacher", None, 2.8, 900, 0.9, 2.1, model_id="deepseek-r1"),
    Fake(NAME, None, 1.0, 300, 0.5, 0.2, model_id="deepseek-r1-distill-qwen-7b"),
    Fake("Dense S", None, 0.2, 90, 0.0, 0.1, model_id="llama-3.1-8b"),
    Fake("Dense L", None, 1.2, 90, 0.0, 0.9, model_id="qwen3-32b"),
    Fake("Mixture", None, 1.9, 200, 0.4, 0.6, model_id="qwen3-235b-a22b"),
    Fake("Closed", None, 3.2, 400, 0.7, 9.0, model_id="claude-opus-4-7"),
    Fake("Nobody", None, 0.4, 100, 0.0, 0.0),
)
APP = "from dashboard.pages.{} import page; page()"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sparsity") / "x.duckdb", FAKES, samples=6)


def figures(db: Path, page: LensPage, shuffled: bool = False) -> dict[str, str]:
    study = Study(Reader(db), View(CAMPAIGN))
    seen = lenses.lens(page.lens).look(study)

    def order(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sample(fraction=1.0, shuffle=True, seed=5) if shuffled else frame

    tables = {name: order(frame) for name, frame in seen.tables.items()}
    shown = query.Shown(tables, seen.sentence, seen.interval, seen.note, (), 1, 1)
    material = Material(shown, order(study.placed), {}, {"group": "Anthropic"})
    found = {}
    for chart in page.charts:
        for size in SIZES:
            drawn = chart.build(material, size)  # type: ignore[arg-type]
            if drawn is not None:
                found[f"{chart.name}, {size}"] = json.dumps(drawn, allow_nan=False)
    return found


@pytest.mark.parametrize(("page", "charts"), [(SPARSITY, 4), (LINEAGE, 6)])
def test_every_chart_is_drawn_alike_in_any_order(store: Path, page: LensPage, charts: int) -> None:
    straight = figures(store, page)
    assert len(straight) == charts * len(SIZES)
    assert figures(store, page, shuffled=True) == straight
    assert not [name for name, text in straight.items() if "<img" in text]


def test_a_mixture_reaches_from_its_active_to_its_total_size(store: Path) -> None:
    study = Study(Reader(store), View(CAMPAIGN))
    rows = lenses.lens("sparsity").look(study).tables["contestants"]
    figure = sparsity.sizes(rows, "accuracy")
    assert figure is not None
    marks = figure["data"][0]
    at = marks["x"].index(max(marks["x"]))
    assert marks["marker"]["color"][at] == ORANGE
    mixtures = rows.filter(pl.col("mixture") == "moe").drop_nulls("params_active")
    rings = [s for s in marks["marker"]["symbol"] if s.endswith("-open")]
    assert len(rings) == mixtures.height
    reaches = [away for away in marks["error_x"]["arrayminus"] if away > 0]
    wanted = mixtures.select(pl.col("params_total") - pl.col("params_active")).to_series()
    assert sorted(reaches) == pytest.approx(sorted(wanted), rel=1e-4)


def student(**more: Any) -> pl.DataFrame:
    row = {"student_model_id": "s", "student_name": "S", "teacher_name": "T", "kept": 0.8,
           "kept_low": 0.7, "kept_high": 0.9, "difference_low": -0.2, "difference_high": -0.1,
           "student_accuracy": 0.4, "teacher_accuracy": 0.5, "prices": "list"}  # fmt: skip
    return pl.DataFrame([row | more], schema=STUDENTS, orient="row")


@pytest.mark.parametrize(
    ("more", "symbol", "colour", "said"),
    [
        ({"cost_ratio": 0.1}, "circle", ORANGE, "80% of T for 1/10 of its cost"),
        ({"cost_ratio": 3.0}, "circle", ORANGE, "80% of T for 3.0 times its cost"),
        ({"difference_high": 0.1}, "circle-open", GREY, "80% of T"),
        ({"difference_low": None}, "circle-open", GREY, "80% of T"),
    ],
)
def test_a_student_not_told_from_its_teacher_is_hollow(
    more: dict[str, Any], symbol: str, colour: str, said: str
) -> None:
    figure = lineage.students(student(**more))
    assert figure is not None
    marker = figure["data"][0]["marker"]
    assert (marker["symbol"], marker["color"]) == ([symbol], [colour])
    assert [note["text"] for note in figure["layout"]["annotations"]] == [said]
    assert lineage.students(student(kept=None)) is None


def test_one_group_stands_out_and_prices_are_kept_apart() -> None:
    row = {"prices": "list", "overspend": 2.0, "overspend_low": 1.0, "overspend_high": 1e9,
           "models": 3, "contestants": 3, "left": 0, "on_frontier": 0.5, "few": False}  # fmt: skip
    rows = [{"group": "A"}, {"group": "B", "overspend": 1.5, "few": True, "models": 1},
            {"group": "A", "prices": "self-hosted"}, {"group": None}]  # fmt: skip
    frame = pl.DataFrame([row | r for r in rows], schema=GROUPED, orient="row")
    assert lineage.nearest(frame) == ["A", "B"]
    figure = lineage.groups(frame, "A")
    assert figure is not None
    names = figure["layout"]["yaxis"]["ticktext"]
    marks = figure["data"][0]
    assert names == ["B", "A", "A · own machines", "not known"]
    assert marks["marker"]["color"] == [GREY, lineage.BLUE, lineage.BLUE, GREY]
    assert marks["marker"]["symbol"][0] == "circle-open"
    assert marks["error_x"]["array"] == [0, *[lineage.FAR * 2 - 2] * 3]


@pytest.mark.parametrize(
    ("word", "query", "alt"),
    [
        ("sparsity", {"show": "Speed"}, "Total and active parameters against speed"),
        ("lineage", {"show": "Students"}, "What students keep of their teachers"),
        ("lineage", {"one_lab": "Anthropic"}, "Capability (0 to 100) against cost"),
        ("lineage", {"show": "Countries"}, "Times the cost of the cheapest"),
    ],
)
def test_the_address_chooses_the_chart(
    monkeypatch: pytest.MonkeyPatch, store: Path, word: str, query: dict[str, str], alt: str
) -> None:
    app = visit(monkeypatch, APP.format(word), store, **query)
    said = app.get("plotly_chart")[0].proto.alt
    assert said.startswith(alt)
    assert "one_lab" not in query or "of Anthropic stand out" in said
