"""What the charts of readers, spectrum, size and knowledge say, on frames written by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from dashboard.figures import knowledge, readers, size, size_tiers, spectrum
from data.analysis.readers import NUMBERS, WHO
from data.analysis.tiers import SCHEMA as TIERS

ROW = {
    "category": "c", "task": "t", "level": 1, "reader_name": "R", "writer_name": "W",
    "reader_accuracy": 0.9, "writer_accuracy": 0.9, "difference": 0.0, "difference_low": -0.01,
    "difference_high": 0.01, "verdict": "matches", "samples": 50, "cost_ratio": 12_000.0,
    "prices": "list", "reader_cost_per_1k_usd": 0.001, "writer_cost_per_1k_usd": 12.0,
}  # fmt: skip


def frame(*rows: dict[str, Any], **more: Any) -> pl.DataFrame:
    return pl.DataFrame([ROW | r for r in rows], schema=WHO | NUMBERS | more, orient="row")


def words(figure: dict[str, Any] | None) -> list[str]:
    assert figure is not None
    return [note["text"] for note in figure["layout"]["annotations"]]


def test_a_reader_that_is_not_told_from_the_writer_is_hollow_and_no_better() -> None:
    rows = frame({"task": "a"}, {"task": "b", "verdict": "worse", "difference": -0.3},
                 {"task": "c", "verdict": "too close to call", "difference": 0.1})  # fmt: skip
    figure = readers.by_task(rows)
    assert figure is not None
    marks = figure["data"][0]
    assert figure["layout"]["yaxis"]["ticktext"] == ["c", "a", "b"]
    assert marks["marker"]["symbol"] == ["circle-open", "circle", "circle"]
    assert marks["marker"]["color"] == [readers.GREY, readers.BLUE, readers.ORANGE]
    assert words(figure)[1] == "matches, 1/12,000 of its cost"
    solid, dotted = figure["layout"]["shapes"]
    assert (solid["x0"], dotted["x0"]) == (0, -5)


def test_the_line_is_dotted_from_where_the_reader_falls_behind() -> None:
    rows = [{"level": n, "reader_accuracy": 1 - n / 5, "turns": n == 3} for n in (1, 2, 3, 4)]
    figure = readers.by_level(frame(*rows, turns=pl.Boolean()))
    assert any("behind from 3" in word for word in words(figure))
    assert figure is not None
    lines = {(t["name"], t["line"].get("dash")): t["y"] for t in figure["data"]}
    assert lines["reader", "solid"] == [80, 60, None, None]
    assert lines["reader", "dot"] == [None, 60, 40, 20]
    assert ("writer", "dot") not in lines


def test_what_cost_nothing_is_paid_back_by_the_first_document() -> None:
    more = {"labels": pl.Int64(), "label_cost_usd": pl.Float64(), "fit_cost_usd": pl.Float64(),
            "break_even": pl.Int64(), "break_even_note": pl.String()}  # fmt: skip
    figure = readers.break_even(frame({"break_even": 0, "labels": 0}, {"task": "u"}, **more))
    assert figure is not None
    assert figure["data"][0]["x"] == [1]


@pytest.mark.parametrize(
    ("p", "symbol"), [(0.2, "circle-open"), (0.01, "circle"), (None, "circle-open")]
)
def test_what_chance_may_have_done_is_hollow(p: float | None, symbol: str) -> None:
    measures = pl.DataFrame(
        {"measure": ["added_to_cost", "p_added_to_cost"], "value": [0.1, p], "low": [0.0, None],
         "high": [0.3, None], "n": [20, 20], "note": [None, None]}
    )  # fmt: skip
    figure = spectrum.explained(measures)
    assert figure is not None
    assert figure["data"][0]["marker"]["symbol"] == [symbol]
    assert spectrum.hidden(measures) is None


def test_outside_calibration_there_is_a_bound_and_no_interval() -> None:
    read = pl.DataFrame(
        {
            "collection": ["q"] * 4, "name": ["big", "mid", "tiny", "dark"],
            "score": [60.0, 30.0, 5.0, 20.0], "params_estimate": [None, 1e11, None, None],
            "params_low": [1e12, 1e10, None, None], "params_high": [None, 9e11, 2e9, None],
            "kind": ["at least", "inside", "at most", "no finite interval"],
            "note": ["outside calibration", None, None, None],
        }
    )  # fmt: skip
    figure = size.closed(size.fullest(read))
    assert figure is not None
    marks = figure["data"][0]
    assert figure["layout"]["yaxis"]["ticktext"] == ["mid", "big", "tiny"]
    assert marks["marker"]["symbol"] == ["circle", "triangle-right-open", "triangle-left-open"]
    assert marks["error_x"]["array"] == [8e11, 0, 0]
    assert words(figure) == ["100B, score 30", "at least 1T, outside calibration",
                             "at most 2B, outside calibration"]  # fmt: skip
    assert size.closed(pl.DataFrame()) is None


def test_the_smallest_adequate_tier_is_bold_and_the_best_has_a_star() -> None:
    cell = {"category": "c", "task": "t", "contestant_id": "x", "samples": 40, "prices": "list",
            "is_best": False, "is_smallest_adequate": False, "detectably_worse": False}  # fmt: skip
    rows = [
        {"tier": "< 10B", "accuracy": 0.5, "detectably_worse": True, "cost_per_1k_usd": 0.1},
        {"tier": "10-100B", "accuracy": 0.8, "is_smallest_adequate": True},
        {"tier": "> 100B", "accuracy": 0.82, "is_best": True, "cost_per_1k_usd": 8.0},
    ]
    tiers = pl.DataFrame([cell | r for r in rows], schema=TIERS, orient="row")
    figure = size_tiers.build(tiers.with_columns(name=pl.lit("n")))
    assert sorted(words(figure)) == ["50%   $0.10", "82% ★   $8.00", "<b>80%</b>"]
    assert size_tiers.build(tiers.clear()) is None


def test_on_a_dotted_curve_the_knowledge_index_is_the_same() -> None:
    for index in knowledge.ISO:
        curve = knowledge._iso(index, "wide")
        for a, h in zip(curve.x, curve.y, strict=True):
            assert a is not None
            assert h is not None
            assert a - h * (1 - a / 100) == pytest.approx(index, abs=0.02)
        assert (curve.y[0], curve.y[-1]) == (0, 100)
