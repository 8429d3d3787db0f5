"""Published results: their own frontier, the size line, the figures, and a page with no store."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.figures import published as figure
from dashboard.figures import published_size as size_figure
from dashboard.figures import published_size_labels, published_size_plot
from dashboard.pages import published as published_page
from dashboard.pages import published_download
from data.analysis import published
from data.catalog import facts, models, results, sources
from tests.page import spec, visit

APP = """
import streamlit as st
from dashboard import theme
from dashboard.pages import published
st.set_page_config(layout="wide")
theme.apply()
st.navigation([st.Page(published.page, title="Published")], position="top").run()
"""
NASTY = "=cmd() <img src=http://evil.invalid/x.png> [x](http://evil.invalid) **b** $x$ " + "y" * 300
FACTS = {
    "model_id": pl.String,
    "weights": pl.String,
    "architecture": pl.String,
    "lab_name": pl.String,
    "mixture": pl.String,
    "params_total": pl.Int64,
    "params_active": pl.Int64,
}


def frame(rows: list[dict[str, Any]], measure: str = "capability") -> pl.DataFrame:
    """Prepared rows of a made-up collection."""
    usual = {"collection": "made-up", "measure": measure, "metric": "m", "closed_book": False}
    usual |= {
        "measured_by": "others",
        "evaluator": "E",
        "source": "s",
        "measured": date(2026, 1, 2),
    }
    full = [{**dict.fromkeys(results.SCHEMA), **usual, **row} for row in rows]
    found = pl.DataFrame(full, schema=results.SCHEMA, orient="row")
    notes = pl.Series("note", [None] * found.height, dtype=pl.String)
    return published.prepared(found.with_columns(notes), pl.DataFrame(schema=FACTS))


def bought(*rows: tuple[str, float, float | None]) -> pl.DataFrame:
    """(label, score, dollars of a run of 100 questions)."""
    return frame(
        [{"label": n, "score": s, "cost_usd": c, "n": 100} for n, s, c in rows]
    )  # fmt: skip


BOUGHT = bought(("small", 40, 1), ("best", 90, 40), ("good", 85, 10), ("worse", 60, 12),
                ("dear", 99, None))  # fmt: skip


def sized(n: int = 12, **more: Any) -> pl.DataFrame:
    """Scores that lie exactly on 10 + 8 log10(total), a mixture of experts every third time."""
    rows = []
    for i in range(n):
        total = 10 ** (8 + i % 6) * (1 + i)
        active = total // 10 if i % 3 == 0 else total
        rows.append(
            {"label": f"m{i}", "params_total": total, "params_active": active, "thinking": False,
             "score": min(100.0, -60 + 8 * float(np.log10(total)))} | more
        )  # fmt: skip
    return published.sized(frame(rows, "knowledge"), closed_book=False)


def test_amounts_are_of_one_question() -> None:
    row = frame(
        [{"label": "a", "score": 50.0, "cost_usd": 5.0, "n": 100, "output_tokens": 2000,
          "reasoning_tokens": 500, "seconds": 3.0}]
    ).row(0, named=True)  # fmt: skip
    assert row["cost_per_question"] == pytest.approx(0.05)
    assert row["output_tokens"] == 20
    assert row["reasoning_share"] == 0.25
    assert row["duration_s"] == 3.0


def test_the_frontier_is_of_the_collection_and_unknown_costs_stand_apart() -> None:
    placed = published.placed(BOUGHT, "Cost")
    places = dict(placed.select("name", "place").iter_rows())
    assert places == {"small": "frontier", "good": "frontier", "best": "frontier",
                      "worse": "beaten", "dear": "apart"}  # fmt: skip
    apart = placed.filter(pl.col("place") == "apart")
    assert apart["apart_reason"].to_list() == ["the source gives no cost"]


def test_the_sentence_names_the_pick_and_what_the_best_costs() -> None:
    said = published.bought(published.placed(BOUGHT, "Cost"), "Cost")
    assert said == "**good** reaches 94% of the best score (90.0, best) for 1/4 of its cost."


def test_the_sentence_says_when_nothing_comes_near_the_best() -> None:
    placed = published.placed(bought(("a", 90, 10), ("b", 20, 1)), "Cost")
    assert "nothing within 7% of it takes less cost" in published.bought(placed, "Cost")


def test_one_result_with_a_cost_is_no_comparison() -> None:
    placed = published.placed(bought(("a", 90, 10), ("b", 20, None)), "Cost")
    assert published.bought(placed, "Cost").startswith("One configuration with a known cost")


def test_a_collection_offers_only_what_its_source_states() -> None:
    assert published.axes(BOUGHT) == ("Cost",)
    assert published.axes(sized()) == ("Size",)
    assert published.axes(frame([{"label": "a", "score": 1.0}])) == ()


def test_the_line_is_found_exactly() -> None:
    fit = published.fit_size(sized())
    assert fit is not None
    assert fit.total.slope == pytest.approx(8)
    assert fit.total.intercept == pytest.approx(-60)
    assert fit.total.r2 == pytest.approx(1)
    assert fit.total.thinking is None
    assert fit.total.thinking_r2 is None
    assert fit.by_active is not None
    assert fit.by_active.r2 < 1
    assert published.explained(sized(), fit, "T").startswith(
        "**Total parameters explain 100%** of the differences in score on T, active parameters "
    )


def test_thinking_is_a_term_where_it_is_known_and_differs() -> None:
    rows = sized(14).with_row_index("i")
    rows = rows.with_columns(
        thinking=pl.col("i") % 2 == 0,
        score=pl.when(pl.col("i") % 2 == 0).then(pl.col("score") + 5).otherwise("score"),
    )
    fit = published.fit_size(rows)
    assert fit is not None
    assert fit.total.thinking == pytest.approx(5)
    unknown = rows.with_columns(
        thinking=pl.when(pl.col("i") > 0).then("thinking").otherwise(None)
    )  # fmt: skip
    fit = published.fit_size(unknown)
    assert fit is not None
    assert fit.total.thinking is None


def test_total_and_active_are_compared_over_the_same_results() -> None:
    rows = sized(13).with_row_index("i")
    rows = rows.with_columns(
        params_active=pl.when(pl.col("i") > 0).then("params_active").otherwise(None)
    )
    fit = published.fit_size(rows)
    assert fit is not None
    assert (fit.results, fit.compared) == (13, 12)
    assert "over the 12 of 13 models that state both" in published.explained(rows, fit, "T")


def test_size_is_not_credited_with_what_thinking_explains() -> None:
    """Scores of 20 without and 70 with thinking, give or take 1 that size knows nothing of."""
    rows = []
    for i in range(24):
        # Each size stands there with and without thinking, once above and once below.
        thinks, noise, total = i % 2 == 1, 1 - i // 2 % 2 * 2, 10 ** (8 + i // 4)
        active = total // 10 if i // 4 % 2 else total
        rows.append(
            {
                "label": f"m{i}",
                "score": float((70 if thinks else 20) + noise),
                "thinking": thinks,
                "params_total": total,
                "params_active": active,
            }
        )
    sizes = published.sized(frame(rows, "knowledge"), closed_book=False)
    fit = published.fit_size(sizes)
    assert fit is not None
    assert fit.total.r2 > 0.99
    assert fit.total.thinking_r2 == pytest.approx(fit.total.r2)
    assert published.explained(sizes, fit, "T") == (
        "Of the differences in score on T that thinking does not account for, **total parameters "
        "explain 0%**, active parameters 0%, over 24 models of known size."
    )


def test_what_size_adds_is_the_partial_r2() -> None:
    fit = published.fit_size(published.sized(published_page.rows("gpqa-diamond"), False))
    assert fit is not None
    assert fit.by_total is not None
    assert fit.by_active is not None
    assert (fit.by_total.r2, fit.by_active.r2) == pytest.approx((0.742, 0.509), abs=5e-4)
    assert fit.by_total.thinking_r2 == pytest.approx(0.505, abs=5e-4)
    assert fit.by_total.added == pytest.approx((0.742 - 0.505) / (1 - 0.505), abs=2e-3)
    assert fit.by_active.added == pytest.approx(0.008, abs=2e-3)


@pytest.mark.parametrize(
    ("collection", "count", "total", "active"),
    [
        ("jamc-qa", 61, 0.676, None),
        ("simpleqa", 26, 0.710, 0.408),
        ("mmlu-pro", 27, 0.754, 0.352),
    ],
)
def test_size_and_thinking_together_explain_as_published(
    collection: str, count: int, total: float, active: float | None
) -> None:
    about = results.collections()[collection]
    fit = published.fit_size(published.sized(published_page.rows(collection), about.closed_book))
    assert fit is not None
    assert fit.results == count
    assert fit.total.r2 == pytest.approx(total, abs=5e-4)
    assert fit.by_active is not None
    assert active is None or fit.by_active.r2 == pytest.approx(active, abs=5e-4)


def test_a_doubted_entry_is_neither_the_bold_name_nor_stretches_the_axes() -> None:
    rows = sized(12).with_columns(fitted=pl.col("label") != "m3")
    plain = size_figure.build(rows.filter("fitted"), published.fit_size(rows))["layout"]
    far = pl.col("label") == "m3"
    rows = rows.with_columns(score=pl.when(far).then(99.0).otherwise("score"))
    drawing = size_figure.build(rows, published.fit_size(rows))
    assert drawing["layout"]["yaxis"]["range"] == plain["yaxis"]["range"]
    assert drawing["layout"]["xaxis"]["range"] == plain["xaxis"]["range"]
    assert len(drawing["data"][-1]["x"]) == 11
    bold = [n["text"] for n in drawing["layout"]["annotations"] if n["text"].startswith("<b>")]
    best = rows.filter("fitted").sort("score")["name"][-1]
    assert bold in ([], [f"<b>{best}</b>"])


def test_an_entry_that_is_doubted_alone_is_drawn_without_being_called_the_highest() -> None:
    rows = sized(2).with_columns(fitted=pl.lit(False))
    assert len(size_figure.build(rows, None)["data"][-1]["x"]) == 2
    assert "scores highest" not in published.explained(rows, None, "T")


def test_half_is_said_in_a_word() -> None:
    assert published.part_of(2.1) == "half of"
    assert published.part_of(4) == "1/4 of"
    assert published.part_of(1.25) == "80% of"


def test_a_note_speaks_no_field_names() -> None:
    names = {*results.RESULT_KEYS, *results.COLLECTION_KEYS}
    for about in results.collections().values():
        notes = [about.note or "", *(r.note or "" for r in results.results(about.id))]
        assert not {n for n in names if "_" in n and any(n in note for note in notes)}, about.id


def test_few_models_are_not_fitted_and_it_is_said() -> None:
    rows = sized(9)
    assert published.fit_size(rows) is None
    said = published.explained(rows, None, "T")
    assert said.startswith("9 models of known size are too few to fit a line, which takes 10.")
    none = published.explained(rows.clear(), None, "T")
    assert none == "No model of known size here: a line takes 10."


def test_a_doubted_entry_is_drawn_and_not_fitted() -> None:
    rows = sized(12).with_columns(closed_book=pl.col("label") != "m3")
    again = published.sized(rows, closed_book=True)
    assert again.filter(~pl.col("fitted"))["label"].to_list() == ["m3"]
    fit = published.fit_size(again)
    assert fit is not None
    assert fit.results == 11
    drawn = size_figure.build(again, fit)["data"][-1]
    assert sum(symbol.endswith("-open") for symbol in drawn["marker"]["symbol"]) == 1


@pytest.mark.parametrize("rows", [sized(0), sized(1), sized(3), sized(12, params_total=10**9)])
def test_any_number_of_sizes_makes_a_figure(rows: pl.DataFrame) -> None:
    fit = published.fit_size(rows)
    json.dumps(size_figure.build(rows, fit), allow_nan=False)
    assert published.explained(rows, fit, "T")


def test_the_cost_figure_draws_cost_per_question_and_nobody_at_nothing() -> None:
    placed = published.placed(BOUGHT, "Cost")
    drawing = figure.build(placed, figure.COST)
    points = {t["name"]: t["x"] for t in drawing["data"] if "customdata" in t}
    (edge,) = points.pop("unknown")
    assert points == {"frontier": [0.01, 0.1, 0.4], "beaten": [0.12]}
    # Whose cost is not told stands hollow at the right edge, at its score.
    assert edge == pytest.approx(10 ** drawing["layout"]["xaxis"]["range"][1], rel=1e-4)
    assert edge > 0.4
    assert "1 hollow at the right edge" in figure.describe(placed, figure.COST, "T")
    assert "per question" in drawing["layout"]["xaxis"]["title"]["text"]
    said = " ".join(t for trace in drawing["data"] for t in trace.get("hovertext", []))
    assert "Beaten by good at 83% of the cost" in said
    assert "Measured by E, 2026-01-02" in said


def test_a_figure_does_not_depend_on_the_order_of_the_rows() -> None:
    one = figure.build(published.placed(BOUGHT, "Cost"), figure.COST)
    other = figure.build(published.placed(BOUGHT.reverse(), "Cost"), figure.COST)
    assert json.dumps(one) == json.dumps(other)
    rows, fit = sized(), published.fit_size(sized())
    turned = published.sized(rows.reverse(), closed_book=False)
    assert json.dumps(size_figure.build(rows, fit)) == json.dumps(size_figure.build(turned, fit))


def test_a_mixture_has_a_whisker_from_active_to_total() -> None:
    drawing = size_figure.build(sized(12), published.fit_size(sized(12)))
    whisker = next(t for t in drawing["data"] if t["name"] == "active to total")
    assert whisker["x"][0] * 10 == whisker["x"][1]
    symbols = drawing["data"][-1]["marker"]["symbol"]
    assert symbols.count("square") == 4


@pytest.mark.parametrize("size", ["wide", "medium", "phone"])
@pytest.mark.parametrize("name", sorted(results.collections()))
def test_no_name_lies_over_another_in_any_shipped_collection(name: str, size: Any) -> None:
    about, rows = results.collections()[name], published_page.rows(name)
    if published.axes(rows)[0] != "Size":
        return
    shown = published.sized(rows, about.closed_book)
    fit = published.fit_size(shown)
    plot = published_size_plot.plan(shown, size)
    boxes = [
        label.box for label in published_size_labels.place(plot, fit, size_figure._lines(plot, fit))
    ]
    assert not any(a.meets(b) for a, b in combinations(boxes, 2))


def test_text_of_a_file_is_inert_in_the_figures() -> None:
    rows = bought((NASTY, 90, 1), ("<b>x</b>", 20, 2))
    placed = published.placed(rows, "Cost")
    assert "<img" not in json.dumps(figure.build(placed, figure.COST))
    many = sized(11).with_columns(name=pl.lit(NASTY))
    assert "<img" not in json.dumps(size_figure.build(many, published.fit_size(many)))


def test_names_are_of_bounded_length_and_on_one_line() -> None:
    assert all(len(n) <= published.LONGEST for n in bought((NASTY, 1, 1), ("a\nb", 2, 2))["name"])
    row = frame([{"label": "a\nb", "score": 1.0, "effort": "high"}])
    assert row["name"].to_list() == ["a b · high"]
    assert frame([{"label": "o3 (high)", "score": 1.0, "effort": "high"}])["name"][0] == "o3 (high)"


@pytest.mark.parametrize("name", sorted(results.collections()))
def test_every_shipped_collection_can_be_drawn_and_said(name: str) -> None:
    about, rows = results.collections()[name], published_page.rows(name)
    assert published.axes(rows)
    for axis in published.axes(rows):
        if axis == "Size":
            shown = published.sized(rows, about.closed_book)
            fit = published.fit_size(shown)
            json.dumps(size_figure.build(shown, fit), allow_nan=False)
            assert published.explained(shown, fit, published.short(about.title))
        else:
            placed = published.placed(rows, axis)
            json.dumps(figure.build(placed, figure.AXES[axis]), allow_nan=False)
            assert published.bought(placed, axis)


# The page.


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for the user's own catalogue, read anew before and after."""
    monkeypatch.setenv("ISOCOST_CATALOG", str(tmp_path))
    (tmp_path / "results").mkdir()
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cached in (
        published_page._of_catalogue,
        published_page._catalogue,
        results._read,
        facts.frame,
        models.models,
        sources.sources,
        sources.labs,
    ):
        cached.cache_clear()


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **query: str) -> AppTest:
    return visit(monkeypatch, APP, tmp_path / "none.duckdb", **query)


