from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from data.analysis.intervals import accuracy_interval, wilson, wilson_many
from data.analysis.summary import summarise
from data.analysis.weights import level_weights
from data.store import Reader, merge, queries
from tests import rows


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (45, 60, 0.6277, 0.8422), (1, 1, 0.2065, 1.0),
     (0, 1, 0.0, 0.7935), (0, 0, 0.0, 1.0)],
)  # fmt: skip
def test_wilson_fixtures(k, n, low, high):
    assert wilson(k, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def interval(*levels):
    """Levels as (weight, mean, cluster_ss, samples, clusters)."""
    return accuracy_interval(*(np.array(c, dtype=float) for c in zip(*levels, strict=True)))


def test_clustered_standard_error_fixture():
    """[1,1,0,0,1,0] in clusters aabbcc: 0.5 with standard error 0.288675."""
    accuracy, low, high = interval((1, 0.5, 2.0, 6, 3))
    assert accuracy == 0.5
    assert (low, high) == (0.0, 1.0)
    wide = interval((1, 0.5, 2.0, 60, 3))
    assert (wide[2] - wide[0]) / stats.t.ppf(0.975, 2) == pytest.approx(0.288675 / 10, abs=1e-6)


def test_all_right_still_has_an_interval():
    accuracy, low, high = interval((0.5, 1, 0, 10, 10), (0.5, 1, 0, 10, 10))
    assert (accuracy, high) == (1.0, 1.0)
    assert low == pytest.approx(wilson(20, 20)[0])


def test_unbalanced_levels_count_the_same():
    accuracy, *_ = interval((0.5, 1.0, 0, 100, 100), (0.5, 0.0, 0, 2, 2))
    assert accuracy == 0.5


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.integers(1, 50)), min_size=1, max_size=8
    )
)
def test_the_interval_holds_the_accuracy_and_stays_in_bounds(levels):
    given_levels = [(w, m, n * m * (1 - m), n, n) for w, m, n in levels]
    accuracy, low, high = interval(*given_levels)
    assert 0 <= low <= accuracy + 1e-9
    assert accuracy - 1e-9 <= high <= 1


def test_weights_are_equal_to_category_then_task_then_level():
    frame = pl.DataFrame(
        [("math", "sums", 1), ("math", "sums", 2), ("math", "puzzles", 1), ("extract", "forms", 1)],
        schema=["category", "task", "level"],
        orient="row",
    )
    weights = level_weights(pl.concat([frame, frame]))
    found = {(t, n): w for _, t, n, w in weights.iter_rows()}
    assert found == {
        ("sums", 1): 0.125, ("sums", 2): 0.125, ("puzzles", 1): 0.25, ("forms", 1): 0.5,
    }  # fmt: skip


def stored(tmp_path, made):
    db = tmp_path / "x.duckdb"
    rows.write(db, made)
    merge(db)
    return queries.rollup(Reader(db), "night-1")


def test_a_summary_from_the_store(tmp_path):
    frame = summarise(stored(tmp_path, rows.grid(seeds=6)))
    a, b = frame.sort("name").iter_rows(named=True)
    assert (a["accuracy"], b["accuracy"]) == (0.5, 1.0)
    assert a["cost_per_1k_usd"] == pytest.approx(1.0)
    assert (a["output_tokens"], a["duration_s"], a["cpu_s"]) == (10, 1, 0.5)
    assert (a["samples"], a["attempts"], a["coverage"]) == (6, 6, 1.0)
    assert a["reasoning_share"] is None, "not reported is not zero"


