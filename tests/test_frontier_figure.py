"""The frontier figure: pure, the same bytes for the same rows, and legible."""

from __future__ import annotations

import json
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import frontier, frontier_labels, labels
from dashboard.figures.axes import AXES, COST, TIME, TOKENS, capability_range, scale, ticks
from dashboard.figures.frontier_plot import SCREENS, Size, plan
from dashboard.figures.palette import GREY, OWN_RING, RING, SEQUENTIAL, share_colour
from dashboard.pages.frontier_chart import key
from data.analysis.frontier import place
from data.store import Reader
from data.study import Study
from data.view import View
from tests.dashboard_data import CAMPAIGN, build

SIZES: list[Size] = ["wide", "medium", "phone"]
Row = dict[str, Any]


def contestant(n: int, **changes: Any) -> Row:
    """One synthetic summary row; fictional, nothing measured."""
    accuracy = changes.pop("accuracy", 0.5)
    return {
        "contestant_id": f"id-{n:03d}",
        "name": f"Model {n}",
        "model": f"fictional/{n}",
        "deployment": "fictional",
        "kind": "writer",
        "lab": None,
        "country": None,
        "weights": "open",
        "architecture": None,
        "params_total": None,
        "params_active": None,
        "price_basis": "tokens",
        "accuracy": accuracy,
        "accuracy_low": max(0.0, accuracy - 0.06),
        "accuracy_high": min(1.0, accuracy + 0.06),
        "cost_per_1k_usd": 1.0,
        "output_tokens": 100.0,
        "reasoning_share": 0.5,
        "duration_s": 1.0,
        "coverage": 1.0,
        "baseline": 0.0,
        **changes,
    }


def placed(rows: list[Row], x: str = "cost_per_1k_usd") -> pl.DataFrame:
    schema = {
        "lab": pl.String,
        "country": pl.String,
        "architecture": pl.String,
        "params_total": pl.Int64,
        "params_active": pl.Int64,
        "cost_per_1k_usd": pl.Float64,
        "reasoning_share": pl.Float64,
        "weights": pl.String,
    }
    return place(pl.DataFrame(rows, schema_overrides=schema), x)


def field(count: int = 40, seed: int = 1) -> list[Row]:
    rng = random.Random(seed)
    rows = []
    for n in range(count):
        dollars = 10 ** rng.uniform(-4, 2.5)
        accuracy = min(0.99, max(0.1, 0.5 + 0.08 * rng.gauss(0, 1) + 0.07 * (n % 6)))
        rows.append(
            contestant(
                n,
                model=f"fictional/{n // 3}",
                name=f"Model {n // 3} · {('low', 'medium', 'high')[n % 3]}",
                accuracy=accuracy,
                cost_per_1k_usd=dollars,
                output_tokens=rng.uniform(0, 4000),
                weights=rng.choice(["open", "closed", None]),
                reasoning_share=rng.choice([None, rng.random()]),
            )
        )
    return rows


def trace(figure: frontier.Figure, name: str) -> Row:
    return next(t for t in figure["data"] if t["name"] == name)


@pytest.mark.parametrize("size", SIZES)
def test_the_json_is_the_same_for_any_order_of_the_rows(size: Size) -> None:
    frame = placed(field())
    first = json.dumps(frontier.build(frame, COST, size))
    assert json.dumps(frontier.build(frame, COST, size)) == first
    for seed in range(4):
        mixed = frame.sample(fraction=1, shuffle=True, seed=seed)
        assert json.dumps(frontier.build(mixed, COST, size)) == first


@given(seed=st.integers(0, 400), count=st.integers(1, 40), size=st.sampled_from(SIZES))
def test_no_label_covers_another_or_leaves_the_plot(seed: int, count: int, size: Size) -> None:
    plot = plan(placed(field(count, seed)), COST, size)
    boxes = [label.box for label in frontier_labels.place(plot)]
    assert len(boxes) <= SCREENS[size].labels
    for i, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[i + 1 :])
        assert box.left >= 0
        assert box.right <= plot.screen.width
        assert box.bottom >= 0
        assert box.top <= plot.screen.plot_height


def test_labels_do_not_cover_points_or_bars() -> None:
    plot = plan(placed(field()), COST, "wide")
    for label in frontier_labels.place(plot):
        for row in plot.rows:
            x, y = plot.pixel(row)
            assert not label.box.meets(labels.Box(x - 4, y - 4, x + 4, y + 4)), label.wish.text


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The made-up campaign of the dashboard's tests."""
    return Reader(build(tmp_path_factory.mktemp("figure") / "store.duckdb", samples=6))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("axis", list(AXES.values()))