def markup(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(
        bodies + [str(m.value) for k in ("title", "markdown", "caption") for m in app.get(k)]
    )


def label_of(name: str) -> str:
    return next(k for k, about in published_page.collections().items() if about.id == name)


def test_the_page_needs_no_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = run(monkeypatch, tmp_path)
    said = markup(app)
    assert "Measured by others" in said
    assert "of the best score" in said
    assert "measured by others" in app.get("plotly_chart")[0].proto.alt.lower()
    assert "The source gives no cost" in said
    assert not list(tmp_path.iterdir())


def test_the_key_shows_both_lines_and_the_shapes_in_the_colours_of_the_points(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = markup(run(monkeypatch, tmp_path, collection=label_of("jamc-qa")))
    assert "<i class='stair answers-line'></i><i class='stair thinks-line'></i>fitted lines" in said
    assert "<i class='dot both'></i>dense" in said
    # Base models, none of which thinks: every point has one colour.
    said = markup(run(monkeypatch, tmp_path, collection=label_of("swallow-mmlu")))
    assert "<i class='stair'></i>fitted line<" in said
    assert "<i class='dot answers'></i>dense" in said


def test_the_chart_is_the_same_after_a_rerun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = run(monkeypatch, tmp_path)
    before = app.get("plotly_chart")[0].proto
    app.run()
    after = app.get("plotly_chart")[0].proto
    assert (before.id, before.spec) == (after.id, after.spec)


def test_the_collection_and_the_axis_come_from_the_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = run(monkeypatch, tmp_path, collection=label_of("jamc-qa"))
    assert "total parameters explain" in markup(app)
    assert "parameters" in spec(app)["layout"]["xaxis"]["title"]["text"]
    app = run(monkeypatch, tmp_path, by="Tokens")
    assert "tokens per question" in spec(app)["layout"]["xaxis"]["title"]["text"]


@pytest.mark.parametrize("query", [{"collection": "<b>none</b>"}, {"by": "Nonsense"}, {"by": ""}])
def test_a_strange_address_shows_the_first_collection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, query: dict[str, str]
) -> None:
    assert (
        "per question"
        in spec(run(monkeypatch, tmp_path, **query))["layout"]["xaxis"]["title"]["text"]
    )


@pytest.mark.parametrize("view", ["Table", "Method", "Download"])
@pytest.mark.parametrize("name", ["aider-polyglot", "simpleqa"])
def test_every_tab_opens_from_the_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, view: str, name: str
) -> None:
    app = run(monkeypatch, tmp_path, view=view, collection=label_of(name))
    assert not app.get("plotly_chart")
    assert "measured by others" in markup(app).lower()


