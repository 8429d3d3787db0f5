import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from data.analysis.grid import grid
from data.analysis.intervals import accuracy_interval, wilson
from data.analysis.paired import compare, contrasts, detectable, samples_needed, standard_error
from tests.answers import answers


def against_zero(differences, **columns):
    """Compare a contestant with one that is always wrong: its scores are the differences."""
    zero = np.zeros_like(np.asarray(differences, dtype=float))
    return compare(grid(answers({"a": differences, "b": zero}, **columns)), "a", "b")


def test_clustered_standard_error_fixture():
    """[1,1,0,0,1,0] in clusters aabbcc: 0.5 with standard error 0.288675."""
    found = against_zero([1, 1, 0, 0, 1, 0], clusters=list("aabbcc"))
    assert found.difference == 0.5
    assert found.se == pytest.approx(0.288675, abs=5e-7)
    assert (found.samples, found.clusters) == (6, 3)


@pytest.mark.parametrize(("delta", "n"), [(0.1, 150), (0.05, 621), (0.03, 1737)])
def test_power_fixtures(delta, n):
    assert samples_needed(0.2, delta) == n
    assert detectable(0.2, n) <= delta < detectable(0.2, n - 1)


@pytest.mark.parametrize(
    ("epochs", "se"), [(1, 0.0639), (3, 0.0522), (5, 0.0495), (float("inf"), 0.0452)]
)
def test_epochs_fixture(epochs, se):
    assert standard_error(0.35, 0.35, 60, epochs) == pytest.approx(se, abs=5e-5)


def test_power_without_anything_to_see_a_difference_by():
    assert detectable(0.0, 100) is None
    assert detectable(0.2, 0) is None
    assert samples_needed(0.2, 0.0) is None
    assert samples_needed(0.04, 0.5) is None, "the difference can't be larger than its own share"
    assert samples_needed(1.0, 1.0) == 2
    assert standard_error(0.3, 0.3, 0, 3) is None
    assert standard_error(0.3, 0.3, 10, 0) is None


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_more_samples_detect_less_and_the_two_are_inverse(discordant, delta):
    n = samples_needed(discordant, delta)
    if n is not None and n > 2:
        assert detectable(discordant, n) <= delta + 1e-9
        assert detectable(discordant, n - 1) >= delta - 1e-9


def test_power_is_what_it_says():
    """150 pairs with a tenth more discordant one way: detected about four times in five."""
    rng = np.random.default_rng(5)
    d = rng.choice([1.0, -1.0, 0.0], p=[0.15, 0.05, 0.8], size=(2000, 150))
    level = np.zeros(150, dtype=int)
    found = contrasts(d, level, np.arange(150), np.ones(1))
    assert (found.low > 0).mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("epochs", [1, 3])
def test_the_interval_equals_a_straightforward_computation(epochs):
    rng = np.random.default_rng(2)
    levels = [1] * 12 + [2] * 20 + [3] * 9
    clusters = [f"c{i // 3}" for i in range(12)] + [f"s{i}" for i in range(29)]
    scores = {m: (rng.random((41, epochs)) < p).astype(float) for m, p in (("a", 0.7), ("b", 0.4))}
    scores["a"][5] = np.nan
    found = compare(grid(answers(scores, levels=levels, clusters=clusters)), "a", "b")
    d = scores["a"].mean(axis=1) - scores["b"].mean(axis=1)
    total, variance, g = 0.0, 0.0, 0
    for level in (1, 2, 3):
        there = [i for i in range(41) if levels[i] == level and not np.isnan(d[i])]
        mean = np.mean([d[i] for i in there])
        total += mean / 3
        for c in {clusters[i] for i in there}:
            variance += sum((d[i] - mean) / len(there) / 3 for i in there if clusters[i] == c) ** 2
            g += 1
    se = np.sqrt(g / (g - 1) * variance)
    half = stats.t.ppf(0.975, g - 3) * se
    assert (found.samples, found.clusters) == (40, g)
    assert found.difference == pytest.approx(total)
    assert found.se == pytest.approx(se)
    assert (found.low, found.high) == (pytest.approx(total - half), pytest.approx(total + half))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(total) / se, g - 3))


