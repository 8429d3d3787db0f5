"""The frontier as it stood at each change, and how sure a halving time is."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis import moving, timeline

START = date(2024, 1, 1)
Row = tuple[str, float, float, int, int | None]


def points(*rows: Row) -> pl.DataFrame:
    """(name, accuracy, cost, since day, until day or None)."""
    found = [
        (name.lower(), name, float(accuracy), float(cost), START + timedelta(days=a),
         None if b is None else START + timedelta(days=b))
        for name, accuracy, cost, a, b in rows
    ]  # fmt: skip
    columns = ["contestant_id", "name", "accuracy", "cost_per_1k_usd", "since", "until"]
    types = [pl.String, pl.String, pl.Float64, pl.Float64, pl.Date, pl.Date]
    return pl.DataFrame(found, schema=dict(zip(columns, types, strict=True)), orient="row")


def told(frame: pl.DataFrame) -> list[tuple[int, str | None, bool | None]]:
    days = [(day - START).days for day in frame["date"]]
    return list(zip(days, frame["name"], frame["new"], strict=True))


def test_the_frontier_is_told_whenever_it_changes() -> None:
    frame = moving.stood(
        points(("A", 0.5, 8, 0, None), ("B", 0.9, 20, 10, None), ("Worse", 0.4, 9, 20, None),
               ("C", 0.6, 4, 30, None))
    )  # fmt: skip
    assert told(frame) == [
        (0, "A", True), (10, "A", False), (10, "B", True), (30, "C", True), (30, "B", False),
    ]  # fmt: skip
    assert moving.stood(points()).is_empty()


def test_a_new_price_is_a_change_but_nobody_new_and_an_end_leaves_nobody() -> None:
    frame = moving.stood(points(("A", 0.5, 8, 0, 10), ("A", 0.5, 3, 10, 20)))
    assert told(frame) == [(0, "A", True), (10, "A", False), (20, None, None)]
    assert frame["cost_per_1k_usd"].to_list() == [8, 3, None]


rows = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 60)), min_size=1, max_size=9
)


@given(rows, st.randoms())
def test_whoever_stands_is_beaten_by_nobody_on_sale(made, random) -> None:
    all_rows = [(f"M{i}", q / 10, c, d, None) for i, (q, c, d) in enumerate(made)]
    sold = points(*all_rows)
    frame = moving.stood(sold)
    random.shuffle(all_rows)
    assert moving.stood(points(*all_rows)).equals(frame)
    for day, part in frame.group_by("date"):
        there = sold.filter(pl.col("since") <= day[0])
        for row in part.to_dicts():
            better = there.filter(
                (pl.col("accuracy") >= row["accuracy"])
                & (pl.col("cost_per_1k_usd") <= row["cost_per_1k_usd"])
                & ((pl.col("accuracy") > row["accuracy"])
                   | (pl.col("cost_per_1k_usd") < row["cost_per_1k_usd"]))
            )  # fmt: skip
            assert better.is_empty()


@given(rows, st.sampled_from([None, 30, 90]))
def test_a_resample_like_the_answers_has_the_slope_of_the_pace(made, end) -> None:
    sold = points(
        *((f"M{i}", q / 10, c, 9 * d, end and 9 * d + end) for i, (q, c, d) in enumerate(made))
    )
    until = START + timedelta(days=700)
    pace = timeline.halving(timeline.cost_to_reach(sold, [0.3]), until)
    found = moving.slopes(
        sold, sold["contestant_id"].to_list(), sold["accuracy"].to_numpy()[None], 0.3, until
    )
    if pace.height and pace["halving_days"][0] is not None:
        assert math.log(2) / -found[0] == pytest.approx(pace["halving_days"][0], rel=1e-6)


def fell() -> tuple[pl.DataFrame, pl.DataFrame, date]:
    sold = points(*((f"M{i}", 0.5, 64 / 2**i, 120 * i, None) for i in range(6)))
    until = START + timedelta(days=700)
    return sold, timeline.halving(timeline.cost_to_reach(sold, [0.4, 0.9]), until), until


def test_an_interval_holds_the_pace_and_follows_from_who_reaches_the_quality() -> None:
    sold, paces, until = fell()
    ids = sold["contestant_id"].to_list()
    drawn = np.random.default_rng(1).normal(0.5, 0.08, (500, 6))
    row = moving.paced(paces, sold, ids, drawn, until).row(0, named=True)
    assert row["halving_days_low"] < row["halving_days"] < row["halving_days_high"]
    sentence = timeline.sentence(pl.DataFrame([row]), "release date")
    months = [row[f"halving_days_{end}"] / (365.25 / 12) for end in ("low", "high")]
    assert f"[{months[0]:.1f}, {months[1]:.1f}]" in sentence


def test_where_the_cost_may_not_have_fallen_there_is_no_upper_end() -> None:
    sold, paces, until = fell()
    drawn = np.full((100, 6), 0.5)
    drawn[::5, 1:] = 0.1
    row = moving.paced(paces, sold, sold["contestant_id"].to_list(), drawn, until).row(
        0, named=True
    )
    assert row["halving_days_low"] < row["halving_days"], "the pace lies inside, not at the end"
    assert row["halving_days_high"] is None
    assert "no upper end]" in timeline.sentence(pl.DataFrame([row]), "release date")


def test_costs_that_were_measured_on_few_samples_widen_the_interval() -> None:
    """All reach the quality in every resample; only what they spend is not known exactly."""
    sold, paces, until = fell()
    ids, sure = sold["contestant_id"].to_list(), np.full((400, 6), 0.5)
    spent = np.exp(np.random.default_rng(2).normal(0, 0.2, (400, 6)))
    spent[:, 3] = np.nan  # a cost that is not known in the resamples stays as it was measured
    row = moving.paced(paces, sold, ids, sure, until, spent).row(0, named=True)
    assert row["halving_days_low"] < row["halving_days"] < row["halving_days_high"]
    assert row["halving_days_high"] / row["halving_days_low"] < 1.5
    plain = moving.paced(paces, sold, ids, sure, until, np.ones((400, 6)))
    assert plain["halving_days_low"].is_null().all(), "nothing varies"


@given(st.lists(st.floats(0.3, 0.7), min_size=6, max_size=6), st.integers(0, 99))
def test_an_interval_never_ends_at_its_own_pace(accuracies, seed) -> None:
    sold, _, until = fell()
    sold = sold.with_columns(accuracy=pl.Series(accuracies))
    paces = timeline.halving(timeline.cost_to_reach(sold, [0.5]), until)
    rng = np.random.default_rng(seed)
    drawn = np.array(accuracies) + rng.normal(0, 0.02, (200, 6))
    spent = np.exp(rng.normal(0, 0.05, (200, 6)))
    found = moving.paced(paces, sold, sold["contestant_id"].to_list(), drawn, until, spent)
    for row in found.drop_nulls(["halving_days", "halving_days_low"]).to_dicts():
        assert row["halving_days_low"] < row["halving_days"]
        assert row["halving_days_high"] is None or row["halving_days"] < row["halving_days_high"]


@pytest.mark.parametrize("drawn", [np.full((50, 6), 0.5), np.zeros((50, 6)), np.zeros((0, 6))])
def test_no_interval_where_resamples_say_nothing(drawn: np.ndarray) -> None:
    sold, paces, until = fell()
    found = moving.paced(paces, sold, sold["contestant_id"].to_list(), drawn, until)
    assert found["halving_days"].equals(paces["halving_days"])
    assert found["halving_days_low"].is_null().all()
    assert found["halving_days_high"].is_null().all()
