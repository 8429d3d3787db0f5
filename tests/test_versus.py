"""Two contestants side by side: the numbers, the words, the chart and the page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import versus as figure
from data.analysis.grid import grid
from data.analysis.paired import compare
from data.analysis.versus import by_task, sentence, versus
from tests.answers import answers
from tests.dashboard_data import Fake, build
from tests.page import visit

APP = "from dashboard.pages.frontier import page\n\npage()\n"


def pair(a, b, **more):
    return grid(answers({"a": a, "b": b}, **more))


def test_only_shared_samples_count():
    held = pair(
        [1, 1, 1, np.nan], [0, 1, 0, 1],
        cost_usd={"a": [0.01, 0.01, 0.04, np.nan], "b": [0.01, 0.01, 0.01, 9.0]},
    )  # fmt: skip
    accuracy, cost, tokens, _ = versus(held, "a", "b").to_dicts()
    assert (accuracy["a"], accuracy["b"], accuracy["samples"]) == (1.0, pytest.approx(1 / 3), 3)
    assert accuracy["difference"] == pytest.approx(2 / 3)
    assert (cost["a"], cost["b"]) == (pytest.approx(20), pytest.approx(10))
    assert (tokens["a"], tokens["difference"], tokens["samples"]) == (None, None, 0)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_agrees_with_the_paired_contrast_and_turns_with_its_sides(given_scores):
    a, b = ([float(s[i]) for s in given_scores] for i in (0, 1))
    held = pair(a, b)
    there, back = (
        versus(held, "a", "b").row(0, named=True),
        versus(held, "b", "a").row(0, named=True),
    )
    found = compare(held, "a", "b")
    assert (there["difference"], there["low"]) == (found.difference, found.low)
    assert there["difference"] == pytest.approx(-back["difference"])
    assert there["low"] == pytest.approx(-back["high"])
    assert there["a"] - there["b"] == pytest.approx(there["difference"])


def test_each_task_for_itself():
    held = pair([1, 1, 0, 0], [0, 0, 1, 1], tasks=["sums", "sums", "capitals", "capitals"])
    rows = by_task(held, "a", "b")
    assert rows["task"].to_list() == ["sums", "capitals"]
    assert rows["difference"].to_list() == [1.0, -1.0]
    assert rows["samples"].to_list() == [2, 2]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ([1] * 40, [0] * 40, "**A** solves 100.0"),
        ([0] * 40, [1] * 40, "points fewer than **B**"),
        ([1, 0] * 3, [0, 1] * 3, "too close to call (+0.0 points"),
        ([np.nan, 1], [1, np.nan], "have answered no sample in common"),
    ],
)
def test_the_sentence(a, b, said):
    assert said in sentence(versus(pair(a, b), "a", "b"), "A", "B")


@pytest.mark.parametrize(
    ("of_a", "of_b", "said"),
    [
        (0.03, 0.01, "at 3 times the cost"),
        (0.01, 0.04, "at 1/4 of the cost"),
        (0.01, 0.01, "at the same cost"),
        (0.01, 0.0, "at $10.00 against free"),
    ],
)
def test_what_it_costs_beside_the_other(of_a, of_b, said):
    held = pair([1] * 9, [0] * 9, cost_usd={"a": of_a, "b": of_b})
    assert said in sentence(versus(held, "a", "b"), "A", "B")


def test_the_figure_depends_on_nothing_but_its_rows_and_escapes_names():
    held = pair([1, 1, 0, 0], [0, 0, 1, 1], tasks=["<b>x</b>", "<b>x</b>", "sums", "sums"])
    rows = by_task(held, "a", "b")
    drawn = json.dumps(figure.build(rows, "<script>", "B"), allow_nan=False)
    assert drawn == json.dumps(figure.build(by_task(held, "a", "b"), "<script>", "B"))
    assert "<script>" not in drawn
    shown = figure.build(rows, "<script>", "B")
    marks = shown["data"][0]
    assert all(
        "<b>x" not in t for t in (*marks["hovertext"], *shown["layout"]["yaxis"]["ticktext"])
    )
    assert figure.build(rows.clear(), "A", "B") is None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fakes = (
        Fake("Able", None, 2.5, 400, 0.5, 4.0),
        Fake("![x](http://evil.invalid/x.png)", None, -1.0, 40, None, 0.2),
    )
    return build(tmp_path_factory.mktemp("store") / "pair.duckdb", fakes, samples=6)


def ids(db: Path) -> dict[str, str]:
    import duckdb

    with duckdb.connect(str(db), read_only=True) as con:
        return dict(con.execute("SELECT name, contestant_id FROM contestants").fetchall())


def test_the_address_names_both(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    able, evil = ids(store)["Able"], next(i for n, i in ids(store).items() if n != "Able")
    app = visit(monkeypatch, APP, store, contestant=able, **{"with": evil})
    said = "\n".join(str(e.proto.body) for e in app.get("html"))
    assert "<b>Able</b> solves" in said
    assert "Time per task" in said
    assert "<img" not in said
    app.button("swap").click().run()
    assert (app.query_params["contestant"], app.query_params["with"]) == (evil, able)


@pytest.mark.parametrize("other", ["nobody", "", "../../etc/passwd"])
def test_an_unknown_other_is_no_comparison(
    monkeypatch: pytest.MonkeyPatch, store: Path, other: str
) -> None:
    app = visit(monkeypatch, APP, store, contestant=ids(store)["Able"], **{"with": other})
    assert not any("beside" in str(s.value) for s in app.subheader)


def test_rows_keep_their_columns_when_nothing_is_shared():
    rows = versus(pair([np.nan, 1], [1, np.nan]), "a", "b")
    assert rows.height == 4
    assert rows["difference"].null_count() == 4
    assert by_task(pair([np.nan, 1], [1, np.nan]), "a", "b").schema["difference"] == pl.Float64