def test_every_name_stands_nearest_to_its_own_point(store: Reader, axis: Any, size: Size) -> None:
    plot = plan(Study(store, View(CAMPAIGN, x=axis.column)).placed, axis, size)
    found = frontier_labels.place(plot)
    assert len(found) >= 5
    named = {row["name"]: row["contestant_id"] for row in plot.rows}
    assert len(named) == len(plot.rows)
    for label in found:
        gaps = {
            row["contestant_id"]: dot.gap(label.box)
            for row, dot in zip(plot.rows, frontier_labels.dots(plot), strict=True)
        }
        own = gaps.pop(named[label.wish.text])
        assert own < min(gaps.values()), label.wish.text


@given(seed=st.integers(0, 400), count=st.integers(1, 40), wider=st.floats(1, 2.6))
def test_a_name_is_its_own_points_on_a_wider_screen_too(
    seed: int, count: int, wider: float
) -> None:
    plot = plan(placed(field(count, seed)), COST, "phone")
    dots = [dot._replace(x=dot.x * wider) for dot in frontier_labels.dots(plot)]
    for label in frontier_labels.place(plot):
        shift = label.wish.x * (wider - 1)
        box = label.box._replace(left=label.box.left + shift, right=label.box.right + shift)
        own = label.wish.dot.gap(label.box)
        assert own <= min(dot.gap(box) for dot in dots) + 1e-6, label.wish.text


def test_two_points_at_one_place_have_no_name() -> None:
    rows = [contestant(n, accuracy=0.5 + 0.2 * (n > 1)) for n in range(2)]
    rows.append(contestant(3, accuracy=0.9, cost_per_1k_usd=100.0))
    texts = [label.wish.text for label in frontier_labels.place(plan(placed(rows), COST, "wide"))]
    assert texts == ["Model 3"]


def test_a_dozen_points_are_all_labelled_on_a_desktop() -> None:
    rows = [
        contestant(n, accuracy=0.15 + 0.08 * n, cost_per_1k_usd=10.0 ** (n - 4)) for n in range(9)
    ]
    assert len(frontier_labels.place(plan(placed(rows), COST, "wide"))) == 9


def test_the_staircase_joins_the_frontier_and_ends_at_the_right_edge() -> None:
    frame = placed(
        [contestant(n, accuracy=0.2 * (n + 1), cost_per_1k_usd=10.0**n) for n in range(3)]
    )
    figure = frontier.build(frame, COST)
    stairs = trace(figure, "staircase")
    assert stairs["line"]["shape"] == "hv"
    assert stairs["x"][:4] == [1.0, 1.0, 10.0, 100.0]
    assert stairs["y"][1:] == [20.0, 40.0, 60.0, 60.0]


def test_unpriced_contestants_are_not_drawn_and_free_ones_stand_in_the_gutter() -> None:
    rows = [
        contestant(1, cost_per_1k_usd=None, price_basis="none"),
        contestant(2, cost_per_1k_usd=0.0, accuracy=0.3),
        contestant(3, cost_per_1k_usd=0.02, accuracy=0.6),
    ]
    figure = frontier.build(placed(rows), COST)
    assert sorted(frontier.points(figure)) == ["id-002", "id-003"]
    axis = figure["layout"]["xaxis"]
    assert axis["ticktext"][0] == "free"
    assert axis["tickvals"][0] == trace(figure, "frontier")["x"][0]
    assert len(figure["layout"]["shapes"]) == 1


def test_marks_say_weights_reasoning_and_doubt() -> None:
    rows = [
        contestant(1, accuracy=0.3, cost_per_1k_usd=0.1, reasoning_share=None),
        contestant(2, accuracy=0.6, cost_per_1k_usd=1.0, weights="closed", reasoning_share=1.0),
        contestant(3, accuracy=0.5, cost_per_1k_usd=2.0),
    ]
    frame = placed(rows).with_columns(
        p_frontier=pl.when(pl.col("contestant_id") == "id-002").then(0.4).otherwise(1.0)
    )
    figure = frontier.build(frame, COST)
    best, beaten = trace(figure, "frontier")["marker"], trace(figure, "beaten")["marker"]
    assert best["symbol"] == ["circle", "diamond-open"]
    assert best["color"] == [GREY, SEQUENTIAL[-1]]
    assert (beaten["opacity"], beaten["size"]) == (0.6, 8.5)
    assert "error_y" not in trace(figure, "beaten")


def test_nothing_of_the_selection_is_in_the_figure() -> None:
    figure = frontier.build(placed(field()), COST)
    chosen = frontier.points(figure)[7]
    number, point = frontier.locate(figure, chosen) or (0, 0)
    assert figure["data"][number]["customdata"][point] == [chosen]
    assert frontier.locate(figure, "nobody") is None
    for drawn in figure["data"]:
        assert drawn.get("selected") == drawn.get("unselected")


