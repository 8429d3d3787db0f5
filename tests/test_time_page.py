"""The Time page: the frontier as it stood on a day, and the pace written at each line's end."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.figures import time, time_costs
from dashboard.figures.calendar_axis import place, span
from data.analysis import moving, timeline
from tests.dashboard_data import Fake, build
from tests.page import spec, visit

APP = "from dashboard.pages.time import page; page()"
NAME = "<img src=x>"
START = date(2024, 1, 1)
DATED = (
    Fake("Finch S", None, 0.2, 90, 0.0, 0.1, model_id="llama-3.1-8b"),
    Fake("Heron M", None, 1.5, 120, 0.0, 0.4, model_id="deepseek-r1"),
    Fake(NAME, None, 2.8, 200, 0.9, 1.1, model_id="kimi-k2"),
    Fake("Gull F", None, -0.5, 200, 0.9, 0.0, model_id="qwen3-8b"),
)


def sold(*rows: tuple[str, float, float, int, int | None]) -> pl.DataFrame:
    """(name, accuracy, cost, since day, until day)."""
    found = [
        (name.lower(), name, accuracy, float(cost), START + timedelta(days=a),
         None if b is None else START + timedelta(days=b))
        for name, accuracy, cost, a, b in rows
    ]  # fmt: skip
    columns = ["contestant_id", "name", "accuracy", "cost_per_1k_usd", "since", "until"]
    types = [pl.String, pl.String, pl.Float64, pl.Float64, pl.Date, pl.Date]
    return pl.DataFrame(found, schema=dict(zip(columns, types, strict=True)), orient="row")


POINTS = sold(("A", 0.4, 1, 0, None), ("B", 0.6, 8, 0, None), (NAME, 0.7, 2, 400, None),
              ("Z", 0.1, 0, 500, None), ("C", 0.8, 30, 500, None))  # fmt: skip


def drawn(figure: dict[str, Any] | None) -> dict[str, list[Any]]:
    assert figure is not None
    marks = next(trace for trace in figure["data"] if trace["name"] == "points")
    ids = [entry[0] for entry in marks["customdata"]]
    return dict(zip(ids, zip(marks["x"], marks["y"], marks["marker"]["color"], strict=True),
                    strict=True))  # fmt: skip


def test_later_contestants_are_absent_and_new_ones_stand_out() -> None:
    frontiers = moving.stood(POINTS)
    first = drawn(time.frontier(POINTS, frontiers, START.isoformat()))
    assert sorted(first) == ["a", "b"]
    later = drawn(time.frontier(POINTS, frontiers, (START + timedelta(days=400)).isoformat()))
    assert {key: colour for key, (_, _, colour) in later.items()} == {
        "a": time.BLUE, "b": time.GREY, NAME: time.ORANGE,
    }  # fmt: skip
    last = time.frontier(POINTS, frontiers)
    assert drawn(last)["z"][0] > 0, "what is free stands in its gutter"
    assert last is not None
    assert "free" in last["layout"]["xaxis"]["ticktext"]
    earlier = [t for t in last["data"] if t["name"] == "earlier"]
    assert len(earlier) == frontiers["date"].n_unique() - 1


def test_the_axes_stay_while_the_days_go_by() -> None:
    frontiers = moving.stood(POINTS)
    figures = [time.frontier(POINTS, frontiers, day) for day in time.days(POINTS)]
    assert len(figures) == 3
    assert len({json.dumps(f["layout"]["xaxis"]["range"]) for f in figures if f}) == 1
    texts = [note["text"] for note in figures[1]["layout"]["annotations"]] if figures[1] else []
    assert "<b>2025-02-04</b>" in texts
    assert time.days(sold(("A", 0.5, 1, 0, 10))) == [START.isoformat()], "then nothing is sold"
    assert time.frontier(POINTS.clear(), frontiers.clear()) is None


def costs(points: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = timeline.cost_to_reach(points, (0.3, 0.5))
    paces = timeline.halving(found, START + timedelta(days=900))
    ends = {"halving_days_low": 91.3, "halving_days_high": None}
    return found, paces.with_columns(pl.lit(v, pl.Float64).alias(k) for k, v in ends.items())


def test_the_pace_stands_at_the_end_of_its_line() -> None:
    rows = [(f"M{i}", 0.5, 64 / 2**i, 120 * i, None) for i in range(6)]
    found, paces = costs(sold(*rows, ("Free", 0.3, 0, 700, None)))
    figure = time_costs.build(found, paces)
    assert figure is not None
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert any(text.startswith("50% halves every 4") and "[3.0, ∞]" in text for text in texts)
    assert "30% free since 2025-12-01" in texts
    shuffled = time_costs.build(found.sample(fraction=1, shuffle=True, seed=3), paces.reverse())
    assert json.dumps(shuffled, allow_nan=False) == json.dumps(figure, allow_nan=False)
    free = found.filter(pl.col("cost_per_1k_usd") == 0)
    assert time_costs.build(free, timeline.halving(free)) is None, "nothing costs anything"


@pytest.mark.parametrize("days", [0, 20, 200, 3000])
def test_ticks_of_the_calendar_are_few_and_named_once(days: int) -> None:
    axis = span(START, START + timedelta(days=days), 0.3, 7)
    assert axis.tick is not None
    said = [axis.tick(value) for value in axis.ticks]
    assert 1 <= len(said) <= 7
    assert len(set(said)) == len(said)
    assert place(date(2026, 1, 1)) == 2026


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("time") / "x.duckdb", DATED, samples=3)


def test_the_day_comes_from_the_address(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    whole = visit(monkeypatch, APP, store)
    days = list(whole.select_slider[0].options)
    assert len(days) > 2
    first = visit(monkeypatch, APP, store, release_day=days[0])
    assert first.select_slider[0].value == days[0]
    assert len(drawn(spec(first))) < len(drawn(spec(whole)))
    assert days[0] in first.get("plotly_chart")[0].proto.alt
    assert "<img" not in first.get("plotly_chart")[0].proto.spec
    gone = visit(monkeypatch, APP, store, release_day="1999-01-01")
    assert gone.select_slider[0].value == days[-1]


def test_every_chart_is_a_link(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    app = visit(monkeypatch, APP, store, show="Cost by release date")
    assert app.get("plotly_chart")[0].proto.alt.startswith("Cost of reaching a quality")
    app = visit(monkeypatch, APP, store, show="Cost by price date")
    assert not app.get("plotly_chart")
    assert any("dated list prices" in str(c.value) for c in app.caption)