def test_a_level_of_one_cluster_is_pooled_as_in_the_interval_of_one_accuracy():
    d = np.array([1, 0, 1, 0, 0, 1, 1, 0, 1.0])
    found = against_zero(d, levels=[1] * 8 + [2])
    first = d[:8]
    ss = np.array([((first - first.mean()) ** 2).sum(), 0.0])
    n = np.array([8.0, 1.0])
    accuracy, low, _ = accuracy_interval(np.array([0.5, 0.5]), np.array([0.5, 1.0]), ss, n, n)
    assert found.difference == accuracy
    assert found.difference - stats.t.ppf(0.975, 7) * found.se == pytest.approx(low)


def test_levels_of_one_sample_each_are_one_level():
    d = np.array([1, 0, 1, 1, 0, 0, 1, 1.0])
    spread = against_zero(d, levels=range(1, 9))
    together = against_zero(d)
    assert spread.se == pytest.approx(together.se)
    assert (spread.low, spread.high) == (pytest.approx(together.low), pytest.approx(together.high))


@pytest.mark.parametrize("n", [1, 2, 10, 60, 400])
def test_equal_answers_do_not_prove_equality(n):
    found = against_zero(np.zeros(n))
    assert (found.difference, found.se, found.p, found.discordant) == (0.0, None, 1.0, 0.0)
    bound = wilson(0, n)[1]
    assert (found.low, found.high) == (pytest.approx(-bound), pytest.approx(bound))