def test_the_interval_matches_a_straightforward_computation(tmp_path):
    scores = {1: [1, 1, 1, 0, 1, 1], 2: [1, 0, 0, 0]}
    who = rows.contestant()
    made = [
        (who, what := rows.sample(i, level=level), rows.attempt(who, what, score=float(s)))
        for level, values in scores.items()
        for i, s in enumerate(values)
    ]
    row = summarise(stored(tmp_path, made)).row(0, named=True)
    variance = sum(
        (0.5 / len(v)) ** 2 * sum((s - np.mean(v)) ** 2 for s in v) for v in scores.values()
    )
    half = stats.t.ppf(0.975, 8) * np.sqrt(10 / 9 * variance)
    mean = 0.5 * np.mean(scores[1]) + 0.5 * np.mean(scores[2])
    assert row["accuracy"] == pytest.approx(mean)
    assert row["accuracy_low"] == pytest.approx(mean - half)
    assert row["accuracy_high"] == pytest.approx(mean + half)


def test_costs_are_level_balanced_like_accuracy(tmp_path):
    who = rows.contestant()
    made = [(who, w := rows.sample(i), rows.attempt(who, w, cpu_s=0.5)) for i in range(9)]
    dear = rows.sample(0, level=2)
    made.append((who, dear, rows.attempt(who, dear, cpu_s=50.0)))
    row = summarise(stored(tmp_path, made)).row(0, named=True)
    assert row["cost_per_1k_usd"] == pytest.approx(1000 * (0.001 + 0.1) / 2)


def test_a_contestant_on_half_of_the_samples_says_so(tmp_path):
    made = [m for m in rows.grid(seeds=6) if m[0].name == "B" or m[1].seed < 3]
    frame = summarise(stored(tmp_path, made)).sort("name")
    assert frame["coverage"].to_list() == [0.5, 1.0]


def test_all_failed_has_no_accuracy_and_no_cost(tmp_path):
    made = []
    who = rows.contestant()
    for seed in range(3):
        what = rows.sample(seed)
        made.append((who, what, rows.attempt(who, what, score=None, status="timeout", cpu_s=None)))
    row = summarise(stored(tmp_path, made)).row(0, named=True)
    assert (row["accuracy"], row["cost_per_1k_usd"], row["failed"]) == (None, None, 3)


def test_mostly_unreported_usage_gives_no_mean(tmp_path):
    who = rows.contestant()
    made = []
    for seed in range(10):
        what, known = rows.sample(seed), seed < 5
        usage = {} if known else {"output_tokens": None, "cpu_s": None}
        made.append((who, what, rows.attempt(who, what, **usage)))
    row = summarise(stored(tmp_path, made)).row(0, named=True)
    assert (row["output_tokens"], row["cost_per_1k_usd"], row["unpriced"]) == (None, None, 5)
    assert row["accuracy"] == 1.0


def test_reasoning_share_is_over_the_attempts_that_report_it(tmp_path):
    who = rows.contestant()
    made = []
    for seed in range(4):
        what = rows.sample(seed)
        made.append((who, what, rows.attempt(who, what, reasoning_tokens=8 if seed < 2 else None)))
    assert summarise(stored(tmp_path, made))["reasoning_share"].to_list() == [0.8]


def test_no_rows_give_an_empty_summary(tmp_path):
    frame = summarise(stored(tmp_path, rows.grid()).clear())
    assert frame.height == 0
    assert "accuracy" in frame.columns


def two_tasks(tmp_path):
    """A on two tasks of one category and one of another, with every class of tokens."""
    who = rows.contestant()
    made = []
    for task, category, score in (("sums", "math", 1.0), ("puzzles", "math", 0.0),
                                  ("forms", "extract", 1.0)):  # fmt: skip
        for seed in range(4):
            what = replace(rows.sample(seed, task=task, level=1 + seed % 2), category=category)
            usage = {"cache_read_tokens": 5, "reasoning_tokens": 4, "ttft_s": 0.25}
            made.append((who, what, rows.attempt(who, what, score=score, **usage)))
    return stored(tmp_path, made)