@pytest.mark.parametrize("axis", list(AXES.values()))
def test_hover_says_why_a_point_is_where_it_is(axis: Any) -> None:
    rows = [
        contestant(1, accuracy=0.9, cost_per_1k_usd=1.0, output_tokens=10.0, duration_s=0.1),
        contestant(2, accuracy=0.4, cost_per_1k_usd=9.0, output_tokens=90.0, duration_s=0.9),
    ]
    figure = frontier.build(placed(rows, axis.column), axis)
    assert "Beaten by Model 1 at 1/9 of the" in trace(figure, "beaten")["hovertext"][0]
    assert "On the frontier" in trace(figure, "frontier")["hovertext"][0]


def test_names_from_data_stay_text() -> None:
    rows = [contestant(1, name='<a href="http://evil.invalid">x</a>'), contestant(2, accuracy=0.2)]
    text = json.dumps(frontier.build(placed(rows), COST))
    assert "<a " not in text
    assert "&lt;a " in text


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [contestant(1)],
        [contestant(1, accuracy=1.0), contestant(2, accuracy=1.0)],
        [contestant(1, cost_per_1k_usd=0.0)],
        [contestant(1, cost_per_1k_usd=None)],
    ],
    ids=["none", "one", "twins", "free", "unpriced"],
)
def test_small_frames_make_a_figure(rows: list[Row]) -> None:
    frame = placed(rows or [contestant(1)]).head(len(rows))
    for size in SIZES:
        json.dumps(frontier.build(frame, COST, size), allow_nan=False)
    assert frontier.describe(frame, COST)


def test_small_dollars_are_written_out() -> None:
    texts = ticks(COST, scale([0.00002, 0.02]), 9)["ticktext"]
    assert "$0.0001" in texts
    assert not any("e" in text for text in texts)
    assert ticks(COST, scale([0.1, 4000]), 9)["ticktext"][-1] == "$1k"
    assert ticks(TOKENS, scale([0, 5000]), 9)["ticktext"][0] == "none"
    assert "10 ms" in ticks(TIME, scale([0.004, 2]), 9)["ticktext"]


@given(st.lists(st.floats(1e-6, 1e5), min_size=1, max_size=20), st.booleans())
def test_every_point_is_inside_the_axis_and_ticks_fit(values: list[float], free: bool) -> None:
    given_values = [0.0, *values] if free else values
    axis = scale(given_values)
    assert all(0 < axis.fraction(v) < 1 for v in given_values)
    marks = ticks(COST, axis, 6)
    assert 2 <= len(marks["tickvals"]) <= 7
    assert len(set(marks["ticktext"])) == len(marks["ticktext"])


def test_the_capability_axis_holds_every_point_and_keeps_a_sensible_width() -> None:
    assert capability_range([27], [92]) == (20 - 20, 100)
    assert capability_range([45], [88]) == (40, 100)
    assert capability_range([3], [9]) == (0, 40)
    low, high = capability_range([], [])
    assert low < high


def test_colour_runs_from_blue_to_orange_and_is_grey_when_unknown() -> None:
    assert share_colour(0.0) == SEQUENTIAL[0]
    assert share_colour(1.0) == SEQUENTIAL[-1]
    assert share_colour(None) == GREY
    assert share_colour(7.0) == SEQUENTIAL[-1]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_phones_key_tells_the_staircase_and_the_grey_points() -> None:
    rows = [contestant(1, reasoning_share=None), contestant(2, accuracy=0.2)]
    words = key(placed(rows), COST, "phone")
    assert "not reported" in words
    assert COST.best in words
    assert "not reported" not in key(placed(rows[1:]), COST, "phone")


@pytest.mark.parametrize("share", [None, 0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("background", ["#FFFFFF", "#0F151C"])
def test_points_stand_out_in_both_themes(share: float | None, background: str) -> None:
    pair = sorted([_luminance(share_colour(share)), _luminance(background)])
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 2.9


def test_the_outline_tells_a_machine_of_ones_own_from_a_list_price() -> None:
    rows = [
        contestant(1, price_basis="tokens", accuracy=0.5, cost_per_1k_usd=1.0),
        contestant(2, price_basis="machine", accuracy=0.7, cost_per_1k_usd=2.0),
        contestant(3, price_basis="cpu", accuracy=0.3, cost_per_1k_usd=3.0),
        contestant(4, price_basis="tokens", accuracy=0.2, cost_per_1k_usd=4.0),
    ]
    drawing = frontier.build(placed(rows), AXES["Cost"])
    outlines = {
        entry[0]: (width, colour)
        for of in ("frontier", "beaten")
        for entry, width, colour in zip(
            trace(drawing, of)["customdata"],
            trace(drawing, of)["marker"]["line"]["width"],
            trace(drawing, of)["marker"]["line"]["color"],
            strict=True,
        )
    }
    listed, own, cpu, beaten = (outlines[row["contestant_id"]] for row in rows)
    assert own == (2.2, OWN_RING)
    assert listed == (1, RING)
    assert cpu == (1.6, OWN_RING)
    assert beaten[0] == 0