@pytest.mark.parametrize("n", [1, 3, 4, 30])
def test_always_better_is_bounded_like_one_proportion(n):
    found = against_zero(np.ones(n))
    assert (found.difference, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(2 * wilson(n, n)[0] - 1)
    assert found.p == pytest.approx(2 * stats.norm.sf(np.sqrt(n))), "McNemar's score test"
    assert (found.low > 0) == (found.p < 0.05) == (n >= 4)


def test_one_sample_that_differs_does_not_make_the_interval_narrower():
    equal, one = against_zero(np.zeros(50)), against_zero([1] + [0] * 49)
    assert one.high - one.low >= equal.high - equal.low
    assert one.p > 0.3


def test_a_cluster_of_equal_answers_counts_once():
    alone = against_zero(np.zeros(10))
    together = against_zero(np.zeros(10), clusters=["x"] * 5 + ["y"] * 5)
    assert together.high == pytest.approx(wilson(0, 2)[1])
    assert together.high > alone.high


def test_no_shared_sample_is_not_known():
    found = compare(grid(answers({"a": [1, np.nan], "b": [np.nan, 1]})), "a", "b")
    values = (found.difference, found.se, found.low, found.high, found.p, found.discordant)
    assert values == (None,) * 6
    assert (found.samples, found.clusters) == (0, 0)


def test_a_contestant_against_itself():
    found = compare(grid(answers({"a": [1, 0, 1, 0.5]})), "a", "a")
    assert (found.difference, found.p) == (0.0, 1.0)
    assert found.low == -found.high < 0


def test_missing_is_missing_and_levels_without_shared_samples_count_nowhere():
    found = compare(
        grid(answers({"a": [1, 1, 0, 1], "b": [0, np.nan, 0, np.nan]}, levels=[1, 1, 1, 2])),
        "a", "b",
    )  # fmt: skip
    assert (found.samples, found.difference) == (2, 0.5)


def test_a_level_that_weighs_nothing_counts_nowhere():
    frame = answers(
        {"a": [1, 0, 1, 1], "b": [0, 0, 0, 0]},
        tasks=["x", "x", "y", "y"], categories=["p", "p", "q", "q"],
    )  # fmt: skip
    found = compare(grid(frame, {"q": 0.0}), "a", "b")
    assert (found.difference, found.samples, found.clusters) == (0.5, 2, 2)


def test_tokens_are_compared_without_the_bounds_of_a_score():
    tokens = {"a": [100, 200, 330, 150], "b": [10, 20, 30, 15]}
    frame = answers({"a": [1] * 4, "b": [1] * 4}, output_tokens=tokens)
    found = compare(grid(frame), "a", "b", "output_tokens")
    d = np.subtract(tokens["a"], tokens["b"])
    low, high = stats.t.interval(0.95, 3, d.mean(), stats.sem(d))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_equal_tokens_have_no_interval():
    frame = answers({"a": [1] * 4, "b": [1] * 4}, output_tokens={"a": 7, "b": 7})
    found = compare(grid(frame), "a", "b", "output_tokens")
    assert (found.difference, found.se, found.low, found.high, found.p) == (0.0, *[None] * 4)


def test_coverage_of_the_interval():
    """Level-balanced, clustered and often equal: the true difference is inside as often as said."""
    rng = np.random.default_rng(11)
    for rate, size, floor in ((0.04, 2, 0.94), (0.3, 2, 0.935), (0.5, 5, 0.93)):
        common = rng.random((3000, 30, 1)) < rate
        up = rng.random((3000, 30, 1)) < 0.7
        d = np.where(common, np.where(up, 1.0, -1.0), 0.0) * (rng.random((3000, 30, size)) < 0.9)
        d = d.reshape(3000, -1)
        level = np.repeat(np.arange(3), 10 * size)
        cluster = np.repeat(np.arange(30), size)
        found = contrasts(d, level, cluster, np.ones(3))
        truth = rate * 0.9 * 0.4
        inside = ((found.low <= truth) & (truth <= found.high)).mean()
        assert floor < inside <= 1


score = st.sampled_from([0.0, 0.5, 1.0])
pairs = st.lists(st.tuples(score, score, st.integers(1, 3), st.integers(0, 3)), min_size=1,
                 max_size=25)  # fmt: skip


def made(drawn):
    drawn = sorted(drawn, key=lambda r: r[2])
    a, b, level, cluster = zip(*drawn, strict=True)
    clusters = [f"{g}/{c}" for g, c in zip(level, cluster, strict=True)]
    return answers({"a": a, "b": b}, levels=level, clusters=clusters)


@settings(max_examples=60, deadline=None)
@given(pairs, st.randoms(use_true_random=False))
def test_swapping_turns_the_sign_and_the_order_of_rows_is_nothing(drawn, random):
    frame = made(drawn)
    found = compare(grid(frame), "a", "b")
    other = compare(grid(frame.sample(fraction=1.0, shuffle=True, seed=3)), "b", "a")
    assert other.difference == pytest.approx(-found.difference, abs=1e-12)
    assert other.low == pytest.approx(-found.high, abs=1e-9)
    assert other.high == pytest.approx(-found.low, abs=1e-9)
    assert other.p == pytest.approx(found.p)
    assert -1 <= found.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.high <= 1
    assert found.low < found.high
    assert 0 <= found.p <= 1


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_asking_every_sample_twice_changes_no_point_value(drawn):
    frame = made(drawn)
    twice = pl.concat([frame, frame.with_columns(pl.col("sample_id", "cluster") + "'")])
    one, two = compare(grid(frame), "a", "b"), compare(grid(twice), "a", "b")
    assert two.difference == pytest.approx(one.difference, abs=1e-12)
    assert two.discordant == pytest.approx(one.discordant)
    assert two.samples == 2 * one.samples


def test_many_rows_at_once_are_each_as_alone():
    rng = np.random.default_rng(8)
    d = rng.choice([-1.0, 0.0, 1.0, np.nan], size=(20, 30))
    d[3] = np.nan
    level = np.repeat([0, 1, 2], 10)
    weight = np.array([0.5, 0.2, 0.3])
    many = contrasts(d, level, np.arange(30) // 2, weight)
    for i, row in enumerate(d):
        alone = contrasts(row[None], level, np.arange(30) // 2, weight)
        for name in ("difference", "se", "low", "high", "p", "samples", "discordant"):
            np.testing.assert_allclose(getattr(many, name)[i], getattr(alone, name)[0])
