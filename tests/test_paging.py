"""Charts of many rows: pages that lose nothing, axes that stay, days that play, charts named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.figures import efficiency, forest, panels, scatter, tokens_spent
from dashboard.figures.forest import ROWS, Bar
from dashboard.figures.panels import Panel, Strand
from dashboard.figures.scatter import Point, Span
from tests.dashboard_data import FAKES, Fake, build
from tests.page import spec, visit

OPENS = "from dashboard.pages.{} import page; page()"
BARS = [Bar(f"Rail {n}", float(n + 1), "", said=f"{n}") for n in range(2 * ROWS + 3)]


def width(figure: dict[str, Any], axis: str = "xaxis") -> float:
    low, high = figure["layout"][axis]["range"]
    return float(high - low)


def test_pages_lose_no_row_and_share_an_axis() -> None:
    made = [forest.build(BARS, Span("US$", log=True), page=n) for n in (1, 2, 3, 99)]
    assert all(made)
    names = [name for one in made[:3] if one for name in one["layout"]["yaxis"]["ticktext"]]
    assert names == [bar.name for bar in BARS]
    assert len({json.dumps(one["layout"]["xaxis"]["range"]) for one in made if one}) == 1
    assert made[3] == made[2]


@pytest.mark.parametrize("log", [True, False])
def test_one_point_has_room_around_it(log: bool) -> None:
    one = scatter.build([Point("a", "A", 40, 50, "")], Span("x", log=log), Span("y", log=log))
    assert one is not None
    least = 1.0 if log else 8.0
    assert width(one) >= least
    row = forest.build([Bar("A", 40.0, "")], Span("x", log=log))
    assert row is not None
    assert width(row) >= least
    flat = Panel("A", "", (Strand("", (1, 2), (40, 40), (True, True), "#000000"),))
    panel = panels.build([flat], log=log)
    assert panel is not None
    assert width(panel, "yaxis") >= least
    wide = scatter.build(
        [Point("a", "A", 40, 50, "")], Span("x", low=0, high=100), Span("y", low=0, high=100)
    )
    assert wide is not None
    assert wide["layout"]["xaxis"]["range"] == [0, 100]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fakes = [Fake(f"Rail {n}", None, n % 7, 50 + 3 * n, 0.2, 0.1 + n / 10) for n in range(30)]
    return build(tmp_path_factory.mktemp("many") / "x.duckdb", fakes, samples=3)


def panels_of(figure: dict[str, Any]) -> list[str]:
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    return [text for text in texts if text.startswith("<b>")]


def test_panels_are_counted_paged_and_chosen(monkeypatch: pytest.MonkeyPatch, many: Path) -> None:
    code, show = OPENS.format("efficiency"), "Tokens by level"
    first = visit(monkeypatch, code, many, show=show)
    told = [c.value for c in first.caption]
    assert any("1 to 16 of 30 models, those that rise most first" in t for t in told)
    assert len(panels_of(spec(first))) == 16
    second = visit(monkeypatch, code, many, show=show, page="2")
    assert len(panels_of(spec(second))) == 14
    assert not set(panels_of(spec(second))) & set(panels_of(spec(first)))
    assert spec(first)["layout"]["yaxis"]["range"] == spec(second)["layout"]["yaxis"]["range"]
    one = visit(monkeypatch, code, many, show=show, models="rail 7")
    assert [text.split("</b>")[0] for text in panels_of(spec(one))] == ["<b>Rail 7"]


def test_waste_and_routes_are_paged(monkeypatch: pytest.MonkeyPatch, many: Path) -> None:
    seen: list[str] = []
    for n in ("1", "2", "77"):
        app = visit(monkeypatch, OPENS.format("workload"), many, rows=n)
        seen += spec(app)["layout"]["yaxis"]["ticktext"] if n != "77" else []
    assert len(set(seen)) >= 30
    assert any("There are: 1, " in str(h.proto.body) for h in app.get("html"))


def test_a_day_is_played_from_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ids = ("llama-3.1-8b", "qwen3-8b", "pythia-2.8b")
    fakes = [Fake(f"M {i}", None, i, 90, 0.0, 0.2 + i, model_id=m) for i, m in enumerate(ids)]
    db = build(tmp_path / "x.duckdb", fakes, samples=3)
    app = visit(monkeypatch, OPENS.format("time"), db)
    slider = app.select_slider(key="release_day")
    last = slider.value
    app.button(key="release_day-play").click().run()
    assert not app.exception
    assert app.button(key="release_day-play").label == "Pause"
    assert app.select_slider(key="release_day").value == slider.options[0] != last
    app.button(key="release_day-play").click().run()
    assert app.button(key="release_day-play").label == "Play"


def test_one_that_writes_alone_is_told_where_its_tokens_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    db = build(tmp_path / "x.duckdb", FAKES[5:6], samples=4)
    app = visit(monkeypatch, OPENS.format("efficiency"), db)
    assert {"Math", "Extraction"} <= set(spec(app)["layout"]["yaxis"]["ticktext"])
    assert app.get("plotly_chart")[0].proto.alt.startswith("Output tokens per task of ")
    rows = pl.DataFrame(
        {"name": ["<b>"] * 2, "category": ["x", "y"], "accuracy": [0.2, 0.9],
         "output_tokens": [5.0, 50.0], "samples": [3, 3]}
    )  # fmt: skip
    made = tokens_spent.build(rows, "<b>")
    assert made == tokens_spent.build(rows.reverse(), "<b>")
    assert made is not None
    assert made["data"][0]["marker"]["symbol"] == ["circle", "circle-open"]
    assert tokens_spent.build(rows, "nobody") is None


def test_names_of_panels_are_in_order_of_their_rise() -> None:
    levels = pl.DataFrame(
        [("A", 1, 10.0), ("A", 2, 20.0), ("B", 1, 10.0), ("B", 2, 90.0), ("C", 1, 10.0)],
        schema=["name", "level", "output_tokens"], orient="row",
    ).with_columns(accuracy=pl.lit(0.9))  # fmt: skip
    placed = pl.DataFrame({"name": ["A", "B", "C"], "model": ["a", "b", "c"]}).with_columns(
        effort=pl.lit(None, pl.String), prompt_style=pl.lit("plain"), output_tokens=pl.lit(9.0),
        reasoning_share=pl.lit(0.1),
    )  # fmt: skip
    assert efficiency.models(levels, placed) == ["B", "A"]
