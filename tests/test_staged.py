"""Cascades as plans: each stage is charged for what reaches it, and waits for its own limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from data.analysis.cascade import Verifier
from data.analysis.grid import Grid, grid
from data.analysis.resample import draws
from data.analysis.staged import also, plan_staged
from data.analysis.workload import Workload, judged, plan
from tests.answers import answers

ROW = {
    "duration_s": 1.0, "input_tokens": 60.0, "output_tokens": 40.0, "price_basis": "tokens",
    "coverage": 1.0, "accuracy": 0.5, "accuracy_low": 0.4, "accuracy_high": 0.6,
}  # fmt: skip
ROWS = pl.DataFrame([
    ROW | {"contestant_id": "small", "name": "S", "cost_per_1k_usd": 1.0},
    ROW | {"contestant_id": "big", "name": "B", "cost_per_1k_usd": 10.0, "duration_s": 3.0},
])  # fmt: skip


def two(epochs: int = 1) -> Grid:
    """The small one solves the first half of the samples, the big one all of them."""
    small = np.repeat(np.repeat([1.0, 0.0], 20)[:, None], epochs, axis=1)
    scores = {"small": small, "big": np.ones_like(small)}
    return grid(answers(
        scores,
        cost_usd={"small": np.array(0.001), "big": np.array(0.01)},
        duration_s={"small": np.array(1.0), "big": np.array(3.0)},
        input_tokens=dict.fromkeys(scores, np.array(60.0)),
        output_tokens=dict.fromkeys(scores, np.array(40.0)),
    ))  # fmt: skip


def staged(work: Workload, epochs: int = 1, rows: pl.DataFrame = ROWS, **more: Any) -> pl.DataFrame:
    made = two(epochs)
    return plan_staged(work, rows, made, draws(made, 50), [("small", "big")], **more)


def test_a_cascade_is_charged_for_what_reaches_its_second_stage() -> None:
    # Of 40 samples the check passes 95 % of 20 right and 20 % of 20 wrong ones: 42.5 % go on.
    work = Workload(1000, concurrency=10, rpm=60, tpm=6000)
    row = staged(work).row(0, named=True)
    assert row["usd"] == pytest.approx(1000 * (0.001 + 0.425 * 0.01))
    assert row["calls"] == pytest.approx(1425)
    assert row["hours"] == pytest.approx(1425 / 60 / 60)
    assert row["binding"] == "requests per minute"
    assert row["accuracy"] == pytest.approx(0.5 * 0.95 + 0.425)
    assert row["usd_low"] <= row["usd"] <= row["usd_high"]
    assert row["name"] == "S → B"
    assert "stated, not measured" in row["assumes"]
    fewer = staged(Workload(1000, concurrency=10, tpm=1000)).row(0, named=True)
    assert fewer["hours"] == pytest.approx(142_500 / 1000 / 60)
    slow = staged(Workload(1000, concurrency=10)).row(0, named=True)
    assert slow["hours"] == pytest.approx(1000 * (1 + 0.425 * 3) / 10 / 3600)
    sized = staged(Workload(1000, tpm=1000), size=10.0).row(0, named=True)
    assert sized["hours"] == pytest.approx(14_250 / 1000 / 60)


def test_a_perfect_check_asks_the_second_only_what_the_first_got_wrong() -> None:
    row = staged(Workload(1000), verifier=Verifier(1.0, 0.0, 0.002)).row(0, named=True)
    assert row["accuracy"] == 1.0
    assert row["accuracy_low"] < 1.0
    assert row["usd"] == pytest.approx(1000 * (0.001 + 0.002 + 0.5 * 0.01))


def test_a_check_that_nobody_measured_adds_nothing_to_what_its_stages_were_seen_to_solve() -> None:
    """Each solves another part: if a check told which, they would solve it all together."""
    scores = {"small": np.repeat([1.0, 0.0], 20), "big": np.r_[np.zeros(10), np.ones(30)]}
    made = grid(answers(
        scores, **{c: dict.fromkeys(scores, np.array(v)) for c, v in (
            ("cost_usd", 0.001), ("duration_s", 1.0), ("input_tokens", 60.0),
            ("output_tokens", 40.0),
        )},
    ))  # fmt: skip
    drawn, work = draws(made, 200), Workload(1000)
    perfect = Verifier(1.0, 0.0)
    row = plan_staged(work, ROWS, made, drawn, [("small", "big")], perfect).row(0, named=True)
    assert row["accuracy"] == 0.75, "the better of the two alone, not the 100% of both together"
    assert row["accuracy_low"] < 0.75 < row["accuracy_high"] < 1
    assert row["estimated"] is True
    assert row["expected_wrong"] == pytest.approx(250)
    # Two runs agree, or the other is asked: no check is stated, and runs were seen to do so.
    twice = staged(work, epochs=2).filter(pl.col("name").str.contains("twice"))
    assert twice["estimated"].to_list() == [False]


def test_asking_twice_needs_epochs_and_batches_wait_for_each_stage() -> None:
    frame = staged(Workload(1000, batch_hours=24.0), epochs=2)
    assert frame["name"].to_list() == ["S twice → B", "S → B"]
    twice = frame.row(0, named=True)
    # Two right runs agree, and two wrong ones at worst: nothing is escalated.
    assert (twice["accuracy"], twice["usd"]) == (0.5, pytest.approx(2.0))
    assert frame["hours"].to_list() == [48.0, 48.0]


@pytest.mark.parametrize(
    ("change", "why"),
    [({"duration_s": None}, "time not measured"), ({"price_basis": "shared"}, "a shared server's")],
)
def test_a_stage_without_hours_leaves_the_dollars(change: dict[str, Any], why: str) -> None:
    rows = pl.DataFrame([r | (change if r["name"] == "B" else {}) for r in ROWS.to_dicts()])
    row = staged(Workload(1000, concurrency=5), rows=rows).row(0, named=True)
    assert row["hours"] is None
    assert row["reason"].startswith(why)
    assert row["usd"] == pytest.approx(5.25)
    assert staged(Workload(0)).is_empty()


def test_a_cascade_has_a_word_where_it_costs_less() -> None:
    found = judged(staged(Workload(1000)), 0.7)
    big = {"lacks": None, "sure": True, "usd": 10.0}
    assert also(found, big).startswith("; the cascade S → B would for $5.25 [")
    assert also(found, big).endswith("], an estimate with the check it assumes")
    assert also(found, big | {"usd": 5.0}) == ""
    assert also(judged(staged(Workload(1000)), 0.99), big) == ""


def test_everyone_is_ranked_with_what_is_lacking() -> None:
    frame = judged(plan(Workload(1000, concurrency=1), ROWS), 0.45, 0.5)
    assert frame["name"].to_list() == ["S", "B"]
    assert frame["lacks"].to_list() == [None, "20.0 min of time"]
    assert frame["sure"].to_list() == [False, False]