def test_a_download_names_source_day_and_who_measured() -> None:
    about = results.collections()["aider-polyglot"]
    table = published_download.table(about.id)
    read = list(csv.DictReader(io.StringIO(published_download.to_csv(table))))
    assert len(read) == results.frame(about.id).height
    assert {row["measured_by"] for row in read} == {"others"}
    assert all(row["measured"] and row["source_title"] and row["source_url"] for row in read)
    body = json.loads(published_download.to_json(about, table))
    assert body["meta"]["measured_by"] == "others"
    # Whole runs, as the source states them; unknown stays empty.
    known = {r.label: r.cost_usd for r in results.results(about.id)}
    assert {row["label"]: row["cost_usd"] for row in body["rows"]} == known


HOSTILE = """
[collection]
id = "mine"
title = "{nasty}"
source = "aider"
measure = "capability"
metric = "{nasty}"
unit = "percent"
evaluator = "{nasty}"
note = "{nasty}"
[[result]]
label = "{nasty}"
score = 50
n = 10
cost_usd = 1.0
note = "{nasty}"
[[result]]
label = "other"
score = 60
n = 10
cost_usd = 9.0
[[result]]
label = "none {nasty}"
score = 70
"""


@pytest.mark.parametrize("view", ["Chart", "Table", "Method", "Download"])
def test_what_a_users_file_says_stays_text(
    monkeypatch: pytest.MonkeyPatch, own: Path, tmp_path: Path, view: str
) -> None:
    (own / "results" / "mine.toml").write_text(HOSTILE.format(nasty=NASTY), "utf-8")
    app = run(monkeypatch, tmp_path, collection=label_of("mine"), view=view)
    assert app.selectbox[0].value.startswith(NASTY)
    assert "<img" not in markup(app)
    assert not any("evil.invalid" in m.value for k in ("markdown", "caption") for m in app.get(k))
    written = published_download.to_csv(published_download.table("mine"))
    assert next(csv.DictReader(io.StringIO(written)))["label"].startswith("'=cmd()")


def test_a_mistake_in_a_users_file_is_one_line(
    monkeypatch: pytest.MonkeyPatch, own: Path, tmp_path: Path
) -> None:
    (own / "results" / "mine.toml").write_text("[collection]\nid = 'mine'\n", "utf-8")
    app = run(monkeypatch, tmp_path)
    assert len(app.error) == 1
    assert "\n" not in app.error[0].value
