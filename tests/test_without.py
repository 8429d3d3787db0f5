"""Leaving one out: labs, countries, licences, tasks."""

import polars as pl
import pytest

from data.analysis.without import sentence, without, without_tasks
from data.store import Reader, merge, queries
from tests import rows

POINTS = {"A": (1, 0.5, "X"), "B": (2, 0.8, "Y"), "C": (3, 0.8, "X"), "D": (9, 0.9, None),
          "E": (8, 0.2, "Z")}  # fmt: skip


def placed(points=POINTS):
    return pl.DataFrame(
        [
            {"contestant_id": n.lower(), "name": n, "cost_per_1k_usd": float(c), "accuracy": q,
             "lab": lab, "place": "beaten" if n in "CE" else "frontier"}
            for n, (c, q, lab) in points.items()
        ],
        schema_overrides={"lab": pl.String},
    )  # fmt: skip


def test_what_each_lab_adds_by_hand():
    frame = without(placed(), "lab", cost_ref=10)
    found = {r["lab"]: r for r in frame.iter_rows(named=True)}
    whole = 0.5 * 1 + 0.8 * 7 + 0.9 * 1
    # Without X: B and D remain. Without Y: A, C, D.
    assert found["X"]["hypervolume_lost"] == pytest.approx(0.5 / whole)
    assert found["Y"]["hypervolume_lost"] == pytest.approx(0.3 / whole)
    assert found[None]["quality_lost"] == pytest.approx(0.1)
    assert found["Z"]["hypervolume_lost"] == 0
    assert (found["X"]["contestants"], found["X"]["on_frontier"]) == (2, 1)


def test_dearer_is_a_geometric_mean_over_the_qualities_that_others_sell():
    found = {r["lab"]: r["dearer"] for r in without(placed(), "lab").iter_rows(named=True)}
    assert found["X"] == pytest.approx((2 / 1) ** (1 / 3))
    assert found["Y"] == pytest.approx((3 / 2) ** (1 / 3))
    assert found[None] == 1, "the others don't reach its quality, and sell the rest as before"
    assert found["Z"] == 1


def test_without_the_only_lab_nothing_is_left():
    row = without(placed({"A": (1, 0.5, "X")}), "lab", cost_ref=2).row(0, named=True)
    assert row["hypervolume_lost"] == 1
    assert row["quality_lost"] == 0.5
    assert row["dearer"] is None


def test_nobody_compared_gives_no_rows():
    nobody = placed().with_columns(place=pl.lit("apart"))
    assert without(nobody, "lab").is_empty()
    assert "it takes two to leave one out" in sentence(without(nobody, "lab"), "lab")


def test_the_sentence_names_the_lab_that_would_be_missed_most():
    assert sentence(without(placed(), "lab", cost_ref=10), "lab").startswith("Without **X**")


def test_a_task_that_keeps_a_contestant_on_the_frontier(tmp_path):
    """A is cheaper and right on one task, B on both: without the hard task A stands alone."""
    made = []
    for name, cpu in (("A", 0.5), ("B", 5.0)):
        who = rows.contestant(name)
        for task in ("easy", "hard"):
            for seed in range(4):
                what = rows.sample(seed, task=task)
                score = float(task == "easy" or name == "B")
                made.append((who, what, rows.attempt(who, what, score=score, cpu_s=cpu)))
    db = tmp_path / "x.duckdb"
    rows.write(db, made)
    merge(db)
    levels = queries.rollup(Reader(db), "night-1")
    ids = levels.select("contestant_id", "name").unique().sort("name")
    compared = ids.with_columns(place=pl.lit("frontier"))
    frame = without_tasks(levels, compared)
    found = {r["task"]: r for r in frame.iter_rows(named=True)}
    assert found["hard"]["left"] == ["B"]
    assert found["hard"]["kept"] == 0.5
    assert found["easy"]["kept"] == 1.0
    assert without_tasks(levels.filter(pl.col("task") == "easy"), compared).is_empty()
