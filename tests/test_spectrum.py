"""Spectrum, and the least squares, densities and resampling by model beneath it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars import selectors as cs
from scipy import integrate, stats

from data.analysis.by_model import drawn, estimate, explained, over_models
from data.analysis.overlap import overlap, spread
from data.analysis.regress import design, f_test, ols
from data.analysis.resample import FEWEST
from data.analysis.spectrum import SCHEMA, sentence, spectrum

TWO = np.array([0.0, 0, 0, 1, 1, 1])
SIX = np.array([1.0, 2, 3, 4, 5, 6])


def once(n):
    return np.ones((1, n))


def contestants(n=20, seed=0, **columns):
    """A summary of n contestants of n models, every other one with reasoning tokens."""
    rng = np.random.default_rng(seed)
    frame = {
        "contestant_id": [f"c{i:03d}" for i in range(n)],
        "model": [f"m{i:03d}" for i in range(n)],
        "reasoning_share": [0.4 + 0.01 * i if i % 2 else 0.0 for i in range(n)],
        "accuracy": rng.uniform(0.2, 0.9, n),
        "output_tokens": rng.lognormal(5, 1, n),
        "cost_per_1k_usd": rng.lognormal(0, 2, n),
        "coverage": [1.0] * n,
        "price_basis": ["tokens"] * n,
    }
    return pl.DataFrame(frame | columns, strict=False)


def continuum(seed, n=60):
    """Capability follows one continuous quantity, and the label is a noisy cut of it."""
    rng = np.random.default_rng(seed)
    s = rng.normal(0, 1, n)
    label = s + rng.normal(0, 0.5, n) > 0
    capability = 0.5 + 0.12 * s + rng.normal(0, 0.04, n)
    return contestants(n, reasoning_share=np.where(label, 0.5, 0.0), accuracy=capability,
                       cost_per_1k_usd=10**s, output_tokens=10**s)  # fmt: skip


def values(frame, column="value"):
    return dict(frame.select("measure", column).iter_rows())


def no_nan(frame):
    numbers = frame.select(cs.float())
    return all(numbers[c].drop_nulls().is_finite().all() for c in numbers.columns)


# Least squares


def test_eta_squared_by_hand():
    """[1,2,3] against [4,5,6]: 13.5 of 17.5 lies between the two."""
    assert explained(once(6), [TWO], SIX)[0] == pytest.approx(13.5 / 17.5, abs=1e-12)
    assert explained(once(6), [TWO], np.array([1.0, 2, 3, 1, 2, 3]))[0] == pytest.approx(0)
    assert explained(once(6), [TWO], 10 * TWO + 3)[0] == pytest.approx(1)


def test_a_line_is_scipys_line():
    rng = np.random.default_rng(1)
    x = rng.normal(size=15)
    y = 2 + 3 * x + rng.normal(size=15)
    fit, line = ols(design(x), y), stats.linregress(x, y)
    assert fit.coefficients == pytest.approx([line.intercept, line.slope])
    assert fit.r2 == pytest.approx(line.rvalue**2)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx([line.intercept_stderr, line.stderr])
    assert fit.df == 13
    rest = y - line.intercept - line.slope * x
    assert fit.residual_sd == pytest.approx(np.sqrt((rest**2).sum() / 13))


@pytest.mark.parametrize(
    ("matrix", "y"),
    [
        (design(TWO, 2 * TWO + 1), SIX),
        (design(np.full(6, 3.2)), SIX),
        (design(np.zeros(6)), SIX),
        (design(TWO), np.full(6, 0.3)),
        (design(TWO), np.array([0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3])),
        (design(TWO[2:4]), SIX[:2]),
        (np.ones((1, 1)), SIX[:1]),
        (design(TWO), np.array([1.0, 2, 3, 4, 5, np.nan])),
        (design(np.array([0, 0, 0, 1, 1, np.inf])), SIX),
    ],
)
def test_there_is_no_fit_without_one_answer(matrix, y):
    assert ols(matrix, y) is None


def test_close_columns_of_large_numbers_are_still_told_apart():
    """Log parameters of total and active: nearly the same, and not the same."""
    total = np.log10([1e9, 8e9, 7e10, 4e11, 1e12])
    active = total - np.array([0, 0, 0, 0.1, 0])
    fit = ols(design(total, active), 3 + 2 * total - active)
    assert fit.coefficients == pytest.approx([3, 2, -1])
    assert fit.r2 == pytest.approx(1)


def test_the_f_test_of_a_label_is_scipys_one_way_anova():
    test = f_test(ols(np.ones((6, 1)), SIX), ols(design(TWO), SIX))
    expected = stats.f_oneway(SIX[:3], SIX[3:])
    assert test.f == pytest.approx(13.5) == pytest.approx(expected.statistic)
    assert test.p == pytest.approx(expected.pvalue)


def test_the_f_test_of_one_more_column_is_its_squared_t():
    rng = np.random.default_rng(2)
    x, z = rng.normal(size=(2, 30))
    y = x + 0.4 * z + rng.normal(size=30)
    large = ols(design(x, z), y)
    test = f_test(ols(design(x), y), large)
    t = large.coefficients[2] / np.sqrt(large.covariance[2, 2])
    assert test.f == pytest.approx(t**2)
    assert test.p == pytest.approx(2 * stats.t.sf(abs(t), 27))


def test_the_f_test_at_its_ends():
    ones, exact = ols(np.ones((6, 1)), SIX), ols(design(SIX), SIX)
    perfect = f_test(ones, exact)
    assert (perfect.f, perfect.p) == (None, 0.0)
    nothing = f_test(exact, ols(design(SIX, TWO), SIX))
    assert (nothing.f, nothing.p) == (0.0, 1.0)


drawn_rows = st.lists(st.integers(0, 3), min_size=12, max_size=12).filter(lambda w: sum(w) > 6)


@settings(max_examples=40)
@given(drawn_rows, st.integers(0, 10**6))
def test_weighted_r2_is_that_of_the_rows_repeated(weights, seed):
    rng = np.random.default_rng(seed)
    x, z, y = rng.normal(size=(3, 12))
    again = np.repeat(np.arange(12), weights)
    fit = ols(design(x[again], z[again]), y[again])
    found = explained(np.array([weights], dtype=float), [x, z], y)[0]
    if fit is not None and (np.ptp(x[again]) and np.ptp(z[again])):
        assert found == pytest.approx(fit.r2, abs=1e-6)


def test_r2_is_not_known_where_nothing_varies_and_doubles_count_once():
    y = np.arange(6.0)
    assert np.isnan(explained(once(6), [TWO], np.ones(6))[0])
    assert np.isnan(explained(once(6), [np.ones(6)], y)[0])
    rounded = np.array([0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3])
    assert np.isnan(explained(once(6), [TWO], rounded)[0])
    assert np.isnan(explained(once(6), [rounded], y)[0])
    assert np.isnan(overlap(once(6), TWO, rounded)[0])
    doubled = explained(once(6), [TWO, 3 - TWO], y)[0]
    assert doubled == pytest.approx(explained(once(6), [TWO], y)[0])
    only_zeros = np.array([[1.0, 1, 1, 0, 0, 0]])
    assert np.isnan(explained(only_zeros, [TWO], y)[0]), "a resample without the label"


# Densities and ranges


def test_overlap_of_identical_samples_is_1_and_of_far_ones_0():
    same = np.tile(np.random.default_rng(3).normal(size=25), 2)
    label = np.repeat([0.0, 1.0], 25)
    assert overlap(once(50), label, same)[0] == pytest.approx(1, abs=1e-9)
    assert overlap(once(50), label, same + 50 * label)[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("shift", [0.3, 1.0, 2.5, 6.0])
@pytest.mark.parametrize("narrow", [1.0, 0.2])
def test_overlap_is_the_integral_of_scipys_densities(shift, narrow):
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=20), shift + narrow * rng.normal(size=35)
    f, g = stats.gaussian_kde(first), stats.gaussian_kde(second)
    x = np.linspace(-12, 20, 40001)
    expected = integrate.simpson(np.minimum(f(x), g(x)), x=x)
    label = np.repeat([1.0, 0.0], [20, 35])
    found = overlap(once(55), label, np.append(first, second))[0]
    assert found == pytest.approx(expected, abs=1e-3)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.01, 100), st.floats(-5, 5))
def test_overlap_is_bounded_symmetric_and_blind_to_unit_and_origin(seed, factor, shift):
    rng = np.random.default_rng(seed)
    x, label = rng.normal(size=18), np.repeat([1.0, 0.0], [7, 11])
    found = overlap(once(18), label, x)[0]
    assert 0 <= found <= 1
    assert overlap(once(18), 1 - label, x)[0] == pytest.approx(found, abs=1e-9)
    assert overlap(once(18), label, factor * x + shift)[0] == pytest.approx(found, abs=1e-6)


def test_overlap_of_repeated_rows_is_that_of_their_weights():
    rng = np.random.default_rng(5)
    x, label, weights = rng.normal(size=12), np.tile([1.0, 0.0], 6), rng.integers(1, 4, 12)
    again = np.repeat(np.arange(12), weights)
    found = overlap(weights[None].astype(float), label, x)[0]
    ends = overlap(once(len(again)), label[again], x[again])[0]
    assert found == pytest.approx(ends, abs=1e-9)


@pytest.mark.parametrize(
    ("label", "x"),
    [(TWO, np.ones(6)), (TWO, np.array([1.0, 1, 1, 2, 3, 4])), (np.zeros(6), SIX),
     (np.array([1.0, 0, 0, 0, 0, 0]), SIX)],
)  # fmt: skip
def test_overlap_is_not_known_without_a_spread_in_both(label, x):
    assert np.isnan(overlap(once(6), label, x)[0])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(0, 3)), min_size=1, max_size=15))
def test_the_range_is_numpys_percentiles_of_the_rows_repeated(rows):
    x, weights = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    found = spread(weights[None], x)[0]
    again = np.repeat(x, weights.astype(int))
    if not len(again):
        assert np.isnan(found)
    else:
        low, high = np.percentile(again, [5, 95])
        assert found == pytest.approx(high / low)
        assert found >= 1 - 1e-12


# Resampling by model


def test_a_drawn_model_brings_all_its_efforts():
    models = ["a", "b", "a", "c", "d", "e", "e"]
    weights = drawn(models, 50, 1)
    assert weights.shape == (51, 7)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 5] == weights[:, 6]).all()
    of_models = weights[1:, [0, 1, 3, 4, 5]]
    assert (of_models.sum(axis=1) == 5).all()
    assert len(drawn(["a", "b"] * 9, 50, 1)) == 1, "too few models to draw from"
    assert drawn([], 50, 1).shape == (1, 0)


def test_an_interval_holds_its_number_and_needs_most_resamples():
    assert estimate(np.array([0.1, 0.2, 0.3])).low == 0.1
    assert estimate(np.array([0.9, 0.2, 0.3])).high == 0.9
    assert estimate(np.array([np.nan, 1.0, 1.0])) == (None, None, None)
    assert estimate(np.array([0.5])) == (0.5, None, None)
    assert estimate(np.array([0.5, np.nan, 0.4, 0.6])) == (0.5, None, None)


def test_means_over_models_count_each_model_once():
    mean, models = over_models([1.0, 3.0, 5.0, 7.0], ["a", "a", "b", "c"])
    half = stats.t.ppf(0.975, 2) * np.std([2, 5, 7], ddof=1) / np.sqrt(3)
    assert models == 3
    assert list(mean) == pytest.approx([14 / 3, 14 / 3 - half, 14 / 3 + half])
    assert over_models([2.0, 4.0], ["a", "a"]) == ((3.0, None, None), 1)
    assert over_models([2.0, 2.0], ["a", "b"]) == ((2.0, None, None), 2)
    assert over_models([], []) == ((None, None, None), 0)


# The lens


def test_the_simulated_case_of_a_label_that_is_a_cut_of_the_continuum():
    """METHOD section 5 [SIM]: R2 .459 against .886, both .887, own share .0012, p .435."""
    found = values(spectrum(continuum(5)))
    assert found["r2_label"] == pytest.approx(0.459, abs=5e-4)
    assert found["r2_cost"] == pytest.approx(0.886, abs=5e-4)
    assert found["r2_both"] == pytest.approx(0.887, abs=5e-4)
    assert found["added_to_cost"] == pytest.approx(0.0012, abs=5e-5)
    assert found["p_added_to_cost"] == pytest.approx(0.435, abs=5e-4)


def test_over_many_simulations_the_cut_adds_nothing_and_p_is_uniform():
    made = [values(spectrum(continuum(seed), resamples=0)) for seed in range(100, 180)]
    label, cost, added, p = (
        np.array([m[c] for m in made])
        for c in ("r2_label", "r2_cost", "added_to_cost", "p_added_to_cost")
    )
    # corr(s, label)^2 = (2 / pi) / 1.25, times the share of capability that s explains: 0.9.
    assert label.mean() == pytest.approx(0.9 * 2 / np.pi / 1.25, abs=0.03)
    assert cost.mean() == pytest.approx(0.9, abs=0.01)
    assert added.mean() == pytest.approx((1 - 0.9) / 58, abs=0.001)
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_label_that_does_say_more_than_cost_is_seen():
    frame = contestants(40, seed=6)
    jump = 0.2 * (frame["reasoning_share"] > 0).cast(pl.Float64)
    frame = frame.with_columns(accuracy=0.3 + 0.02 * pl.col("cost_per_1k_usd").log10() + jump)
    noise = np.random.default_rng(7).normal(0, 0.02, 40)
    found = spectrum(frame.with_columns(accuracy=pl.col("accuracy") + noise))
    assert values(found)["p_added_to_cost"] < 1e-6
    assert values(found, "low")["added_to_cost"] > 0.5
    assert "which says something that cost does not" in sentence(found)


def test_every_measure_by_a_straightforward_computation():
    frame = contestants(24, seed=8)
    found = values(spectrum(frame, resamples=0))
    label = frame["reasoning_share"].to_numpy() > 0
    share, y = frame["reasoning_share"].to_numpy(), frame["accuracy"].to_numpy()
    tokens, cost = frame["output_tokens"].to_numpy(), frame["cost_per_1k_usd"].to_numpy()

    def r2(*columns, of=y):
        return ols(design(*(np.asarray(c, dtype=float) for c in columns)), of).r2

    logs = np.log10(cost)
    expected = {
        "with_reasoning": 12, "without_reasoning": 12, "unlabelled": 0, "partial": 0,
        "eta2_tokens": r2(label, of=np.log10(tokens)), "eta2_cost": r2(label, of=logs),
        "r2_label": r2(label), "r2_cost": r2(logs), "r2_share": r2(share),
        "r2_both": r2(logs, label), "r2_label_and_share": r2(share, label),
        "added_to_cost": r2(logs, label) - r2(logs),
        "added_to_share": r2(share, label) - r2(share),
        "range_tokens_with": np.divide(*np.percentile(tokens[label], [95, 5])),
        "range_tokens_without": np.divide(*np.percentile(tokens[~label], [95, 5])),
        "range_cost_with": np.divide(*np.percentile(cost[label], [95, 5])),
        "range_cost_without": np.divide(*np.percentile(cost[~label], [95, 5])),
    }  # fmt: skip
    assert {k: found[k] for k in expected} == {k: pytest.approx(v) for k, v in expected.items()}
    for name, x in (("overlap_cost", logs), ("overlap_capability", y)):
        f, g = stats.gaussian_kde(x[label]), stats.gaussian_kde(x[~label])
        at = np.linspace(x.min() - 5, x.max() + 5, 20001)
        area = integrate.simpson(np.minimum(f(at), g(at)), x=at)
        assert found[name] == pytest.approx(area, abs=1e-3)


def test_intervals_hold_their_values_and_are_finite():
    found = spectrum(contestants(30, seed=9))
    assert no_nan(found)
    assert dict(found.schema) == SCHEMA
    told = found.filter(pl.col("low").is_not_null())
    assert set(found["measure"]) - set(told["measure"]) == {
        "with_reasoning", "without_reasoning", "unlabelled", "partial", "f_added_to_cost",
        "p_added_to_cost", "f_added_to_share", "p_added_to_share",
    }  # fmt: skip
    assert ((told["low"] <= told["value"]) & (told["value"] <= told["high"])).all()
    assert (told["high"] > told["low"]).all()


def test_who_has_no_label_leaves_and_is_counted():
    shares = [None] * 5 + [float("nan")] + [0.0, 0.5] * 9
    found = spectrum(contestants(24, reasoning_share=shares))
    assert (values(found)["unlabelled"], values(found)["with_reasoning"]) == (6, 9)
    assert values(found, "n")["eta2_tokens"] == 18
    labelled = contestants(24, reasoning_share=shares).tail(18)
    assert values(spectrum(labelled))["r2_label"] == values(found)["r2_label"]


def test_a_share_of_nearly_nothing_is_still_the_label():
    found = values(spectrum(contestants(12, reasoning_share=[0.0, 1e-9] * 6)))
    assert found["with_reasoning"] == 6


def test_who_answered_only_a_part_leaves_and_is_counted():
    found = spectrum(contestants(24, coverage=[0.5] * 4 + [1.0] * 20))
    assert values(found)["partial"] == 4
    assert values(found, "n")["r2_label"] == 20
    assert values(found)["r2_label"] == values(spectrum(contestants(24).tail(20)))["r2_label"]


def test_free_and_silent_contestants_leave_the_log_measures_only():
    frame = contestants(20).with_row_index("i")
    frame = frame.with_columns(
        cost_per_1k_usd=pl.when(pl.col("i") < 2).then(0.0).when(pl.col("i") == 2).then(None)
        .otherwise("cost_per_1k_usd"),
        output_tokens=pl.when(pl.col("i") == 3).then(0.0).otherwise("output_tokens"),
    )  # fmt: skip
    found = spectrum(frame)
    n, note = values(found, "n"), values(found, "note")
    assert (n["eta2_tokens"], n["eta2_cost"], n["r2_label"]) == (19, 17, 17)
    assert n["overlap_capability"] == 20
    assert note["eta2_cost"] == "2 free left out; 1 without a cost left out"
    assert note["eta2_tokens"] == "1 without output left out"
    assert no_nan(found)


def test_mixed_prices_and_dependent_efforts_are_said():
    mixed = contestants(20, price_basis=["tokens", "machine"] * 10, model=["a", "b"] * 10)
    note = values(spectrum(mixed), "note")
    assert note["r2_cost"] == "list prices and self-hosted ones together"
    assert "20 contestants of 2 models" in note["p_added_to_cost"]
    assert "together" not in (note["eta2_tokens"] or "")


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"n": 9}, "9 contestants are too few"),
        ({"reasoning_share": [0.5, 0.5] + [0.0] * 18}, "2 with and 18 without"),
        ({"reasoning_share": [0.5] * 20}, "20 with and 0 without"),
        ({"accuracy": [None] * 20}, "0 contestants are too few"),
        ({"cost_per_1k_usd": [0.0] * 20}, "0 contestants are too few"),
    ],
)
def test_too_little_data_is_null_with_the_reason(change, note):
    found = spectrum(contestants(**change))
    rows = found.filter(pl.col("measure").str.contains("^(r2|added|f_|p_)"))
    assert rows.height == 11
    assert rows["value"].null_count() == rows["low"].null_count() == 11
    assert rows["note"].str.starts_with(note).all()
    assert no_nan(found)


@pytest.mark.parametrize("column", ["accuracy", "cost_per_1k_usd", "output_tokens"])
def test_where_all_are_alike_nothing_is_explained(column):
    found = spectrum(contestants(20, **{column: [0.5] * 20}))
    assert no_nan(found)
    flat = {
        "accuracy": ("r2_label", "overlap_capability"),
        "output_tokens": ("eta2_tokens",),
        "cost_per_1k_usd": ("eta2_cost", "r2_cost", "added_to_cost", "overlap_cost"),
    }
    for measure in flat[column]:
        assert values(found)[measure] is None
        assert "nothing varies" in values(found, "note")[measure]
    assert sentence(found).endswith(".")


def test_a_label_that_says_the_same_as_the_share_adds_nothing():
    found = values(spectrum(contestants(20, reasoning_share=[0.0, 0.5] * 10)))
    assert found["r2_label"] == pytest.approx(found["r2_share"])
    assert found["added_to_share"] == pytest.approx(0, abs=1e-9)
    assert found["p_added_to_share"] is None


def test_few_models_have_no_interval():
    efforts = contestants(20, model=[f"m{i % (FEWEST - 1)}" for i in range(20)])
    found = spectrum(efforts)
    assert values(found)["r2_label"] is not None
    assert found["low"].null_count() == found.height


def test_efforts_counted_twice_make_no_interval_narrower():
    """Every contestant doubled within its model: the models drawn are the same."""
    frame = contestants(20)
    double = pl.concat([frame, frame.with_columns(contestant_id=pl.col("contestant_id") + "x")])
    one, two = spectrum(frame), spectrum(double)
    for measure in ("eta2_tokens", "eta2_cost", "r2_label", "r2_both", "added_to_cost"):
        for column in ("value", "low", "high"):
            assert values(two, column)[measure] == pytest.approx(values(one, column)[measure])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-6, 1e6))
def test_neither_order_nor_the_unit_of_cost_matters(seed, factor):
    frame = contestants(14, seed=seed % 50)
    found = spectrum(frame, resamples=40)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert spectrum(shuffled, resamples=40).equals(found)
    scaled = frame.with_columns(pl.col("cost_per_1k_usd") * factor)
    again = spectrum(scaled, resamples=40)
    for column in ("value", "low", "high"):
        assert again[column].is_null().equals(found[column].is_null())
        expected = found[column].drop_nulls().to_list()
        assert again[column].drop_nulls().to_list() == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_the_sentence_says_what_the_frame_says():
    said = sentence(spectrum(continuum(5)))
    assert said.startswith("Whether a contestant reasons at all explains **")
    assert said.endswith(
        "and 46% of those in capability (cost: 89%); beside cost it adds <1% (p = 0.43), which "
        "nothing here tells from chance."
    )


def test_the_sentence_says_what_is_lacking():
    few = sentence(spectrum(contestants(8, reasoning_share=[0.1, 0.0, None, None] * 2)))
    assert few.startswith("**4** contestants report whether they reason, 2 that do and 2 that")
    assert "(4 not reported); it takes 10" in few
    one = sentence(spectrum(contestants(1, reasoning_share=[0.4])))
    assert one.startswith("**1** contestant reports whether it reasons, and does; it takes 10")
    mixed = sentence(spectrum(contestants(3, reasoning_share=[0.4, 0.0, 0.0])))
    assert "3** contestants report whether they reason, 1 that does and 2 that do not;" in mixed
    alike = sentence(spectrum(contestants(2, reasoning_share=[0.0, 0.0])))
    assert "none that do and 2 that do not;" in alike
    empty = spectrum(contestants().clear())
    assert sentence(empty).startswith("**No** contestant reports whether it reasons;")
    assert no_nan(empty)
    free = spectrum(contestants(cost_per_1k_usd=[0.0] * 20))
    assert "beside cost can't be told here" in sentence(free)
    unscored = contestants(accuracy=[None] * 20, output_tokens=[0.0] * 20,
                           cost_per_1k_usd=[None] * 20)  # fmt: skip
    assert "can't be told: 0 contestants are too few" in sentence(spectrum(unscored))