def test_a_split_by_task_category_or_level(tmp_path):
    levels = two_tasks(tmp_path)
    by_task = summarise(levels, by=("task",))
    assert dict(by_task.select("task", "accuracy").iter_rows()) == {
        "forms": 1, "puzzles": 0, "sums": 1,
    }  # fmt: skip
    assert dict(summarise(levels, by=("category",)).select("category", "accuracy").iter_rows()) == {
        "extract": 1, "math": 0.5,
    }  # fmt: skip
    assert summarise(levels, by=("level",))["accuracy"].to_list() == [0.75, 0.75]
    finest = summarise(levels, by=("task", "level"))
    assert finest.height == 6
    assert finest["coverage"].to_list() == [1.0] * 6, "of its own part of the view"
    # Two of two right: what Wilson allows two answers to prove.
    assert finest.filter(pl.col("task") == "sums")["accuracy_low"][0] == pytest.approx(
        wilson(2, 2)[0]
    )


def test_every_class_of_tokens_and_the_first_token_are_means_per_answer(tmp_path):
    row = summarise(two_tasks(tmp_path)).row(0, named=True)
    assert row["accuracy"] == 0.75
    assert (row["input_tokens"], row["cache_read_tokens"]) == (20, 5)
    assert row["cache_write_tokens"] is None, "not reported is not zero"
    assert (row["output_tokens"], row["reasoning_tokens"], row["ttft_s"]) == (10, 4, 0.25)


def test_the_users_mix_weighs_the_accuracy(tmp_path):
    levels = two_tasks(tmp_path)
    assert summarise(levels, mix={"extract": 3})["accuracy"][0] == pytest.approx(0.75 + 0.25 / 2)
    assert summarise(levels, mix={"puzzles": 0})["accuracy"][0] == 1.0
    nothing = summarise(levels, mix={"math": 0, "extract": 0}).row(0, named=True)
    assert (nothing["accuracy"], nothing["cost_per_1k_usd"]) == (None, None)


def test_a_lonely_cluster_takes_the_others_variance():
    """Levels of paired samples: the cluster's own size must not blow the pooled variance up."""
    paired = [(0.5, 0.5, 4 * 1.0**2, 8, 4), (0.5, 0.5, 0.0, 2, 1)]
    accuracy, low, high = interval(*paired)
    # One cluster's mean varies by 4 * 4 / 8^2 = 0.25; the level of four has a quarter of that.
    variance = 0.25 * 0.25 / 4 + 0.25 * 0.25 / 1
    half = stats.t.ppf(0.975, 3) * np.sqrt(5 / 4 * variance)
    assert (low, high) == (pytest.approx(max(0, 0.5 - half)), pytest.approx(min(1, 0.5 + half)))
    assert accuracy == 0.5


def test_coverage_of_the_clustered_interval():
    """METHOD 2.1: 20 clusters of 5 of a contestant whose mean truth is known: t covers .95."""
    rng = np.random.default_rng(1)
    truth = float((1 / (1 + np.exp(-rng.normal(0.8, 1.3, 400_000)))).mean())
    hits = 0
    for _ in range(800):
        ability = np.repeat(rng.normal(0, 1.3, 20), 5) + 0.8
        score = (rng.random(100) < 1 / (1 + np.exp(-ability))).astype(float)
        ss = ((score - score.mean()).reshape(20, 5).sum(axis=1) ** 2).sum()
        _, low, high = interval((1, score.mean(), ss, 100, 20))
        hits += low <= truth <= high
    assert 0.925 <= hits / 800 <= 0.975


def test_an_end_beside_0_or_1_by_a_rounding_error_is_0_or_1():
    """Else an export would hold 6.9e-16, and other digits on another machine."""
    n = np.arange(1, 3000, dtype=float)
    assert (wilson_many(np.zeros_like(n), n)[0] == 0).all()
    assert (wilson_many(n, n)[1] == 1).all()
    half = 0.25 - 1e-16  # the t interval reaches from 0 to a half, but for a rounding error
    se = half / stats.t.ppf(0.975, 1)
    one = lambda v: np.array([float(v)])  # noqa: E731
    squares = se**2 * 4 / 2
    for mean in (0.25, 0.75):
        found = accuracy_interval(one(1), one(mean), one(squares), one(2), one(2))
        assert found[1:] in ((0.0, pytest.approx(0.5)), (pytest.approx(0.5), 1.0))
