"""Answers as arrays, their weights, and resampling them."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.grid import grid
from data.analysis.resample import draws, interval
from data.analysis.weights import level_weights
from tests.answers import answers

NAN = float("nan")


def test_arrays_are_contestant_by_sample_by_epoch():
    held = grid(answers({"b": [[1, 0], [0.5, NAN]], "a": [[0, 0], [1, 1]]}, levels=[2, 1]))
    assert held.ids == ("a", "b")
    assert held.samples["level"].to_list() == [1, 2], "samples stand sorted"
    assert held.column("score")[0].tolist() == [[1, 1], [0, 0]]
    assert held.score.tolist() == [[1.0, 0.0], [0.5, 0.5]], "a missing epoch is missing, not zero"


def test_a_sample_weighs_its_level_over_the_samples_of_it():
    held = grid(answers({"a": [1, 1, 0, 0]}, levels=[1, 1, 1, 2]))
    assert held.weight.tolist() == pytest.approx([1 / 6] * 3 + [1 / 2])
    assert held.balance(held.score)[0] == pytest.approx((2 / 3 + 0) / 2)


def test_missing_samples_do_not_count_as_wrong():
    held = grid(answers({"a": [1, NAN, 0, 1], "b": [1, 1, 1, 1]}, levels=[1, 1, 2, 2]))
    assert held.balance(held.score).tolist() == [0.75, 1.0]


def test_a_level_of_which_nothing_is_known_leaves_the_mean():
    held = grid(answers({"a": [1, NAN], "b": [1, 0]}, levels=[1, 2]))
    assert held.balance(held.score).tolist() == [1.0, 0.5]


def test_no_answers_are_a_grid_of_nobody():
    held = grid(answers({}))
    assert held.shape == (0, 0, 0)
    assert held.balance(held.score).tolist() == []


def test_only_keeps_samples_and_weights():
    rng = np.random.default_rng(0)
    scores = {n: rng.random((6, 2)) for n in "abc"}
    held = grid(answers(scores, levels=[1, 1, 1, 2, 2, 2]))
    part = held.only(["c", "a"])
    assert part.ids == ("a", "c")
    assert part.column("score")[1].tolist() == scores["c"].tolist()
    assert held.only([]).shape == (0, 6, 2)


def test_the_users_mix_weighs_categories_and_tasks():
    rows = pl.DataFrame(
        [("math", "sums", 1), ("math", "puzzles", 1), ("extract", "forms", 1)],
        schema=["category", "task", "level"], orient="row",
    )  # fmt: skip

    def weights(**mix):
        return {t: w for _, t, _, w in level_weights(rows, mix).iter_rows()}

    assert weights(extract=3) == pytest.approx({"sums": 1 / 8, "puzzles": 1 / 8, "forms": 3 / 4})
    assert weights(puzzles=3) == pytest.approx({"sums": 1 / 8, "puzzles": 3 / 8, "forms": 1 / 2})
    assert weights(math=0) == {"sums": 0, "puzzles": 0, "forms": 1}
    assert weights(sums=0, puzzles=0) == {"sums": 0, "puzzles": 0, "forms": 1}
    assert weights(nothing=9) == weights()


@given(st.dictionaries(st.sampled_from(["a", "b", "t1", "t2", "t3"]), st.floats(0, 9), max_size=5))
def test_weights_of_any_mix_sum_to_one(mix):
    rows = pl.DataFrame(
        [("a", "t1", 1), ("a", "t1", 2), ("a", "t2", 1), ("b", "t3", 1)],
        schema=["category", "task", "level"], orient="row",
    )  # fmt: skip
    total = level_weights(rows, mix)["weight"].sum()
    nothing = mix.get("b", 1) * mix.get("t3", 1) == 0 and (
        mix.get("a", 1) == 0 or mix.get("t1", 1) + mix.get("t2", 1) == 0
    )
    assert total == pytest.approx(0.0 if nothing else 1.0)


def test_resamples_keep_levels_and_pairs():
    rng = np.random.default_rng(1)
    score = (rng.random(40) < 0.5).astype(float)
    held = grid(answers({"a": score, "b": score, "c": 1 - score}, levels=[1] * 30 + [2] * 10))
    drawn = draws(held, 200).means(held.score)
    assert drawn.shape == (200, 3)
    assert (drawn[:, 0] == drawn[:, 1]).all(), "the same draw for every contestant"
    assert drawn[:, 0] + drawn[:, 2] == pytest.approx(np.ones(200))


def test_the_bootstrap_spreads_like_the_clustered_standard_error():
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(30), 4)
    score = (rng.random(30) < 0.5).astype(float)[clusters]
    held = grid(answers({"a": score}, clusters=[str(c) for c in clusters]))
    spread = draws(held, 2000).means(held.score)[:, 0].std()
    assert spread == pytest.approx(np.sqrt(score.mean() * (1 - score.mean()) / 30), rel=0.06)


def test_percentile_interval_covers_the_truth_as_often_as_it_says():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        held = grid(answers({"a": rng.normal(0.5, 0.1, 60)}))
        low, high = interval(draws(held, 400, seed=seed).means(held.score))
        hits += low[0] <= 0.5 <= high[0]
    assert 0.9 <= hits / 200 <= 0.985


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10**6))
def test_resamples_stay_within_the_scores(levels, n, seed):
    rng = np.random.default_rng(seed)
    score = rng.random(levels * n)
    held = grid(answers({"a": score}, levels=np.repeat(np.arange(levels) + 1, n)))
    for families in (False, True):
        drawn = draws(held, 50, seed, families).means(held.score)
        assert drawn.min() >= score.min() - 1e-12
        assert drawn.max() <= score.max() + 1e-12
        assert np.isfinite(drawn).all()


def test_a_level_of_one_cluster_can_not_vary():
    held = grid(answers({"a": [1, 0]}, clusters=["x", "x"]))
    assert (draws(held, 50).means(held.score) == 0.5).all()


def test_drawn_tasks_replace_each_other_within_a_category_only():
    held = grid(answers({"a": [1, 0, 0.5]}, tasks=["t1", "t2", "t3"], categories=["x", "x", "y"]))
    found = draws(held, 400, families=True).means(held.score)[:, 0]
    assert sorted(set(found.round(6))) == [0.25, 0.5, 0.75]
    assert draws(held, 400).means(held.score)[:, 0] == pytest.approx(np.full(400, 0.5))
